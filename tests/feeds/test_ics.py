"""iCalendar: one file of our corpus for each trap that real calendars hold (feeds.md §5)."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers_feed import ics_dates, ics_rule
from providers_feed.ics import parse
from providers_feed.ics_words import cancelled, prices, themes
from sejour.domain.feed import Feed, Gathered, Severity, decide, gather
from sejour.domain.offer import Contact, ContactType, Kind, OccurrenceStatus, Offer, Prices, offer_id
from sejour.domain.place import Address, Place
from sejour.errors import FeedError
from tests.builders import PARIS, at

CORPUS = Path(__file__).parent / "corpus/ics"


def read(name: str, **fields: Any) -> Gathered:
    return gather(parse(CORPUS / f"{name}.ics", Feed("essai", "ics", **fields)))


def written(path: Path, *lines: str | bytes, **fields: Any) -> Gathered:
    """What a calendar of these lines gives."""
    body = [line if isinstance(line, bytes) else line.encode() for line in ("BEGIN:VCALENDAR", *lines, "END:VCALENDAR")]
    (path / "essai.ics").write_bytes(b"\r\n".join(body))
    return gather(parse(path / "essai.ics", Feed("essai", "ics", **fields)))


def one(gathered: Gathered, n: int | str) -> Offer:
    return gathered.offers[f"{n}@corpus"]


def dates(offer: Offer) -> list[str]:
    """ "2026-07-14 21:00", "2026-07-14 21:00–23:00", "2026-08-15…16" for two whole days, "×" before what is cancelled."""
    said = []
    for o in offer.occurrences:
        text = f"{o.start:%Y-%m-%d %H:%M}" + (f"–{o.end:%H:%M}" if o.end else "")
        if o.all_day:
            assert o.end
            last = o.end - timedelta(days=1)
            assert (o.start.hour, o.end.hour, o.start.minute, o.end.minute) == (0, 0, 0, 0)
            text = f"{o.start:%Y-%m-%d}" + (f"…{last:%m-%d}" if last.date() > o.start.date() else "")
        said.append("×" * (o.status is OccurrenceStatus.CANCELLED) + text)
    return said


def every(gathered: Gathered) -> dict[str, list[str]]:
    return {key.partition("@")[0]: dates(offer) for key, offer in gathered.offers.items()}


def complaints(gathered: Gathered) -> list[tuple[str, str | None, str]]:
    return [((problem.record or "").partition("@")[0], problem.field, problem.severity.value) for problem in gathered.problems]


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.ics")), ids=lambda path: path.stem)
def test_each_gives_the_same_twice_and_whole_events(path: Path) -> None:
    gathered = read(path.stem)
    assert gathered == read(path.stem)
    for key, offer in gathered.offers.items():
        assert (offer.id, offer.key, offer.kind, offer.feed) == (offer_id("ics", key), key, Kind.EVENT, "essai")
        assert all(str(o.start.tzinfo) == offer.timezone for o in offer.occurrences)
        assert all(o.end is None or o.end > o.start for o in offer.occurrences)


# Dates and zones


def test_a_zone_without_its_vtimezone() -> None:
    gathered = read("zone-sans-vtimezone")
    assert every(gathered) == {
        "1": ["2026-07-14 21:00"], "2": ["2026-12-14 21:00"], "3": ["2026-07-14 21:00"], "4": ["2026-07-14 21:00"],
        "5": ["2026-07-14 21:00"], "6": ["2026-07-14 21:00"],
    }  # fmt: skip
    assert one(gathered, 1).occurrences[0].start == at("2026-07-14 21:00")
    assert gathered.problems == ()


def test_floating_times_are_those_of_the_territory() -> None:
    offer = one(read("zone-sans-vtimezone", timezone="Indian/Reunion"), 3)
    assert (offer.timezone, offer.occurrences[0].start) == ("Indian/Reunion", at("2026-07-14 21:00", ZoneInfo("Indian/Reunion")))


def test_windows_zones_and_other_names() -> None:
    gathered = read("windows")
    assert every(gathered) == {str(n): ["2026-07-14 21:00"] for n in range(1, 8)}
    assert gathered.problems == ()


def test_only_x_wr_timezone() -> None:
    """Lisbon is an hour behind Paris; the series stays at 18:00 there over the change of the hour, 25 October."""
    assert every(read("x-wr-timezone")) == {"1": ["2026-07-14 22:00"], "2": ["2026-10-20 19:00", "2026-10-27 19:00"]}


def test_a_vtimezone_of_one_year_does_not_decide() -> None:
    assert every(read("vtimezone-d-un-an")) == {"1": ["2026-07-14 21:00"], "2": ["2026-12-14 21:00"]}


def test_home_made_zones() -> None:
    gathered = read("zone-maison", timezone="Europe/Lisbon")
    assert every(gathered) == {"1": ["2026-07-14 20:00"], "2": ["2026-12-14 20:00"], "3": ["2026-07-14 21:00"], "4": ["2026-07-14 21:00"]}
    assert complaints(gathered) == [("3", "DTSTART", "warning"), ("4", "DTSTART", "warning")]


def test_the_change_of_the_hour() -> None:
    """02:30 does not exist on 28 March and comes twice on 31 October: moved past the gap; the first one."""
    gathered = read("changement-d-heure")
    assert every(gathered) == {"1": ["2027-03-28 03:30–04:30"], "2": ["2027-10-31 02:30"], "3": ["2027-03-21 20:00", "2027-03-28 20:00"]}
    assert one(gathered, 2).occurrences[0].start.utcoffset() == timedelta(hours=2)


def test_whole_days_end_before_dtend() -> None:
    gathered = read("journees")
    assert every(gathered) == {
        "1": ["2026-08-15"], "2": ["2026-06-01…09-18"], "3": ["2026-08-15"], "4": ["2026-08-15"], "5": ["2026-08-15…08-16"],
        "6": ["2026-08-15"], "7": ["2026-08-15…08-16"], "8": ["2026-10-17", "2026-10-24", "2026-10-31"], "9": ["2026-08-15"],
    }  # fmt: skip
    assert gathered.problems == ()


def test_ends_that_cannot_be() -> None:
    gathered = read("durees")
    assert every(gathered) == {
        "1": ["2026-07-14 21:00"], "2": ["2026-07-14 21:00"], "3": ["2026-07-14 21:00"], "4": ["2026-07-14 21:00–22:30"],
        "5": ["2026-07-14 21:00"], "6": ["2026-07-14 21:00"], "7": ["2026-07-14 21:00–22:00"], "8": ["2026-07-14 21:00–02:00"],
    }  # fmt: skip
    assert complaints(gathered) == [("1", "DTEND", "info"), ("2", "DTEND", "warning"), ("3", "DURATION", "warning"), ("5", "DTEND", "warning")]


# Series


def test_dates_of_a_series_that_are_moved_or_cancelled() -> None:
    gathered = read("changees")
    assert every(gathered) == {
        "1": ["2026-09-01 20:00–22:00", "2026-09-09 19:00–21:00", "×2026-09-15 20:00–22:00", "×2026-09-22 20:00", "2026-09-29 20:00–22:00"],
        "2": ["2026-09-01 08:00", "2026-09-08 08:00", "2026-09-15 09:00–10:00", "2026-09-22 09:00–10:00"],
        "3": ["2026-09-03 20:00"],
        "4": ["2026-09-03 20:00"],
    }
    assert one(gathered, 1).names.texts == {"fr": "Chorale"}
    assert complaints(gathered) == [("4", "RECURRENCE-ID", "warning")]


def test_exdate_and_exrule() -> None:
    gathered = read("exceptions")
    assert every(gathered) == {
        "1": ["2026-09-01 20:00", "2026-09-22 20:00"],
        "2": ["2026-09-01 20:00", "2026-09-15 20:00", "2026-09-22 20:00"],
        "3": ["2026-09-01 20:00", "2026-09-15 20:00", "2026-09-22 20:00"],
        "4": ["2026-09-01", "2026-09-15", "2026-09-22"],
        "5": ["2026-09-08 20:00", "2026-09-22 20:00"],
        "6": ["2026-09-01 20:00", "2026-09-08 20:00"],
    }
    assert complaints(gathered) == [("6", "EXDATE", "warning")]


def test_rdate_and_its_periods() -> None:
    gathered = read("dates-en-plus")
    assert every(gathered) == {
        "1": ["2026-09-01 20:00–21:00", "2026-09-03 20:00–21:00", "2026-09-05 18:00–19:00"],
        "2": ["2026-09-01 20:00–21:00", "2026-09-03 20:00–23:30", "2026-09-05 20:00–22:00"],
        "3": ["2026-09-03 20:00", "2026-09-08 20:00"],
    }
    assert gathered.problems == ()


def test_until() -> None:
    weeks = ["2026-09-01 20:00", "2026-09-08 20:00", "2026-09-15 20:00"]
    assert every(read("until")) == {"1": weeks, "2": weeks, "3": weeks[:2], "4": ["2026-09-01", "2026-09-08", "2026-09-15"]}


def test_series_are_unfolded_from_the_day_before_to_thirteen_months_after() -> None:
    gathered = read("fenetre", moment=at("2026-08-12 20:30"))  # a Wednesday; the series is on Tuesdays from 20:00 to 22:00
    series = [o.start.date() for o in one(gathered, 1).occurrences]
    assert (series[0], series[-1], len(series)) == (date(2026, 8, 11), date(2027, 9, 7), 57)
    assert every(gathered)["2"] == ["2020-01-07 20:00"]  # a date of its own stays: its past is no change
    assert every(gathered)["3"] == ["2029-01-07 20:00"]
    assert every(gathered)["4"] == []
    assert gathered.problems == ()


def test_without_a_moment_series_are_unfolded_from_the_first_date_of_the_calendar() -> None:
    series = [o.start.date() for o in one(read("fenetre"), 1).occurrences]
    assert (series[0], series[-1], len(series)) == (date(2020, 1, 7), date(2021, 2, 2), 57)


def test_a_long_series_is_cut_and_said() -> None:
    gathered = read("longue-serie", moment=at("2026-08-12 08:00"))
    assert len(one(gathered, 1).occurrences) == ics_dates.MOST_OCCURRENCES
    assert one(gathered, 1).occurrences[0].start == at("2026-08-11 08:00")
    assert complaints(gathered) == [("1", "RRULE", "warning")]


def test_rules_that_are_refused_leave_the_rest() -> None:
    gathered = read("regles-refusees")
    assert every(gathered) == {"1": ["2026-07-14 21:00"]}
    assert complaints(gathered) == [(f"refus-{n}", "RRULE", "error") for n in range(14)]
    assert decide({"refus-0@corpus": "x", "autre": "x"}, {"1@corpus": "x"}, gathered.problems).removed == ("autre",)


def test_the_work_for_one_calendar_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("providers_feed.ics.Work", lambda: ics_rule.Work(21_000))
    heavy = (f"BEGIN:VEVENT\nUID:{n}\nSUMMARY:Bal\nDTSTART:20260501T200000\nRRULE:FREQ=DAILY\nEND:VEVENT" for n in range(20))
    gathered = written(tmp_path, *heavy)
    assert len(gathered.offers) == 3  # 397 or 398 days each
    assert {str(problem.reason) for problem in gathered.problems} == {"Répétition trop longue à calculer : l’événement est laissé."}


# What an event is


def test_cancelled_events() -> None:
    gathered = read("annules")
    assert every(gathered) == {n: ["×2026-07-14 21:00"] for n in "12346"} | {"5": ["2026-07-14 21:00"]}
    names = [offer.names.texts["fr"] for offer in gathered.offers.values()]
    assert names == ["Bal", "Feu d'artifice", "Loto", "Pique-nique", "Annule tout, comédie", "ANNULÉ"]
    assert every(read("methode-cancel")) == {"1": ["×2026-07-14 21:00"]}


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Annulé : concert", ("concert", True)),
        ("ANNULE Concert de jazz", ("Concert de jazz", True)),
        ("Concert - ANNULÉ", ("Concert", True)),
        ("CANCELLED: Show", ("Show", True)),
        ("Annulation - Vide-grenier", ("Vide-grenier", True)),
        ("Annule\u0301 - Fête", ("Fête", True)),
        ("Annuler ou pas : débat", ("Annuler ou pas : débat", False)),
        ("Le train annulé, lecture", ("Le train annulé, lecture", False)),
    ],
)
def test_titles_that_say_cancelled(title: str, told: tuple[str, bool]) -> None:
    assert cancelled(title) == told


def test_without_a_uid_the_key_comes_from_the_content() -> None:
    gathered = read("sans-uid")
    assert sorted(offer.names.texts["fr"] for offer in gathered.offers.values()) == ["Loto", "Vide-grenier", "Vide-grenier"]
    assert complaints(gathered) == [(key, "UID", "info") for key in gathered.offers]


def test_long_uids_that_begin_alike_stay_apart(tmp_path: Path) -> None:
    gathered = written(tmp_path, *(f"BEGIN:VEVENT\nUID:{'x' * 300}{n}\nSUMMARY:Bal\nDTSTART:20260501\nEND:VEVENT" for n in range(3)))
    assert [len(key) <= 200 for key in gathered.offers] == [True] * 3


@pytest.mark.parametrize(("name", "problems"), [("coupe", [("2", None, "error"), ("coupe.ics", None, "warning")]),
                                                ("coupe-entre-deux", [("coupe-entre-deux.ics", None, "warning")])])  # fmt: skip
def test_of_a_file_that_is_cut_whole_events_are_loaded_and_nothing_is_removed(name: str, problems: list[tuple[str, str | None, str]]) -> None:
    gathered = read(name)
    assert every(gathered) == {"1": ["2026-07-14 21:00"]}
    assert complaints(gathered) == problems
    assert decide({"2@corpus": "x", "3@corpus": "x"}, {"1@corpus": "x"}, gathered.problems).removed == ()


def test_an_event_without_its_end_leaves_the_next_ones() -> None:
    gathered = read("fin-oubliee")
    assert every(gathered) == {"2": ["2026-07-14 21:00"], "3": ["2026-07-14 21:00"]}
    assert complaints(gathered) == [("1", None, "error")]


def test_one_uid_several_times() -> None:
    gathered = read("doublons")
    assert every(gathered) == {"dates": ["2026-07-14 21:00", "2026-07-21 21:00"], "version": ["2026-07-15 21:00"], "melange": ["2026-07-15 21:00"]}
    assert [offer.names.texts["fr"] for offer in gathered.offers.values()] == ["Cinéma", "Nouveau titre", "Bal"]
    assert complaints(gathered) == [("dates", "UID", "info"), ("version", "UID", "info"), ("melange", "UID", "warning")]


def test_private_events_are_not_shown() -> None:
    gathered = read("prives")
    assert every(gathered) == {"2": ["2026-07-14 21:00"]}
    assert complaints(gathered) == [("1", "CLASS", "warning"), ("3", "CLASS", "warning")]  # no error: a known one goes


def test_alarms_and_tasks_are_no_events() -> None:
    offer = one(read("alarmes"), 1)
    assert (offer.names.texts, offer.descriptions and offer.descriptions.texts) == ({"fr": "Bal"}, {"fr": "Au lavoir"})


def test_events_without_title_or_date() -> None:
    gathered = read("sans-titre")
    assert one(gathered, 1).names.texts == {"fr": "Grand bal"}
    assert list(gathered.offers) == ["1@corpus"]
    assert complaints(gathered) == [
        ("1", "SUMMARY", "info"), ("2", "SUMMARY", "error"), ("3", "DTSTART", "error"), ("4", "DTSTART", "error"), ("5", "DTSTART", "error"),
    ]  # fmt: skip


def test_two_calendars_in_one_file_each_with_its_zone() -> None:
    assert every(read("deux-calendriers")) == {"1": ["2026-07-14 21:00"], "2": ["2026-07-14 22:00"]}


# What it says


def test_commas_and_escapes() -> None:
    gathered = read("virgules")
    assert one(gathered, 1).names.texts == {"fr": "Bal, buvette"}
    assert one(gathered, 1).address == Address("Salle du Lac, 3 place de l'Église, 64999 Valmont")
    assert one(gathered, 2).address == Address("Foyer rural, route du Bois; Valmont")
    assert (one(gathered, 2).descriptions or one(gathered, 2).names).texts == {"fr": "Lots\nBuvette, crêpes : tout \\ rien"}


def test_html_in_texts() -> None:
    gathered = read("html")
    assert one(gathered, 1).names.texts == {"fr": "Bal & buvette gratuite"}
    assert (one(gathered, 1).descriptions or one(gathered, 1).names).texts == {"fr": "Venez nombreux !\n\nÀ l’entrée, 5 €"}
    assert (one(gathered, 2).descriptions or one(gathered, 2).names).texts == {"fr": "En HTML"}


def test_when_it_was_changed() -> None:
    """DTSTAMP is the time of the export, when it is there at all."""
    assert [offer.updated for offer in read("dtstamp").offers.values()] == ["2026-03-01T08:00:00+00:00", None, "2026-03-02T08:00:00+00:00"]


def test_positions() -> None:
    gathered = read("positions")
    pau = Place(43.2956, -0.3706)
    assert [offer.place for offer in gathered.offers.values()] == [pau, None, None, pau, Place(-21.1151, 55.5364), pau]
    assert complaints(gathered) == [("2", "GEO", "warning"), ("3", "GEO", "warning")]
    assert one(gathered, 5).timezone == "Indian/Reunion"
    assert dates(one(gathered, 5)) == ["2026-07-14 21:00"]


def test_pages_are_kept_and_people_are_not() -> None:
    gathered = read("contacts")
    assert one(gathered, 1).contacts == (Contact(ContactType.WEB, "https://valmont.example/bal"),)
    assert complaints(gathered) == [("2", "URL", "warning"), ("3", "URL", "warning")]
    assert not any(word in str(gathered.offers) for word in ("Jeanne", "Paul", "mailto", "visio"))


def test_categories_tell_the_themes_and_else_the_title() -> None:
    told = {key.partition("@")[0]: offer.themes for key, offer in read("categories").offers.items()}
    assert told == {
        "1": ("concert", "children"), "2": ("concert", "dance"), "3": ("flea_market",), "4": ("market",), "5": ("walk",), "6": (),
        "7": ("theatre",), "8": ("exhibition",),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("title", "theme"),
    [
        ("MARCHE DE NOEL", "market"), ("Marché des producteurs de pays", "producers_market"), ("Concert place du Marché", "concert"),
        ("Vide-grenier", "flea_market"), ("Cinéma en plein air", "cinema"), ("Tournoi de pétanque", "sport"), ("Visite guidée du lavoir", "guided_tour"),
        ("Journées européennes du patrimoine", "heritage_days"), ("Conférence : les vers luisants", "conference"), ("Festival de l’ail", "festival"),
    ],
)  # fmt: skip
def test_titles_that_name_a_theme(title: str, theme: str) -> None:
    assert themes([], title) == (theme,)


def test_prices_are_kept_when_they_are_certain() -> None:
    assert [offer.prices for offer in read("prix").offers.values()] == [
        Prices(True), Prices(True), Prices(False, 12, 12), None, None, Prices(False, 10, 10),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12 €", Prices(False, 12, 12)),
        ("12,50 euros", Prices(False, 12.5, 12.5)),
        ("Tarifs : 10 € / 8 € (réduit)", Prices(False, 8, 10)),
        ("Adultes 8€ – enfants 4€", Prices(False, 8, 8)),
        ("Entrée libre dans la limite des places", Prices(True)),
        ("Entrée libre. Repas 15 €", Prices(True)),
        ("visite gratuite du musée à 15h, puis dégustation 5 €", None),
        ("Gratuit. 5 € l’atelier", None),
        ("participation libre", None),
        ("Parking gratuit", None),
        ("Non gratuit", None),
        ("Prix du jury : 500 €", None),
        ("Loto : 2 000 € en bons d’achat", None),
        ("2 € le café", None),
        ("Participation : 0.10 EUR/km/personne", None),
        ("À partir de 5 €", None),
    ],
)
def test_what_a_price_is(text: str, told: Prices | None) -> None:
    assert prices(text) == told


def test_languages() -> None:
    offer = one(read("langues"), 1)
    assert (offer.names.texts, offer.descriptions and offer.descriptions.texts) == ({"fr": "Marché", "en": "Market"}, {"oc": "Mercat"})


# How it is written


@pytest.mark.parametrize("name", ["bom", "cp1252", "utf-16"])
def test_encodings(name: str) -> None:
    gathered = read(name)
    assert one(gathered, 1).names.texts == {"fr": "Fête de la châtaigne"}
    assert (one(gathered, 1).descriptions or one(gathered, 1).names).texts == {"fr": "Œuvres – 5 €"}
    assert complaints(gathered) == ([("cp1252.ics", None, "info")] if name == "cp1252" else [])


def test_two_encodings_in_one_file() -> None:
    assert [offer.names.texts["fr"] for offer in read("melange").offers.values()] == ["Fête en UTF-8", "Fête en latin-1"]


def test_a_character_cut_in_two_spoils_only_itself(tmp_path: Path) -> None:
    gathered = written(tmp_path, "BEGIN:VEVENT", "UID:1", "DTSTART:20260501", "SUMMARY:Châtaignes et blé".encode() + b"\xc3", "END:VEVENT")
    assert gathered.offers["1"].names.texts == {"fr": "Châtaignes et blé"}


def test_folds_within_a_character_and_folds_without_their_space() -> None:
    gathered = read("pliage")
    offer = one(gathered, 1)
    assert (offer.descriptions or offer.names).texts == {"fr": "Une longue description qui est pliée, et l'été"}
    assert offer.address == Address("Salle Tarif : 5 € au fond du parc")
    assert complaints(gathered) == [("1", "VEVENT", "info")]
    assert every(read("retours-chariot")) == {"1": ["2026-07-14 21:00"]}


@pytest.mark.parametrize("body", [b"", b"\n", b"<!doctype html><html><title>Connexion</title>", b"PK", b"\xff\xfe\x00", b"BEGIN:VCARD\nEND:VCARD\n",
                                  b"BEGIN:VTODO\nEND:VTODO", b'{"@id": 1}', b"\0" * 100])  # fmt: skip
def test_what_is_no_calendar_is_one_sentence(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "agenda.ics").write_bytes(body)
    with pytest.raises(FeedError, match=r"agenda\.ics n’est pas un calendrier iCalendar"):
        list(parse(tmp_path / "agenda.ics", Feed("essai", "ics")))


def test_an_empty_calendar_is_one(tmp_path: Path) -> None:
    assert written(tmp_path) == Gathered(0, {}, ())


def test_a_folder_of_calendars(tmp_path: Path) -> None:
    for name in ("alarmes", "prives"):
        (tmp_path / f"{name}.ics").write_bytes((CORPUS / f"{name}.ics").read_bytes())
    (tmp_path / "page.ics").write_text("<html>")
    (tmp_path / "lisez-moi.txt").write_text("rien")
    gathered = gather(parse(tmp_path, Feed("essai", "ics")))
    assert list(gathered.offers) == ["1@corpus", "2@corpus"]
    assert [(p.record, p.severity, p.partial) for p in gathered.problems if p.field is None] == [("page.ics", Severity.ERROR, True)]


# Any simple week, and any damage


@given(
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    at_time=st.times(time(4), time(23, 59)).map(lambda moment: moment.replace(microsecond=0)),  # no clock changes then
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    interval=st.integers(1, 4),
    count=st.none() | st.integers(1, 60),
    days=st.none() | st.integers(0, 500),
)
def test_a_weekly_rule_is_what_a_naive_loop_says(
    tmp_path_factory: pytest.TempPathFactory, first: date, at_time: time, weekdays: set[int], interval: int, count: int | None, days: int | None
) -> None:
    start = datetime.combine(first, at_time)
    last = start + timedelta(days=1000 if days is None else days)
    rule = f"RRULE:FREQ=WEEKLY;INTERVAL={interval};BYDAY={','.join(name for name, n in ics_rule.WEEKDAYS.items() if n in weekdays)}"
    rule += f";COUNT={count}" if count else ""
    rule += f";UNTIL={last:%Y%m%dT%H%M%S}" if days is not None else ""
    event = ("BEGIN:VEVENT", "UID:1", "SUMMARY:Bal", f"DTSTART:{start:%Y%m%dT%H%M%S}", rule, "END:VEVENT")
    gathered = written(tmp_path_factory.getbasetemp(), *event, moment=start.replace(tzinfo=PARIS))

    monday = first - timedelta(days=first.weekday())
    every_day = (start + timedelta(days=n) for n in range(366))  # the window is a month longer
    expected = [day for day in every_day if day.weekday() in weekdays and (day.date() - monday).days // 7 % interval == 0]
    found = [occurrence.start.replace(tzinfo=None) for occurrence in gathered.offers["1"].occurrences]
    assert [day for day in found if day < start + timedelta(days=366)] == [day for day in expected[:count] if day <= last]


WHOLE = b"".join(path.read_bytes() for path in sorted(CORPUS.glob("*.ics")) if path.stem != "utf-16")


@given(st.data())
def test_whatever_is_cut_or_changed_nothing_is_raised(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    where = data.draw(st.integers(0, len(WHOLE)))
    body = bytearray(WHOLE[where : where + 5_000])
    for _ in range(data.draw(st.integers(1, 20))):
        where, length = data.draw(st.integers(0, len(body))), data.draw(st.integers(0, 40))
        body[where : where + length] = data.draw(
            st.binary(max_size=20) | st.sampled_from([b"\n", b"99999999", b";", b":", b"END:VEVENT\n", b"-", b"\\"])
        )
    path = tmp_path_factory.getbasetemp() / "abime.ics"
    path.write_bytes(b"BEGIN:VCALENDAR\n" + body)
    gather(parse(path, Feed("essai", "ics")))
