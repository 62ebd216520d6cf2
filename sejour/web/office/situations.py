"""The situations on which weights are tried: those of the file beside, at the hotspots of the territory, in the days that come."""

from datetime import datetime, time, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from sejour.domain.comparison import Asked
from sejour.domain.offer import Kind
from sejour.domain.place import Place
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, When, Wish
from sejour.domain.weather import SKIES, Forecast, Sky, steady
from sejour.house import House

FILE = Path(__file__).with_name("situations.yaml")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_HOTSPOTS = 6


def situations_of(house: House) -> list[Asked]:
    """Situation by situation, so that what is prepared for a moment serves at every hotspot."""
    territory, settings = house.live.territory, house.settings.territory
    now, held = house.now().astimezone(house.settings.zone), house.live.believed(house.now())
    where = [(h.id, h.name, h.place) for h in islice(territory.hotspots.values(), MOST_HOTSPOTS)] or [("", "", Place(settings.lat, settings.lon))]
    return [
        Asked(f"{told['name']}{', ' + name if name else ''}", _visit(told, settings.id, id, place, now, held.forecast if held else None),
              tuple(map(Kind, told.get("shows", ()))))
        for told in told_situations() for id, name, place in where
    ]  # fmt: skip


@cache
def told_situations() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def _visit(told: dict[str, Any], territory: str, hotspot: str, place: Place, now: datetime, forecast: Forecast | None) -> Visit:
    day = now.date() + timedelta(days=(DAYS.index(told["day"]) - now.weekday()) % 7)
    moment = datetime.combine(day, time.fromisoformat(told["at"]), now.tzinfo)
    return Visit(
        territory, place, moment, told.get("lang", "fr"), When(told.get("when", "now")), frozenset(map(Wish, told.get("wish", ()))),
        Mode(told["mode"]) if "mode" in told else None, hotspot or None, steady(SKIES[Sky(told["sky"])], moment) if "sky" in told else forecast, True,
    )  # fmt: skip
