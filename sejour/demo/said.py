"""What the office of the demonstration says, of today: an info, a deal, collections, a checked card, a version that is easy to read."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from importlib import resources
from typing import Any

from sejour.demo.flux import Facts, key_of
from sejour.domain.curation import Checked, Collection, Notice, NoticeSort, Override, Pick
from sejour.domain.occasion import Word
from sejour.domain.offer import offer_id
from sejour.domain.text import LocalText
from sejour.domain.weather import Sky


def words_said(facts: dict[str, Any], moment: datetime, photos: Mapping[str, str]) -> Iterator[tuple[Word, str]]:
    """(word, who says it), `moment` in the territory's zone: the picks of pau.toml with the photos of their offers, then what said.toml holds."""
    for fact in facts["pick"]:
        yield Pick(_id(fact["offer"]), by=fact["by"], text=LocalText(fact["text"]), picture=photos.get(fact["offer"])), fact["by"]
    told = tomllib.loads(resources.files("sejour.demo").joinpath("said.toml").read_text("utf-8"))
    for fact in told["notice"]:
        yield _notice(fact, moment), fact["by"]
    for fact in told["collection"]:
        skies, offers = tuple(Sky(sky) for sky in fact.get("skies", ())), tuple(map(_id, fact["offers"]))
        yield Collection("", name=LocalText(fact["name"]), text=LocalText(fact["text"]), offers=offers, skies=skies), fact["by"]
    for fact in told["checked"]:
        yield Checked(_id(fact["offer"]), by=fact["by"], at=moment - timedelta(days=fact["days_ago"])), fact["by"]
    for fact in told["easy"]:
        yield Override(_id(fact["offer"]), easy=LocalText(fact["text"]), reason="Version facile à lire"), fact["by"]


def _notice(fact: Facts, moment: datetime) -> Notice:
    """Until an hour of the day, or of the next one when it is past."""
    ends = datetime.combine(moment.date(), time.fromisoformat(fact["until"]), moment.tzinfo)
    ends += timedelta(days=ends <= moment)
    offer = _id(fact["offer"]) if "offer" in fact else ""
    return Notice(offer, None, ends, sort=NoticeSort(fact["sort"]), text=LocalText(fact["text"]))


def _id(slug: str) -> str:
    return offer_id("datatourisme", key_of(slug))
