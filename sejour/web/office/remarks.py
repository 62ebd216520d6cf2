"""What visitors say is wrong: each beside its card, until somebody saw to it."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.domain.staff import Role
from sejour.errors import NotFound
from sejour.store.curation import WITHDRAWN, note
from sejour.store.remarks import remarks_of, settle
from sejour.web.office.doors import Door, staff_of
from sejour.web.office.forms import whole
from sejour.web.office.pages import render_office
from sejour.web.remark import WORDS
from sejour.web.visits import house_of


def remarks(request: Request) -> Response:
    house = house_of(request)
    with house.store.reading() as connection:
        waiting = remarks_of(connection, house.settings.territory.id)
    catalogue, aliases = house.live.territory.catalogue, house.live.territory.aliases
    told = [(each, catalogue.offer(aliases.get(each.offer, each.offer))) for each in waiting]
    return render_office(request, "office/remarks.html", told=told, wrong=WORDS)


def settle_remark(request: Request) -> Response:
    house, staff, id = house_of(request), staff_of(request), whole(request.state.form, "remark")
    territory = house.settings.territory.id
    with house.store.writing() as connection:
        offer = settle(connection, territory, id, staff.name)
        if offer is None:
            raise NotFound(WITHDRAWN)
        note(connection, territory, "remark", offer, staff.shown, house.now(), "a réglé un signalement sur")
    return RedirectResponse("/office/remarks", 303)


DOORS = (Door("/office/remarks", remarks, Role.COUNSELLOR), Door("/office/remarks", settle_remark, Role.COUNSELLOR, "POST"))
