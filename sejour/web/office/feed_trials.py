"""A feed tried before it is kept: what it holds, what it would change, and for a table what its columns are. Nothing of it is kept until one says so."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.domain.feed import Feed
from sejour.domain.staff import Role
from sejour.errors import UsageError
from sejour.house import House
from sejour.settings import FeedSettings
from sejour.store import curation, feeds
from sejour.store.feeds import StoredFeed
from sejour.web.office.doors import Door, staff_of
from sejour.web.office.feed_form import PACES, formats, is_web, read_feed, refuse_taken
from sejour.web.office.feed_map import corrected, fields_of
from sejour.web.office.forms import FormError, whole
from sejour.web.office.pages import render_again, render_office
from sejour.web.office.reading import read_now
from sejour.web.office.trials import Trial, Trials
from sejour.web.office.trying import begin
from sejour.web.visits import house_of

UNREAD = "Cet essai n’a rien pu lire, ou n’est pas fini : il n’y a rien à enregistrer."


def new(request: Request) -> Response:
    return _form(request, None, None)


def edit(request: Request) -> Response:
    return _form(request, None, stored_of(request))


def try_feed(request: Request) -> Response:
    """The form of a new feed, or of one that is there, tried."""
    house, form = house_of(request), request.state.form
    former = _stored(house, whole(form, "feed")) if form.get("feed") else None
    try:
        settings = read_feed(form, Trials(house.settings), former)
        _refuse_taken(house, settings.name, former)
        return begin(request, settings, former, str(form.get("version", "")))
    except FormError as error:
        return _form(request, error, former)


def look(request: Request) -> Response:
    """What a run of a feed would change now."""
    stored = stored_of(request)
    f = stored.feed
    settings = FeedSettings(name=f.name, format=f.format, url=f.url, every=stored.every, map=f.map)
    return begin(request, settings, stored, stored.version)


def trial(request: Request) -> Response:
    return _shown(request, None)


def _shown(request: Request, error: FormError | None) -> Response:
    house, tried = house_of(request), _tried(request)
    former = _stored(house, tried.feed) if tried.feed else None
    told: dict[str, Any] = {
        "trial": tried, "former": former, "formats": formats(), "paces": PACES, "same": former is not None and _settings(tried) == _settings_of(former),
        "fields": fields_of(tried.columns) if tried.columns else {}, "waited": max(0, round((house.now() - tried.started).total_seconds())),
    }  # fmt: skip
    return (
        render_again(request, "office/feed_trial.html", error, **told)
        if error
        else render_office(request, "office/feed_trial.html", error=None, **told)
    )


def columns(request: Request) -> Response:
    """The same source, its columns as one says they are."""
    house, tried = house_of(request), _tried(request)
    settings = _settings(tried)
    former = _stored(house, tried.feed) if tried.feed else None
    try:
        map = corrected(request.state.form, tried)
        told = FeedSettings(name=settings.name, format="table", url=settings.url, every=settings.every, map=map)
        return begin(request, told, former, tried.version)
    except FormError as error:
        return _shown(request, error)


def keep(request: Request) -> Response:
    """The feed is added, or changed, and read. What the trial said would go may go, and no more than that."""
    house, tried, by = house_of(request), _tried(request), staff_of(request).shown
    territory, zone, settings = house.settings.territory.id, house.settings.territory.timezone, _settings(tried)
    if tried.found is None:
        raise UsageError(UNREAD)
    _refuse_taken(house, settings.name, _stored(house, tried.feed) if tried.feed else None)
    with house.store.writing() as connection:
        if tried.feed:
            feeds.change_feed(connection, territory, tried.feed, tried.version, settings, zone)
        id = tried.feed or feeds.add_feed(connection, territory, settings)
        curation.note(connection, territory, "feed", settings.name, by, house.now(), "a changé le flux" if tried.feed else "a ajouté le flux")
    try:
        return read_now(request, id, accepted=tried.found.numbers["removed"])
    except FormError:  # it is due: the heartbeat reads it when what is being read is over
        return RedirectResponse(f"/office/feeds/{id}?since={int(house.now().timestamp())}", 303)


def stored_of(request: Request) -> StoredFeed:
    """The feed of the address. Raises NotFound."""
    said = request.path_params["id"]
    return _stored(house_of(request), int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0)


def _stored(house: House, id: int) -> StoredFeed:
    with house.store.reading() as connection:
        return feeds.feed_of(connection, house.settings.territory.id, id, house.settings.territory.timezone)


def _form(request: Request, error: FormError | None, former: StoredFeed | None) -> Response:
    said = request.state.form if error else {}
    f = former.feed if former else Feed("", "")
    values = {
        "name": said.get("name", f.name), "format": said.get("format", f.format), "every": said.get("every", former.every if former else "6h"),
        "url": said.get("url", f.url if is_web(f.url) else ""),
    }  # fmt: skip
    told: dict[str, Any] = {"former": former, "values": values, "formats": formats(), "paces": PACES, "by_file": bool(former) and not is_web(f.url)}
    if error:
        return render_again(request, "office/feed_form.html", error, **told)
    return render_office(request, "office/feed_form.html", error=None, **told)


def _tried(request: Request) -> Trial:
    return Trials(house_of(request).settings).of(request.path_params["token"])


def _settings(tried: Trial) -> FeedSettings:
    return FeedSettings(name=tried.name, format=tried.format, url=tried.url, every=tried.every, map=tried.map)


def _settings_of(stored: StoredFeed) -> FeedSettings:
    f = stored.feed
    return FeedSettings(name=f.name, format=f.format, url=f.url, every=stored.every, map=f.map)


def _refuse_taken(house: House, name: str, former: StoredFeed | None) -> None:
    with house.store.reading() as connection:
        taken = feeds.feed_named(connection, house.settings.territory.id, name, house.settings.territory.timezone)
    refuse_taken(name, taken, former.id if former else 0)


DOORS = (
    Door("/office/feeds/new", new, Role.EDITOR),
    Door("/office/feeds/trials", try_feed, Role.EDITOR, "POST"),
    Door("/office/feeds/trials/{token}", trial, Role.EDITOR),
    Door("/office/feeds/trials/{token}/columns", columns, Role.EDITOR, "POST"),
    Door("/office/feeds/trials/{token}/keep", keep, Role.EDITOR, "POST"),
    Door("/office/feeds/{id}/edit", edit, Role.EDITOR),
    Door("/office/feeds/{id}/look", look, Role.EDITOR, "POST"),
)
