"""`sejour demo`: writes a flux of today from the facts of Pau and two neighbours' files, imports them as any feeds, and serves the territory."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sejour.app import clock, create_app, open_house, set_up_logging
from sejour.demo.accounts import accounts_text, write_accounts, write_secret
from sejour.demo.drawings import hang
from sejour.demo.flux import load_facts, write_flux, write_weather
from sejour.demo.neighbours import load_neighbours, write_calendar, write_table
from sejour.demo.said import words_said
from sejour.domain.curation import Notice
from sejour.domain.feed import Outcome
from sejour.errors import FeedError
from sejour.house import House
from sejour.ingest import run_feed, take_forecast
from sejour.serving import run
from sejour.settings import make_settings
from sejour.store.curation import say, words_of
from sejour.store.engine import Store
from sejour.store.feeds import feeds_of
from sejour.store.migrate import migrate

FEEDS = (("demonstration", "datatourisme", "flux.zip"), ("tableur", "table", "tableur.csv"), ("mairie", "ics", "mairie.ics"))


def run_demo(host: str, port: int, moment: datetime | None, data: Path | None) -> None:
    """Serves until stopped; the folder is removed at the end when it was temporary. `moment` is what the clock says at the start."""
    set_up_logging()
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sejour-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        house = demo_house(folder, _clock_from(moment) if moment else clock)
        click.echo(_doors(house, f"http://{host}:{port}"))
        run(create_app(house), host, port)


def demo_house(folder: Path, now: Callable[[], datetime]) -> House:
    """The demonstration in `folder`, as of `now()`: a flux and two neighbours' files written, imported, the office's words and its accounts. Run again, it follows the day."""
    facts = load_facts()
    document: dict[str, Any] = {
        "service": {"secret_file": str(folder / "secret")},
        "store": {"url": f"sqlite:///{folder / 'sejour.db'}"},
        "territory": facts["territory"] | {"demonstration": True},
        "feed": [{"name": name, "format": format, "url": str(folder / file), "every": "1d"} for name, format, file in FEEDS],
        "hotspot": facts["hotspot"],
        "weather": {"url": str(folder / "weather.json")},
    }
    settings = make_settings(document, environment={})
    day, neighbours = now().astimezone(settings.zone).date(), load_neighbours()
    write_flux(facts, day, folder / "flux.zip")
    write_table(neighbours, folder / "tableur.csv")
    write_calendar(neighbours, day, folder / "mairie.ics")
    write_weather(day, folder / "weather.json")
    write_secret(folder / "secret")
    store = Store(settings.store.url)
    migrate(store)
    house = open_house(settings, now)
    with store.reading() as connection:
        stored_feeds = feeds_of(connection, settings.territory.id, settings.territory.timezone)
    for stored in (each for each in stored_feeds if each.feed.name in {name for name, _, _ in FEEDS}):
        done = run_feed(store, settings.territory.id, stored, now, agreed=True)
        if done.outcome is not Outcome.DONE:
            raise FeedError("La démonstration n’a pas pu être préparée : %(why)s", why=str(done.reason))
    _write_words(store, settings.territory.id, facts, now().astimezone(settings.zone))
    write_accounts(store, settings, facts, now())
    house.live.refresh(now())
    house.live.take_forecast(take_forecast(settings), now())
    return house


def _write_words(store: Store, territory: str, facts: dict[str, Any], moment: datetime) -> None:
    """Once; but what ended is said anew."""
    with store.reading() as connection:
        known = bool(words_of(connection, territory))
    photos = {} if known else hang(store, territory, moment)
    with store.writing() as connection:
        kept = [each.word for each in words_of(connection, territory)]
        current = any(isinstance(word, Notice) and word.holds(moment) for word in kept)
        for word, by in words_said(facts, moment, photos):
            if not kept or (isinstance(word, Notice) and not current):
                say(connection, territory, word, by, moment)


def _clock_from(moment: datetime) -> Callable[[], datetime]:
    shift = moment - clock()
    return lambda: clock() + shift


def _doors(house: House, base: str) -> str:
    hotspots = "\n".join(f"  {base}/?h={h.id:<12} {h.name}" for h in house.live.territory.hotspots.values())
    return f"""Démonstration : {house.settings.territory.name}, {len(house.live.territory.catalogue.offers)} fiches.
Le visiteur, à chaque borne :
{hotspots}
Ce soir, demain, s’il pleut : {base}/?when=tonight  {base}/?when=tomorrow  {base}/?when=rain
JSON : {base}/api/v1/suggestions   Santé : {base}/healthz
L’office : {base}/login  identifiant, mot de passe, rôle (sans second facteur : une démonstration seulement) :
{accounts_text(house.settings, load_facts())}
Ctrl-C pour arrêter."""
