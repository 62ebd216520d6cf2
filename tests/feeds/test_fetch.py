"""Whatever the other side does, a fetch ends in time with a file or with one sentence, keeps its secrets, and goes nowhere private."""

import gzip
import logging
import os
import re
import resource
import shutil
import socket
import ssl
import subprocess
import threading
import time
import traceback
import tracemalloc
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers_feed import fetch as fetching
from providers_feed.fetch import FeedUnavailable, Fetched, Limits, Validators, fetch, is_public
from sejour.errors import FeedError
from tests.feeds.faults import BODY, FAULTS, FaultServer, Visitor, answer, drip_tls, hang, head, redirect, zipped

SHORT, SMALL = Limits(total=0.3, connect=0.25), Limits(size=2**20)
SLACK = 1.5  # seconds that a busy machine may take besides
V1 = Validators('"v1"', "Fri, 02 Oct 2026 10:00:00 GMT")
V2 = Validators('"v2"', "Sat, 03 Oct 2026 10:00:00 GMT")
SILENT = "127.0.0.1 ne répond pas (délai de 0.3 s dépassé)."
GARBLED = "127.0.0.1 : la réponse est coupée ou incompréhensible."
BROKEN = "127.0.0.1 : la connexion a échoué (Connection reset by peer)."
UNSAFE = "127.0.0.1 renvoie vers une adresse qui n’est pas sûre : elle n’est pas suivie."
ENDLESS = "127.0.0.1 renvoie d’adresse en adresse, sans fin."
TOO_LARGE = "127.0.0.1 envoie plus de 1 Mo : ce flux est refusé."
PRIVATE = "{} n’est pas sur l’Internet public : cette adresse est refusée."
UNKNOWN = "{} est introuvable (nom inconnu, ou DNS en panne)."
REFUSES = "127.0.0.1 refuse cette adresse (réponse {}) : vérifiez-la, et la clé qu’elle contient."
NOT_NOW = "127.0.0.1 ne donne pas ce flux pour le moment (réponse {})."


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture(autouse=True)
def nothing_is_left_open() -> Iterator[None]:
    """No thread, no socket, no file; looked at after the servers of the test have closed theirs."""
    threads, descriptors = set(threading.enumerate()), open_files()
    yield
    for thread in set(threading.enumerate()) - threads:
        thread.join(2)
        assert not thread.is_alive(), thread
    assert open_files() == descriptors


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "spool").mkdir()
    return tmp_path / "spool"


Get = Callable[..., Fetched]


@pytest.fixture
def get(server: FaultServer, folder: Path) -> Get:
    """Fetches a path of the server."""
    return lambda path, *known, **limits: fetch(server.url(path), folder, *known, **limits, allow=frozenset({server.place}))


def refused(call: Callable[..., Fetched], *arguments: Any, **named: Any) -> FeedUnavailable:
    with pytest.raises(FeedUnavailable) as caught:
        call(*arguments, **named)
    return caught.value


def body_of(fetched: Fetched) -> bytes:
    assert fetched.path is not None
    return fetched.path.read_bytes()


# What is good


def test_a_body_is_a_new_file_of_the_caller(server: FaultServer, folder: Path, get: Get) -> None:
    fetched = get("/good")
    assert body_of(fetched) == BODY
    assert list(folder.iterdir()) == [fetched.path]
    assert fetched.path.name.startswith("127.0.0.1-")  # type: ignore[union-attr]
    assert fetched.validators == V2


def test_a_question_tells_no_more_than_it_must(server: FaultServer, get: Get) -> None:
    get("/good")
    (visitor,) = server.visitors
    assert set(visitor.headers) == {"host", "user-agent", "accept", "accept-encoding"}
    assert visitor.headers["host"] == server.place
    assert re.fullmatch(r"sejour/\d+\.\d+\.\d+", visitor.headers["user-agent"])
    assert visitor.headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize("path", ["/chunked", "/wrong-type", "/zipped", "/x-zipped", "/zipped-twice", "/called-utf-8", "/to-good", "/2"])
def test_it_is_the_body_however_it_came(get: Get, path: str) -> None:
    assert body_of(get(path)) == BODY


