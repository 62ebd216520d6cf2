"""The office's photos, in the width and the format that a browser chooses: /img/{id}-640.avif."""

import re
from datetime import datetime, time, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sejour.domain.text import N_
from sejour.errors import NotFound
from sejour.pictures import MEDIA, WIDTHS, Shelf, derive, suffixes
from sejour.store.pictures import StoredPicture, picture_of, pixels_of
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
    territory, moment = house.settings.territory.id, house.now().astimezone(house.settings.zone)
    with house.store.reading() as connection:
        found = picture_of(connection, territory, id)
    if found is None or not found.shown_on(moment.date()):
        raise NotFound(ELSEWHERE)

    def make() -> bytes:
        with house.store.reading() as connection:
            data = pixels_of(connection, territory, id)
        return derive(data, width, suffix)

    shelf: Shelf = request.app.state.shelf
    headers = {"Cache-Control": f"public, max-age={_seconds(found, moment)}, immutable"}
    return Response(shelf.get((id, width, suffix), make), headers=headers, media_type=MEDIA[suffix])


def _seconds(kept: StoredPicture, moment: datetime) -> int:
    if kept.expires is None:
        return int(LONGEST.total_seconds())
    ends = datetime.combine(kept.expires + timedelta(days=1), time(0), moment.tzinfo)
    return int(min(LONGEST, ends - moment).total_seconds())


routes = [Route("/img/{file}", image)]
