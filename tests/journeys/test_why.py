"""`sejour why`, as an office asks it."""

import json
from pathlib import Path

import pytest

from sejour.domain.curation import Mute
from sejour.domain.offer import offer_id
from sejour.settings import read_settings
from sejour.store.curation import say
from sejour.store.engine import Store
from tests.builders import FLUX, at, make_object, write_flux
from tests.journeys.conftest import refused, sejour

HERE = ("--lat", 43.2946, "--lon", -0.3716)
AFTERNOON = ("--at", "2026-08-13T15:00")
IDS = [offer_id("datatourisme", f"64/{n:04d}") for n in range(12)]
THIN = " "


@pytest.fixture
def flux(tmp_path: Path) -> Path:
    return write_flux(tmp_path / "flux.zip", [make_object(f"Musée {n}", f"64/{n:04d}") for n in range(12)])


@pytest.fixture
def config(tmp_path: Path, flux: Path) -> Path:
    """A territory of twelve museums, one of them muted until the 20th."""
    assert sejour("init", tmp_path / "box").code == 0
    config = tmp_path / "box/sejour.toml"
    config.write_text(config.read_text() + '\n[[hotspot]]\nid = "royale"\nname = "Place Royale"\nlat = 43.2946\nlon = -0.3716\n')
    assert sejour("feed", "add", "essai", "--format", "datatourisme", "--url", flux, "--config", config).code == 0
    assert sejour("feed", "run", "--config", config).code == 0
    settings = read_settings(config)
    with Store(settings.store.url).writing() as connection:
        say(connection, settings.territory.id, Mute(IDS[11], reason="travaux", end=at("2026-08-20 10:00")), "Léa", at("2026-08-13 09:00"))
    return config


def asked(*arguments: object) -> str:
    done = sejour("why", *arguments)
    assert done.code == 0, done.err
    return done.out.replace(THIN, " ")


def test_why_shown_has_its_figures(flux: Path) -> None:
    arguments = ("--source", flux, "--format", "datatourisme", *HERE, *AFTERNOON)
    document = json.loads(asked(IDS[0], *arguments, "--json"))
    assert (document["shown"], document["obstacle"], document["above"], document["changes"]) == (True, None, None, [])
    assert sum(score["value"] * score["weight"] for score in document["scores"]) == pytest.approx(document["total"])
    text = asked(IDS[0], *arguments)
    assert f"Musée 0 (Musée, /o/{IDS[0]})" in text
    assert f"Proposée à ce moment : n° {document['place']} de la page." in text
    assert "Certitude des horaires" in text and "Total" in text


def test_why_outranked_names_the_card_to_pass(flux: Path) -> None:
    arguments = ("--source", flux, "--format", "datatourisme", *HERE, *AFTERNOON)
    shown = {id: json.loads(asked(id, *arguments, "--json"))["shown"] for id in IDS}
    assert sum(shown.values()) == 8
    hidden = next(id for id in IDS if not shown[id])
    document = json.loads(asked(hidden, *arguments, "--json"))
    assert document["obstacle"] == "hours_unknown"
    assert document["above"]["total"] - document["total"] == pytest.approx(document["above"]["missing"])
    assert {change["change"] for change in document["changes"]} >= {"hours", "record"}
    text = asked(hidden, *arguments)
    assert "Ajoutez les horaires à la fiche" in text
    assert "Si c’est bien ouvert à cette heure : n° 1 de la page." in text


def test_why_from_the_database(config: Path, flux: Path, tmp_path: Path) -> None:
    there = ("--config", config, "--hotspot", "royale", *AFTERNOON)
    muted = asked(IDS[11], *there)
    assert "Pas sur la page. L’office de tourisme l’a mise de côté. Retour prévu : jeu. 20 août à 10 h" in muted
    assert "« travaux »" in muted
    assert "depuis la borne royale" in muted
    rainy = json.loads(asked(IDS[1], *there, "--when", "rain", "--wish", "free", "--json"))
    assert (rainy["obstacle"], rainy["facts"]) == ("wish", {"wishes": ["free"]})
    far = json.loads(asked(IDS[1], "--config", config, "--lat", 43.35, "--lon", -0.37, "--mode", "walk", *AFTERNOON, "--json"))
    assert far["obstacle"] == "too_far"
    assert [change["change"] for change in far["changes"]] == ["mode", "nearer"]
    assert sejour("why", IDS[1], "--config", config, "--hotspot", "royale").code == 0  # now

    twin = write_flux(tmp_path / "twin.zip", [make_object("Musée 3", "37/zzzz")])
    sejour("feed", "add", "jumeau", "--format", "datatourisme", "--url", twin, "--config", config)
    assert sejour("feed", "run", "jumeau", "--config", config).code == 0
    assert json.loads(asked(offer_id("datatourisme", "37/zzzz"), *there, "--json"))["id"] == IDS[3]

    write_flux(flux, [make_object(f"Musée {n}", f"64/{n:04d}") for n in range(9)])
    assert sejour("feed", "run", "essai", "--config", config).code == 0
    gone = sejour("why", IDS[10], *there)
    assert (gone.code, gone.out) == (1, "")
    assert "n’est plus donnée par aucun flux" in gone.err
    unknown = sejour("why", "nothing", *there)
    assert (unknown.code, len(unknown.err.splitlines())) == (1, 1)
    assert "Aucune fiche ne porte l’identifiant nothing." in unknown.err


def test_why_over_some_days(flux: Path) -> None:
    arguments = ("--source", flux, "--format", "datatourisme", *HERE, *AFTERNOON, "--days", 2)
    document = json.loads(asked(IDS[0], *arguments, "--json"))
    assert document["moments"] == 8 + 15 == len(document["shown"]) + sum(met["count"] for met in document["obstacles"])
    assert {"unsure_hour"} <= {met["obstacle"] for met in document["obstacles"]} <= {"unsure_hour", "hours_unknown", "outranked", "alike"}
    text = asked(IDS[0], *arguments)
    assert "Sur 2 jours, d’heure en heure de 8 h à 22 h : sur la page" in text
    assert "Ce qui l’en écarte le reste du temps :" in text


@pytest.mark.parametrize(("more", "said"), [
    (("--lat", 43, "--lon", 0, "--at", "yesterday"), "at"), (("--at", "2026-08-13T15:00"), "--lat"), (("--days", 15), "15"), (("--wish", "gold", *HERE), "wish"),
])  # fmt: skip
def test_a_wrong_question_is_one_sentence(flux: Path, more: tuple[object, ...], said: str) -> None:
    assert said in refused("why", IDS[0], "--source", flux, "--format", "datatourisme", *more)


@pytest.mark.shared
def test_why_in_touraine() -> None:
    arguments = ("--source", FLUX, "--format", "datatourisme", "--lat", 47.394, "--lon", 0.689, "--at", "2020-09-19T15:00+02:00")
    found = json.loads(sejour("suggest", *arguments, "--limit", 30, "--json").out)["suggestions"]
    for n in (0, 9, 25):
        document = json.loads(asked(found[n]["id"], *arguments, "--json"))
        assert document["shown"] is (n < 8)
        assert n < 8 or document["obstacle"] in ("hours_unknown", "alike", "outranked")
    assert "Sur 14 jours" in asked(found[9]["id"], *arguments, "--days", 14)
