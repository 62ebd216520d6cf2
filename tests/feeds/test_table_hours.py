"""Opening hours in French: what is read, what it means on a day, and what is never guessed."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours, validate

from providers_feed.table_hours import looks_like_osm, opening_hours

READ = {
    "du mardi au dimanche 10h-18h": "Tu-Su 10:00-18:00",
    "Du mardi au dimanche de 10 h à 18 h 30.": "Tu-Su 10:00-18:30",
    "lun-ven 9h-12h / 14h-18h": "Mo-Fr 09:00-12:00,14:00-18:00",
    "Lu-Ve 9h-12h": "Mo-Fr 09:00-12:00",
    "9h/12h - 14h/18h du lundi au vendredi": "Mo-Fr 09:00-12:00,14:00-18:00",
    "Du lundi au vendredi de 9h à 12h30 et de 14h à 18h ; samedi 9h-12h": "Mo-Fr 09:00-12:30,14:00-18:00, Sa 09:00-12:00",
    "lundi : 07:30:00-23:00:00\nmardi : 07:30:00-23:00:00": "Mo-Tu 07:30-23:00",
    "lundi 9h-12h\nlundi 14h-18h": "Mo 09:00-12:00,14:00-18:00",
    "- Lundi : 9h-12h\n- Mercredi : 14h-18h": "Mo 09:00-12:00, We 14:00-18:00",
    "Mercredi et vendredi 16h30-19h": "We,Fr 16:30-19:00",
    "Les lundi, mardi, jeudi et vendredi de 10 h à 12 h": "Mo-Tu,Th-Fr 10:00-12:00",
    "vendredi au lundi 10h-12h": "Mo,Fr-Su 10:00-12:00",
    "tous les jours 10h-19h": "Mo-Su 10:00-19:00",
    "7j/7 10h-19h": "Mo-Su 10:00-19:00",
    "24h/24 7j/7": "Mo-Su 00:00-24:00",
    "week-end 10h-12h": "Sa-Su 10:00-12:00",
    "lundi et mardi 10-12h": "Mo-Tu 10:00-12:00",
    "le dimanche de 10h à midi": "Su 10:00-12:00",
    "vendredi et samedi 19h-2h": "Fr-Sa 19:00-02:00",
    "Tous les jours à partir de 18h": "Mo-Su 18:00+",
    "Tous les jours sauf le mardi, 10h à 19h": "Mo,We-Su 10:00-19:00",
    "10h à 19h tous les jours sauf mardi": "Mo,We-Su 10:00-19:00",
    "10h à 19h sauf mardi": "Mo,We-Su 10:00-19:00",
    "10h-18h. Fermé le lundi et les jours fériés": "Tu-Su 10:00-18:00; PH off",
    "10h-18h, fermé le lundi": "Tu-Su 10:00-18:00",
    "Fermé le lundi, mardi au dimanche 10h-18h": "Tu-Su 10:00-18:00",
    "Lundi : fermé, mardi au vendredi : 9h-12h": "Tu-Fr 09:00-12:00",
    "fermé le lundi": "Tu-Su unknown",
    "Fermé les dimanches et jours fériés.": "Mo-Sa unknown; PH off",
    "dimanche fermé": "Mo-Sa unknown",
    "Ouvert du mardi au dimanche": "Tu-Su unknown",
    "Samedi, dimanche et jours fériés 14h-18h": "Sa-Su 14:00-18:00; PH 14:00-18:00",
    "tous les jours 10h-18h, fermé le 1er mai et le 25 décembre": "Mo-Su 10:00-18:00; May 01 off; Dec 25 off",
    "Mardi-dimanche 10h-18h (fermé le 25/12)": "Tu-Su 10:00-18:00; Dec 25 off",
    "D’avril à octobre : tous les jours 10h-19h": "Apr-Oct Mo-Su 10:00-19:00",
    "juillet et août : tous les jours de 10h à 19h": "Jul-Aug Mo-Su 10:00-19:00",
    "Du 1er avril au 30 septembre : 10h-12h et 14h-18h": "Apr 01-Sep 30 Mo-Su 10:00-12:00,14:00-18:00",
    "Du 1er au 15 août 10h-12h": "Aug 01-Aug 15 Mo-Su 10:00-12:00",
    "Du 15 novembre au 15 mars tous les jours sauf lundi 10h-12h": "Nov 15-Mar 15 Tu-Su 10:00-12:00",
    "10h-18h tous les jours, de mai à août": "May-Aug Mo-Su 10:00-18:00",
    "Avril à juin 10h-18h, fermé le mardi ; juillet et août 10h-19h": "Apr-Jun Mo,We-Su 10:00-18:00; Jul-Aug Mo-Su 10:00-19:00",
    "Du mardi au samedi 10h-18h. En juillet et août, tous les jours 10h-19h.": "Tu-Sa 10:00-18:00; Jul-Aug Mo-Su 10:00-19:00",
    "du 01/04/2026 au 30/09/2026 tous les jours 10h-18h": "2026 Apr 01-2026 Sep 30 10:00-18:00; 1900-2025 unknown; 2027+ unknown",
    "Toute l’année, du lundi au vendredi 9h-12h": "Mo-Fr 09:00-12:00",
    "Mo-Fr 09:00-12:00; PH off": "Mo-Fr 09:00-12:00; PH off",
    "10:00-18:00": "10:00-18:00",
    "24/7": "24/7",
    "Apr-Sep Tu-Su 10:00-18:00": "Apr-Sep Tu-Su 10:00-18:00",
}
NOT_READ = [
    "", "10h-18h", "8:00 - 15:00", "10h", "lundi matin 9h-12h", "sur rendez-vous", "du lundi au vendredi 9h-12h, le samedi sur rendez-vous", "En semaine 9h-12h",
    "Fermé lundi et mardi 10h-18h", "9h-12h lundi 14h-18h mardi", "10h-18h, dimanche 14h-18h", "lundi 18h-10h", "lundi 10h-10h", "lundi 9h-25h", "lundi 9h75-12h",
    "tous les jours 10h-18h, samedi 10h-20h", "tous les jours 10h-12h et 11h-13h", "Avril à juin 10h-18h ; juillet à août 10h-19h ; fermé le mardi",
    "Avril à juillet 10h-18h ; juillet à août 10h-19h", "Du mardi au samedi 10h-18h. En juillet et août, lundi 10h-19h.", "avril et juin 10h-12h",
    "du 31 juin au 5 juillet 10h-12h", "Mar 10:00-12:00", "Mo-Fr 10:00-12", "lundi fermé mardi", "2026", "open", "fermé", "ouvert", "vacances scolaires 10h-12h",
    "lundi 9h-12h, fermé le lundi", "lundi/vendredi 9h-12h", "été 10h-12h", "ouvert dimanche fermé lundi", "Mon-Fri 9am-5pm", "Martes a Sábado (10:00 - 13:00)",
    "fermé en janvier", "fermeture du 3 au 16 novembre", "tous les jours 10h-18h sur rendez-vous", "a" * 5000, "lundi " * 200,
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "text"), READ.items(), ids=[*READ])
def test_what_is_read(sentence: str, text: str) -> None:
    assert opening_hours(sentence) == text
    assert validate(text)


@pytest.mark.parametrize("sentence", NOT_READ, ids=lambda sentence: sentence[:40])
def test_what_is_never_guessed(sentence: str) -> None:
    assert opening_hours(sentence) is None


@pytest.mark.parametrize(
    ("sentence", "open_at", "closed_at"),
    [
        ("du mardi au dimanche 10h-18h", ["2026-08-11 10:00", "2026-08-16 17:59"], ["2026-08-10 12:00", "2026-08-11 18:00"]),
        ("vendredi et samedi 19h-2h", ["2026-08-14 20:00", "2026-08-16 01:00"], ["2026-08-14 01:00", "2026-08-16 20:00"]),
        ("d’octobre à mars : 10h-17h, fermé le mardi", ["2026-12-02 11:00", "2027-01-02 11:00"], ["2026-12-01 11:00", "2026-08-12 11:00"]),
        ("tous les jours 10h-18h, fermé le 1er mai", ["2026-04-30 11:00"], ["2026-05-01 11:00"]),
        ("Samedi, dimanche et jours fériés 14h-18h", ["2026-08-15 15:00"], ["2026-08-13 15:00"]),
        ("Du mardi au samedi 10h-18h. En juillet et août, tous les jours 10h-19h.", ["2026-08-10 18:30", "2026-06-09 17:00"], ["2026-06-08 12:00"]),
    ],
)
def test_what_it_means(sentence: str, open_at: list[str], closed_at: list[str]) -> None:
    hours = OpeningHours(opening_hours(sentence) or "")
    assert all(hours.is_open(datetime.fromisoformat(moment)) for moment in open_at)
    assert all(hours.is_closed(datetime.fromisoformat(moment)) for moment in closed_at)


def test_closed_on_a_day_leaves_the_others_to_be_confirmed() -> None:
    hours = OpeningHours(opening_hours("fermé le lundi") or "")
    assert hours.is_closed(datetime.fromisoformat("2026-08-10 12:00"))
    assert hours.is_unknown(datetime.fromisoformat("2026-08-11 12:00"))


def test_what_was_meant_to_be_osm() -> None:
    assert looks_like_osm("Mo-Fr 09:00-12:00, Sa 10-12h")
    assert not looks_like_osm("Du lundi au vendredi 9h-12h")


WORDS = ["lundi", "mardi", "dimanche", "du", "au", "de", "à", "-", "et", ",", ";", "/", ".", "9h", "12h", "14h30", "18h", "2h", "fermé", "sauf", "tous les jours",
         "jours fériés", "1er", "mai", "25 décembre", "avril", "octobre", "2026", "toute l’année", "à partir de", "24h/24", "7j/7", "week-end", "(", ")", "le", "31/12"]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_whatever_the_words_say_the_text_is_valid_or_nothing(sentence: str) -> None:
    text = opening_hours(sentence)
    assert text is None or validate(text)
