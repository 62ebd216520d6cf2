"""`sejour replay`: the situations hold, a broken rule is seen by them, and a file that somebody else wrote is read or refused in one sentence."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from sejour import replay as replay_module
from sejour.cli import cli
from sejour.domain import page, slot, timetable
from sejour.domain.catalogue import Catalogue, build_catalogue
from sejour.domain.feed import Gathered
from sejour.domain.offer import Kind, Offer, Prices
from sejour.domain.page import suggest
from sejour.domain.place import Place
from sejour.domain.suggestion import Suggestion, TimeState
from sejour.domain.text import LocalText
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, When, Wish
from sejour.domain.weather import Forecast, Sky
from sejour.domain.weights import Weights
from sejour.errors import UsageError
from sejour.ingest import read_source
from sejour.replay import asking, replay
from sejour.replay.judging import matches
from sejour.replay.reading import guess_format, read_situations
from sejour.replay.report import Replay
from sejour.replay.situation import Expectations, Situation, Source
from tests.builders import PARIS, ROYALE, happening, make_object, make_offer, write_flux
from tests.journeys.conftest import refused, sejour

SITUATIONS = Path(__file__).with_name("situations.yaml")
NOWHERE = Path("no-such-sejour.toml")
OPEN = "Mo-Su 10:00-18:00"
Read = Callable[..., Situation]
Play = Callable[..., Replay]


def situation(lines: str) -> str:
    """A file of one situation: at place Royale, on Thursday 13 August at 15:00, unless its lines say otherwise."""
    told = lines.splitlines()
    usual = [line for line in ("at: 2026-08-13T15:00", "place: 43.2946, -0.3716") if not any(each.startswith(line.split(" ")[0]) for each in told)]
    return "- " + "\n  ".join([*usual, *told]) + "\n"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The one situation that these lines of YAML tell."""

    def reading(lines: str = "", source: str | None = None, format: str | None = None) -> Situation:
        file = tmp_path / "one.yaml"
        file.write_text(situation(lines), encoding="utf-8")
        (found,) = read_situations(file, source, format)
        return found

    return reading


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Plays one situation among these offers."""

    def playing(lines: str, *offers: Offer) -> Replay:
        monkeypatch.setattr(asking, "read_source", lambda *_: Gathered(len(offers), {offer.key: offer for offer in offers}, ()))
        file = tmp_path / "one.yaml"
        file.write_text(situation(f"name: Essai\nsource: x.zip\n{lines}"), encoding="utf-8")
        return replay(file, NOWHERE)

    return playing


# ---- the situations ----


def test_the_situations_are_as_expected() -> None:
    done = sejour("replay", SITUATIONS)
    assert (done.code, done.err) == (0, ""), done.out
    assert int(done.out.split()[0]) >= 40
    assert done.out.strip().endswith("situations, comme attendu.")


@cache
def once(*arguments: Any) -> Gathered:
    return read_source(*arguments)


def weighted(**weights: float) -> Callable[..., Catalogue]:
    return lambda *arguments, **fields: build_catalogue(*arguments, **fields, weights=Weights(**weights))


def changed(**fields: Any) -> Callable[..., Visit]:
    told = asking._visit
    return lambda *arguments: replace(told(*arguments), **fields)


BROKEN: dict[str, tuple[object, str, object, str]] = {  # what is broken: where, and a situation that must see it
    "walks at night": (slot, "DAYLIT", np.zeros_like(slot.DAYLIT), "Une randonnée de décembre"),
    "unknown hours at any hour": (slot, "UNSURE_HOURS", dict.fromkeys(slot.UNSURE_HOURS, (0, 24)), "À 23 h, des horaires inconnus"),
    "a minute before closing": (timetable, "stay_minutes", lambda offer: 0, "Le musée ferme dans une demi-heure"),
    "half of a concert": (timetable, "GRACE", 600, "Un concert commence"),
    "services as ideas": (page, "IDEAS", tuple(Kind), "Rien que l’essentiel"),
    "no holidays": (asking, "holidays_in", lambda *_: None, "Le 1ᵉʳ mai"),
    "Paris everywhere": (asking, "zone_at", lambda place: PARIS, "La Réunion, un matin"),
    "unknown is as good": (asking, "build_catalogue", weighted(certainty=0.0), "Des horaires inconnus viennent après"),
    "whatever the weather": (asking, "build_catalogue", weighted(weather=0.0), "Lundi pluvieux"),
    "whatever the hour": (asking, "build_catalogue", weighted(hour=0.0), "À midi, une table"),
    "no hurry": (asking, "build_catalogue", weighted(waiting=0.0), "Ce qui commence dans vingt minutes"),
    "all alike": (asking, "build_catalogue", weighted(variety=0.0), "Dix restaurants"),
    "no wishes": (asking, "_visit", changed(wishes=frozenset()), "Un fauteuil roulant"),
    "always now": (asking, "_visit", changed(when=When.NOW), "La semaine"),
    "no forecast": (asking, "_visit", changed(forecast=None), "Orage"),
    "always in French": (asking, "_visit", changed(language="fr"), "Auf Deutsch"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_rule_is_seen(broken: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    where, name, other, situation = BROKEN[broken]
    (one,) = [each for each in read_situations(SITUATIONS) if each.name.startswith(situation)]
    monkeypatch.setattr(asking, "read_source", once)
    monkeypatch.setattr(replay_module, "read_situations", lambda *_: [one])
    assert not replay(SITUATIONS, NOWHERE).failed
    monkeypatch.setattr(where, name, other)
    assert replay(SITUATIONS, NOWHERE).failed


# ---- reading what others write ----


@pytest.mark.parametrize("place", [
    "place: 43.2946, -0.3716", "place: [43.2946, -0.3716]", "place: {lat: 43.2946, lon: -0.3716}", "place: {latitude: '43.2946', lng: -0.3716}",
    "place: '43.2946 -0.3716'", "place: ['43.2946', '-0.3716']", "place:\n  lat: 43.2946\n  lon: -0.3716", "lat: 43.2946\nlon: -0.3716\nplace:",
])  # fmt: skip
def test_places(place: str, read: Read) -> None:
    assert read(place).place == ROYALE


@pytest.mark.parametrize(("at", "moment"), [
    ("at: 2026-08-13T15:00", "2026-08-13T15:00:00+02:00"), ("at: '2026-08-13 15:00'", "2026-08-13T15:00:00+02:00"),
    ("at: 2026-08-13 15:00:00", "2026-08-13T15:00:00+02:00"), ("at: 2026-08-13T15:00:00+04:00", "2026-08-13T13:00:00+02:00"),
    ("at: 2026-08-13T15:00Z", "2026-08-13T17:00:00+02:00"), ("at: 2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+01:00"),
    ("at: 2026-08-13", "2026-08-13T00:00:00+02:00"),
])  # fmt: skip
def test_moments(at: str, moment: str, play: Play) -> None:
    (result,) = play(at, make_offer()).results
    assert result.visit.moment.isoformat() == moment


@pytest.mark.parametrize("wish", ["wish: [free, dogs]", "wish: free, dogs", "wish: Free dogs", "wish:\n  - dogs\n  - free"])
def test_wishes(wish: str, read: Read) -> None:
    assert read(wish).wishes == {Wish.FREE, Wish.DOGS}


def test_the_rest_of_a_visit(read: Read) -> None:
    told = read("when: tonight\nmode: bike\nlang: EN\nlimit: 3\nhotspot: gare\nName: Le soir\nweather:")
    assert (told.when, told.mode, told.language, told.limit, told.name) == (When.TONIGHT, Mode.BIKE, "en", 3, "Le soir")
    assert (told.place, told.hotspot, told.weather) == (ROYALE, "gare", None)
    assert (read().when, read().mode, read().language, read().limit, read().expect) == (When.NOW, None, "fr", 8, Expectations())


@pytest.mark.parametrize(("word", "sky"), [("fair", Sky.FAIR), ("rain", Sky.RAIN), ("Storm", Sky.STORM), ("snow", Sky.SNOW), ("hot", Sky.HOT),
                                           ("pluie", Sky.RAIN), ("canicule", Sky.HOT)])  # fmt: skip
def test_a_word_of_weather_is_that_of_all_hours(word: str, sky: Sky, read: Read, play: Play) -> None:
    assert read(f"weather: {word}").weather is sky
    (result,) = play(f"weather: {word}", make_offer()).results
    forecast = result.visit.forecast
    assert forecast
    assert {weather.sky for hours in (0, 24, 24 * 7) if (weather := forecast.at(result.visit.moment + timedelta(hours=hours)))} == {sky}


def test_weather_from_a_file_or_in_place(read: Read, tmp_path: Path) -> None:
    hourly = {"time": ["2026-08-13T15:00"], "weather_code": [95]}
    (tmp_path / "storm.json").write_text(json.dumps({"hourly": hourly}))
    for told in (
        "weather: storm.json",
        f"weather: {tmp_path}/storm.json",
        f"weather: {json.dumps({'hourly': hourly})}",
        f"weather: {json.dumps(hourly)}",
    ):
        forecast = read(told).weather
        assert isinstance(forecast, Forecast)
        assert forecast.weathers[0].sky is Sky.STORM


def test_sources(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "beside").mkdir()
    (tmp_path / "columns.toml").write_text('[columns]\nname = "Nom"\n')
    beside = str(tmp_path / "f.csv")
    for told in (
        "source: f.csv",
        "source: {path: f.csv}",
        "source: {url: f.csv}",
        "source:\n  file: f.csv\n  format: table",
        "source: f.csv\nformat: Table",
    ):
        assert read(told).source == Source(beside, "table")
    assert read("source: {path: f.csv, format: ics}\nformat: table").source == Source(beside, "ics")
    assert read("source: f.csv\nmap: columns.toml").source == Source(beside, "table", '[columns]\nname = "Nom"\n')
    assert read("source: https://office.example/x/agenda.ICS?key=1").source == Source("https://office.example/x/agenda.ICS?key=1", "ics")
    monkeypatch.chdir(tmp_path / "beside")
    (tmp_path / "beside/here.zip").touch()
    assert read("source: here.zip").source == Source("here.zip", "datatourisme")


def test_the_source_of_the_whole_file(read: Read, tmp_path: Path) -> None:
    assert read().source is None
    assert read(source="flux.zip").source == Source("flux.zip", "datatourisme")
    assert read(source="flux", format="table").source == Source("flux", "table")
    assert read("source: a.ics", source="flux", format="table").source == Source(str(tmp_path / "a.ics"), "ics")
    assert read("source: a.txt", format="table").source == Source(str(tmp_path / "a.txt"), "table")


@pytest.mark.parametrize(("name", "format"), [("a.ics", "ics"), ("A.CSV", "table"), ("a.xlsx", "table"), ("a.xls", "table"), ("a.ods", "table"),
                                              ("a.zip", "datatourisme"), ("a.json", "datatourisme"), ("folder", "datatourisme"),
                                              ("https://x.example/feed.csv?v=2.zip", "table")])  # fmt: skip
def test_a_format_is_guessed(name: str, format: str) -> None:
    assert guess_format(name) == format


def test_expectations_are_one_or_a_list(read: Read) -> None:
    expect = read(
        "expect: {first-kind: [sight, Event], contains: Musée, never: [12, market], all_open: true, min: 1, max: 4, first: a, says: b}"
    ).expect
    assert (expect.first_kind, expect.contains, expect.never) == ((Kind.SIGHT, Kind.EVENT), ("Musée",), ("12", "market"))
    assert (expect.all_open, expect.least, expect.most, expect.empty, expect.first, expect.says) == (True, 1, 4, None, ("a",), ("b",))
    assert read("expect: {first_kind: sight, empty: false}").expect.empty is False
    assert read("expect:").expect == Expectations()


def test_a_file_may_call_its_list_situations(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("situations:\n- {at: 2026-08-13T15:00, place: [43, 1]}\n- {at: 2026-08-13T16:00, place: [43, 1]}\n", encoding="utf-8")
    assert [each.name for each in read_situations(file)] == ["n° 1", "n° 2"]


@pytest.mark.parametrize(("word", "answers"), [
    ("mus", True), ("MUSEE", True), ("Musée des Beaux-Arts", True), ("beaux arts", True), ("fine arts", True), ("l’œuvre", True), ("sight", True),
    ("play area", True), ("play_area", True), ("64/abc-1", True), ("abc-1", True), ("theid", True), ("abc", False), ("museum", True), ("si", False), ("event", False),
])  # fmt: skip
def test_what_a_word_matches(word: str, answers: bool) -> None:
    names = LocalText({"fr": "Musée des Beaux-Arts et de l'Œuvre", "en": "Museum of Fine Arts"})
    assert matches(word, make_offer(id="theid", key="64/abc-1", names=names, themes=("play_area",))) is answers


# ---- what cannot be read ----


@pytest.mark.parametrize(("lines", "said"), [
    ("wih: free", "la clé « wih » n’existe pas, vouliez-vous dire « wish » ?"),
    ("expect: {first_kinds: sight}", "la clé « first_kinds » n’existe pas, vouliez-vous dire « first_kind » ?"),
    ("zzz: 1", "la clé « zzz » n’existe pas"),
    ("min: 3", "la clé « min » se met dans expect."),
    ("expect: {wish: free}", "la clé « wish » se met dans la situation."),
    ("source: {pth: x.zip}", "vouliez-vous dire « path » ?"),
    ("source: {format: table}", "« source » doit dire où elle est"),
    ("wish: stroler", "« wish » ne peut pas être « stroler », vouliez-vous dire « stroller » ?"),
    ("when: tonigt", "vouliez-vous dire « tonight » ?"),
    ("mode: wolk", "vouliez-vous dire « walk » ?"),
    ("lang: pt", "« lang » peut être : fr"),
    ("limit: 0", "« limit » va de 1 à 50."),
    ("limit: many", "« limit » va de 1 à 50."),
    ("weather: drizzle", "« weather » n’est ni un fichier ni un mot (fair, rain"),
    ("weather: {hourly: {}}", "Open-Meteo"),
    ("weather: [1]", "« weather » doit être un texte."),
    ("place: Pau", "« place » doit être [lat, lon]"),
    ("place: [43.2, -0.3, 12]", "« place » doit être [lat, lon]"),
    ("place: {lat: 43.2}", "« place » doit être [lat, lon]"),
    ("place: [143, -0.3]", "n’est pas une position sur Terre"),
    ("place:", "il manque « place » (lat, lon) ou « hotspot »."),
    ("at:", "il manque « at », le moment."),
    ("format: nonsense\nsource: x", "Le format « nonsense » n’existe pas"),
    ("source: x.csv\nmap: no.toml", "no.toml ne peut pas être lu."),
    ("expect: {min: -1}", "« min » doit être un nombre entier"),
    ("expect: {min: true}", "« min » doit être un nombre entier"),
    ("expect: {all_open: maybe}", "« all_open » doit être true ou false."),
    ("expect: {contains: [[a]]}", "« contains » doit être un texte."),
    ("expect: {never: ''}", "« never » doit être un texte."),
    ("expect: {first_kind: museum}", "Possibles : sight, activity"),
    ("expect: 12", "il faut des clés et leurs valeurs"),
])  # fmt: skip
def test_a_wrong_situation_is_one_sentence_that_names_it(lines: str, said: str, read: Read) -> None:
    with pytest.raises(UsageError) as refusal:
        read(f"name: La plage\n{lines}")
    assert str(refusal.value).startswith("Situation « La plage » : ")
    assert said in str(refusal.value)


@pytest.mark.parametrize(("text", "said"), [
    (b"- name: [", "ligne"), (b"- at: 2026-02-30T10:00:00", "ne peut pas"), (b"\xff\xfe\x00", "ne peut pas"), (b"- &a [*a]", "n° 1"),
    (b"just words", "n’est pas une liste"), (b"", "n’est pas une liste"), (b"[]", "n’est pas une liste"), (b"name: x", "n’est pas une liste"),
    (b"- 12", "Situation n° 1"), (b"- !!python/object/apply:os.getcwd []", "ne peut pas"), (b"- {[1]: 2}", "ne peut pas"), (b"[" * 5000, "ne peut pas"),
])  # fmt: skip
def test_what_is_no_file_of_situations_is_refused(text: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_bytes(text)
    with pytest.raises(UsageError, match=said) as refusal:
        read_situations(file)
    assert "\n" not in str(refusal.value)


def test_what_cannot_be_asked_names_its_situation(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    here = "place: [43.2946, -0.3716]"
    for line, said in (
        (f"at: yesterday, {here}, source: x.zip", "doit être un moment ISO 8601"),
        (f"at: 2026-08-13T15:00, {here}, source: x.zip", "x.zip n’existe pas"),
        (f"at: 2026-08-13T15:00, {here}, source: '{'x' * 400}'", "Situation « La gare »"),
        (f"at: 2026-08-13T15:00, {here}", "no-such-sejour.toml n’existe pas"),
        ("at: 2026-08-13T15:00, hotspot: gare, source: x.zip", "no-such-sejour.toml n’existe pas"),
    ):
        file.write_text(f"- {{name: La gare, {line}}}\n", encoding="utf-8")
        with pytest.raises(UsageError, match="Situation « La gare » : ") as refusal:
            replay(file, NOWHERE)
        assert said in str(refusal.value)


# ---- what is told of a difference ----


@pytest.mark.parametrize(("expect", "lines"), [
    ("first_kind: event", ["first_kind : attendu event", "obtenu  sight, « Musée »"]),
    ("first_kind: [event, market]", ["first_kind : attendu event ou market"]),
    ("first: Château", ["first : attendu « Château »", "obtenu  sight, « Musée »"]),
    ("contains: [museum, Château]", ["contains : attendu Château", "obtenu  aucune carte n’y répond"]),
    ("never: sight", ["never : attendu rien qui réponde à « sight »", "obtenu  « Musée »"]),
    ("says: gratuit", ["says : attendu « gratuit » sur une carte", "obtenu  aucune carte ne le dit"]),
    ("all_open: true", ["all_open : attendu ouvert, en cours", "obtenu  « Moulin » : horaires à confirmer"]),
    ("min: 3", ["min : attendu au moins 3", "obtenu  2 cartes"]),
    ("max: 1", ["max : attendu au plus 1", "obtenu  2 cartes"]),
    ("empty: true", ["empty : attendu aucune carte", "obtenu  2 cartes"]),
])  # fmt: skip
def test_a_difference_is_told_with_the_cards(expect: str, lines: list[str], play: Play) -> None:
    done = play(f"expect: {{{expect}}}", make_offer(hours=OPEN, themes=("museum",)), make_offer("Moulin", place=Place(43.2960, -0.3706)))
    assert len(done.failed) == 1
    text = done.text.splitlines()
    assert text[0] == "✗ Situation « Essai » (2026-08-13T15:00+02:00 · 43.29460, -0.37160)"
    for part in lines:
        assert any(part in line for line in text), done.text
    assert any(line.startswith("    1. Musée · Musée · à 3 min à pied · ouvert jusqu’à 18") and "arrivée 15:03" in line for line in text)
    assert any("Moulin" in line and "horaires à confirmer" in line for line in text)
    assert text[-1] == "1 situation, dont 1 n’est pas comme attendu."


@pytest.mark.parametrize("expect", ["first_kind: sight", "first: [Château, musee]", "contains: [museum, sight]", "never: [event, Château]", "all_open: true",
                                    "{min: 1, max: 1}", "empty: false", "says: jusqu’à 18 h", "all_open: false"])  # fmt: skip
def test_what_is_as_expected(expect: str, play: Play) -> None:
    done = play(f"expect: {expect if '{' in expect else '{' + expect + '}'}", make_offer(hours=OPEN, themes=("museum",)))
    assert (done.failed, done.text) == ((), "1 situation, comme attendu.")


def test_an_empty_page_is_told(play: Play) -> None:
    done = play("at: 2026-08-13T04:00\nexpect: {empty: false, first_kind: sight, first: x}", make_offer(hours=OPEN))
    assert "  Aucune carte n’est montrée." in done.text
    assert done.text.count("obtenu  aucune carte") == 3


def test_a_visit_is_told_with_its_wishes_and_weather(play: Play) -> None:
    done = play("wish: [free, dogs]\nweather: rain\nwhen: tomorrow\nexpect: {min: 1}", make_offer(prices=Prices(free=False)))
    assert "· dogs · free · rain · tomorrow)" in done.text


def shown(monkeypatch: pytest.MonkeyPatch, change: Callable[[Suggestion], Suggestion]) -> None:
    """As if the ranking gave these cards, changed."""

    def changing(*arguments: Any) -> list[Suggestion]:
        return [change(card) for card in suggest(*arguments)]

    monkeypatch.setattr(replay_module, "suggest", changing)


def later(hours: float) -> Callable[[Suggestion], Suggestion]:
    def change(card: Suggestion) -> Suggestion:
        t = card.time
        return replace(card, time=replace(t, arrive=t.arrive + timedelta(hours=hours), begins=t.begins and t.begins + timedelta(hours=hours)))

    return change


@pytest.mark.parametrize(("offer", "change", "said"), [
    (make_offer(hours=OPEN), later(4), "fini à 18:00, on y est à 19:03"),
    (make_offer(hours=OPEN), lambda card: replace(card, time=replace(later(-8)(card).time, ends=None)), "fermé à 07:03 le 13/08"),
    (make_offer(kind=Kind.EVENT, occurrences=(happening("2026-08-13 15:20", "2026-08-13 16:00"),)),
     lambda card: replace(card, time=replace(later(3)(card).time, ends=None)), "aucune date à 18:20 le 13/08"),
    (make_offer(hours="Mo-We 10:00-18:00 unknown"), lambda card: card, "aucune"),
    (make_offer(), lambda card: replace(card, offer=replace(card.offer, hours="Mo-We 10:00-18:00 unknown")), "fermé à 15:03 le 13/08"),
])  # fmt: skip
def test_what_is_over_or_closed_is_never_as_expected(
    offer: Offer, change: Callable[[Suggestion], Suggestion], said: str, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown(monkeypatch, change)
    done = play("expect: {}", offer)
    if said == "aucune":
        assert not done.failed
        return
    assert "à l’arrivée : attendu rien de fini ni de fermé" in done.text
    assert f"« Musée » : {said}" in done.text


def test_two_answers_are_a_difference(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def wavering(*arguments: Any) -> list[Suggestion]:
        asked.append(1)
        return suggest(*arguments)[:: 1 if len(asked) == 1 else -1]

    monkeypatch.setattr(replay_module, "suggest", wavering)
    done = play("expect: {min: 2}", make_offer(hours=OPEN), make_offer("Moulin", hours=OPEN))
    assert "deux fois : attendu la même liste quand on redemande" in done.text
    assert len(asked) == 2


def test_what_begins_beyond_the_page_is_not_open(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    def change(card: Suggestion) -> Suggestion:
        assert card.time.begins
        return replace(card, time=replace(card.time, state=TimeState.STARTS, begins=datetime.fromisoformat("2026-08-13T19:30+02:00")))

    shown(monkeypatch, change)
    concert = make_offer(kind=Kind.EVENT, occurrences=(happening("2026-08-13 15:20", "2026-08-13 23:00"),))
    assert "ne commence que le 13/08 à 19:30" in play("expect: {all_open: true}", concert).text


def test_json_tells_the_same(play: Play) -> None:
    told = play("expect: {min: 3}", make_offer(hours=OPEN, themes=("museum",))).document
    assert (told["situations"], told["passed"], told["failed"]) == (1, 0, 1)
    (result,) = told["results"]
    assert (result["name"], result["at"], result["passed"]) == ("Essai", "2026-08-13T15:00:00+02:00", False)
    assert result["differences"] == [{"key": "min", "expected": "au moins 3", "got": "1 carte"}]
    (card,) = result["cards"]
    assert (card["kind"], card["state"], card["until"], card["themes"]) == ("sight", "open", "2026-08-13T18:00:00+02:00", ["museum"])
    assert json.loads(json.dumps(told)) == told


# ---- asking ----


def test_a_catalogue_is_built_once_for_a_source_and_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads, builds = list[tuple[Any, ...]](), list[datetime]()

    def reading(*arguments: Any) -> Gathered:
        reads.append(arguments)
        return Gathered(0, {}, ())

    def building(offers: Iterable[Offer], moment: datetime, **fields: Any) -> Catalogue:
        builds.append(moment)
        return build_catalogue(offers, moment, **fields)

    monkeypatch.setattr(asking, "read_source", reading)
    monkeypatch.setattr(asking, "build_catalogue", building)
    whens: Sequence[tuple[str, str]] = (("a.csv", "2026-08-13T15:00"), ("a.csv", "2026-08-13T19:00"), ("a.csv", "2026-08-14T15:00"),
                                        ("b.ics", "2026-08-13T15:00"), ("b.ics", "2026-08-14T15:00"))  # fmt: skip
    file = tmp_path / "s.yaml"
    file.write_text("".join(f"- {{at: {at}, place: [43.3, -0.37], source: {source}}}\n" for source, at in whens))
    replay(file, NOWHERE)
    assert len(builds) == 4
    assert [(Path(source).name, format, moment and moment.isoformat()) for source, format, _, moment, _ in reads] == [
        ("a.csv", "table", None), ("b.ics", "ics", "2026-08-13T00:00:00+02:00"), ("b.ics", "ics", "2026-08-14T00:00:00+02:00"),
    ]  # fmt: skip


def test_the_configured_database_and_its_hotspots(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["init", str(tmp_path / "box")])
    assert done.exit_code == 0
    config = tmp_path / "box/sejour.toml"
    flux = write_flux(tmp_path / "flux.zip", [make_object("Musée", "64/0001"), make_object("Château", "64/0002")])
    with config.open("a") as settings:
        settings.write(
            f'[[feed]]\nname = "x"\nformat = "datatourisme"\nurl = "{flux}"\n[[hotspot]]\nid = "gare"\nname = "Gare"\nlat = 43.2917\nlon = -0.3697\n'
        )
    assert CliRunner().invoke(cli, ["feed", "run", "--config", str(config)]).exit_code == 0
    file = tmp_path / "s.yaml"
    told = "expect: {contains: [Musée, Château], says: horaires à confirmer}"
    file.write_text(
        f"- {{at: 2026-08-13T15:00, hotspot: gare, {told}}}\n"
        f"- {{at: 2026-08-14T15:00, place: [43.2946, -0.3716], {told}}}\n"
        f"- {{at: 2026-08-13T16:00, hotspot: gare, source: flux.zip, {told}}}\n"
    )
    first, second, third = replay(file, config).results
    assert not (first.differences or second.differences or third.differences)
    assert (first.visit.hotspot, first.visit.territory, second.visit.hotspot) == ("gare", "territoire", None)
    assert third.visit.place == first.visit.place == Place(43.2917, -0.3697)
    file.write_text("- {at: 2026-08-13T15:00, hotspot: gere}\n")
    with pytest.raises(UsageError, match="Situation n° 1 : aucune borne ne s’appelle « gere » ; les bornes : gare"):
        replay(file, config)


# ---- the command ----


def test_exit_codes(tmp_path: Path) -> None:
    """0 is that of the situations, above."""
    write_flux(tmp_path / "flux.zip", [make_object("Musée", "64/0001")])
    file = tmp_path / "s.yaml"
    file.write_text("- {name: Trop, at: 2026-08-13T15:00, place: [43.2946, -0.3716], expect: {min: 2}}\n")
    done = sejour("replay", file, "--source", "flux.zip", cwd=tmp_path)
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith("✗ Situation « Trop »")
    arguments = ["replay", str(file), "--source", str(tmp_path / "flux.zip"), "--format", "datatourisme", "--json"]
    ran = CliRunner().invoke(cli, arguments)
    assert (ran.exit_code, json.loads(ran.output)["failed"]) == (1, 1)
    file.write_text("- {name: Trop, at: 2026-08-13T15:00, plaice: [43.2946, -0.3716]}\n")
    assert "Situation « Trop » : la clé « plaice » n’existe pas, vouliez-vous dire « place » ?" in refused("replay", file)
    with pytest.raises(UsageError, match=r"nowhere\.yaml ne peut pas être lu"):
        replay(tmp_path / "nowhere.yaml", NOWHERE)
