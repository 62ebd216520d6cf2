"""Parts of pages that serve again.

A card is the same for every visitor but in three places: its links, whose holes are filled when the page is whole (bar.Links); who chose it; and how it
is now, from where one stands. What is around the cards is the same for all who ask for the same moment and wishes, wherever they stand.
"""

import secrets
import sys
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from sejour.domain.offer import Kind, Offer
from sejour.domain.page import Card
from sejour.domain.visit import Visit
from sejour.store.pictures import StoredPicture
from sejour.web.bar import Links
from sejour.web.i18n import Speech
from sejour.web.kept import Kept

MOST_BYTES = 40_000_000
BESIDE = 600  # bytes that a part takes beside its text
BY, TOLD = (f"{secrets.token_hex(8)}{n}" for n in range(2))  # where a card is not the same for all; nobody can write it in a text of ours
Pieces = tuple[str, ...]
Keep = Kept[tuple[object, Pieces]]  # with what has to stay, for its parts are told by its address in memory


class Parts:
    """In one language; `kept` is shared by all. Templates call `card` and `same`."""

    def __init__(self, environment: Environment, said: Speech, kept: Keep) -> None:
        self._environment, self._said, self._kept = environment, said, kept

    @cached_property
    def _macros(self) -> Any:
        return self._environment.get_template("macros/cards.html").module

    def card(self, c: Card, visit: Visit, link: Links, first: bool = False, pinned: bool = False, photo: StoredPicture | None = None) -> Markup:
        """`first`: the one signed coup de cœur of the page, which alone has a `photo`; `pinned`: what the office put before the ranking."""
        o = c.suggestion.offer
        key = id(o), self._said.language, link.captive, first
        if not link.may_keep(o.id):  # its star says where the list leads
            before, between, after = self._card_of(o, link, first)
        else:
            before, between, after = self._made(key, o, lambda: self._card_of(o, link, first))
        by = self._macros.by(c, first) if first or pinned else ""
        return Markup(f"{before}{by}{between}{self._told(c, visit, first, photo)}{after}")  # noqa: S704 (parts of our own templates)

    def _card_of(self, o: Offer, link: Links, first: bool) -> Pieces:
        html = str(self._macros.card(o, link, first, BY, TOLD))
        before, _, rest = html.partition(BY)
        between, _, after = rest.partition(TOLD)
        return before, between, after

    def _told(self, c: Card, visit: Visit, first: bool, photo: StoredPicture | None) -> str:
        """What a card says of this moment, and why it is there. Cards share it: so many are open until six, ten minutes away."""
        s, t = c.suggestion, c.suggestion.time
        if first or c.notices:
            return str(self._macros.told(c, visit, first, photo))
        because = self._said.say(c.reason.because) if c.reason else ""
        now, way = (t.state, t.begins, t.ends, visit.moment), (s.travel.mode, s.travel.minutes, s.sheltered, s.offer.kind is Kind.LODGING)
        return self._made((self._said.language, now, way, because), None, lambda: (str(self._macros.told(c, visit, first)),))[0]

    def same(self, around: Hashable, name: Hashable, caller: Callable[[], Markup]) -> Markup:
        """The part called `name` of a page: what is in it depends on `around` alone. None: nobody knows, and it is written anew."""
        if around is None:
            return caller()
        return Markup(self._made((name, around), None, lambda: (str(caller()),))[0])  # noqa: S704 (part of our own templates)

    def _made(self, key: Hashable, of: object, make: Callable[[], Pieces]) -> Pieces:
        found = self._kept.get(key)
        if found is None:
            found = of, make()
            self._kept.put(key, found, BESIDE + sum(map(sys.getsizeof, found[1])))
        return found[1]
