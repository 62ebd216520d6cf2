"""Twins: cards that were joined and why, pairs of which the rules are not sure, and what the office said of both."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sejour.domain.curation import Twin
from sejour.domain.doubts import Doubt
from sejour.domain.merge import Twins, merge
from sejour.domain.offer import Offer
from sejour.domain.staff import Role
from sejour.errors import Conflict
from sejour.live import Territory
from sejour.store.curation import Kept, words_of
from sejour.store.offers import sourced_of
from sejour.web.office.doors import Door
from sejour.web.office.forms import FormError, whole
from sejour.web.office.keeping import Written, back_to, moment_of, show, write
from sejour.web.office.lists import Listing, Order, list_of
from sejour.web.office.pair import Pair, pair_of
from sejour.web.visits import house_of

SHOWN = ("doubts", "joined", "said")
CHANGED = "%(who)s a déjà répondu autrement pour ces deux fiches : relisez, puis recommencez."
UNKNOWN = "L’une de ces deux fiches n’est plus donnée par aucun flux : rechargez la page."


@dataclass(frozen=True, slots=True)
class Said:
    """A word of the office on two cards; a name is an id when no feed gives the card any more."""

    kept: Kept
    word: Twin
    first: str
    second: str


def index(request: Request) -> Response:
    house, territory = house_of(request), house_of(request).live.territory
    with house.store.reading() as connection:
        words = _words(words_of(connection, house.settings.territory.id, "twin"))
    unsure, joined = doubts_of(territory, words.keys()), _groups(territory)
    tab = request.query_params.get("show", "")
    tab = tab if tab in SHOWN else "doubts" if unsure else "joined"
    lists: dict[str, Callable[[], Listing[Any]]] = {
        "doubts": partial(_doubts, request, unsure),
        "joined": partial(_joined, request, joined),
        "said": partial(_said, request, words),
    }
    return show(
        request, "office/twins.html", tab=tab, page=lists[tab](), numbers={"doubts": len(unsure), "joined": len(joined), "said": len(words)},
        moment=moment_of(request), versions=words,
    )  # fmt: skip


def _doubts(request: Request, unsure: tuple[Doubt, ...]) -> Listing[Pair]:
    pairs = [pair_of(doubt) for doubt in unsure]
    orders: dict[str, Order[Pair]] = {
        "likely": Order("les plus probables", lambda pair: 0),
        "name": Order("nom", lambda pair: pair.first.name.casefold()),
    }
    return list_of(request, pairs, lambda pair: f"{pair.first.name} {pair.second.name}", orders, keeping=("show",), per_page=10)


def _joined(request: Request, joined: Mapping[str, tuple[str, ...]]) -> Listing[Twins]:
    """Those of the page are joined once more, to tell why."""
    house, territory = house_of(request), house_of(request).live.territory
    names = {id: _name(territory, id) for id in joined}
    orders: dict[str, Order[str]] = {
        "name": Order("nom", lambda id: names[id].casefold()),
        "many": Order("les plus nombreuses", lambda id: -len(joined[id])),
    }
    page = list_of(request, joined, names.__getitem__, orders, keeping=("show",), per_page=10)
    with house.store.reading() as connection:
        records = list(sourced_of(connection, house.settings.territory.id, {id for kept in page.shown for id in (kept, *joined[kept])}))
        said = [kept.word for kept in words_of(connection, house.settings.territory.id, "twin") if isinstance(kept.word, Twin)]
    merged = merge(records, said) if records else None
    found = [twins for id in page.shown if merged and (twins := merged.twins_of(id))]
    told: dict[str, Order[Twins]] = {key: Order(order.name, lambda twins: twins.merged.id) for key, order in page.orders.items()}
    return Listing(tuple(found), page.total, page.all, page.page, page.pages, page.asked, page.sort, told, page.path, page.kept)


def _said(request: Request, words: Mapping[frozenset[str], Kept]) -> Listing[Said]:
    territory = house_of(request).live.territory
    said = [Said(kept, word, _name(territory, word.offer), _name(territory, word.other)) for kept in words.values() if (word := _twin(kept))]
    orders: dict[str, Order[Said]] = {
        "last": Order("les dernières d’abord", lambda each: each.kept.at, reverse=True), "name": Order("nom", lambda each: each.first.casefold()),
    }  # fmt: skip
    return list_of(request, said, lambda each: f"{each.first} {each.second} {each.kept.by}", orders, keeping=("show",))


def say(request: Request) -> Response:
    """Two cards are one, or two: from now on it is so, whatever the rules say."""
    form, territory = request.state.form, house_of(request).live.territory
    first, others = str(form.get("first", "")), [each for each in form.getlist("second") if isinstance(each, str)]
    known = territory.catalogue.index.keys() | territory.aliases.keys()
    if not others or first in others or not known.issuperset((first, *others)):
        raise FormError("first", UNKNOWN)
    same = form.get("same") == "yes"
    return back_to("/office/twins", write(request, [_written(request, Twin(first, other=other, same=same)) for other in others]))


def forget(request: Request) -> Response:
    """The rules decide again."""
    form = request.state.form
    return back_to("/office/twins", write(request, [Written(None, whole(form, "id"), whole(form, "version"))]))


def _written(request: Request, twin: Twin) -> Written:
    """In place of what was said of the two before, unless it was said since the page was read."""
    house = house_of(request)
    with house.store.reading() as connection:
        former = _words(words_of(connection, house.settings.territory.id, "twin")).get(frozenset((twin.offer, twin.other)))
    if former is None:
        return Written(twin)
    if str(former.version) != request.state.form.get(f"version_{twin.other}"):
        raise Conflict(CHANGED, who=former.by)
    return Written(twin, former.id, former.version)


def doubts_of(territory: Territory, said: Iterable[frozenset[str]]) -> tuple[Doubt, ...]:
    """Those that nobody answered."""
    found = territory.sources.doubts() if territory.sources else ()
    answered, index = set(said), territory.catalogue.index
    return tuple(d for d in found if frozenset((d.first.id, d.second.id)) not in answered and d.first.id in index and d.second.id in index)


def _groups(territory: Territory) -> dict[str, tuple[str, ...]]:
    """The ids that were joined in each, by the one that was kept."""
    groups: dict[str, tuple[str, ...]] = {}
    for gone, kept in territory.aliases.items():
        groups[kept] = (*groups.get(kept, ()), gone)
    return groups


def _words(words: Iterable[Kept]) -> dict[frozenset[str], Kept]:
    """The last on each pair."""
    return {frozenset((word.offer, word.other)): kept for kept in words if (word := _twin(kept))}


def _twin(kept: Kept) -> Twin | None:
    return kept.word if isinstance(kept.word, Twin) else None


def _name(territory: Territory, id: str) -> str:
    offer: Offer | None = territory.catalogue.offer(territory.aliases.get(id, id))
    return offer.names.choose("fr")[0] if offer else id


DOORS = (
    Door("/office/twins", index, Role.EDITOR),
    Door("/office/twins", say, Role.EDITOR, "POST"),
    Door("/office/twins/forget", forget, Role.EDITOR, "POST"),
)