def test_a_version_that_is_still_good_is_not_sent_again(server: FaultServer, folder: Path, get: Get) -> None:
    assert get("/same", V1) == Fetched(None, V1)
    assert server.visitors[0].headers["if-none-match"] == V1.etag
    assert server.visitors[0].headers["if-modified-since"] == V1.modified
    assert get("/same-silently", V1) == Fetched(None, V1)
    assert get("/same", Validators(modified=V1.modified)) == Fetched(None, V1)  # an ETag that it did not have before
    assert list(folder.iterdir()) == []


def test_a_new_version_comes_with_its_own_validators(get: Get) -> None:
    fetched = get("/good", V1)
    assert (body_of(fetched), fetched.validators) == (BODY, V2)
    assert get("/chunked", V1).validators == Validators()  # those of another version would be wrong


@pytest.mark.parametrize("etag", ['"' + "x" * 2_000 + '"', '"é"', '"a\tb"'])
def test_a_validator_that_could_not_be_sent_back_is_not_kept(server: FaultServer, get: Get, etag: str) -> None:
    server.replies["/odd"] = answer("200 OK", f"ETag: {etag}", body=BODY)
    assert get("/odd").validators == Validators()


def test_the_size_counts_to_the_last_byte(server: FaultServer, get: Get) -> None:
    server.replies["/exact"] = answer("200 OK", body=bytes(2**20))
    assert len(body_of(get("/exact", limits=SMALL))) == 2**20
    server.replies["/exact"] = answer("200 OK", body=bytes(2**20 + 1))
    assert str(refused(get, "/exact", limits=SMALL)) == TOO_LARGE


