"""Collections: cards put together by theme, in order, shown on their occasions. The whole form goes back and forth: no script, nothing lost."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from sejour.domain.curation import Collection
from sejour.domain.offer import Offer
from sejour.domain.page import found
from sejour.domain.staff import Role
from sejour.errors import Conflict, NotFound
from sejour.search import LONGEST_QUERY
from sejour.store.curation import WITHDRAWN, Kept, word_of, words_of
from sejour.web.i18n import LANGUAGES, speech
from sejour.web.office.doors import Door
from sejour.web.office.forms import FormError, whole
from sejour.web.office.keeping import Written, back_to, moment_of, show, write
from sejour.web.office.occasions import IN_FRENCH, fields_of, options, read_occasion, told
from sejour.web.office.saying import GONE, MEANWHILE, Meanwhile
from sejour.web.office.words_forms import texts_in, translated
from sejour.web.visits import house_of, visit_at

MOST = 40  # cards of a collection
RESULTS = 8
NAME, TEXT = 80, 240  # characters


def collections(request: Request) -> Response:
    house, moment = house_of(request), moment_of(request)
    with house.store.reading() as connection:
        kept = words_of(connection, house.settings.territory.id, "collection")
    hotspots = house.live.territory.hotspots
    return show(
        request, "office/collections.html", kept=kept, moment=moment, offers_of=lambda ids: offers_under(request, ids),
        told=lambda word: told(word, speech("fr"), moment, hotspots),
    )  # fmt: skip


def ask(request: Request) -> Response:
    """A new one, or that of the address."""
    kept = _kept(request)
    return _page(request, FormData(_fields(request, kept.word)) if kept and isinstance(kept.word, Collection) else FormData(), kept)


def save(request: Request) -> Response:
    """Writes it down, unless a button only moves a card, searches, or looks at the result."""
    form, kept, id = request.state.form, None, None
    try:
        kept = _kept(request)
        id, version = (kept.id, whole(form, "version")) if kept else (None, 0)
        if form.get("withdraw") and id:
            return back_to("/office/collections", write(request, [Written(None, id, version)]))
        said = _arranged(form)
        if form.get("do"):
            return _page(request, said, kept)
        return back_to("/office/collections", write(request, [Written(_read(request, said), id, version)]))
    except FormError as error:
        return _page(request, form, kept, error=error)
    except Conflict:
        theirs = _kept(request)
        assert theirs is not None  # else NotFound
        return _page(request, form, theirs, meanwhile=Meanwhile(MEANWHILE % theirs.by, theirs))
    except NotFound:
        return _page(request, form, None, meanwhile=Meanwhile(GONE, None))


def offers_under(request: Request, ids: tuple[str, ...]) -> list[Offer]:
    """In their order; those that are offered no more are left out."""
    territory = house_of(request).live.territory
    known = (territory.catalogue.offer(territory.aliases.get(id, id)) for id in ids)
    return [offer for offer in known if offer]


def _read(request: Request, form: FormData) -> Collection:
    house = house_of(request)
    name = translated(form, "name", "un nom", NAME)
    assert name is not None  # it is needed
    ids = tuple(offer.id for offer in offers_under(request, _ids(form)))
    if not ids:
        raise FormError("q", "Ajoutez au moins une fiche : cherchez-la, puis « Ajouter ».")
    occasion = read_occasion(form, house.settings.zone, house.live.territory.hotspots)
    return Collection("", name=name, text=translated(form, "text", "un texte", TEXT, needed=False), offers=ids, **occasion)


def _arranged(form: FormData) -> FormData:
    """The form after its button: "add:ID", "drop:ID", "up:ID", "down:ID"; anything else leaves it as it is."""
    ids, (verb, _, id) = list(_ids(form)), str(form.get("do", "")).partition(":")
    at = ids.index(id) if id in ids else -1
    if verb == "add" and at < 0 and len(ids) < MOST:
        ids.append(id)
    elif verb == "drop" and at >= 0:
        ids.pop(at)
    elif verb in ("up", "down") and at >= 0:
        to = max(0, min(len(ids) - 1, at + (1 if verb == "down" else -1)))
        ids[at], ids[to] = ids[to], ids[at]
    return FormData([*((name, value) for name, value in form.multi_items() if name != "offer"), *(("offer", each) for each in ids)])


def _ids(form: FormData) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(each) for each in form.getlist("offer")))[:MOST]


def _fields(request: Request, said: Collection) -> list[tuple[str, Any]]:
    zone = house_of(request).settings.zone
    return [*texts_in("name", said.name), *texts_in("text", said.text), *(("offer", id) for id in said.offers), *fields_of(said, zone)]


def _kept(request: Request) -> Kept | None:
    """That of the address. Raises NotFound."""
    asked = request.path_params.get("word")
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 16):
        raise NotFound(WITHDRAWN)
    with house_of(request).store.reading() as connection:
        kept = word_of(connection, house_of(request).settings.territory.id, int(asked))
    if not isinstance(kept.word, Collection):
        raise NotFound(WITHDRAWN)
    return kept


def _page(request: Request, said: FormData, kept: Kept | None, *, error: FormError | None = None, meanwhile: Meanwhile | None = None) -> Response:
    territory, offers = house_of(request).live.territory, offers_under(request, _ids(said))
    query = " ".join(str(said.get("q", "")).split())[:LONGEST_QUERY]
    results = [territory.catalogue.offers[i] for i in territory.search.find(query, RESULTS)] if query else []
    shown: Mapping[str, Any] = {
        each.offer.id: each.suggestion
        for each in found(territory.catalogue, visit_at(request, "", "fr"), [territory.catalogue.index[o.id] for o in offers])
    }
    return show(
        request, "office/collection.html", 409 if meanwhile else 400 if error else 200, said=said, kept=kept, error=error, meanwhile=meanwhile,
        offers=offers, query=query, results=[offer for offer in results if offer not in offers], shown=shown, visit=visit_at(request, "", "fr"),
        languages=LANGUAGES, in_french=IN_FRENCH, occasions=options(territory.hotspots),
    )  # fmt: skip


DOORS = (
    Door("/office/collections", collections, Role.EDITOR),
    Door("/office/collections/new", ask, Role.EDITOR),
    Door("/office/collections/new", save, Role.EDITOR, "POST"),
    Door("/office/collections/{word}", ask, Role.EDITOR),
    Door("/office/collections/{word}", save, Role.EDITOR, "POST"),
)
