"""From a staff page's values to HTML. In French; nothing of it is kept by a browser."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from sejour.domain.staff import Role
from sejour.web.office.forms import FormError
from sejour.web.office.throttle import TooMany
from sejour.web.render import Pages
from sejour.web.visits import house_of

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; connect-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Content-Language": "fr",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # under "no-referrer" a form's Origin is "null", and browsers without Sec-Fetch-Site could not sign in
}
ROLES = {Role.SEASONAL: "saisonnier·ère", Role.COUNSELLOR: "conseiller·ère en séjour", Role.EDITOR: "ANT", Role.ADMIN: "administrateur·rice"}


def render_office(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """`template` has `staff`, who is signed in, or None, and the `moment`, in the territory's clock, beside the `values`."""
    pages: Pages = request.app.state.pages
    session = getattr(request.state, "session", None)
    staff = session.staff if session and session.proven else None
    found = pages.environment("fr").get_template(template)
    house = house_of(request)
    always = {"staff": staff, "roles": ROLES, "Role": Role, "path": request.url.path, "moment": house.now().astimezone(house.settings.zone)}
    body = found.render(always | values)
    return HTMLResponse(body, status, HEADERS)


def render_again(request: Request, template: str, error: FormError, **values: Any) -> HTMLResponse:
    """A form that was refused, with what was written in it and the `error` beside its field."""
    answer = render_office(request, template, 429 if isinstance(error, TooMany) else 400, error=error, **values)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(int(error.wait.total_seconds()) + 1)
    return answer
