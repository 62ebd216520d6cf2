"""One word of the office at a time: its form, what is written in it, its withdrawal; and what happens when two write the same."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from sejour.domain.curation import Pick
from sejour.domain.offer import Offer
from sejour.domain.staff import Role, Staff
from sejour.errors import Conflict, Forbidden, NotFound
from sejour.store.curation import WITHDRAWN, Kept, word_of
from sejour.store.pictures import StoredPicture, picture_of
from sejour.web.i18n import LANGUAGES, speech
from sejour.web.office.doors import Door, staff_of
from sejour.web.office.forms import FormError, whole
from sejour.web.office.keeping import Written, back_to, moment_of, show, write
from sejour.web.office.occasions import IN_FRENCH, options, told
from sejour.web.office.uploads import LICENCES, holding, read_picture
from sejour.web.office.words_forms import FORMS, NOTICES, OF_A_CARD, OF_THE_TERRITORY, UNTIL, Desk, WordForm
from sejour.web.visits import house_of

NO_CARD = "Cette fiche n’est donnée par aucun flux : elle n’existe pas, ou n’existe plus."  # the office reads French: not to be translated
NOT_YOURS = "C’est le coup de cœur de quelqu’un d’autre : demandez à un ANT de le changer."
MEANWHILE = (
    "%s a changé ceci pendant que vous l’écriviez. Rien n’est perdu : voici les deux. Publier remplace ce qui est écrit par ce que vous lisez ici."
)
GONE = "Ceci a été retiré pendant que vous l’écriviez. Rien n’est perdu : « Publier » le dit de nouveau."
MORNING = "/office/morning"


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else did while a form was filled in: `theirs` is the word as it now stands, None when it was withdrawn."""

    sentence: str
    theirs: Kept | None


def offer_of(request: Request) -> Offer | None:
    """The card of the address, under any of its ids; None when the address names none. Raises NotFound."""
    id = request.path_params.get("id")
    if id is None:
        return None
    territory = house_of(request).live.territory
    found = territory.catalogue.offer(territory.aliases.get(id, id))
    if found is None:
        raise NotFound(NO_CARD)
    return found


def ids_of(request: Request, offer: Offer | None) -> set[str]:
    """Those under which something may have been said of the card."""
    if offer is None:
        return {""}
    return {offer.id, *(alias for alias, kept in house_of(request).live.territory.aliases.items() if kept == offer.id)}


def _ask(form: WordForm, request: Request) -> Response:
    offer, asked = offer_of(request), request.query_params.get("word", "")
    kept = _kept(form, request, offer, int(asked)) if asked.isdecimal() and len(asked) < 16 else None
    said = FormData([*form.fill(kept.word, house_of(request).settings.zone)]) if kept else FormData(request.query_params)
    return _page(form, request, offer, said, kept)


def _save(form: WordForm, request: Request) -> Response:
    offer, said = offer_of(request), request.state.form
    kept = None
    try:
        id, version = (whole(said, "word"), whole(said, "version")) if said.get("word") else (None, 0)
        kept = _kept(form, request, offer, id) if id else None
        if said.get("withdraw") and kept:
            return back_to(home_of(offer), write(request, [Written(None, kept.id, version)]))
        if form.photo:  # first, so that it need not be sent twice when another field is refused
            said = holding(said, read_picture(said, house_of(request), staff_of(request)))
        word = form.read(Desk(house_of(request), staff_of(request), said, moment_of(request), offer, kept.word if kept else None))
    except FormError as error:
        return _page(form, request, offer, said, kept, error=error)
    except NotFound as error:
        if offer is not None and str(error) == WITHDRAWN:
            return _page(form, request, offer, said, None, meanwhile=Meanwhile(GONE, None))
        raise
    try:
        return back_to(home_of(offer), write(request, [Written(word, id, version)]))
    except (Conflict, NotFound):
        return _meanwhile(form, request, offer, said, id)


def _meanwhile(form: WordForm, request: Request, offer: Offer | None, said: FormData, id: int | None) -> Response:
    """Both texts, and a form that now replaces knowingly."""
    try:
        theirs = _kept(form, request, offer, id or 0)
    except NotFound:
        return _page(form, request, offer, said, None, meanwhile=Meanwhile(GONE, None))
    return _page(form, request, offer, said, theirs, meanwhile=Meanwhile(MEANWHILE % theirs.by, theirs))


def _kept(form: WordForm, request: Request, offer: Offer | None, id: int) -> Kept:
    """The word, if it is one of that sort and of that card, and theirs to change."""
    house, staff = house_of(request), staff_of(request)
    with house.store.reading() as connection:
        kept = word_of(connection, house.settings.territory.id, id)
    if kept.sort != form.sort or kept.word.offer not in ids_of(request, offer):
        raise NotFound(WITHDRAWN)
    if form.own and not may_change(kept, staff):
        raise Forbidden(NOT_YOURS)
    return kept


def may_change(kept: Kept, staff: Staff) -> bool:
    """Each sort has its role; below an editor, a coup de cœur is changed by who signed it alone."""
    form = FORMS.get(kept.sort)
    if form is None or staff.role.may(Role.EDITOR):
        return staff.role.may(Role.EDITOR)
    return staff.role.may(form.least) and (not form.own or (isinstance(kept.word, Pick) and kept.word.by == staff.shown))


def _page(
    form: WordForm, request: Request, offer: Offer | None, said: FormData, kept: Kept | None, *, error: FormError | None = None,
    meanwhile: Meanwhile | None = None,
) -> Response:  # fmt: skip
    house, moment = house_of(request), moment_of(request)
    status = 409 if meanwhile else 400 if error else 200
    return show(
        request, form.template, status, form=form, offer=offer, said=said, kept=kept, error=error, meanwhile=meanwhile, moment=moment,
        picture=_picture(request, str(said.get("picture", ""))), occasions=options(house.live.territory.hotspots), home=home_of(offer),
        told=lambda word: told(word, speech("fr"), moment, house.live.territory.hotspots), notices=NOTICES, until_words=UNTIL,
        sorts=OF_A_CARD if offer else OF_THE_TERRITORY, licences=LICENCES, languages=LANGUAGES, in_french=IN_FRENCH,
    )  # fmt: skip


def _picture(request: Request, id: str) -> StoredPicture | None:
    house = house_of(request)
    with house.store.reading() as connection:
        return picture_of(connection, house.settings.territory.id, id) if id else None


def home_of(offer: Offer | None) -> str:
    return f"/office/offers/{offer.id}" if offer else MORNING


def _doors(form: WordForm, path: str) -> tuple[Door, Door]:
    ask: Callable[[Request], Response] = partial(_ask, form)
    save: Callable[[Request], Response] = partial(_save, form)
    return Door(path, ask, form.least), Door(path, save, form.least, "POST")


DOORS = (
    *(door for form in FORMS.values() for door in _doors(form, f"/office/offers/{{id}}/{form.sort}")),
    *_doors(FORMS["notice"], "/office/territory/notice"),
)
