"""From a staff page's values to HTML. In French; nothing of it is kept by a browser."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from sejour.domain.staff import Role
from sejour.web.render import Pages
from sejour.web.static import static_url

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; connect-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
ROLES = {Role.SEASONAL: "saisonnier·ère", Role.COUNSELLOR: "conseiller·ère en séjour", Role.EDITOR: "ANT", Role.ADMIN: "administrateur·rice"}


def render_office(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """`template` has `staff`, who is signed in, or None, beside the `values`."""
    pages: Pages = request.app.state.pages
    session = getattr(request.state, "session", None)
    staff = session.staff if session and session.proven else None
    found = pages.environment("fr").get_template(template)
    body = found.render(staff=staff, roles=ROLES, Role=Role, static_url=static_url, path=request.url.path, **values)
    return HTMLResponse(body, status, {"Content-Security-Policy": POLICY, "Content-Language": "fr", "Cache-Control": "no-store"})
