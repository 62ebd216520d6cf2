"""Photos, the office's and those that we fetched for it, in the width and the format that a browser chooses: /img/{id}-640.avif."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sejour.album import album_of
from sejour.domain.text import N_
from sejour.errors import NotFound
from sejour.house import House
from sejour.pictures import MEDIA, WIDTHS, Shelf, derive, suffixes
from sejour.store.pictures import StoredPicture, picture_of, pixels_of
from sejour.web.photos import fetched
from sejour.web.visits import house_of

FILE = re.compile(r"([a-z2-7]{16})-(\d{3,4})\.([a-z]{3,4})")
LONGEST = timedelta(days=365)
ELSEWHERE = N_("Cette page n’existe pas, ou n’existe plus.")


def image(request: Request) -> Response:
    """Made when it is first asked for; what a browser has, it keeps, until the rights end."""
    house, asked = house_of(request), FILE.fullmatch(request.path_params["file"])
    if asked is None or int(asked[2]) not in WIDTHS or asked[3] not in suffixes():
        raise NotFound(ELSEWHERE)
    id, width, suffix = asked[1], int(asked[2]), asked[3]
    moment = house.now().astimezone(house.settings.zone)
    photo, pixels = _found(house, id, moment)
    shelf: Shelf = request.app.state.shelf
    body = shelf.get((id, width, suffix), lambda: derive(pixels(), width, suffix))
    headers = {"Cache-Control": f"public, max-age={_seconds(photo, moment)}, immutable"}
    return Response(body, headers=headers, media_type=MEDIA[suffix])


def _found(house: House, id: str, moment: datetime) -> tuple[StoredPicture, Callable[[], bytes]]:
    """What is known of a photo that may be shown, and its pixels."""
    territory, day = house.settings.territory.id, moment.date()
    with house.store.reading() as connection:
        ours = picture_of(connection, territory, id)
    if ours and ours.shown_on(day):

        def pixels() -> bytes:
            with house.store.reading() as connection:
                return pixels_of(connection, territory, id)

        return ours, pixels
    if found := fetched(house.live.territory, day, id):

        def held() -> bytes:
            if (body := album_of(house.settings).pixels(id, moment)) is None:
                raise NotFound(ELSEWHERE)
            return body

        return found, held
    raise NotFound(ELSEWHERE)


def _seconds(kept: StoredPicture, moment: datetime) -> int:
    if kept.expires is None:
        return int(LONGEST.total_seconds())
    ends = datetime.combine(kept.expires + timedelta(days=1), time(0), moment.tzinfo)
    return int(min(LONGEST, ends - moment).total_seconds())


routes = [Route("/img/{file}", image)]
