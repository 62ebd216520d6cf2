"""Every address of the staff, with who may open it: the one table that the guard and the tests read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sejour.domain.staff import Role, Staff
from sejour.errors import Conflict, Forbidden, NotFound, SejourError, StoreError, UsageError
from sejour.store.sessions import Session, saw, session_of
from sejour.web.office.pages import render_office
from sejour.web.office.signed import COOKIE
from sejour.web.visits import house_of

LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
SEEN_EVERY = timedelta(minutes=5)  # how finely it is written when a session was used last
LARGEST_FORM = 30_000_000  # bytes: a photo as phones make them
LARGEST_OF_A_STRANGER = 20_000  # bytes: a name and a password
MOST_FIELDS = 500
ELSEWHERE = "Cette page n’existe pas, ou n’existe plus."  # the office reads French: not to be translated
TOO_HEAVY = "Ce que vous envoyez est trop lourd : 30 Mo au plus."
STATUS: dict[type[SejourError], int] = {UsageError: 400, Forbidden: 403, NotFound: 404, Conflict: 409, StoreError: 503}


@dataclass(frozen=True, slots=True)
class Door:
    """`least` is the role from which on it opens, None for anybody. `page` is called in a thread, with `request.state.form` when it is a POST, and
    `request.state.session` when somebody is signed in."""

    path: str
    page: Callable[[Request], Response]
    least: Role | None
    method: str = "GET"

    @property
    def route(self) -> Route:
        return Route(self.path, self._answer, methods=[self.method], name=f"{self.method} {self.path}")

    async def _answer(self, request: Request) -> Response:
        try:
            _refuse_other_hosts(request)
            if self.method != "GET":
                _refuse_other_sites(request)
            request.state.session = await run_in_threadpool(_session, request)
            if self.least and (turned := _turn_away(request, self.least)):
                return turned
            if self.method == "POST":
                request.state.form = await _form(request, LARGEST_FORM if self.least else LARGEST_OF_A_STRANGER)
            return await run_in_threadpool(self.page, request)
        except SejourError as error:
            status = next((STATUS[cls] for cls in type(error).__mro__ if cls in STATUS), 500)
            return render_office(request, "office/error.html", status, sentence=str(error))
        finally:
            await request.close()  # the files that were sent


def staff_of(request: Request) -> Staff:
    """Who is signed in: behind a door that asks for a role there is always one."""
    session: Session = request.state.session
    return session.staff


def is_secure(request: Request) -> bool:
    """Did it come by HTTPS, to us or to the nginx of `deploy/` before us?"""
    near = request.client is not None and request.client.host in ("127.0.0.1", "::1")
    return request.url.scheme == "https" or (near and request.headers.get("x-forwarded-proto") == "https")


def _refuse_other_hosts(request: Request) -> None:
    """The staff have a host of their own, or else HTTPS or this very machine (decisions 16): what was typed on the visitors' Wi-Fi is not read there."""
    staff_url, host = house_of(request).settings.service.staff_url, request.headers.get("host", "")
    if staff_url and host != urlsplit(staff_url).netloc:
        raise NotFound(ELSEWHERE)
    if not is_secure(request) and host.rpartition(":")[0].lower() not in LOOPBACK and host.lower() not in LOOPBACK:
        raise Forbidden("L’espace de l’office s’ouvre en HTTPS seulement, ou depuis la machine elle-même.")


def _refuse_other_sites(request: Request) -> None:
    """Browsers tell where a form was sent from: by Sec-Fetch-Site, older ones by Origin. One that tells neither is refused. A page with the policy
    `no-referrer` says that its Origin is "null": there Sec-Fetch-Site alone tells."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
    own = origin != "" and urlsplit(origin).netloc == request.headers.get("host")
    if (site or ("same-origin" if own else "")) != "same-origin" or (origin not in ("", "null") and not own):
        raise Forbidden("Cette demande ne vient pas d’une page de l’office : rien n’est changé.")


def _session(request: Request) -> Session | None:
    token, house = request.cookies.get(COOKIE, ""), house_of(request)
    if not token:
        return None
    territory, moment = house.settings.territory.id, house.now()
    with house.store.reading() as connection:
        session = session_of(connection, territory, token[:100], moment)
    if session and moment - session.seen > SEEN_EVERY and not house.store.dialect.read_only:
        with house.store.writing() as connection:
            saw(connection, session.token, moment)
    return session


def _turn_away(request: Request, least: Role) -> Response | None:
    """To the sign-in page for who is not signed in, to the second factor for who did not show it. Raises Forbidden for who may not."""
    session: Session | None = request.state.session
    back = quote(request.url.path) if request.method == "GET" else "/office/"
    if session is None:
        return RedirectResponse(f"/login?next={back}", 303)
    if not session.proven:
        return RedirectResponse(f"/login/code?next={back}", 303)
    if not session.staff.role.may(least):
        raise Forbidden("Votre compte ne donne pas accès à cette page. Demandez à un administrateur de l’office.")
    return None


async def _form(request: Request, largest: int) -> FormData:
    """Browsers say how long a form is; one that does not is not read."""
    if "transfer-encoding" in request.headers or int(request.headers.get("content-length") or 0) > largest:
        raise UsageError(TOO_HEAVY, parameter="file")
    return await request.form(max_fields=MOST_FIELDS, max_files=5)