def test_the_environment_has_no_say(server: FaultServer, get: Get, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password mine")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert body_of(get("/good")) == BODY
    assert "authorization" not in server.visitors[0].headers


# What is not

FAILURES = {
    "/hang": SILENT, "/hang-after-headers": SILENT, "/drip": SILENT, "/drip-headers": SILENT, "/always-soon": SILENT,
    "/half": GARBLED, "/cut-chunk": GARBLED, "/silent": GARBLED, "/garbage": GARBLED, "/two-lengths": GARBLED, "/101": GARBLED,
    "/reset": BROKEN, "/reset-in-body": BROKEN,
    "/endless-header": GARBLED, "/endless-headers": GARBLED, "/endless-trailers": GARBLED, "/endless": TOO_LARGE, "/bomb": TOO_LARGE,
    "/cut-zip": GARBLED, "/empty-zip": GARBLED, "/not-zipped": GARBLED, "/zip-and-more": GARBLED,
    "/401": REFUSES.format(401), "/404": REFUSES.format(404), "/429": NOT_NOW.format(429), "/500": NOT_NOW.format(500),
    "/503": NOT_NOW.format(503), "/204": NOT_NOW.format(204), "/206": NOT_NOW.format(206),
    "/300": NOT_NOW.format(300), "/302": NOT_NOW.format(302), "/same": NOT_NOW.format(304),
    "/loop": ENDLESS, "/1": ENDLESS, "/to-file": UNSAFE, "/to-nowhere": UNSAFE, "/to-nonsense": UNSAFE, "/to-far": UNSAFE,
    "/to-metadata": PRIVATE.format("169.254.169.254"), "/to-private": PRIVATE.format("10.0.0.1"),
}  # fmt: skip
FINE = {"/good", "/chunked", "/wrong-type", "/same-silently", "/to-good", "/2", "/3", "/4", "/zipped", "/x-zipped", "/zipped-twice", "/called-utf-8"}


def test_every_fault_is_tried() -> None:
    assert set(FAILURES) | FINE == set(FAULTS)


@pytest.mark.parametrize("path", FAILURES)
def test_a_fault_ends_in_time_with_one_sentence_and_no_file(folder: Path, get: Get, path: str) -> None:
    timed = FAILURES[path] == SILENT
    start = time.monotonic()
    error = refused(get, path, limits=SHORT if timed else SMALL)
    assert str(error) == FAILURES[path]
    assert timed <= (time.monotonic() - start >= SHORT.total)
    assert time.monotonic() - start < SHORT.total + SLACK or not timed
    assert list(folder.iterdir()) == []
    assert isinstance(error, FeedError)


@pytest.mark.parametrize(("status", "written", "seconds"), [
    ("503 Busy", "120", 120.0), ("429 Slow", "120", 120.0), ("429 Slow", "0", 0.0), ("503 Busy", "9" * 500, 86_400.0),
    ("503 Busy", "Sun, 04 Oct 2026 10:05:00 GMT", 300.0), ("429 Slow", "Sun, 04 Oct 2026 09:00:00 GMT", 0.0),
    ("503 Busy", "Sun, 04 Oct 2099 10:05:00 GMT", 86_400.0), ("503 Busy", "Sunday, 04-Oct-26 10:05:00 GMT", 300.0),
    ("503 Busy", "Sun, 04 Oct 2026 10:05:00 -0000", None), ("503 Busy", "-5", None), ("503 Busy", "1.5", None), ("503 Busy", "soon", None),
    ("503 Busy", "", None), ("503 Busy", "\xb2", None), ("500 Oops", "120", None), ("404 Not Found", "120", None),
])  # fmt: skip
def test_a_server_may_ask_to_wait(server: FaultServer, get: Get, status: str, written: str, seconds: float | None) -> None:
    server.replies["/wait"] = answer(status, f"Retry-After: {written}")
    assert refused(get, "/wait").retry_after == seconds


def test_a_date_to_wait_for_means_nothing_without_the_clock_of_the_server(server: FaultServer, get: Get) -> None:
    server.replies["/wait"] = lambda visitor: visitor.send(b"HTTP/1.1 503 Busy\r\nRetry-After: Sun, 04 Oct 2026 10:05:00 GMT\r\n\r\n")
    assert refused(get, "/wait").retry_after is None


def test_nobody_listens(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        place = f"127.0.0.1:{closed.getsockname()[1]}"
    error = refused(fetch, f"http://{place}/", folder, allow=frozenset({place}))
    assert str(error) == "127.0.0.1 : la connexion a échoué (Connection refused)."


def test_the_time_is_one_for_all_redirects(server: FaultServer, get: Get) -> None:
    def slowly(visitor: Visitor) -> None:
        visitor.wait(0.1)
        visitor.send(head("302 Found", "Location: /slowly"))

    server.replies["/slowly"] = slowly
    start = time.monotonic()
    assert str(refused(get, "/slowly", limits=Limits(total=0.3, redirects=50))) == SILENT
    assert time.monotonic() - start < 0.3 + SLACK


def test_a_bomb_takes_no_memory(get: Get) -> None:
    tracemalloc.start()
    try:
        assert body_of(get("/zipped")) == BODY
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        assert "Mo" in str(refused(get, "/bomb", limits=Limits(size=32 * 2**20)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before < 8 * 2**20


def test_empty_gzips_without_end_take_no_memory_and_end_in_time(server: FaultServer, get: Get) -> None:
    """What follows a gzip is not gathered in memory, and what comes to nothing is still limited by the time."""

    def nothings(visitor: Visitor) -> None:
        visitor.send(head("200 OK", "Content-Encoding: gzip"))
        while True:
            visitor.send(gzip.compress(b"") * 500)

    server.replies["/nothings"] = nothings
    assert str(refused(get, "/nothings", limits=SHORT)) == SILENT


@pytest.mark.parametrize("size", [0, 1, 2**20 - 1, 2**20, 2**20 + 1, 3 * 2**20 + 7])
def test_a_gzip_of_any_size_comes_whole(server: FaultServer, get: Get, size: int) -> None:
    body = bytes(size)
    server.replies["/sized"] = zipped(gzip.compress(body))
    assert body_of(get("/sized")) == body


def test_a_disk_that_is_full(folder: Path, get: Get) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        error = refused(get, "/good")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(error) == "Le flux de 127.0.0.1 ne peut pas être enregistré (File too large)."
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there(server: FaultServer, tmp_path: Path) -> None:
    error = refused(fetch, server.url("/good"), tmp_path / "absent", allow=frozenset({server.place}))
    assert str(error) == "Le flux de 127.0.0.1 ne peut pas être enregistré (No such file or directory)."


@pytest.mark.parametrize("url", [
    "", "flux.zip", "/tmp/flux.zip", "file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "data:text/plain,hello", "http://",
    "http:///path", "http://[::1", "http://example.org:0/", "http://example.org:65536/", "http://example.org:-1/", "http://example.org:port/",
    "http://exa\nmple.org/", "http://１２７.0.0.1/", "http://example.org/" + "x" * 5_000,
])  # fmt: skip
def test_an_address_that_is_none(folder: Path, url: str) -> None:
    assert str(refused(fetch, url, folder)) == "Ce n’est pas une adresse du web (http ou https)."


# Secrets


@pytest.mark.parametrize("path", FAILURES)
def test_the_keys_of_an_address_are_nowhere_told(server: FaultServer, folder: Path, path: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in the sentence, nor in what a traceback says, nor in the logs of the libraries at their most talkative."""
    caplog.set_level(logging.DEBUG)
    server.replies["/KEY/start?token=KEY"] = redirect(f"http://KEY:KEY@{server.place}/KEY{path}?KEY")
    server.replies[f"/KEY{path}?KEY"] = FAULTS[path]
    limits = Limits(total=0.3, size=2**20)
    error = refused(fetch, f"http://user:KEY@{server.place}/KEY/start?token=KEY", folder, limits=limits, allow=frozenset({server.place}))
    assert "KEY" not in "".join(traceback.format_exception(error))
    assert "KEY" not in repr((error.message, error.arguments, error.args, caplog.text))


@pytest.mark.parametrize("url", ["http://KEY@[::1", "https://example.org:KEY/", "http://u:KEY@example.org:99999/KEY", "ftp://KEY@example.org/KEY"])
def test_a_wrong_address_is_not_repeated(folder: Path, url: str) -> None:
    error = refused(fetch, url, folder)
    assert "KEY" not in "".join(traceback.format_exception(error)) + repr(error.args)


class Internet:
    """Names, and where their addresses really lead: to servers of the test, or nowhere. `dialled` are the addresses connected to,
    `patience` how long each was waited for."""

    def __init__(self) -> None:
        self.names: dict[str, list[list[str]]] = {}
        self.servers: dict[str, int] = {}
        self.dialled: list[str] = []
        self.patience: list[float] = []

    def ask(self, host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        """One list of addresses after the other, then the last for ever."""
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        lists = self.names[host]
        addresses = lists.pop(0) if len(lists) > 1 else lists[0]
        return [(socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    def connect(self, dialling: socket.socket, address: Any) -> None:
        self.dialled.append(address[0])
        self.patience.append(dialling.gettimeout() or 0.0)
        if address[0] not in self.servers:
            time.sleep(self.patience[-1])
            raise TimeoutError
        socket.socket.__mro__[1].connect(dialling, ("127.0.0.1", self.servers[address[0]]))  # type: ignore[attr-defined]


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    internet, real = Internet(), socket.getaddrinfo

    def only_numbers(host: str, *arguments: Any, **named: Any) -> Any:
        ip_address(host)  # whoever asks for a name a second time fails here
        return real(host, *arguments, **named)

    monkeypatch.setattr(fetching, "getaddrinfo", internet.ask)
    monkeypatch.setattr(socket, "getaddrinfo", only_numbers)
    monkeypatch.setattr(socket.socket, "connect", lambda dialling, address: internet.connect(dialling, address))
    return internet


PUBLIC, OTHER, PUBLIC6 = "93.184.215.14", "9.9.9.9", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"


def test_a_password_stays_with_its_host(internet: Internet, folder: Path, server: FaultServer) -> None:
    internet.names = {"one.example": [[PUBLIC]], "two.example": [[OTHER]]}
    internet.servers = {PUBLIC: server.port, OTHER: server.port}
    server.replies |= {"/start": redirect("http://one.example/on"), "/on": redirect("//two.example/end"), "/end": answer("200 OK", body=BODY)}
    fetch("http://user:p%40ss@one.example/start", folder, V1)
    hosts = [visitor.headers["host"] for visitor in server.visitors]
    assert hosts == ["one.example", "one.example", "two.example"]
    assert [visitor.headers.get("authorization") for visitor in server.visitors] == ["Basic dXNlcjpwQHNz", "Basic dXNlcjpwQHNz", None]
    assert not any({"cookie", "referer"} & set(visitor.headers) for visitor in server.visitors)


@pytest.mark.parametrize("location", ["http://one.example:8080/end", "http://stranger:word@two.example/end"])
def test_a_password_goes_to_no_other_port_and_none_is_taken_from_a_redirect(
    internet: Internet, folder: Path, server: FaultServer, location: str
) -> None:
    internet.names = {"one.example": [[PUBLIC]], "two.example": [[OTHER]]}
    internet.servers = {PUBLIC: server.port, OTHER: server.port}
    server.replies |= {"/start": redirect(location), "/end": answer("200 OK", body=BODY)}
    fetch("http://user:pass@one.example/start", folder)
    assert "authorization" not in server.visitors[-1].headers


def test_a_cookie_is_not_kept(server: FaultServer, get: Get) -> None:
    server.replies["/start"] = answer("302 Found", "Location: /good", "Set-Cookie: session=1; Path=/")
    assert body_of(get("/start")) == BODY
    assert "cookie" not in server.visitors[-1].headers


# Where it goes


@pytest.mark.parametrize("address", [
    "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192",
    "168.63.129.16", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%lo", "fd00:ec2::254", "::ffff:127.0.0.1",
    "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808", "2002:7f00:1::", "2001::1", "ff02::1",
])  # fmt: skip
def test_a_private_address_is_not_connected_to(internet: Internet, folder: Path, address: str) -> None:
    internet.names = {"inside.example": [[address]]}
    assert str(refused(fetch, "http://inside.example/", folder)) == PRIVATE.format("inside.example")
    assert internet.dialled == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "127.1", "2130706433", "0x7f.1", "0", "[::ffff:127.0.0.1]", "[fe80::1%25lo]"])
def test_a_private_address_has_many_spellings(server: FaultServer, folder: Path, host: str) -> None:
    error = refused(fetch, f"http://{host}:{server.port}/good", folder)
    assert str(error) in (PRIVATE.format(host.strip("[]")), UNKNOWN.format(host.strip("[]")))
    assert server.visitors == []


def test_a_name_that_changes_its_answer_gains_nothing(internet: Internet, folder: Path, server: FaultServer) -> None:
    """DNS rebinding: public when it is checked, the loopback when it is asked again."""
    internet.names = {"rebound.example": [[PUBLIC], ["127.0.0.1"]]}
    internet.servers = {PUBLIC: server.port, "127.0.0.1": server.port}
    assert body_of(fetch("http://rebound.example/good", folder)) == BODY
    assert internet.dialled == [PUBLIC]
    assert str(refused(fetch, "http://rebound.example/good", folder)) == PRIVATE.format("rebound.example")
    assert internet.dialled == [PUBLIC]


def test_a_name_is_checked_again_after_a_redirect(internet: Internet, folder: Path, server: FaultServer) -> None:
    internet.names = {"rebound.example": [[PUBLIC], ["10.0.0.1"]]}
    internet.servers = {PUBLIC: server.port}
    assert str(refused(fetch, "http://rebound.example/loop", folder)) == PRIVATE.format("rebound.example")
    assert internet.dialled == [PUBLIC]


def test_of_several_addresses_the_private_ones_are_passed_over(internet: Internet, folder: Path, server: FaultServer) -> None:
    internet.names = {"mixed.example": [["127.0.0.1", PUBLIC, "10.0.0.1"]]}
    internet.servers = {PUBLIC: server.port, "127.0.0.1": server.port}
    assert body_of(fetch("http://mixed.example/good", folder)) == BODY
    assert internet.dialled == [PUBLIC]


def test_an_address_that_leads_nowhere_leaves_time_for_the_next(internet: Internet, folder: Path, server: FaultServer) -> None:
    internet.names = {"both.example": [[PUBLIC6, PUBLIC]]}
    internet.servers = {PUBLIC: server.port}
    start = time.monotonic()
    assert body_of(fetch("http://both.example/good", folder, limits=Limits(connect=0.4))) == BODY
    assert internet.dialled == [PUBLIC6, PUBLIC]
    assert internet.patience[0] == pytest.approx(0.2, abs=0.05)
    assert time.monotonic() - start < 0.4 + SLACK


def test_addresses_that_all_lead_nowhere(internet: Internet, folder: Path) -> None:
    internet.names = {"nowhere.example": [[PUBLIC6, PUBLIC, OTHER]]}
    start = time.monotonic()
    error = refused(fetch, "http://nowhere.example/", folder, limits=Limits(connect=0.4))
    assert str(error) == "nowhere.example ne répond pas (délai de 0.4 s dépassé)."
    assert time.monotonic() - start < 0.4 + SLACK
    assert internet.dialled == [PUBLIC6, PUBLIC, OTHER]


def test_what_is_allowed_is_a_host_with_its_port(internet: Internet, folder: Path, server: FaultServer) -> None:
    internet.names = {"nas.lan": [["192.168.1.5"]]}
    internet.servers = {"192.168.1.5": server.port}
    allow = frozenset({"nas.lan:8080"})
    assert body_of(fetch("http://nas.lan:8080/good", folder, allow=allow)) == BODY
    assert body_of(fetch("http://nas.lan/good", folder, allow=frozenset({"nas.lan:80"}))) == BODY
    for url in ("http://nas.lan/good", "http://nas.lan:8081/good", "https://nas.lan/good"):
        assert str(refused(fetch, url, folder, allow=allow)) == PRIVATE.format("nas.lan")


def test_an_ipv6_address_is_written_in_brackets(folder: Path) -> None:
    try:
        server = FaultServer(host="::1")
    except OSError:
        pytest.skip("no IPv6 here")
    with server:
        assert body_of(fetch(server.url("/good"), folder, allow=frozenset({server.place}))) == BODY
        assert server.visitors[0].headers["host"] == server.place
        assert str(refused(fetch, server.url("/good"), folder)) == PRIVATE.format("::1")


NOT_PUBLIC = [ip_network(each) for each in (  # IANA's registries of special-purpose addresses, and what has no place in them
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    "::/96", "::ffff:0:0/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
    "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)]  # fmt: skip
AZURE = IPv4Address("168.63.129.16")
EMBEDDINGS: list[Callable[[int], IPv6Address]] = [
    lambda v4: IPv6Address((0xFFFF << 32) + v4),  # IPv4-mapped
    lambda v4: IPv6Address(v4),  # IPv4-compatible
    lambda v4: IPv6Address((0x64FF9B << 96) + v4),  # NAT64
    lambda v4: IPv6Address((0x64FF9B0001 << 80) + v4),  # NAT64, for local use
    lambda v4: IPv6Address((0x2002 << 112) + (v4 << 80)),  # 6to4
    lambda v4: IPv6Address((0x20010000 << 96) + (v4 ^ 0xFFFFFFFF)),  # Teredo
]
special = st.sampled_from(NOT_PUBLIC).flatmap(lambda network: st.ip_addresses(network=network))


@given(special)
def test_no_special_address_is_public(address: IPv4Address | IPv6Address) -> None:
    assert not is_public(address)
    if isinstance(address, IPv4Address):
        assert not any(is_public(embed(int(address))) for embed in EMBEDDINGS)


@given(st.ip_addresses(v=4))
def test_every_other_ipv4_address_is_public(address: IPv4Address) -> None:
    public = is_public(address)
    assert public == (address != AZURE and not any(address in network for network in NOT_PUBLIC))
    assert public <= address.is_global
    assert [is_public(embed(int(address))) for embed in EMBEDDINGS] == [False, False, public, False, False, False]


@given(st.one_of(st.ip_addresses(v=6), st.ip_addresses(network="2000::/3"), st.ip_addresses(network="2001::/16")))
def test_every_other_ipv6_address_of_the_internet_is_public(address: IPv6Address) -> None:
    special = any(address in network for network in NOT_PUBLIC)
    assert is_public(address) == (address in ip_network("2000::/3") and not special)
    assert is_public(address) <= address.is_global


# Names


def test_a_name_that_is_not_there(internet: Internet, folder: Path) -> None:
    assert str(refused(fetch, "https://absent.example/", folder)) == UNKNOWN.format("absent.example")


@pytest.mark.parametrize("host", ["a..example", "x" * 300])
def test_a_name_that_cannot_be(folder: Path, host: str) -> None:
    assert str(refused(fetch, f"http://{host}/", folder)) == UNKNOWN.format(host)


def test_a_dead_dns_holds_two_threads_at_most(monkeypatch: pytest.MonkeyPatch, folder: Path, get: Get) -> None:
    asked, over = [], threading.Event()

    def sleeping(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        over.wait(30)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    sentences: list[str] = []
    ask = lambda n: sentences.append(str(refused(fetch, f"http://name{n}.example/", folder, limits=Limits(dns=0.2))))  # noqa: E731
    with monkeypatch.context() as patch:
        patch.setattr(fetching, "getaddrinfo", sleeping)
        start = time.monotonic()
        fetches = [threading.Thread(target=ask, args=(n,)) for n in range(6)]
        for each in fetches:
            each.start()
        for each in fetches:
            each.join()
        assert time.monotonic() - start < 0.2 + SLACK
        assert sorted(sentences) == [UNKNOWN.format(f"name{n}.example") for n in range(6)]
        assert len(asked) == 2
        assert sum(thread.name == "dns" for thread in threading.enumerate()) == 2
        over.set()
    assert body_of(get("/good")) == BODY  # both are free again


def test_a_program_may_end_while_a_name_is_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    daemons: list[bool] = []

    def ask(*_: Any, **__: Any) -> list[Any]:
        daemons.append(threading.current_thread().daemon)
        return []

    monkeypatch.setattr(fetching, "getaddrinfo", ask)
    refused(fetch, "http://example.org/", folder)
    assert daemons == [True]


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate of feeds.example, with its key."""
    if not shutil.which("openssl"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("openssl is missing: apt install openssl")
    path = tmp_path_factory.mktemp("tls") / "feeds.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                    "/CN=feeds.example", "-addext", "subjectAltName=DNS:feeds.example", "-keyout", path, "-out", path.with_suffix(".crt")],
                   check=True, capture_output=True)  # fmt: skip
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[FaultServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with FaultServer(context) as server:
        yield server


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(httpx2, "create_ssl_context", lambda **_: ssl.create_default_context(cafile=certificate))


@pytest.mark.usefixtures("trusted")
def test_a_certificate_is_of_the_name_and_the_connection_of_the_address(internet: Internet, folder: Path, secure: FaultServer) -> None:
    internet.names = {"feeds.example": [[PUBLIC]], "other.example": [[PUBLIC]]}
    internet.servers = {PUBLIC: secure.port}
    assert body_of(fetch("https://feeds.example/zipped", folder)) == BODY
    assert str(refused(fetch, "https://other.example/good", folder)).startswith("other.example : la connexion a échoué (Hostname mismatch")


def test_a_certificate_that_nobody_vouches_for_is_refused(
    internet: Internet, folder: Path, secure: FaultServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # nor does the environment
    internet.names, internet.servers = {"feeds.example": [[PUBLIC]]}, {PUBLIC: secure.port}
    assert str(refused(fetch, "https://feeds.example/good", folder)) == "feeds.example : la connexion a échoué (self-signed certificate)."


@pytest.mark.usefixtures("trusted")
def test_a_redirect_may_go_up_to_https_and_never_down(internet: Internet, folder: Path, secure: FaultServer, server: FaultServer) -> None:
    internet.names = {"feeds.example": [[PUBLIC]], "plain.example": [[OTHER]]}
    internet.servers = {PUBLIC: secure.port, OTHER: server.port}
    server.replies["/up"] = redirect("https://feeds.example/good", "301 Moved Permanently")
    secure.replies["/down"] = redirect("http://plain.example/good")
    assert body_of(fetch("http://plain.example/up", folder)) == BODY
    error = refused(fetch, "https://feeds.example/down", folder)
    assert str(error) == UNSAFE.replace("127.0.0.1", "feeds.example")
    assert [visitor.path for visitor in server.visitors] == ["/up"]


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("path", ["/hang", "/drip", "/drip-headers", "/hang-after-headers"])
def test_the_time_holds_under_tls_too(internet: Internet, folder: Path, secure: FaultServer, path: str) -> None:
    internet.names, internet.servers = {"feeds.example": [[PUBLIC]]}, {PUBLIC: secure.port}
    start = time.monotonic()
    assert str(refused(fetch, f"https://feeds.example{path}", folder, limits=SHORT)) == SILENT.replace("127.0.0.1", "feeds.example")
    assert time.monotonic() - start < SHORT.total + SLACK


@pytest.mark.parametrize("greeting", [hang, drip_tls])
def test_a_handshake_has_the_time_of_a_connection(folder: Path, greeting: Callable[[Visitor], None]) -> None:
    with FaultServer(greeting=greeting) as server:
        start = time.monotonic()
        error = refused(fetch, f"https://{server.place}/", folder, limits=Limits(connect=0.4), allow=frozenset({server.place}))
        assert str(error) == "127.0.0.1 ne répond pas (délai de 0.4 s dépassé)."
        assert time.monotonic() - start < 0.4 + SLACK


def test_a_server_that_does_not_speak_tls(folder: Path) -> None:
    with FaultServer(greeting=answer("400 Bad Request")) as server:
        error = refused(fetch, f"https://{server.place}/", folder, allow=frozenset({server.place}))
    assert str(error).startswith("127.0.0.1 : la connexion a échoué (")
