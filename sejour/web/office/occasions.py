"""When a word of the office holds and for whom: read in a form, written back in it, told in one line."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from sejour.domain.occasion import Word
from sejour.domain.visit import Wish
from sejour.domain.weather import Sky
from sejour.store.portal import Hotspot
from sejour.web import words
from sejour.web.i18n import LANGUAGES, Speech
from sejour.web.office.forms import choices, period

LOCAL = "%Y-%m-%dT%H:%M"  # of an <input type="datetime-local">
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
IN_FRENCH = {"fr": "français", "en": "anglais", "nl": "néerlandais", "de": "allemand", "es": "espagnol", "it": "italien"}
SKIES = {Sky.FAIR: "beau temps", Sky.HOT: "forte chaleur", Sky.RAIN: "pluie", Sky.STORM: "orage", Sky.SNOW: "neige"}


def options(hotspots: Mapping[str, Hotspot]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(field, legend, its choices) of what may be ticked, for the form."""
    return [
        *([("hotspots", "Aux bornes", [(id, hotspot.name) for id, hotspot in hotspots.items()])] if hotspots else []),
        ("weekdays", "Jours", [(str(n), name) for n, name in enumerate(WEEKDAYS)]),
        ("months", "Mois", [(str(n + 1), name) for n, name in enumerate(MONTHS)]),
        ("skies", "Par ce temps", [(sky.value, name) for sky, name in SKIES.items()]),
        ("languages", "Langue de la page", list(IN_FRENCH.items())),
        ("wishes", "Envie du visiteur", [(wish.value, name) for wish, name in words.WISHES.items()]),
    ]


def read_occasion(form: FormData, zone: ZoneInfo, hotspots: Mapping[str, Hotspot], *, ended: bool = False) -> dict[str, Any]:
    """The fields of a Word."""
    start, end = period(form, zone, ended=ended)
    return {
        "start": start,
        "end": end,
        "months": tuple(map(int, choices(form, "months", map(str, range(1, 13))))),
        "weekdays": tuple(map(int, choices(form, "weekdays", map(str, range(7))))),
        "skies": tuple(map(Sky, choices(form, "skies", Sky))),
        "hotspots": choices(form, "hotspots", hotspots),
        "languages": choices(form, "languages", LANGUAGES),
        "wishes": tuple(map(Wish, choices(form, "wishes", Wish))),
    }


def fields_of(word: Word, zone: ZoneInfo) -> list[tuple[str, str]]:
    """The same, as a form shows it."""
    said = [(name, f"{moment.astimezone(zone):{LOCAL}}") for name, moment in (("start", word.start), ("end", word.end)) if moment]
    for name in ("months", "weekdays", "skies", "hotspots", "languages", "wishes"):
        said += [(name, str(each)) for each in getattr(word, name)]
    return said


def told(word: Word, speech: Speech, moment: datetime, hotspots: Mapping[str, Hotspot]) -> str:
    """ "jusqu’à demain à 18 h, le samedi, s’il pleut, à la borne Gare"; "" for what always holds."""
    parts = []
    if word.start and word.start > moment:
        parts.append(f"à partir {_when(word.start, speech, moment, 'de', 'du')}")
    if word.end:
        parts.append(
            f"jusqu’{_when(word.end, speech, moment, 'à', 'au')}" if word.end > moment else f"fini {_when(word.end, speech, moment, 'à', 'le')}"
        )
    if word.weekdays:
        parts.append(f"le {_list([WEEKDAYS[day] for day in word.weekdays])}")
    if word.months:
        parts.append(f"en {_list([MONTHS[month - 1] for month in word.months])}")
    if word.skies:
        parts.append(f"par {_list([SKIES[sky] for sky in word.skies])}")
    if word.hotspots:
        parts.append(f"à {_list([hotspots[id].name if id in hotspots else id for id in word.hotspots])}")
    if word.languages:
        parts.append(f"pour les pages en {_list([IN_FRENCH.get(each, each) for each in word.languages])}")
    if word.wishes:
        parts.append(f"pour qui demande : {_list([words.WISHES[wish] for wish in word.wishes])}")
    return ", ".join(parts)


def _when(at: datetime, speech: Speech, moment: datetime, before: str, before_day: str) -> str:
    """ "à 22 h", "à demain 18 h", "au jeu. 14 août à minuit": the hour alone when it is of today. Midnight is the end of a day."""
    local = at.astimezone(moment.tzinfo)
    midnight = (local.hour, local.minute) == (0, 0)
    day = (local - timedelta(minutes=1)).date() if midnight else local.date()
    named, hour = speech.day_from(day, moment.date()), speech.clock(local)
    if day == moment.date():
        return f"{before} {'ce soir, minuit' if midnight else hour}"
    if day == moment.date() + timedelta(days=1):
        return f"{before} {named}, {hour}"
    return f"{before_day} {named} à {hour}"


def _list(parts: list[str]) -> str:
    return " et ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
