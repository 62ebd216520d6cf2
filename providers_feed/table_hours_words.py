"""The words of a French sentence of opening hours, brought together: times into spans, days into sets, dates into seasons."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import pairwise

from providers_feed.periods import past_midnight
from sejour.domain.osm_hours import osm_date

Span = tuple[time, time | None]
EVERY_DAY = frozenset(range(7))
DAYS = {name: n for n, names in enumerate(("lundi lun lu", "mardi mar ma", "mercredi mer me", "jeudi jeu je", "vendredi ven ve", "samedi sam sa",
                                           "dimanche dim di")) for name in names.split()}  # fmt: skip
MONTHS = {name: n for n, names in enumerate(("janvier janv", "fevrier fevr", "mars", "avril avr", "mai", "juin", "juillet juil", "aout", "septembre sept",
                                             "octobre oct", "novembre nov", "decembre dec"), 1) for name in names.split()}  # fmt: skip
_TOKEN = re.compile(
    r"(?P<always>24\s?h?\s?(?:/|sur)\s?24\s?h?)|(?P<every>7\s?j?(?:ours)?\s?(?:/|sur)\s?7\s?j?|tous les jours|tlj|tous jours|chaque jour|quotidiennement)"
    r"|(?P<weekend>week-?\s?ends?|we(?!\w))|(?P<feast>(?:jours? )?feries?|jf(?!\w))"
    r"|(?P<date>(?P<d>\d{1,2})/(?P<m>\d{1,2})(?:/(?P<y>20\d{2}))?(?![\d/h:]))"
    r"|(?P<hour>\d{1,2})\s?(?:h(?:eures?)?(?:\s?(?P<minute>\d{2})(?!\s?h|\d|:))?(?!\w)|:(?P<minutes>\d{2})(?::\d{2})?)|(?P<noon>midi|minuit)(?!\w)"
    r"|(?P<number>\d{1,2})(?:er)?(?![\w])|(?P<year>20\d{2})(?!\d)"
    r"|(?P<from>a partir de|des(?= \d))|(?P<allyear>toute l'annee)"
    r"|(?P<closed>ferme(?:e|s|es)?(?!\w)|fermetures?(?: hebdomadaires?)?|jours? de fermeture)|(?P<except>(?:sauf|hors|excepte|a l'exception d[eu]s?)(?!\w))"
    r"|(?P<and>et(?!\w)|y compris|ainsi que|&)|(?P<to>jusqu'a[u]?(?!\w)|au(?! public)(?!\w)|a(?!\w)|-)|(?P<soft>[,()])|(?P<slash>/)|(?P<hard>[;|.])"
    r"|(?P<filler>(?:le|la|les|du|de|des|en|ouverte?s?|ouvertures?|horaires?|accueil|au public|uniquement|seulement|sans interruption|non-? ?stop|"
    r"en continu|journee continue|toute la journee|tous les|chaque)(?!\w)|d'|:|•)"
    r"|(?P<word>[a-z]+)\.?|(?P<strange>\S)"
)


_SIGNS = {"from": "f", "closed": "C", "except": "X", "and": "&", "to": "-", "soft": ",", "slash": "/", "hard": ";"}


class Unclear(Exception):
    """The sentence is not understood, or could be in two ways."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One word, then one group of words. `sort`: "d" weekdays, "t" a time, "T" spans of time, "n" a number, "p" a day of a month, "m" a month,
    "Y" a year, "S" a season (`dates` in its years, or with `season` those of any year; neither: always), "f" from, "C" closed, "X" except,
    "-" "," "&" "/" ";" as written."""

    sort: str
    days: frozenset[int] = frozenset()
    feasts: bool = False
    at: time | None = None
    spans: tuple[Span, ...] = ()
    number: int = 0
    month: int = 0
    year: int = 0
    season: str = ""
    dates: tuple[date, date] | None = None


def words_of(text: str) -> Iterator[Mark]:
    """Raises Unclear at the first word that is not known."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        word = match["word"] or ""
        if match["always"]:
            yield Mark("T", spans=((time(0), time(0)),))
        elif match["every"] or match["weekend"]:
            yield Mark("D", EVERY_DAY if match["every"] else frozenset({5, 6}))
        elif match["feast"]:
            yield Mark("D", feasts=True)
        elif match["date"]:
            yield Mark("p", number=int(match["d"]), month=int(match["m"]), year=int(match["y"] or 0))
        elif match["hour"] or match["noon"]:
            yield Mark("t", at=_time(12 if match["noon"] == "midi" else int(match["hour"] or 0), int(match["minute"] or match["minutes"] or 0)))
        elif match["number"]:
            yield Mark("n", number=int(match["number"]))
        elif match["year"]:
            yield Mark("Y", year=int(match["year"]))
        elif word in MONTHS:  # before the days: "mars" is no plural of "mar"
            yield Mark("m", month=MONTHS[word])
        elif word.removesuffix("s") in DAYS:
            yield Mark("d", frozenset({DAYS[word.removesuffix("s")]}))
        elif match["allyear"]:
            yield Mark("S")
        elif kind in _SIGNS:
            yield Mark(_SIGNS[kind])
        elif not match["filler"]:
            raise Unclear


