"""One card: what visitors see, what the office says, what each source says, what was changed; and every word one may add."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sejour.domain.curation import Checked, Override
from sejour.domain.overview import CardState, overview_of
from sejour.domain.page import detail
from sejour.domain.staff import Role
from sejour.store.curation import Change, Kept, changes_of, words_of
from sejour.store.pictures import StoredPicture, pictures_of
from sejour.web.i18n import LANGUAGES, speech
from sejour.web.office import overrides
from sejour.web.office.correcting import compared, mail_of
from sejour.web.office.doors import Door, staff_of
from sejour.web.office.journal import verb_of
from sejour.web.office.keeping import Written, back_to, moment_of, show, write
from sejour.web.office.listing import STATES, said_of
from sejour.web.office.occasions import told as told_when
from sejour.web.office.offers import STATE_LOOKS, STATE_WORDS
from sejour.web.office.saying import home_of, ids_of, may_change, offer_of
from sejour.web.office.sources import Told, told_of
from sejour.web.office.words_forms import FORMS, NOTICES
from sejour.web.visits import house_of, link, visit_at

HISTORY = 12
FIELD_WORDS = {
    "names": "nom", "kind": "type", "descriptions": "description", "themes": "thèmes", "labels": "labels", "place": "position", "address": "adresse",
    "contacts": "contacts", "hours": "horaires", "hours_text": "horaires en clair", "occurrences": "dates", "prices": "tarifs", "audience": "public",
    "access": "accès", "pictures": "photos", "spoken": "langues parlées", "updated": "mise à jour", "producer": "producteur",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A word as the page tells it: `when` in one line, `mine` when one may change it."""

    kept: Kept
    when: str
    holds: bool
    over: bool
    mine: bool
    picture: StoredPicture | None


@dataclass(frozen=True, slots=True)
class Record:
    """What the database knows of one card."""

    told: Told | None
    words: tuple[Kept, ...]
    changes: tuple[Change, ...]
    pictures: dict[str, StoredPicture]


def card(request: Request) -> Response:
    house, offer, staff, moment = house_of(request), offer_of(request), staff_of(request), moment_of(request)
    assert offer is not None  # its address has an id
    if offer.id != request.path_params["id"]:  # that of a twin
        raise HTTPException(301, headers={"Location": home_of(offer)})
    record, territory, visit = _record(request, ids_of(request, offer)), house.live.territory, visit_at(request, "", "fr")
    overview, said = overview_of(territory.catalogue), said_of(territory, record.words, record.pictures, moment)
    state = STATES[int(overview.states(said.muted, said.checked, moment)[territory.catalogue.index[offer.id]])]
    override = next((kept for kept in reversed(record.words) if kept.sort == "override"), None)
    said_instead = override.word if override and isinstance(override.word, Override) else None
    checked = next((kept.word for kept in reversed(record.words) if isinstance(kept.word, Checked)), None)
    source = record.told.card if record.told else offer
    lines = [_line(request, kept, record, moment) for kept in record.words if kept.sort in FORMS]
    photos = [line.picture for line in lines if line.picture and line.holds] + [record.pictures.get((said_instead and said_instead.picture) or "")]
    return show(
        request, "office/card.html", offer=offer, page=detail(territory.catalogue, visit, offer), visit=visit, told=record.told, state=state,
        states=STATE_WORDS, looks=STATE_LOOKS, lines=lines, photo=next(filter(None, photos), None),
        override=override, corrections=compared(source, said_instead) if said_instead else [], checked=checked, forms=FORMS, notices=NOTICES, names=overrides.FIELDS,
        stale=overrides.stale(said_instead, source) if said_instead else [], languages=LANGUAGES,
        mail=mail_of(source, said_instead, house.settings.territory.name) if said_instead else None,
        fields_words=FIELD_WORDS, history=record.changes, what=lambda change: verb_of(change).removesuffix(" :"), undoable=_undoable(record.changes), editor=staff.role.may(Role.EDITOR), me=staff.shown, moment=moment,
        there=_visitors(request, link(visit, f"/o/{offer.id}")), why=_visitors(request, link(visit, f"/why/{offer.id}")), CardState=CardState,
    )  # fmt: skip


def check(request: Request) -> Response:
    """The office made sure of the card, now: the former word of it makes place."""
    house, offer, staff = house_of(request), offer_of(request), staff_of(request)
    assert offer is not None
    word, former = Checked(offer.id, by=staff.shown, at=house.now()), None
    with house.store.reading() as connection:
        former = next(iter(words_of(connection, house.settings.territory.id, "checked", offer=offer.id)), None)
    written = Written(word, former.id, former.version) if former else Written(word)
    return back_to(home_of(offer), write(request, [written]))


def _record(request: Request, ids: set[str]) -> Record:
    house = house_of(request)
    territory = house.settings.territory.id
    with house.store.reading() as connection:
        words = [kept for id in sorted(ids) for kept in words_of(connection, territory, offer=id)]
        changes = [change for id in sorted(ids) for change in changes_of(connection, territory, subject=id, limit=HISTORY)]
        return Record(
            told_of(connection, house.settings, ids),
            tuple(sorted(words, key=lambda kept: kept.id)),
            tuple(sorted(changes, key=lambda change: -change.id)[:HISTORY]),
            pictures_of(connection, territory),
        )


def _line(request: Request, kept: Kept, record: Record, moment: datetime) -> Line:
    when = partial(told_when, speech=speech("fr"), moment=moment, hotspots=house_of(request).live.territory.hotspots)
    picture = record.pictures.get(getattr(kept.word, "picture", None) or "")
    over = kept.word.end is not None and kept.word.end <= moment
    return Line(kept, when(kept.word), kept.word.holds(moment), over, may_change(kept, staff_of(request)), picture)


def _undoable(changes: tuple[Change, ...]) -> set[int]:
    """The last change of each word: those before it must wait for it to be undone."""
    seen: set[int] = set()
    return {change.id for change in changes if change.word is not None and not (change.word in seen or seen.add(change.word))}  # type: ignore[func-returns-value]


def _visitors(request: Request, path: str) -> str:
    """On the visitors' own name: the staff have another."""
    service = house_of(request).settings.service
    return f"{service.public_url.rstrip('/')}{path}" if service.staff_url and service.public_url else path


DOORS = (
    Door("/office/offers/{id}", card, Role.SEASONAL),
    Door("/office/offers/{id}/checked", check, Role.COUNSELLOR, "POST"),
)
