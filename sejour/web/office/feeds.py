"""The feeds of the office: how each is doing, what is wrong in it and what to do about it, and its history."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.domain.feed import FeedRun, Outcome
from sejour.domain.remedies import Cause, causes
from sejour.domain.staff import Role
from sejour.errors import NotFound
from sejour.store import curation, feeds, runs
from sejour.store.feeds import StoredFeed
from sejour.store.runs import FeedState, RunLine
from sejour.web.office.doors import Door, staff_of
from sejour.web.office.feed_form import PACES, formats, shown_of
from sejour.web.office.feed_trials import stored_of
from sejour.web.office.forms import FormError
from sejour.web.office.keeping import moment_of
from sejour.web.office.lists import Order, list_of
from sejour.web.office.pages import render_office
from sejour.web.office.reading import read_now
from sejour.web.office.trials import Trials
from sejour.web.visits import house_of

LONG = timedelta(minutes=10)  # after which a run that one asked for is believed lost
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """`source`: where it comes from, without its keys; `due` None: at once."""

    stored: StoredFeed
    state: FeedState
    source: str

    @property
    def due(self) -> datetime | None:
        return datetime.fromisoformat(self.stored.due) if self.stored.due else None

    @property
    def needs_care(self) -> int:
        """0 where a human has to look first."""
        outcome = self.state.last.outcome if self.state.last else None
        return [Outcome.HELD, Outcome.FAILED, None, Outcome.DONE].index(outcome)


ORDERS: dict[str, Order[Line]] = {
    "care": Order("ce qui demande un regard", lambda line: (line.needs_care, line.stored.id)),
    "name": Order("nom", lambda line: line.stored.feed.name.casefold()),
    "offers": Order("nombre de fiches", lambda line: line.state.offers, reverse=True),
    "age": Order("les plus anciennes d’abord", lambda line: line.state.done or LONG_AGO),
}


def index(request: Request) -> Response:
    house = house_of(request)
    territory, zone, trials = house.settings.territory.id, house.settings.territory.timezone, Trials(house.settings)
    with house.store.reading() as connection:
        stored, taken_away = feeds.feeds_of(connection, territory, zone), feeds.removed_of(connection, territory, zone)
        states = runs.states_of(connection, territory)
    lines = [Line(each, states.get(each.id, FeedState()), shown_of(each.feed.url, trials)) for each in stored]
    page = list_of(request, lines, lambda line: f"{line.stored.feed.name} {line.stored.feed.format} {line.source}", ORDERS)
    return render_office(
        request, "office/feeds.html", page=page, taken_away=taken_away, states=states, moment=moment_of(request), formats=formats(),
        gone=next((each for each in taken_away if str(each.id) == request.query_params.get("removed")), None),
    )  # fmt: skip


def feed(request: Request) -> Response:
    return _page(request, None)


def _page(request: Request, error: FormError | None) -> Response:
    house, stored = house_of(request), stored_of(request)
    with house.store.reading() as connection:
        history = runs.runs_of(connection, stored.id)
        state = runs.states_of(connection, house.settings.territory.id).get(stored.id, FeedState())
        last = runs.run_of(connection, stored.id, history[0].id) if history else None
        told = causes(last.problems) if last else ()
        cards = runs.ids_of(connection, stored.id, _records(told))
    trials = Trials(house.settings)
    line = Line(stored, state, shown_of(stored.feed.url, trials))
    page = list_of(request, history, lambda run: "", HISTORY, per_page=10)
    return render_office(
        request, "office/feed.html", 400 if error else 200, error=error, line=line, stored=stored, state=state, last=last, causes=told, cards=cards, page=page,
        moment=moment_of(request), formats=formats(), paces=PACES, waiting=_waiting(request, history[0] if history else None), share=_share(last),
    )  # fmt: skip


HISTORY: dict[str, Order[RunLine]] = {"last": Order("les dernières d’abord", lambda run: run.id, reverse=True)}


def run(request: Request) -> Response:
    """One of its history, with its anomalies."""
    house, stored, said = house_of(request), stored_of(request), request.path_params["run"]
    with house.store.reading() as connection:
        found = runs.run_of(connection, stored.id, int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0)
        told = causes(found.problems)
        cards = runs.ids_of(connection, stored.id, _records(told))
    return render_office(request, "office/feed_run.html", stored=stored, run=found, causes=told, cards=cards, moment=moment_of(request))


def read(request: Request) -> Response:
    """Now; `accepted` is what one saw that would go, of a run that was held."""
    said, stored = str(request.state.form.get("accepted", "")), stored_of(request)
    try:
        return read_now(request, stored.id, int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0)
    except FormError as error:
        return _page(request, error)


def remove(request: Request) -> Response:
    house, stored, by = house_of(request), stored_of(request), staff_of(request).shown
    territory, zone = house.settings.territory.id, house.settings.territory.timezone
    with house.store.writing() as connection:
        feeds.remove_feed(connection, territory, stored.id, str(request.state.form.get("version", "")), zone, house.now())
        curation.note(connection, territory, "feed", stored.feed.name, by, house.now(), "a retiré le flux")
    house.live.refresh(house.now())
    return RedirectResponse(f"/office/feeds?removed={stored.id}", 303)


def restore(request: Request) -> Response:
    house, stored, by = house_of(request), stored_of(request), staff_of(request).shown
    if not stored.removed:
        raise NotFound(feeds.NO_FEED)
    with house.store.writing() as connection:
        feeds.restore_feed(connection, house.settings.territory.id, stored.id, house.settings.territory.timezone)
        curation.note(connection, house.settings.territory.id, "feed", stored.feed.name, by, house.now(), "a rétabli le flux")
    house.live.refresh(house.now())
    return RedirectResponse(f"/office/feeds/{stored.id}", 303)


def _records(told: tuple[Cause, ...]) -> list[str]:
    return [problem.record for cause in told for problem in cause.examples if problem.record]


def _waiting(request: Request, last: RunLine | None) -> bool:
    """Is a run that one asked for still going on?"""
    said = request.query_params.get("since", "")
    if not (said.isascii() and said.isdigit() and len(said) < 12):
        return False
    since = datetime.fromtimestamp(int(said), UTC)
    return (last is None or last.started < since) and house_of(request).now() - since < LONG


def _share(last: FeedRun | None) -> int:
    """Percent of the cards that a held run would take away."""
    known = last.removed + last.changed + last.unchanged if last else 0
    return round(100 * last.removed / known) if last and known else 0


DOORS = (
    Door("/office/feeds", index, Role.EDITOR),
    Door("/office/feeds/{id}", feed, Role.EDITOR),
    Door("/office/feeds/{id}/runs/{run}", run, Role.EDITOR),
    Door("/office/feeds/{id}/read", read, Role.EDITOR, "POST"),
    Door("/office/feeds/{id}/remove", remove, Role.EDITOR, "POST"),
    Door("/office/feeds/{id}/restore", restore, Role.EDITOR, "POST"),
)
