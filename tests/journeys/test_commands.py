"""Every command as a newcomer would try it, good and bad."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sejour.domain.offer import offer_id
from tests.builders import FLUX, SHARED, make_object, write_flux
from tests.journeys.conftest import Service, refused, sejour

Start = Callable[..., Service]
HERE = ("--lat", 43.2946, "--lon", -0.3716)


@pytest.fixture
def flux(tmp_path: Path) -> Path:
    return write_flux(tmp_path / "flux.zip", [make_object(f"Musée {n}", f"64/{n:04d}") for n in range(8)])


@pytest.fixture
def place(tmp_path: Path, flux: Path) -> Path:
    """A folder where `sejour init` was run, with the small flux as its feed."""
    assert sejour("init", tmp_path / "box").code == 0
    config = tmp_path / "box/sejour.toml"
    assert sejour("feed", "add", "essai", "--format", "datatourisme", "--url", flux, "--config", config).code == 0
    return config


def run_feed(config: Path, *more: object) -> dict[str, object]:
    done = sejour("feed", "run", "--config", config, "--json", *more)
    run: dict[str, object] = json.loads(done.out)[0]
    assert (done.code == 0) == (run["outcome"] == "done")
    return run


def test_init_then_feed_run_then_serve(place: Path, start: Start) -> None:
    assert (place.parent / "secret").stat().st_mode & 0o077 == 0
    assert run_feed(place)["added"] == 8
    service = start("serve", "--config", place)
    status, text = service.get("/?lang=fr&at=2026-08-13T15:00")
    assert status == 200
    assert "Musée 0" in text


def test_a_second_import_changes_nothing(place: Path) -> None:
    run_feed(place)
    again = run_feed(place)
    assert (again["added"], again["changed"], again["removed"], again["unchanged"]) == (0, 0, 0, 8)


def test_feed_explain_tells_the_way_of_a_card(place: Path, tmp_path: Path) -> None:
    run_feed(place)
    twin = write_flux(tmp_path / "twin.zip", [make_object("Musée 3", "37/zzzz", hasContact=[{"schema:telephone": ["05 59 00 00 01"]}])])
    sejour("feed", "add", "jumeau", "--format", "datatourisme", "--url", twin, "--config", place)
    assert sejour("feed", "run", "jumeau", "--config", place).code == 0
    second, first = offer_id("datatourisme", "37/zzzz"), offer_id("datatourisme", "64/0003")
    told = json.loads(sejour("feed", "explain", second, "--config", place, "--json").out)
    assert told["card"]["id"] == first
    assert {record["feed"] for record in told["records"]} == {"essai", "jumeau"}
    assert told["fields"]["contacts"] == ["jumeau"]
    assert told["joined"][0]["reason"].startswith("Même nom")
    assert "Musée 3" in sejour("feed", "explain", first, "--config", place).out
    assert sejour("feed", "explain", "nothing", "--config", place).code == 1


def test_a_backup_comes_back(place: Path, flux: Path, tmp_path: Path) -> None:
    run_feed(place)
    assert sejour("backup", tmp_path / "kept.db", "--config", place).code == 0
    write_flux(flux, [make_object("Autre", "64/0001")])
    run_feed(place, "--agree")
    assert sejour("restore", tmp_path / "kept.db", "--config", place).code == 0
    assert len(json.loads(sejour("suggest", *HERE, "--at", "2026-08-13T15:00", "--config", place, "--json").out)["suggestions"]) == 8
    (tmp_path / "kept.db").write_bytes(b"no database at all" * 100)
    assert sejour("restore", tmp_path / "kept.db", "--config", place).code == 1
    assert len(json.loads(sejour("suggest", *HERE, "--at", "2026-08-13T15:00", "--config", place, "--json").out)["suggestions"]) == 8
    assert sejour("backup", tmp_path / "nowhere/kept.db", "--config", place).code == 1


def test_hotspot_add(place: Path) -> None:
    assert sejour("hotspot", "add", "gare", "--name", "Gare", "--lat", 43.2917, "--lon", -0.3697, "--config", place).code == 0
    assert "gare" in sejour("suggest", "--hotspot", "ailleurs", "--at", "2026-08-13T15:00", "--config", place).err
    assert "lat" in refused("hotspot", "add", "x", "--name", "X", "--lat", 143, "--lon", 0, "--config", place)


def test_a_flux_that_lost_half_waits_for_a_human(place: Path, flux: Path) -> None:
    run_feed(place)
    write_flux(flux, [make_object(f"Musée {n}", f"64/{n:04d}") for n in range(4)])
    held = run_feed(place)
    assert held["outcome"] == "held"
    assert "retirerait 4 fiches sur 8" in str(held["reason"])
    assert json.loads(sejour("suggest", *HERE, "--at", "2026-08-13T15:00", "--config", place, "--json").out)["suggestions"][7]
    agreed = run_feed(place, "--agree")
    assert (agreed["outcome"], agreed["removed"]) == ("done", 4)


def test_a_broken_source_leaves_what_was_there(place: Path, flux: Path) -> None:
    run_feed(place)
    flux.write_bytes(flux.read_bytes()[:400])
    failed = run_feed(place)
    assert failed["outcome"] == "failed"
    assert "coupée ou abîmée" in str(failed["reason"])
    assert len(json.loads(sejour("suggest", *HERE, "--at", "2026-08-13T15:00", "--config", place, "--json").out)["suggestions"]) == 8


def test_a_change_reaches_a_running_service(place: Path, flux: Path, start: Start) -> None:
    run_feed(place)
    service = start("serve", "--config", place)
    write_flux(flux, [make_object(f"Château {n}", f"64/{n:04d}") for n in range(8)])
    assert run_feed(place)["changed"] == 8
    end = time.monotonic() + 15
    while "Château 0" not in service.get("/?lang=fr&at=2026-08-13T15:00")[1]:
        assert time.monotonic() < end
        time.sleep(0.2)


def test_feed_list_tells_the_last_run(place: Path) -> None:
    assert "jamais collecté" in sejour("feed", "list", "--config", place).out
    run_feed(place)
    assert "8 fiches lues, 8 nouvelles" in sejour("feed", "list", "--config", place).out


def test_feed_formats() -> None:
    assert "datatourisme" in sejour("feed", "formats").out.split()


def test_feed_check_reads_and_reports(flux: Path) -> None:
    report = json.loads(sejour("feed", "check", flux, "--format", "datatourisme", "--json").out)
    assert (report["records"], report["offers"], report["kinds"], report["located"]) == (8, 8, {"sight": 8}, 8)
    assert "8 fiches lues, 8 gardées" in sejour("feed", "check", flux, "--format", "datatourisme").out


def test_feed_check_groups_problems_by_cause(tmp_path: Path) -> None:
    bad = [make_object(f"Sans position {n}", f"64/{n}", isLocatedAt=[]) for n in range(300)]
    text = sejour("feed", "check", write_flux(tmp_path / "f.zip", bad), "--format", "datatourisme").out
    assert "300 × à voir : Fiche sans position" in text
    assert len(text.splitlines()) < 100


def test_feed_export_is_sorted_and_the_same_twice(flux: Path) -> None:
    first = sejour("feed", "export", flux, "--format", "datatourisme", "--to", "ndjson", "--now", "2026-08-13T15:00").out
    ids = [json.loads(line)["id"] for line in first.splitlines()]
    assert ids == sorted(set(ids))
    assert first == sejour("feed", "export", flux, "--format", "datatourisme").out
    geojson = json.loads(sejour("feed", "export", flux, "--format", "datatourisme", "--to", "geojson").out)
    assert geojson["features"][0]["geometry"]["type"] == "Point"


def test_suggest_answers_in_words_too(flux: Path) -> None:
    text = sejour("suggest", "--source", flux, "--format", "datatourisme", *HERE, "--at", "2026-08-13T15:00").out
    assert "Musée 0" in text
    assert "horaires à confirmer" in text


def test_suggest_from_a_hotspot(place: Path) -> None:
    place.write_text(place.read_text() + '\n[[hotspot]]\nid = "royale"\nname = "Place Royale"\nlat = 43.2946\nlon = -0.3716\n')
    run_feed(place)
    document = json.loads(sejour("suggest", "--hotspot", "royale", "--at", "2026-08-13T15:00", "--config", place, "--json").out)
    assert document["place"]["hotspot"] == "royale"
    unknown = sejour("suggest", "--hotspot", "ailleurs", "--at", "2026-08-13T15:00", "--config", place)
    assert (unknown.code, "royale" in unknown.err) == (1, True)


def test_suggest_with_weather(flux: Path, tmp_path: Path) -> None:
    weather = tmp_path / "rain.json"
    weather.write_text(json.dumps({"hourly": {"time": ["2026-08-13T15:00"], "precipitation": [2.0], "temperature_2m": [17.0]}}))
    arguments = ("suggest", "--source", flux, "--format", "datatourisme", *HERE, "--at", "2026-08-13T15:00", "--json")
    document = json.loads(sejour(*arguments, "--weather", weather).out)
    assert document["weather"]["sky"] == "rain"
    reasons = {r["rule"]: r for r in document["suggestions"][0]["reasons"]}
    assert reasons["weather"]["value"] > 0
    weather.write_text("[]")
    assert "Open-Meteo" in refused(*arguments, "--weather", weather)


@pytest.mark.parametrize(
    ("expression", "at", "state"),
    [
        ("Mo-Fr 09:00-12:00,14:00-18:00", "2026-08-13T10:00+02:00", "open"),
        ("Mo-Su 10:00-18:00; PH off", "2026-07-14T11:00+02:00", "closed"),
        ("17:00+", "2026-08-13T19:00+02:00", "unknown"),
    ],
)
def test_hours_says_the_state(expression: str, at: str, state: str) -> None:
    answer = json.loads(sejour("hours", expression, "--at", at, "--json").out)
    assert (answer["valid"], answer["state"]) == (True, state)
    assert answer["intervals"]


def test_hours_of_school_holidays_by_department() -> None:
    arguments = ("hours", "Mo-Fr 10:00-12:00; SH off", "--at", "2026-08-13T11:00", "--json")
    assert json.loads(sejour(*arguments, "--region", "64").out)["state"] == "closed"
    assert json.loads(sejour(*arguments).out)["state"] == "unknown"


def test_hours_overseas_by_region_and_place() -> None:
    reunion = ("hours", "Mo-Su 10:00-18:00; PH off", "--at", "2026-12-20T11:00", "--lat", -20.9, "--lon", 55.5, "--json")
    assert json.loads(sejour(*reunion, "--region", "974").out)["state"] == "closed"
    assert json.loads(sejour(*reunion).out)["state"] == "open"


def test_hours_of_prose_is_an_answer() -> None:
    answer = json.loads(sejour("hours", "quand il fait beau", "--at", "2026-08-13T19:00+02:00", "--json").out)
    assert (answer["valid"], answer["state"]) == (False, "unknown")
    assert answer["error"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("feed", "check", "no-such-file.zip", "--format", "datatourisme"),
        ("feed", "check", "/dev/null", "--format", "datatourisme"),
        ("feed", "check", ".", "--format", "nonsense"),
        ("feed", "check"),
        ("feed", "nonsense"),
        ("nonsense",),
        ("suggest", "--at", "2026-08-13T15:00", "--source", "x.zip", "--format", "datatourisme"),
        ("suggest", "--lat", "147", "--lon", "0", "--at", "2026-08-13T15:00", "--source", "x.zip", "--format", "datatourisme"),
        ("suggest", "--lat", "43", "--lon", "0", "--at", "yesterday", "--source", "x.zip", "--format", "datatourisme"),
        ("suggest", "--lat", "43", "--lon", "0", "--at", "2026-08-13T15:00", "--source", "x.zip"),
        ("suggest", "--lat", "43", "--lon", "0", "--at", "2026-08-13T15:00", "--wish", "gold", "--source", "x.zip", "--format", "datatourisme"),
        ("suggest", "--lat", "43", "--lon", "0", "--at", "2026-08-13T15:00", "--limit", "0"),
        ("suggest", "--lat", "43", "--lon", "0", "--at", "2026-08-13T15:00"),
        ("hours", "24/7", "--at", "never"),
        ("hours", "24/7", "--at", "2026-08-13T19:00", "--lat", "200", "--lon", "0"),
        ("serve",),
        ("serve", "--config", "nowhere.toml"),
        ("migrate", "--config", "nowhere.toml"),
    ],
    ids=lambda arguments: " ".join(arguments)[:60],
)
def test_a_wrong_use_is_one_sentence(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert refused(*arguments, cwd=tmp_path).startswith("sejour : ")


def test_init_never_overwrites(place: Path) -> None:
    before = place.read_bytes()
    assert "existe déjà" in refused("init", place.parent)
    assert place.read_bytes() == before


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("[teritory]\nid = 'x'", "[territory]"[1:-1]),
        ("[service]\nprot = 80", "port"),
        ("[service]\nport = 'quatre'", "port"),
        ("[territory]\ntimezone = 'Europe/Pau'", "Europe/Pau"),
        ("[[feed]]\nname = 'x'", "format"),
        ("not toml", "ne peut pas être lu"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, setting: str, said: str) -> None:
    config = tmp_path / "sejour.toml"
    config.write_text(setting)
    assert said in refused("serve", "--config", config)


def test_serve_refuses_an_empty_database_and_migrate_prepares_it(tmp_path: Path) -> None:
    config = tmp_path / "sejour.toml"
    config.write_text("[territory]\nid = 'pau'\n")
    done = sejour("serve", "--config", config)
    assert (done.code, "sejour migrate" in done.err) == (1, True)
    assert sejour("migrate", "--config", config).code == 0
    assert sejour("feed", "list", "--config", config).code == 0


def test_several_workers_need_postgresql(place: Path) -> None:
    assert "PostgreSQL" in refused("serve", "--config", place, "--workers", 2)


def test_the_demonstration_runs_with_nothing(start: Start, tmp_path: Path) -> None:
    service = start("demo", "--data", tmp_path / "demo", "--at", "2026-08-13T15:40")
    status, text = service.get("/?lang=fr&at=2026-08-13T15:00")
    assert status == 200
    assert text.count("<article") == 8
    assert service.get("/healthz")[0] == 200
    assert service.get("/kind/lodging")[0] == 200


@pytest.mark.shared
def test_touraine_on_a_saturday_afternoon() -> None:
    arguments = ("suggest", "--source", FLUX, "--format", "datatourisme", "--lat", 47.394, "--lon", 0.689, "--at", "2020-09-19T15:00+02:00", "--json")
    document = json.loads(sejour(*arguments).out)
    found = document["suggestions"]
    assert len(found) == 8
    assert len({s["kind"] for s in found}) >= 3
    assert not {s["kind"] for s in found} & {"lodging", "service"}
    assert all(s["travel"]["minutes"] <= 20 and s["travel"]["mode"] == "walk" for s in found)
    assert all(s["time"]["state"] != "unknown" for s in found)
    assert all(len(s["reasons"]) >= 8 and all(r["text"] for r in s["reasons"]) for s in found)
    assert document == json.loads(sejour(*arguments).out)


@pytest.mark.shared
def test_a_real_flux_is_served(tmp_path: Path, start: Start) -> None:
    sejour("init", tmp_path)
    config = tmp_path / "sejour.toml"
    config.write_text(config.read_text().replace("43.2946", "47.394").replace("-0.3716", "0.689"))
    sejour("feed", "add", "touraine", "--format", "datatourisme", "--url", FLUX, "--config", config)
    assert run_feed(config)["added"] == 1599
    assert run_feed(config)["unchanged"] == 1599
    service = start("serve", "--config", config)
    status, text = service.get("/?lang=fr&at=2020-09-19T15:00")
    assert (status, text.count("<article")) == (200, 8)


@pytest.mark.shared
@pytest.mark.parametrize(
    "path", ["feeds/datatourisme/SOURCE.md", "feeds/datatourisme/explorateur-csv-paris-hotels-2026.csv", "feeds/gtfs", "nowhere"]
)
def test_what_is_no_flux_is_refused(path: str) -> None:
    refused("feed", "check", SHARED / path, "--format", "datatourisme")
