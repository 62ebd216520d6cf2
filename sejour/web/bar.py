"""The login bar of a captive phone's page, and the links that carry its state."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.requests import Request

from sejour.domain.visit import Visit
from sejour.web.visits import link, query_of

PARAMETER = "portal"


@dataclass(frozen=True, slots=True)
class Bar:
    """`token` is the sealed state behind its gateway's id; `targets` the origins that the form may lead to; `failed`: the last try was refused."""

    token: str
    targets: tuple[str, ...]
    failed: bool = False

    @property
    def action(self) -> str:
        return f"/portal/{self.token.partition('.')[0]}/connect"


class Links:
    """Makes the links of a page. While there is a bar, they keep its state, so that one can read on and come back to the button; and `captive`
    tells templates to show no link that leads outside, which a captive phone cannot open."""

    def __init__(self, visit: Visit, bar: Bar | None) -> None:
        self.bar, self.captive, self._visit = bar, bar is not None, visit
        self._link: Callable[..., str] = partial(link, visit)

    def __call__(self, path: str, **changes: Any) -> str:
        made = self._link(path, **changes)
        return f"{made}&{PARAMETER}={quote(self.bar.token)}" if self.bar else made

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The same for a form, in hidden fields."""
        return [*query_of(self._visit), *([(PARAMETER, self.bar.token)] if self.bar else [])]


def bar_of(request: Request) -> Bar | None:
    """Of the state in the address of a visitor's page, if the portal sealed it; the portal's own pages know themselves whether they have one."""
    read: Callable[[str], Bar | None] = request.app.state.read_bar
    token = request.query_params.get(PARAMETER, "")
    return read(token) if token and not request.url.path.startswith("/portal/") else None
