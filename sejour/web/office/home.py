"""The first page of the office: what needs a human today, and the quick ways."""

from starlette.requests import Request
from starlette.responses import Response

from sejour.domain.staff import Role
from sejour.web.i18n import speech
from sejour.web.office.doors import Door, staff_of
from sejour.web.office.keeping import show
from sejour.web.office.listing import Only
from sejour.web.office.morning import lines_for
from sejour.web.office.occasions import SKIES, told
from sejour.web.office.offers import ONLY_WORDS, SORT_WORDS, listing_of
from sejour.web.office.today import offer_under, today_of
from sejour.web.visits import house_of

WATCHED = (Only.CHECK, Only.NO_HOURS, Only.NO_PICTURE, Only.OVER)


def home(request: Request) -> Response:
    house, staff, today = house_of(request), staff_of(request), today_of(request)
    hotspots = house.live.territory.hotspots
    lively = [kept for kept in today.words if kept.word.holds(today.moment) and kept.sort in ("pick", "notice", "pin", "mute")]
    return show(
        request, "office/home.html", today=today, lines=lines_for(today, staff.role), counts=listing_of(request).counts, watched=WATCHED,
        onlies=ONLY_WORDS, lively=lively[::-1], offer_under=lambda id: offer_under(house, id), sorts=SORT_WORDS, skies=SKIES,
        when=lambda word: told(word, speech("fr"), today.moment, hotspots),
    )  # fmt: skip


DOORS = (Door("/office/", home, Role.SEASONAL),)
