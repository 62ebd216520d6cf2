"""How one is signed in: a new session each time that more is proven, its token in a cookie that no script reads and no other site sends along."""

import re
import secrets

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.settings import Settings
from sejour.store.sessions import LONGEST, Session, close_session, open_session
from sejour.store.staff import Account, signed_in
from sejour.web.office.throttle import know_device
from sejour.web.visits import house_of

COOKIE = "__Host-sejour"
HOME = "/office/"
FAMILIES = (
    "Edg",
    "OPR",
    "SamsungBrowser",
    "Firefox",
    "FxiOS",
    "CriOS",
    "Chrome",
    "Safari",
)  # in this order: most say that they are the last ones too
NAMES = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "FxiOS": "Firefox", "CriOS": "Chrome"}
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "Mac", "CrOS": "ChromeOS", "Linux": "Linux"}


def enter(request: Request, account: Account, *, proven: bool, back: str = HOME) -> Response:
    """Signs in, and leads to the page that was asked for, or to the second factor first."""
    first = "/login/code" if account.totp else "/login/enrol"
    answer = RedirectResponse(back if proven else f"{first}?next={back}", 303)
    begin(request, answer, account, proven=proven)
    return answer


def begin(request: Request, answer: Response, account: Account, *, proven: bool) -> None:
    """A new session in place of the browser's former one, whose token serves no more."""
    house, token = house_of(request), secrets.token_urlsafe(32)
    former: Session | None = request.state.session
    with house.store.writing() as connection:
        if former:
            close_session(connection, former.token)
        open_session(connection, account.staff.id, token, agent_of(request), house.now(), proven=proven)
        if proven:
            signed_in(connection, account.staff.id, house.now())
    answer.set_cookie(COOKIE, token, max_age=int(LONGEST.total_seconds()), secure=True, httponly=True, samesite="lax", path="/")
    if proven:
        know_device(request, answer, account.staff.name)


def needs_code(account: Account, settings: Settings) -> bool:
    """Is a password not enough? The demonstration's accounts are exempt from having to choose a second factor, and say so (decisions 16)."""
    return account.totp is not None or must_enrol(account, settings)


def must_enrol(account: Account, settings: Settings) -> bool:
    return account.totp is None and account.staff.role.second_factor and not settings.territory.demonstration


def back_of(said: object) -> str:
    """The page of the staff that was asked for, and no other address."""
    return said if isinstance(said, str) and re.fullmatch(r"/(?:office|desk)(?:/[\w~.-]*)*", said, re.ASCII) else HOME


def agent_of(request: Request) -> str:
    """ "Firefox, Linux": so that one recognises one's own sessions; the rest of what a browser says of itself is not kept."""
    said = request.headers.get("user-agent", "")
    family = next((family for family in FAMILIES if f"{family}/" in said), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in said), "")
    return ", ".join(filter(None, (NAMES.get(family, family), system))) or "Autre navigateur"
