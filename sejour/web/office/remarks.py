"""What visitors say is wrong: each beside its card, until somebody saw to it."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.domain.offer import Offer
from sejour.domain.staff import Role
from sejour.errors import NotFound
from sejour.store.curation import WITHDRAWN, note
from sejour.store.remarks import Remark, remarks_of, settle
from sejour.web.office.doors import Door, staff_of
from sejour.web.office.forms import whole
from sejour.web.office.lists import Order, list_of
from sejour.web.office.occasions import IN_FRENCH
from sejour.web.office.pages import render_office
from sejour.web.remark import WORDS
from sejour.web.visits import house_of


@dataclass(frozen=True, slots=True)
class Told:
    """A remark, and its card when it is still offered."""

    remark: Remark
    offer: Offer | None

    @property
    def name(self) -> str:
        return self.offer.names.choose("fr")[0] if self.offer else self.remark.offer


def remarks(request: Request) -> Response:
    house = house_of(request)
    with house.store.reading() as connection:
        waiting = remarks_of(connection, house.settings.territory.id)
    catalogue, aliases = house.live.territory.catalogue, house.live.territory.aliases
    told = [Told(each, catalogue.offer(aliases.get(each.offer, each.offer))) for each in waiting]
    orders: dict[str, Order[Told]] = {
        "first": Order("les plus anciens d’abord", lambda each: each.remark.id),
        "last": Order("les derniers d’abord", lambda each: each.remark.id, reverse=True),
        "name": Order("nom de la fiche", lambda each: each.name.casefold()),
    }
    page = list_of(request, told, lambda each: f"{each.name} {each.remark.text}", orders)
    return render_office(request, "office/remarks.html", page=page, wrong=WORDS, in_french=IN_FRENCH)


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
