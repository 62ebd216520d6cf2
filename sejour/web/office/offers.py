"""All the cards in one list, and the quick way to the one that a word is about."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from sejour.domain.curation import Pick
from sejour.domain.offer import Kind, Offer
from sejour.domain.overview import CardState, Order
from sejour.domain.page import suggest
from sejour.domain.staff import Role
from sejour.search import LONGEST_QUERY
from sejour.store.curation import words_of
from sejour.store.pictures import pictures_of
from sejour.web.office.doors import Door
from sejour.web.office.keeping import moment_of, show
from sejour.web.office.listing import Listing, Only, asked_in, listed, said_of
from sejour.web.visits import house_of, visit_at

CHOICES = 12
STATE_WORDS = {CardState.PUBLISHED: "publié", CardState.CHECK: "à vérifier", CardState.MUTED: "masqué", CardState.OVER: "périmé"}
STATE_LOOKS = {CardState.PUBLISHED: "good", CardState.CHECK: "soon", CardState.MUTED: "bad", CardState.OVER: "bad"}
ONLY_WORDS = {
    Only.PUBLISHED: "Publiées", Only.CHECK: "À vérifier", Only.MUTED: "Masquées", Only.OVER: "Périmées", Only.WORD: "Avec un mot de l’office",
    Only.OVERRIDDEN: "Corrigées par l’office", Only.NO_HOURS: "Sans horaires", Only.NO_PICTURE: "Sans photo", Only.SOON: "Finies dans la semaine",
    Only.WEEK: "Manifestations de la semaine",
}  # fmt: skip
ORDER_WORDS = {Order.NAME: "Nom", Order.KIND: "Type", Order.COMMUNE: "Commune", Order.UPDATED: "Mise à jour", Order.STATE: "État"}
SORT_WORDS = {
    "pick": "coup de cœur", "pin": "épinglé", "boost": "mis en avant", "mute": "masqué", "notice": "info", "override": "corrigé",
    "checked": "vérifié", "twin": "doublon", "collection": "collection", "tuning": "réglages",
}  # fmt: skip


def offers(request: Request) -> Response:
    page = listing_of(request)
    return show(
        request, "office/offers.html", page=page, states=STATE_WORDS, looks=STATE_LOOKS, onlies=ONLY_WORDS, orders=ORDER_WORDS, sorts=SORT_WORDS,
        kinds=tuple(Kind), partial=request.headers.get("hx-request") == "true",
    )  # fmt: skip


def listing_of(request: Request) -> Listing:
    house, moment = house_of(request), moment_of(request)
    with house.store.reading() as connection:
        words = words_of(connection, house.settings.territory.id)
        pictures = pictures_of(connection, house.settings.territory.id)
    territory = house.live.territory
    return listed(territory, said_of(territory, words, pictures, moment), asked_in(request.query_params), moment)


@dataclass(frozen=True, slots=True)
class Choosing:
    """For whom a card is chosen: the sort of the word, and what the page is called."""

    sort: str
    title: str


CHOOSING = {"/office/pick": Choosing("pick", "Coup de cœur"), "/office/notice": Choosing("notice", "Info chaude")}


def choose(request: Request) -> Response:
    """Which card? Those that a search finds, else the best of the moment around a hotspot: where one stands, most often."""
    house, territory = house_of(request), house_of(request).live.territory
    asked, at = " ".join(request.query_params.get("q", "").split())[:LONGEST_QUERY], request.query_params.get("h", "")
    if asked:
        found: list[Offer] = [territory.catalogue.offers[i] for i in territory.search.find(asked, CHOICES)]
    else:
        visit = visit_at(request, at, "fr")
        at, found = visit.hotspot or "", [each.offer for each in suggest(territory.catalogue, visit, CHOICES)]
    with house.store.reading() as connection:
        picked = {kept.word.offer for kept in words_of(connection, house.settings.territory.id, "pick") if isinstance(kept.word, Pick)}
    return show(
        request, "office/choose.html", asked=asked, found=found, at=at, hotspots=territory.hotspots, picked=picked,
        choosing=CHOOSING[request.url.path], partial=request.headers.get("hx-request") == "true",
    )  # fmt: skip


DOORS = (
    Door("/office/offers", offers, Role.SEASONAL),
    Door("/office/pick", choose, Role.COUNSELLOR),
    Door("/office/notice", choose, Role.SEASONAL),
)
