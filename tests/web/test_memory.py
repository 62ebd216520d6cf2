"""A page that is remembered is the page: same bytes, same counts, forgotten as soon as anything that it shows may be another."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Scope

from sejour.app import create_app
from sejour.domain.catalogue import build_catalogue
from sejour.domain.offer import Offer
from sejour.domain.weather import Weather, steady
from sejour.house import House
from sejour.live import Territory, Weathering
from sejour.search import build_index
from sejour.settings import make_settings
from sejour.store.engine import Store
from sejour.tally import Tally
from sejour.web import visitor
from sejour.web.bar import Bar
from sejour.web.memory import MOST_BYTES, Memory
from tests.builders import AUGUST, ROYALE, make_offer
from tests.web.conftest import HOTSPOTS, FakeLive

HOME = "/?lang=fr"


def run_apart(work: Callable[[], Any]) -> None:
    """In a thread of its own: a browser's loop may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(anyio.run, work).result()


class Town:
    """A house whose clock, catalogue and forecast move; `composed` counts the first pages that were made."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment, self.composed = AUGUST, 0
        settings = make_settings({"territory": {"id": "pau", "name": "Pau", "lat": ROYALE.lat, "lon": ROYALE.lon}}, environment={})
        store = Store(f"sqlite:///{folder / 'none.db'}")
        live: Any = FakeLive(_territory(make_offer("Musée", hours="24/7")))
        self.house = House(settings, store, live, Tally(store, "pau"), lambda: self.moment)
        self.live: FakeLive = live
        self.app = create_app(self.house)
        self.client = TestClient(self.app, base_url="https://testserver")
        compose = visitor.compose

        def counting(*arguments: Any) -> Any:
            self.composed += 1
            return compose(*arguments)

        monkeypatch.setattr(visitor, "compose", counting)

    def made_by(self, *asked: tuple[str, dict[str, str]]) -> int:
        """How many first pages were made for these requests."""
        before = self.composed
        for path, headers in asked:
            assert self.client.get(path, headers=headers).status_code in (200, 304)
        return self.composed - before

    def counts(self) -> Counter[Any]:
        tally = self.house.tally
        for seen, times in tally._again.items():
            tally.see(seen, times)
        tally._again.clear()
        return tally._counts + Counter({("due", *key): round(share, 6) for key, share in tally._due.items()})


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    town = Town(tmp_path, monkeypatch)
    yield town
    town.house.store.close()


def _territory(*offers: Offer) -> Territory:
    catalogue = build_catalogue(offers, AUGUST)
    return Territory(catalogue, build_index(catalogue.offers), {}, frozenset(), HOTSPOTS, AUGUST.date())


def test_the_same_page_is_made_once_and_sent_twice(town: Town) -> None:
    first, second = town.client.get(HOME), town.client.get(HOME)
    assert town.composed == 1
    assert (first.content, first.headers) == (second.content, second.headers)


def _passes_a_minute(town: Town) -> None:
    town.moment += timedelta(minutes=1)


def _swaps_the_catalogue(town: Town) -> None:
    town.live.territory = _territory(make_offer("Château", hours="24/7"))


def _shares_attention_anew(town: Town) -> None:
    former = town.live.territory
    town.live.territory = replace(former, catalogue=former.catalogue.shown({}))


def _reads_a_forecast(town: Town) -> None:
    town.live.forecast = Weathering(steady(Weather(12.0, 2.0, 61), AUGUST), AUGUST)


@pytest.mark.parametrize("changing", [_passes_a_minute, _swaps_the_catalogue, _shares_attention_anew, _reads_a_forecast])
def test_all_is_forgotten_when_what_it_is_made_of_changes(town: Town, changing: Callable[[Town], None]) -> None:
    before = town.client.get(HOME)
    changing(town)
    after = town.client.get(HOME)
    assert town.composed == 2
    assert after.status_code == 200
    assert (after.text != before.text) is (changing is not _shares_attention_anew)  # nothing was counted yet


def test_within_the_minute_nothing_is_forgotten(town: Town) -> None:
    town.client.get(HOME)
    town.moment += timedelta(seconds=59)
    town.client.get(HOME)
    assert town.composed == 1


@pytest.mark.parametrize(
    "headers", [{"Accept-Language": "de"}, {"Accept-Encoding": "identity"}, {"Host": "elsewhere.example"}],
)  # fmt: skip
def test_what_an_answer_depends_on_makes_it_another(town: Town, headers: dict[str, str]) -> None:
    path = "/?h=royale"
    assert town.made_by((path, {"Accept-Language": "fr"}), (path, headers)) == 2


def test_languages_that_come_to_the_same_are_the_same(town: Town) -> None:
    assert town.made_by(("/", {"Accept-Language": "fr-FR,fr;q=0.9"}), ("/", {"Accept-Language": "fr"})) == 1


def test_a_phone_s_probe_is_answered_whatever_is_remembered_of_our_first_page(town: Town) -> None:
    assert "<main" in town.client.get("/").text
    probe = town.client.get("/", headers={"Host": "captive.apple.com"})
    assert "Success" in probe.text
    assert "<main" not in probe.text


def test_who_has_the_page_is_told_so_without_a_body(town: Town) -> None:
    page = town.client.get(HOME)
    again = town.client.get(HOME, headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content, town.composed) == (304, b"", 1)
    assert not {"content-length", "content-type", "content-encoding"} & set(again.headers)
    assert {"etag", "vary", "cache-control", "content-security-policy"} <= set(again.headers)
    town.moment += timedelta(minutes=1)
    assert town.client.get(HOME, headers={"If-None-Match": page.headers["etag"]}).status_code == 200


def test_the_first_answer_is_told_so_as_well(town: Town) -> None:
    etag = town.client.get(HOME).headers["etag"]
    town.house.live.territory = replace(town.live.territory)  # type: ignore[misc]  # a FakeLive
    assert town.client.get(HOME, headers={"If-None-Match": f'"other", {etag}'}).status_code == 304
    assert town.composed == 2


ASKED: tuple[tuple[str, dict[str, str]], ...] = (
    *((HOME, {}),) * 3,
    *((HOME, {"User-Agent": "Googlebot/2.1"}),) * 2,
    (HOME, {"Sec-Purpose": "prefetch"}),
    *(("/kind/sight?lang=fr", {}),) * 2,
    *(("/?lang=fr&at=2026-08-14T10:00", {}),) * 2,
)


def test_counts_are_those_of_pages_made_anew(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = town.made_by(*ASKED)
    (folder := tmp_path / "forgetful").mkdir()
    forgetful = Town(folder, monkeypatch)
    monkeypatch.setattr("sejour.web.kept.Kept.get", lambda kept, key: None)
    assert made < forgetful.made_by(*ASKED)
    assert town.counts() == forgetful.counts()
    assert sum(count for line, count in town.counts().items() if line[1] == "home") == 3
    forgetful.house.store.close()


def test_what_a_robot_asked_for_counts_for_who_comes_next(town: Town) -> None:
    town.client.get(HOME, headers={"User-Agent": "Googlebot/2.1"})
    town.client.get(HOME)
    assert town.composed == 1
    assert sum(count for line, count in town.counts().items() if line[1] == "home") == 1


def test_asking_for_the_headers_alone_counts_for_nothing(town: Town) -> None:
    assert town.client.head(HOME).status_code == 200
    assert not town.counts()


def test_a_preview_is_remembered_and_never_counted(town: Town) -> None:
    path = "/?lang=fr&at=2026-08-14T10:00"
    assert town.made_by((path, {}), (path, {})) == 1
    assert not town.counts()


def test_the_page_of_a_captive_phone_is_never_remembered(town: Town) -> None:
    town.app.state.read_bar = lambda token: Bar(token, ("https://gateway.example",))
    path = "/?lang=fr&portal=halle.sealed"
    assert town.made_by((path, {}), (path, {})) == 2
    assert "etag" not in town.client.get(path).headers


@pytest.mark.parametrize("path", ["/healthz", "/o/nothing?lang=fr", "/?when=never", "/offline", "/go/nothing/web"])
def test_only_pages_that_are_counted_are_remembered(town: Town, path: str) -> None:
    assert "etag" not in town.client.get(path).headers


def test_two_who_miss_at_once_are_both_answered_and_counted(town: Town) -> None:
    got: list[list[Message]] = [[], []]

    async def ask(answer: list[Message]) -> None:
        async def send(message: Message) -> None:
            answer.append(message)
            await anyio.lowlevel.checkpoint()

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope: Scope = {"type": "http", "method": "GET", "scheme": "http", "path": "/", "query_string": b"lang=fr", "headers": [], "app": town.app}
        await town.app(scope, receive, send)

    async def both() -> None:
        async with anyio.create_task_group() as group:
            for answer in got:
                group.start_soon(ask, answer)

    run_apart(both)
    assert [message["type"] for message in got[0]] == ["http.response.start", "http.response.body"]
    assert got[0] == got[1]
    assert sum(count for line, count in town.counts().items() if line[1] == "home") == 2


def test_a_page_made_of_what_is_no_more_is_not_remembered(town: Town) -> None:
    """The catalogue is swapped, and somebody else asks, while a page is on its way."""

    async def app(scope: Scope, receive: Any, send: Any) -> None:
        scope["sejour.seen"] = object()
        if scope["query_string"] == b"slow":
            _swaps_the_catalogue(town)
            await memory({**scope, "query_string": b""}, receive, ignore)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})

    async def ignore(message: Message) -> None:
        pass

    async def ask() -> None:
        scope: Scope = {"type": "http", "method": "GET", "scheme": "http", "path": "/", "query_string": b"slow", "headers": []}
        await memory(scope, ignore, ignore)

    memory = Memory(app, town.house)
    run_apart(ask)
    assert [key[3] for key in memory._sent._values] == [b""]


def test_what_is_remembered_is_bounded(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sejour.web.memory.MOST_BYTES", 60_000)
    app = create_app(town.house)
    client = TestClient(app, base_url="https://testserver")
    sizes = []
    for n in range(20):
        client.get(f"/?lang=fr&lat=43.3&lon={n / 1000}")
        stack: Any = app.middleware_stack
        sizes.append(stack.app._sent.used)
    assert 0 < max(sizes) <= 60_000 < MOST_BYTES
    assert len(stack.app._sent._values) >= 2
