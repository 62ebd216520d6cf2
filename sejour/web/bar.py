"""The login bar of a captive phone's page, and the links that carry its state."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import escape
from starlette.requests import Request

from sejour.domain.carnet import MOST
from sejour.domain.visit import Visit, Wish
from sejour.web.visits import LIST, asking_of, path_of, query_of, standing_of, visit_there

PARAMETER = "portal"
ASKED = ("q", "day", "from", "to", "include")  # what an address says beside its visit
HOLE = secrets.token_hex(8)  # nobody can write it in a text of ours
VISIT, STANDS, STATE, KEEPING, KEPT = (f"{HOLE}{n}" for n in range(5))  # the visit; where one stands; the bar's state; around an id to keep


@dataclass(frozen=True, slots=True)
class Here:
    """Where the visitor is: the path, and what it was `asked` beside its visit."""

    path: str = "/"
    asked: tuple[tuple[str, str], ...] = ()


HOME = Here()


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
    tells templates to show no link that leads outside, which a captive phone cannot open. What is in the links of one visitor alone is a hole in
    them, that `fill` fills once the page is whole: so parts of a page may serve again for others."""

    def __init__(self, visit: Visit, bar: Bar | None, here: Here = HOME) -> None:
        self.bar, self.captive, self.kept, self._visit, self.here = bar, bar is not None, visit.kept, visit, here
        self.listing = f"{here.path}/".startswith(LIST)  # is this Mon séjour itself?
        self.asking = urlencode(asking_of(visit))

    def __call__(self, path: str, **changes: Any) -> str:
        if not changes and not (self.kept and path.startswith(LIST)):
            return f"{quote(path)}?{VISIT}"
        there = visit_there(self._visit, path, changes)
        stands = STANDS if there.place is self._visit.place and there.hotspot == self._visit.hotspot else urlencode(standing_of(there))
        return f"{quote(path)}?{stands}&{urlencode(asking_of(there))}{STATE}"

    @property
    def mine(self) -> str:
        """Mon séjour, with what the visitor kept."""
        return self(path_of(self.kept))

    def keeping(self, id: str) -> str:
        """This same page, at the same offer, which is then kept, or no longer. Mon séjour itself, which says so, when no more can be."""
        if self.may_keep(id):
            return f"{KEEPING}{quote(id)}{KEPT}#{id}"
        kept = tuple(each for each in self.kept if each != id) if id in self.kept else (*self.kept, id)
        return self(path_of(kept)) if self.listing or len(kept) > MOST else f"{self(self.here.path, kept=kept)}{self._asked}#{id}"

    def may_keep(self, id: str) -> bool:
        """Is it one more, for this page to keep?"""
        return not self.listing and id not in self.kept and len(self.kept) < MOST

    def wishing(self, wish: Wish) -> str:
        """The first page with this wish too, or without it when it was asked for."""
        return self("/", wishes=self._visit.wishes ^ {wish})

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The same for a form, in hidden fields."""
        return [*query_of(self._visit), *([(PARAMETER, self.bar.token)] if self.bar else [])]

    def fill(self, html: str) -> str:
        """The page, its holes filled."""
        stands, state = urlencode(standing_of(self._visit)), f"&{PARAMETER}={quote(self.bar.token)}" if self.bar else ""
        language = urlencode({"lang": self._visit.language})
        others = self.asking.removesuffix(language)  # it ends with the list, if there is one
        kept = f"{quote(self.here.path)}?{stands}&{others.removesuffix('&')}." if self.kept else f"{quote(self.here.path)}?{stands}&{others}my="
        filled = {
            VISIT: f"{stands}&{self.asking}{state}", STANDS: stands, STATE: state, KEEPING: kept, KEPT: f"&{language}{state}{self._asked}"
        }  # fmt: skip
        for hole, words in filled.items():
            html = html.replace(hole, str(escape(words)))
        return html

    @property
    def _asked(self) -> str:
        return "".join(f"&{urlencode([each])}" for each in self.here.asked)


def here_of(request: Request) -> Here:
    """The portal's own addresses lead nowhere twice: from them, the visitor's first page."""
    if request.url.path.startswith("/portal/"):
        return HOME
    return Here(request.url.path, tuple(each for each in request.query_params.multi_items() if each[0] in ASKED))


def bar_of(request: Request) -> Bar | None:
    """Of the state in the address of a visitor's page, if the portal sealed it; the portal's own pages know themselves whether they have one."""
    read: Callable[[str], Bar | None] = request.app.state.read_bar
    token = request.query_params.get(PARAMETER, "")
    return read(token) if token and not request.url.path.startswith("/portal/") else None
