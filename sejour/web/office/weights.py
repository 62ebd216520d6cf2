"""The weights of the ranking: what each does, what another value would change, and only then that value."""

import hmac
from dataclasses import asdict
from hashlib import sha256
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from sejour.domain.comparison import Comparison, compare
from sejour.domain.curation import Tuning
from sejour.domain.staff import Role
from sejour.domain.weights import RANGES, Weights
from sejour.errors import Conflict
from sejour.store.curation import Kept, words_of
from sejour.web.office.doors import Door
from sejour.web.office.forms import FormError, number
from sejour.web.office.keeping import Written, back_to, done_of, moment_of, show, write
from sejour.web.office.pages import render_again
from sejour.web.office.situations import situations_of
from sejour.web.visits import house_of

FIRST_COMPARE = "Comparez d’abord ces réglages : on n’applique que ce dont on a vu l’effet."
MEANWHILE = "Les réglages ont changé pendant que vous les compariez : rien n’est écrasé. Relisez, puis recommencez."
SAME = "Ce sont les réglages d’aujourd’hui : changez-en un pour comparer."
NONE = "0"  # the version of what nobody said


def index(request: Request) -> Response:
    return _page(request)


def compared(request: Request) -> Response:
    form = request.state.form
    try:
        weights = _read(request)
        if weights == house_of(request).live.territory.catalogue.weights:
            raise FormError("", SAME)
    except FormError as error:
        return _page(request, {name: str(form.get(name, "")) for name in RANGES}, error=error)
    found = compare(house_of(request).live.territory.catalogue, weights, situations_of(house_of(request)))
    return _page(request, _written(weights), found, weights)


def apply(request: Request) -> Response:
    """What was compared, in place of what was then in use."""
    form, weights = request.state.form, _read(request)
    if not hmac.compare_digest(str(form.get("seal", "")).encode(), _seal(request, weights, str(form.get("version", ""))).encode()):
        raise FormError("seal", FIRST_COMPARE)
    former = _tuned(request)
    if _version(former) != form.get("version"):
        raise Conflict(MEANWHILE)
    said = Tuning("", weights=weights)
    return back_to("/office/weights", write(request, [Written(said, former.id, former.version) if former else Written(said)]))


def reset(request: Request) -> Response:
    """What sejour.toml says, or what sejour comes with."""
    former = _tuned(request)
    if _version(former) != request.state.form.get("version"):
        raise Conflict(MEANWHILE)
    return back_to("/office/weights", write(request, [Written(None, former.id, former.version)]) if former else ())


def _page(
    request: Request, values: dict[str, str] | None = None, found: Comparison | None = None, weights: Weights | None = None, error: FormError | None = None
) -> Response:  # fmt: skip
    house, tuned = house_of(request), _tuned(request)
    now, version = house.live.territory.catalogue.weights, _version(tuned)
    told: dict[str, Any] = {
        "ranges": RANGES, "now": _written(now), "first": _written(house.settings.ranking.weights), "values": values or _written(now), "tuned": tuned,
        "version": version, "found": found, "seal": _seal(request, weights, version) if weights else "", "moment": moment_of(request),
    }  # fmt: skip
    if error:
        return render_again(request, "office/weights.html", error, done=done_of(request), **told)
    return show(request, "office/weights.html", error=None, **told)


def _read(request: Request) -> Weights:
    """Raises FormError, beside the field."""
    values = {name: number(request.state.form, name, "ce poids", range.least, range.most) for name, range in RANGES.items()}
    return Weights(**{name: round(value, 3) for name, value in values.items()})


def _tuned(request: Request) -> Kept | None:
    house = house_of(request)
    with house.store.reading() as connection:
        found = words_of(connection, house.settings.territory.id, "tuning")
    return found[-1] if found else None


def _version(tuned: Kept | None) -> str:
    return f"{tuned.id}.{tuned.version}" if tuned else NONE


def _seal(request: Request, weights: Weights, version: str) -> str:
    """That only we can make: these weights were compared with those of that version."""
    secret: bytes = request.app.state.secret()
    return hmac.new(secret, b"weights\n" + msgspec.json.encode([asdict(weights), version]), sha256).hexdigest()


def _written(weights: Weights) -> dict[str, str]:
    return {name: f"{getattr(weights, name):g}".replace(".", ",") for name in RANGES}


DOORS = (
    Door("/office/weights", index, Role.EDITOR),
    Door("/office/weights/compare", compared, Role.EDITOR, "POST"),
    Door("/office/weights/apply", apply, Role.EDITOR, "POST"),
    Door("/office/weights/reset", reset, Role.EDITOR, "POST"),
)