def _time(hour: int, minute: int) -> time:
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise Unclear
    return time(hour % 24, minute)


def sorts_of(marks: Sequence[Mark]) -> str:
    return "".join(mark.sort for mark in marks)


def _grouped(marks: Sequence[Mark], pattern: str, group: Callable[[Sequence[Mark]], Mark]) -> list[Mark]:
    found: list[Mark] = []
    at = 0
    for match in re.finditer(pattern, sorts_of(marks)):
        found += [*marks[at : match.start()], group(marks[match.start() : match.end()])]
        at = match.end()
    return [*found, *marks[at:]]


def join_spans(marks: Sequence[Mark], between: str, listed: str) -> list[Mark]:
    """Times joined into spans, spans into lists; nothing when a time stays alone."""
    marks = _grouped(marks, rf"[tn]{between}t|ft", _span)
    if "t" in sorts_of(marks):
        return []
    return _grouped(marks, rf"T(?:[{re.escape(listed)}]?T)+", _listed)


def _span(marks: Sequence[Mark]) -> Mark:
    if marks[0].sort == "f":
        assert marks[1].at is not None
        return Mark("T", spans=((marks[1].at, None),))
    opens, closes = marks[0].at or _time(marks[0].number, 0), marks[2].at or time(0)
    if opens == closes or (closes < opens and closes != time(0) and not past_midnight(opens, closes)):
        raise Unclear
    return Mark("T", spans=((opens, closes),))


def _listed(marks: Sequence[Mark]) -> Mark:
    spans = tuple(span for mark in marks for span in mark.spans)
    if not apart(spans):
        raise Unclear
    return Mark("T", spans=spans)


def apart(spans: Sequence[Span]) -> bool:
    """Does each end before the next begins?"""
    ordered = sorted(spans, key=lambda span: span[0])
    return all(ends is not None and begins < ends <= after for (begins, ends), (after, _) in pairwise(ordered))


def join_days(marks: Sequence[Mark]) -> list[Mark]:
    return _grouped(marks, r"d-d|d", lambda days: Mark("D", _week(min(days[0].days), min(days[-1].days))))


def _week(first: int, last: int) -> frozenset[int]:
    """From a weekday to another, over Sunday when need be."""
    return frozenset((first + n) % 7 for n in range((last - first) % 7 + 1))


def join_seasons(marks: Sequence[Mark]) -> list[Mark]:
    marks = _grouped(marks, r"nm", lambda said: Mark("p", number=said[0].number, month=said[1].month))
    marks = _grouped(marks, r"pY", lambda said: replace(said[0], year=said[1].year))
    return _grouped(marks, r"[pn]-p|m(?:-m|[,&/]m)?(?!Y)", _season)


def _season(marks: Sequence[Mark]) -> Mark:
    first, last = marks[0], marks[-1]
    if first.sort == "m":
        if len(marks) == 3 and marks[1].sort != "-" and (first.month % 12) + 1 != last.month:
            raise Unclear  # "avril et juin"
        begins, ends = date(2000, first.month, 1), date(2000, last.month, monthrange(2000, last.month)[1])
        return Mark("S", season="-".join(dict.fromkeys(osm_date(day)[5:8] for day in (begins, ends))), dates=(begins, ends))
    begins, ends = day_of_month(replace(first, month=first.month or last.month, year=first.year or last.year)), day_of_month(last)
    if last.year:
        if begins > ends:
            raise Unclear
        return Mark("S", dates=(begins, ends))
    if first.year:
        raise Unclear
    return Mark("S", season=f"{osm_date(begins)[5:]}-{osm_date(ends)[5:]}", dates=(begins, ends))


def day_of_month(mark: Mark) -> date:
    try:
        return date(mark.year or 2000, mark.month, mark.number)
    except ValueError:
        raise Unclear from None
