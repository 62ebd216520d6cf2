"""A list as the office looks at it: searched, sorted, page by page; all of it in the address."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from sejour.search import words_of

T = TypeVar("T")
PER_PAGE = 20
LONGEST = 80  # characters of a search


@dataclass(frozen=True, slots=True)
class Order(Generic[T]):
    """A way to sort, as the page names it."""

    name: str
    key: Callable[[T], Any]
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """`shown` are those of this `page`, from 1; `total` those that answer the search; `all` those that there are."""

    shown: tuple[T, ...]
    total: int
    all: int
    page: int
    pages: int
    asked: str
    sort: str
    orders: Mapping[str, Order[T]]
    path: str
    kept: tuple[tuple[str, str], ...] = ()

    def at(self, page: int) -> str:
        """The address of another page of the same list."""
        said = [*self.kept, ("q", self.asked), ("sort", self.sort), ("page", str(page))]
        return f"{self.path}?{urlencode([(name, value) for name, value in said if value])}"


def list_of(
    request: Request, items: Iterable[T], text: Callable[[T], str], orders: Mapping[str, Order[T]], *, keeping: tuple[str, ...] = (), per_page: int = PER_PAGE
) -> Listing[T]:  # fmt: skip
    """Those of `items` whose `text` has every word of `?q=` (accents and case do not count), by `?sort=`, the first of `orders` unless told; `keeping`
    names what else of the address the links keep."""
    query, every = request.query_params, list(items)
    asked = " ".join(query.get("q", "").split())[:LONGEST]
    sort = query["sort"] if query.get("sort") in orders else next(iter(orders))
    wanted = words_of(asked) if asked else []
    found = [item for item in every if all(any(word.startswith(each) for word in words_of(text(item))) for each in wanted)]
    found.sort(key=orders[sort].key, reverse=orders[sort].reverse)
    pages = max(1, -(-len(found) // per_page))
    page = min(int(said) if (said := query.get("page", "")).isascii() and said.isdigit() and len(said) < 9 else 1, pages) or 1
    kept = tuple((name, query[name]) for name in keeping if query.get(name))
    shown = tuple(found[(page - 1) * per_page : page * per_page])
    return Listing(shown, len(found), len(every), page, pages, asked, sort, orders, request.url.path, kept)
