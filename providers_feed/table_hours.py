"""Opening hours as offices write them: OSM `opening_hours` as it is, and the common French sentences.

"Du mardi au dimanche 10h-18h", "lun-ven 9h-12h / 14h-18h", "tous les jours sauf le mardi, 10h à 19h", "10h-18h. Fermé le lundi et les jours
fériés", "D’avril à octobre : tous les jours 10h-19h". A sentence is read when every word of it is, and in one way only; otherwise
nothing is: the visitor sees the sentence, and the state is to be confirmed. "10h-18h" alone does not say on which days: not read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from opening_hours import validate

from providers_feed.periods import Period, osm_text
from providers_feed.table_hours_words import (
    EVERY_DAY,
    Mark,
    Span,
    Unclear,
    apart,
    day_of_month,
    join_days,
    join_seasons,
    join_spans,
    sorts_of,
    words_of,
)
from providers_feed.table_words import fold
from sejour.domain.osm_hours import osm_date

LONGEST = 600  # characters of a sentence that we try to read
_OSM = re.compile(r"\d:\d\d|24/7|sunrise|sunset|\b(?:off|closed)\b|\b(?:Mo|Tu|We|Th|Fr|Su|PH)\b")  # "2026", "Mar" and "we" are valid OSM too
_BARE = re.compile(r"[\d:\s,;-]+")  # "8:00 - 15:00": the library takes it for every day
_STRICT = re.compile(r"\d\d:\d\d-\d\d:\d\d(?:, ?\d\d:\d\d-\d\d:\d\d)*")
_OSM_ATTEMPT = re.compile(r"\b(?:Mo|Tu|We|Th|Fr|Su|PH)\b.*\d")


_YEAR = date(2000, 1, 1).toordinal(), date(2000, 12, 31).toordinal()  # a leap year stands for any


@dataclass(frozen=True, slots=True)
class _Rule:
    """Open (or `closed`) on `days` and, with `feasts`, on public holidays, at `spans` (() when they are not said) in `season`."""

    season: Mark
    days: frozenset[int] | None
    feasts: bool = False
    spans: tuple[Span, ...] = ()
    closed: bool = False
    fixed: tuple[str, ...] = ()


@lru_cache(maxsize=512)  # whole towns open at the same hours
def opening_hours(text: str) -> str | None:
    """OSM opening_hours of a cell; None when it is not wholly understood."""
    strict = _STRICT.fullmatch(text) or not _BARE.fullmatch(text)
    osm = text if strict and _OSM.search(text) and validate(text) else None
    said = _french(text)
    if osm and said and "Mar" in text and osm != said:
        return None  # "Mar 10:00-12:00" is Tuesday in French, March in OSM
    return osm or said


def looks_like_osm(text: str) -> bool:
    """Was it meant to be OSM, though it is not valid?"""
    return bool(_OSM_ATTEMPT.search(text))


def _french(text: str) -> str | None:
    if len(text) > LONGEST:
        return None
    try:
        marks = list(words_of(fold(re.sub(r"\s*\n\s*[-•*]?\s*", " ; ", text.strip().lstrip("-•* ")))))
        for between, listed in (("-", ",&/"), ("/", "-,&")):  # "9h-12h / 14h-18h", "9h/12h - 14h/18h"
            if joined := join_spans(marks, between, listed):
                written = _written(_rules(join_seasons(join_days(joined))))
                return written if written and validate(written) else None
    except Unclear:
        pass
    return None


_LIST = r"(?:[Dp][,&]?)*[Dp]"
_END = r"(?=[;,]|$)"
_CLAUSES = tuple(re.compile(pattern) for pattern in (
    rf"C(?P<off>{_LIST})(?=;|$|,?[CS])",  # closed on these days
    r"C(?P<off>[Dp](?:&[Dp])*),(?=D(?:&?D)*,?T)",  # "fermé le lundi, mardi au dimanche 10h-18h"
    rf"(?P<off>(?:D[,&]?)*D)C{_END}",  # "lundi fermé"
    rf"(?P<on>(?:D[,&]?)*D)(?:,?X(?P<but>{_LIST}),?)?,?(?P<times>T)(?:,?X(?P<but2>{_LIST}){_END})?",
    rf"(?P<times>T)[,&]?(?P<on>(?:D[,&]?)*D)(?:,?X(?P<but>{_LIST}))?(?:{_END}|(?=C[Dp]))",
    rf"(?P<times>T)(?:,?X(?P<but>{_LIST}))?(?:{_END}|(?=&?C[Dp]))",
    rf"(?P<on>(?:D[,&]?)*D)(?:,?X(?P<but>{_LIST}))?(?=;|$|,C[Dp])",  # days without times
))  # fmt: skip


def _rules(marks: Sequence[Mark]) -> list[_Rule]:
    marks = [mark for mark, kept in zip(marks, _kept(sorts_of(marks)), strict=True) if kept]
    sorts = sorts_of(marks)
    found: list[_Rule] = []
    season, at = Mark("S"), 0
    while at < len(sorts):
        if sorts[at] in ",;&":
            at += 1
            continue
        if sorts[at] == "S":
            season, at = marks[at], at + 1
            if at == len(sorts) and found and all(rule.season == Mark("S") for rule in found):  # "10h-18h tous les jours, de mai à août"
                found = [replace(rule, season=season) for rule in found]
            continue
        match = next((match for clause in _CLAUSES if (match := clause.match(sorts, at))), None)
        if match is None:
            raise Unclear
        found += _clause(marks, match, season)
        at = match.end()
    return found


def _kept(sorts: str) -> list[bool]:
    """Of the signs side by side, the strongest alone counts: ", ;" is ";"; the last ones say nothing."""
    kept = [True] * len(sorts)
    for match in re.finditer(r"[,&;]+$|[,&;]{2,}", sorts):
        strongest = match.start() + min(range(len(match[0])), key=lambda i: ";,&".index(match[0][i]))
        for i in range(match.start(), match.end()):
            kept[i] = i == strongest and match.end() < len(sorts)
    return kept


def _clause(marks: Sequence[Mark], match: re.Match[str], season: Mark) -> Iterator[_Rule]:
    groups = match.groupdict()

    def named(group: str) -> list[Mark]:
        return [mark for mark in marks[match.start(group) : match.end(group)] if mark.sort in "Dp"] if groups.get(group) else []

    for off in (named("off"), named("but"), named("but2")):
        if off:
            fixed = tuple(osm_date(day_of_month(mark))[5:] for mark in off if mark.sort == "p")
            if any(mark.year for mark in off):
                raise Unclear
            yield _Rule(season, _union(off), any(mark.feasts for mark in off), closed=True, fixed=fixed)
    if groups.get("on") or groups.get("times"):
        on = named("on")
        spans = marks[match.start("times")].spans if groups.get("times") else ()
        yield _Rule(season, _union(on) if on else None, any(mark.feasts for mark in on), spans)


def _union(marks: Sequence[Mark]) -> frozenset[int]:
    return frozenset().union(*(mark.days for mark in marks))


def _written(rules: Sequence[_Rule]) -> str | None:
    """The rules as one text; nothing when two of them say different things of one day."""
    seasons = list(dict.fromkeys(rule.season for rule in rules))
    if not rules or len({_any_year(season) for season in seasons}) > 1 or _overlap(seasons):
        return None
    _check_closures(rules, seasons)
    opened: dict[Mark, list[_Rule]] = {}
    for season in seasons:
        ours = [rule for rule in rules if rule.season == season]
        off = frozenset().union(*(rule.days or frozenset() for rule in ours if rule.closed))
        opened[season] = _open(ours, off, season)
    general = opened.get(Mark("S"), [])
    if len(seasons) > 1 and general:  # a season replaces the general days only where it speaks of all of them
        days = frozenset().union(*(rule.days or frozenset() for rule in general))
        if any(not days <= frozenset().union(*(rule.days or frozenset() for rule in own)) for own in opened.values()):
            return None
    lines = list(_lines({season: opened[season] for season in sorted(seasons, key=lambda season: season.season != "")}))
    lines += ["PH off"] * any(rule.closed and rule.feasts for rule in rules)
    lines += [f"{day} off" for rule in rules for day in rule.fixed]
    return "; ".join(dict.fromkeys(lines)) or None


def _any_year(season: Mark) -> bool:
    return bool(season.season) or not season.dates


def _overlap(seasons: Sequence[Mark]) -> bool:
    seen: set[int] = set()
    for season in seasons:
        if season.dates:
            first, last = (day.toordinal() for day in season.dates)
            days = range(first, last + 1) if first <= last else (*range(first, _YEAR[1] + 1), *range(_YEAR[0], last + 1))  # over the new year
            if not seen.isdisjoint(days):
                return True
            seen.update(days)
    return False


def _check_closures(rules: Sequence[_Rule], seasons: Sequence[Mark]) -> None:
    """ "Avril à juin 10h-18h ; juillet à août 10h-19h ; fermé le mardi": then, or always? Clear only when no other season follows or each
    has its own."""
    closed = {rule.season for rule in rules if rule.closed and rule.days}
    if len(seasons) > 1 and closed and seasons[-1] in closed and len(closed) < len(seasons):
        raise Unclear


def _open(rules: Sequence[_Rule], off: frozenset[int], season: Mark) -> list[_Rule]:
    opened = [rule for rule in rules if not rule.closed]
    if not opened:
        return [_Rule(season, EVERY_DAY - off)] if season == Mark("S") else []
    if any(rule.days is None for rule in opened):  # times without days: every day, when the season or the days off say so
        if len(opened) > 1 or (season == Mark("S") and not off):
            raise Unclear
        opened = [replace(opened[0], days=EVERY_DAY)]
    left: list[_Rule] = []
    for rule in opened:
        days = (rule.days or frozenset()) - off
        if not days and not rule.feasts:
            raise Unclear
        for other in left:
            if other.days and days & other.days and (days != other.days or not apart([*rule.spans, *other.spans])):
                raise Unclear
        left.append(replace(rule, days=days))
    return left


def _lines(opened: dict[Mark, list[_Rule]]) -> Iterator[str]:
    if text := osm_text(period for season, rules in opened.items() if not season.season for rule in rules for period in _periods(rule, season)):
        yield text
    for season, rules in opened.items():
        by_days: dict[frozenset[int], list[Period]] = {}
        for rule in rules:
            if season.season and rule.days:
                by_days.setdefault(rule.days, []).extend(_periods(rule))
        for periods in by_days.values():
            yield f"{season.season} {osm_text(periods)}"
        for rule in rules:
            if rule.feasts:
                if not _any_year(season):
                    raise Unclear
                text = osm_text(_periods(replace(rule, days=frozenset({0})))) or ""
                yield f"{season.season} {text.replace('Mo', 'PH', 1)}".strip()


def _periods(rule: _Rule, season: Mark | None = None) -> list[Period]:
    first, last = season.dates if season and season.dates else (None, None)
    days = tuple(sorted(rule.days or ()))
    return [Period(first, last, days, opens, closes) for opens, closes in rule.spans or ((None, None),)] if days else []
