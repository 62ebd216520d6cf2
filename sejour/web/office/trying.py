"""A source read to look at what it holds, in the background: nothing of it is kept but a Trial."""

import secrets
from collections import Counter
from dataclasses import replace
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.domain.feed import Feed
from sejour.domain.remedies import causes
from sejour.errors import SejourError
from sejour.house import House
from sejour.ingest import Rehearsal, rehearse
from sejour.settings import FeedSettings
from sejour.store import feeds, offers
from sejour.store.feeds import StoredFeed
from sejour.web.office import background
from sejour.web.office.doors import staff_of
from sejour.web.office.trials import Found, Trial, Trials
from sejour.web.visits import house_of

NAMED = 30  # cards told by their name, of those that would change
CRASHED = "La lecture s’est arrêtée sur une erreur de notre côté : le journal du service la raconte."


def begin(request: Request, settings: FeedSettings, former: StoredFeed | None, version: str) -> Response:
    """Leads to the page of a trial, which is read meanwhile. Raises FormError when something else is being read."""
    house, drawer = house_of(request), Trials(house_of(request).settings)
    with house.store.reading() as connection:
        used = feeds.addresses_of(connection)
    drawer.clean(house.now(), used | {settings.url})
    begun = Trial(
        secrets.token_urlsafe(18), settings.name, settings.format, settings.url, settings.every, staff_of(request).shown, house.now(), settings.map,
        former.id if former else 0, version,
    )  # fmt: skip
    drawer.keep(begun)
    background.start(partial(_read, house, drawer, begun))
    return RedirectResponse(f"/office/feeds/trials/{begun.token}", 303)


def _read(house: House, drawer: Trials, begun: Trial) -> None:
    """In the background: whatever happens, the trial ends."""
    ended = replace(begun, failed=CRASHED)
    try:
        with house.store.reading() as connection:
            known = offers.known_hashes(connection, begun.feed) if begun.feed else {}
        feed = Feed(begun.name, begun.format, begun.url, house.settings.territory.timezone, begun.started, begun.map)
        read = rehearse(feed, known, frozenset(house.settings.service.allow))
        ended = replace(begun, columns=read.columns, failed=str(read.failed)) if read.failed else _found(house, begun, read)
    except SejourError as error:
        ended = replace(begun, failed=str(error))
    finally:
        drawer.keep(ended)


def _found(house: House, begun: Trial, read: Rehearsal) -> Trial:
    found, decision = read.gathered.offers, read.decision
    with house.store.reading() as connection:
        gone = offers.names_of(connection, begun.feed, decision.removed[:NAMED])
    names = {key: found[key].names.choose("fr")[0] for key in (*decision.added[:NAMED], *decision.changed[:NAMED])}
    every = list(found.values())
    told = Found(
        read.gathered.records, len(every), dict(Counter(o.kind.value for o in every).most_common()),
        dict(Counter(lang for o in every for lang in o.names.texts.keys() | (o.descriptions.texts.keys() if o.descriptions else set())).most_common()),
        sum(len(o.occurrences) for o in every), sum(o.place is not None for o in every), sum(o.hours is not None for o in every),
        (house.now() - begun.started).total_seconds(), causes(read.gathered.problems),
        {"added": len(decision.added), "changed": len(decision.changed), "removed": len(decision.removed), "unchanged": len(decision.unchanged)},
        {"added": tuple(names[key] for key in decision.added[:NAMED]), "changed": tuple(names[key] for key in decision.changed[:NAMED]),
         "removed": tuple(gone[key][1] for key in decision.removed[:NAMED] if key in gone)},
        str(decision.held or ""),
    )  # fmt: skip
    return replace(begun, found=told, columns=read.columns)
