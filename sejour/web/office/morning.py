"""Le rituel du matin: one screen, ten minutes, on a phone too. Nothing has to be filled in; one button publishes what was."""

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.domain.curation import Notice, NoticeSort, Override, Pick
from sejour.domain.occasion import Word
from sejour.domain.staff import Role
from sejour.domain.text import LocalText
from sejour.errors import Conflict, Forbidden, NotFound
from sejour.store.curation import Kept, word_of
from sejour.web.i18n import speech
from sejour.web.office.doors import Door, staff_of
from sejour.web.office.forms import FormError, line, prose
from sejour.web.office.keeping import Written, back_to, moment_of, show, write
from sejour.web.office.occasions import SKIES, told
from sejour.web.office.offers import SORT_WORDS
from sejour.web.office.overrides import FIELDS
from sejour.web.office.saying import may_change
from sejour.web.office.today import Today, offer_under, today_of
from sejour.web.office.words_forms import NOTICE_LENGTH, NOTICES, PICK_LENGTH
from sejour.web.visits import house_of

TODAY = {"alert": NoticeSort.ALERT, "tide": NoticeSort.TIDE, "info": NoticeSort.INFO}  # what is typed here ends tonight
PICK_FOR = timedelta(days=7)
LONGER = timedelta(days=7)
NOT_YOURS = "Ce changement demande d’être ANT, ou d’avoir signé ce coup de cœur : rien n’est publié."
MOVED = "Quelqu’un a changé l’un de ces mots pendant que vous écriviez : rien n’est publié, rien n’est perdu. Relisez, puis publiez."
TICK = re.compile(r"(\d{1,12}):(\d{1,9})")


def morning(request: Request) -> Response:
    return _page(request, FormData())


def publish(request: Request) -> Response:
    """All that was ticked and filled in, or nothing."""
    form = request.state.form
    try:
        words = [*_notices(request, form), *_picks(request, form), *_extensions(request, form), *_withdrawals(request, form)]
        made = write(request, words)
    except FormError as error:
        return _page(request, form, 400, error=error)
    except (Conflict, NotFound):
        return _page(request, form, 409, alert=MOVED)
    return back_to("/office/morning", made) if made else RedirectResponse("/office/morning?nothing=1", 303)


def _notices(request: Request, form: FormData) -> list[Written]:
    moment = moment_of(request)
    midnight = datetime.combine(moment.date() + timedelta(days=1), time(0), moment.tzinfo)
    said = [(sort, line(form, field, "cette info", NOTICE_LENGTH, needed=False)) for field, sort in TODAY.items()]
    holding = {(k.word.sort, k.word.text.texts.get("fr")) for k in today_of(request).told if isinstance(k.word, Notice)}  # pressed twice, said once
    notices = [Notice("", end=midnight, sort=sort, text=LocalText({"fr": text})) for sort, text in said if text and (sort, text) not in holding]
    return [Written(notice) for notice in notices]


def _picks(request: Request, form: FormData) -> list[Written]:
    """Of the cards proposed: a sentence signs one."""
    house, moment, by = house_of(request), moment_of(request), staff_of(request).shown
    end = datetime.combine(moment.date() + PICK_FOR, time(0), moment.tzinfo)
    found = []
    for field in form:
        id = field.removeprefix("pick_")
        if id == field or not (text := prose(form, field, "votre phrase", PICK_LENGTH, needed=False)):
            continue
        offer = offer_under(house, id)
        if offer is None:
            raise FormError(field, "Cette fiche n’existe plus : effacez cette phrase.")
        found.append(Written(Pick(offer.id, end=end, by=by, text=LocalText({"fr": text}))))
    return found


def _extensions(request: Request, form: FormData) -> list[Written]:
    return [
        Written(replace(kept.word, end=kept.word.end + LONGER), kept.id, version)
        for kept, version in _ticked(request, form, "extend")
        if kept.word.end
    ]


def _withdrawals(request: Request, form: FormData) -> list[Written]:
    return [Written(None, kept.id, version) for kept, version in _ticked(request, form, "drop") if isinstance(kept.word, Override)]


def _ticked(request: Request, form: FormData, field: str) -> list[tuple[Kept, int]]:
    """(word, the version that was read) of each that was ticked, if it is theirs to change."""
    house, staff, found = house_of(request), staff_of(request), []
    with house.store.reading() as connection:
        for said in form.getlist(field):
            if read := TICK.fullmatch(str(said)):
                kept = word_of(connection, house.settings.territory.id, int(read[1]))
                if not may_change(kept, staff):
                    raise Forbidden(NOT_YOURS)
                found.append((kept, int(read[2])))
    return found


def _page(request: Request, said: FormData, status: int = 200, *, error: FormError | None = None, alert: str = "") -> Response:
    today, staff = today_of(request), staff_of(request)
    hotspots = house_of(request).live.territory.hotspots

    def when(word: Word) -> str:
        return told(word, speech("fr"), today.moment, hotspots)

    values: dict[str, Any] = {"mine": {kept.id for kept in today.words if may_change(kept, staff)}, "when": when}
    return show(
        request, "office/morning.html", status, today=today, said=said, error=error, alert=alert, sorts=SORT_WORDS, notices=NOTICES, skies=SKIES,
        names=FIELDS, writes=staff.role.may(Role.COUNSELLOR), nothing=request.query_params.get("nothing") == "1", **values,
    )  # fmt: skip


def lines_for(today: Today, role: Role) -> list[tuple[str, str]]:
    """(sentence, address) of what needs a human: few, the most pressing first, for who may do something about it."""
    told = []
    if today.remarks and role.may(Role.COUNSELLOR):
        told.append((f"{_many(today.remarks, 'signalement de visiteur', 'signalements de visiteurs')} à vérifier", "/office/remarks"))
    if role.may(Role.EDITOR):
        if today.unplaced:
            told.append((f"{_many(today.unplaced, 'point d’accès inconnu', 'points d’accès inconnus')} à placer", "/office/hotspots"))
        told += [(f"Le flux « {each.feed.feed.name} » n’a pas pu être lu", "/office/feeds") for each in today.failing]
        same = sum(each.same for each in today.caught)
        if same:
            told.append((f"{_many(same, 'correction que', 'corrections que')} la source dit maintenant aussi", "/office/morning#corrections"))
        if moved := len(today.caught) - same:
            told.append((f"{_many(moved, 'correction dont', 'corrections dont')} la source a changé", "/office/morning#corrections"))
    if ends := sum(each.today for each in today.ending):
        told.append((f"{_many(ends, 'mot de l’office finit', 'mots de l’office finissent')} aujourd’hui", "/office/morning#fins"))
    told += [(f"Presque rien dans l’agenda, {_of(band.name)}", "/office/morning#agenda") for band in today.bands if band.hole]
    return told


def _many(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def _of(band: str) -> str:
    return {"matin": "ce matin", "après-midi": "cet après-midi", "soir": "ce soir"}[band]


DOORS = (
    Door("/office/morning", morning, Role.SEASONAL),
    Door("/office/morning", publish, Role.COUNSELLOR, "POST"),
)
