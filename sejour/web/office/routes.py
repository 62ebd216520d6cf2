"""All the doors of the staff."""

from starlette.requests import Request
from starlette.responses import Response

from sejour.domain.staff import Role
from sejour.web.office.doors import Door
from sejour.web.office.pages import render_office


def home(request: Request) -> Response:
    return render_office(request, "office/home.html")


DOORS = (
    Door("/office/", home, Role.SEASONAL),
)  # fmt: skip
routes = [door.route for door in DOORS]
