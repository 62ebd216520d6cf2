"""The pages of a correction: beside the source's own words, with the week that the hours make; translations; the letter to the owner."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from sejour.domain.curation import Override
from sejour.domain.offer import ContactType, Kind, Offer
from sejour.domain.override import CONTACTS, caught_up
from sejour.domain.page import detail
from sejour.domain.staff import Role
from sejour.domain.week import Day
from sejour.errors import Conflict, NotFound
from sejour.store.curation import WITHDRAWN, Kept, word_of, words_of
from sejour.store.pictures import picture_of
from sejour.web import words
from sejour.web.i18n import LANGUAGES
from sejour.web.office import overrides
from sejour.web.office.doors import Door, staff_of
from sejour.web.office.forms import FormError, whole
from sejour.web.office.keeping import Written, back_to, moment_of, show, write
from sejour.web.office.occasions import IN_FRENCH
from sejour.web.office.saying import GONE, MEANWHILE, NO_CARD, Meanwhile, home_of, ids_of, offer_of
from sejour.web.office.sources import Told, told_of
from sejour.web.office.uploads import LICENCES, holding, read_picture
from sejour.web.visits import house_of, visit_at

Reader = Callable[[FormData, Offer, Override | None, str | None], Override]
TEMPLATES = {"override": "office/word_override.html", "translations": "office/word_translations.html"}


def read_correction(form: FormData, card: Offer, former: Override | None, picture: str | None) -> Override:
    return overrides.read_override(form, card, former, picture)


def read_translations(form: FormData, card: Offer, former: Override | None, picture: str | None) -> Override:
    return overrides.read_translations(form, card, former)


READERS: dict[str, Reader] = {"override": read_correction, "translations": read_translations}


def _ask(page: str, request: Request) -> Response:
    offer, told, kept = card_of(request)
    said = overrides.fields_of(kept.word) if kept and isinstance(kept.word, Override) else FormData()
    return _page(page, request, offer, told, said, kept)


def _save(page: str, request: Request) -> Response:
    offer, told, known = card_of(request)
    said, former = request.state.form, None
    try:
        id, version = (whole(said, "word"), whole(said, "version")) if said.get("word") else (None, 0)
        former = _former(request, offer, id) if id else None
        if said.get("withdraw") and id:
            return back_to(home_of(offer), write(request, [Written(None, id, version)]))
        picture = former.picture if former else None
        if page == "override":
            picture = read_picture(said, house_of(request), staff_of(request))
            said = holding(said, picture)
        made = READERS[page](said, told.card, former, picture)
        if said.get("preview"):
            return _page(page, request, offer, told, said, known)
        if id is None and known:  # somebody began to correct meanwhile: one card has one correction
            raise Conflict(MEANWHILE % known.by)
        return back_to(home_of(offer), write(request, [Written(made, id, version)]))
    except FormError as error:
        return _page(page, request, offer, told, said, known, error=error)
    except (Conflict, NotFound):
        _, told, theirs = card_of(request)
        return _page(page, request, offer, told, said, theirs, meanwhile=Meanwhile(MEANWHILE % theirs.by if theirs else GONE, theirs))


def ask_owner(request: Request) -> Response:
    """Writes down that the owner was asked today."""
    offer, _, kept = card_of(request)
    if kept is None or not isinstance(kept.word, Override):
        raise NotFound(WITHDRAWN)
    asked = replace(kept.word, asked=house_of(request).now())
    return back_to(home_of(offer), write(request, [Written(asked, kept.id, whole(request.state.form, "version"))]))


def card_of(request: Request) -> tuple[Offer, Told, Kept | None]:
    """The card, what its sources say, and its correction if there is one: the last said, should there be several."""
    house, offer = house_of(request), offer_of(request)
    assert offer is not None  # its address has an id
    ids = ids_of(request, offer)
    with house.store.reading() as connection:
        told = told_of(connection, house.settings, ids)
        kept = [each for id in sorted(ids) for each in words_of(connection, house.settings.territory.id, "override", offer=id)]
    if told is None:
        raise NotFound(NO_CARD)
    return offer, told, max(kept, key=lambda each: each.id, default=None)


def _former(request: Request, offer: Offer, id: int) -> Override:
    house = house_of(request)
    with house.store.reading() as connection:
        kept = word_of(connection, house.settings.territory.id, id)
    if not isinstance(kept.word, Override) or kept.word.offer not in ids_of(request, offer):
        raise NotFound(WITHDRAWN)
    return kept.word


def _page(
    page: str, request: Request, offer: Offer, told: Told, said: FormData, kept: Kept | None, *, error: FormError | None = None,
    meanwhile: Meanwhile | None = None,
) -> Response:  # fmt: skip
    house, override = house_of(request), kept.word if kept and isinstance(kept.word, Override) else None
    picture = str(said.get("picture", ""))
    with house.store.reading() as connection:
        held = picture_of(connection, house.settings.territory.id, picture) if picture else None
    status = 409 if meanwhile else 400 if error else 200
    return show(
        request, TEMPLATES[page], status, offer=offer, told=told, card=told.card, said=said, kept=kept, error=error, meanwhile=meanwhile,
        override=override, standing=caught_up(told.card, override) if override else {}, stale=overrides.stale(override, told.card) if override else [],
        fields=overrides.FIELDS, french=lambda field: overrides.french_of(override, told.card, field), languages=LANGUAGES, in_french=IN_FRENCH, kinds=tuple(Kind), origins=dict.fromkeys(CONTACTS, "contacts"),
        week=_week(request, offer, str(said.get("hours", ""))), picture=held, licences=LICENCES, home=home_of(offer), moment=moment_of(request),
    )  # fmt: skip


def _week(request: Request, offer: Offer, hours: str) -> tuple[Day, ...]:
    """The seven days that these hours make; nothing when they cannot be read."""
    try:
        read = overrides.written_hours(hours, ZoneInfo(offer.timezone)) if hours.strip() else offer.hours
    except ValueError:
        return ()
    visit = visit_at(request, "", "fr")
    return detail(house_of(request).live.territory.catalogue, visit, replace(offer, hours=read)).week


def compared(source: Offer, override: Override) -> list[tuple[str, str, str]]:
    """(field, what the source says, what the office says instead) of each that is corrected, in French."""
    was, now = overrides.fields_of(_whole(source)), overrides.fields_of(override)
    told = (field for field in overrides.FIELDS if field in now or f"no_{field}" in now)
    return [(field, _shown(field, was), _shown(field, now)) for field in told if field != "picture"]


def mail_of(source: Offer, override: Override, office: str) -> tuple[str, str, str]:
    """(mailto: address, subject, body) of the letter that asks the owner to correct at the source."""
    subject, body = overrides.letter(source, override, compared(source, override), office)
    to = source.contact(ContactType.EMAIL) or ""
    return f"mailto:{quote(to, safe='@')}?subject={quote(subject)}&body={quote(body)}", subject, body


def _whole(card: Offer) -> Override:
    """What the card says of each field that can be corrected."""
    said = {type.value: card.contact(type) for type in CONTACTS.values()}
    return Override(
        card.id, names=card.names, descriptions=card.descriptions, kind=card.kind, place=card.place, hours=card.hours, phone=said["phone"],
        web=said["web"], booking=said["booking"],
    )  # fmt: skip


def _shown(field: str, said: FormData) -> str:
    text = str(said.get(field, ""))
    return words.KINDS[Kind(text)] if field == "kind" and text else text


def _doors(page: str, path: str) -> tuple[Door, Door]:
    ask: Callable[[Request], Response] = partial(_ask, page)
    save: Callable[[Request], Response] = partial(_save, page)
    return Door(path, ask, Role.EDITOR), Door(path, save, Role.EDITOR, "POST")


DOORS = (
    *_doors("override", "/office/offers/{id}/override"),
    *_doors("translations", "/office/offers/{id}/translations"),
    Door("/office/offers/{id}/asked", ask_owner, Role.EDITOR, "POST"),
)
