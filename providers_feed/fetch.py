"""The only place that opens the network for feeds: one GET, spooled to a file, within limits that hold whatever the other side does.

An address is checked at the moment of connection, and the connection goes to exactly what was checked: a name that changes its answer
(DNS rebinding) gains nothing. The environment is not asked for proxies or passwords. Sentences and logs name the host alone: keys stand
in paths (DATAtourisme), in queries, before an "@".
"""

import logging
import tempfile
import threading
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import inf
from pathlib import Path
from socket import SOCK_STREAM, getaddrinfo
from ssl import SSLContext
from time import monotonic
from typing import Any

import httpcore2
import httpx2

from sejour import __version__
from sejour.domain.text import N_
from sejour.errors import FeedError

LONGEST_WAIT = 86_400.0  # seconds of a Retry-After that are believed
LONGEST_ADDRESS, LONGEST_VALIDATOR = 4_096, 1_024  # characters, where strangers choose what we send
PIECE = 2**20  # bytes unzipped at a time
GZIP = 16 + zlib.MAX_WBITS  # how zlib is told to read gzip
RESOLVERS = threading.BoundedSemaphore(2)  # getaddrinfo cannot be interrupted: a dead DNS holds two threads, never more
NAT64 = ip_network("64:ff9b::/96")
REFUSED = [ip_network(each) for each in (  # besides what the ipaddress of every Python knows
    "::/3", "4000::/2", "8000::/1",  # whatever is not global unicast, IPv4-mapped and site-local among it
    "2001::/23", "2002::/16", "3fff::/20",  # Teredo and other protocols, 6to4, documentation
    "192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32",  # protocols, relays of 6to4, Azure's host as its machines see it
)]  # fmt: skip
logging.getLogger("httpcore2").setLevel(logging.INFO)  # its debug lines show headers: the keys in a redirect


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of the version we have, to be sent back word for word."""

    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """`path`: a new file, the caller's to delete; None when the version we have is still good."""

    path: Path | None
    validators: Validators


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one fetch. Headers have httpcore2's own limit, 100 KiB."""

    total: float = 60.0  # seconds for everything, redirects included, whatever the pace
    dns: float = 10.0  # seconds for a name
    connect: float = 10.0  # seconds to connect, over all addresses of a name; as many again for TLS
    size: int = 256 * 2**20  # bytes of the body, unzipped
    redirects: int = 3


class FeedUnavailable(FeedError):
    """The feed cannot be had now; `retry_after` is how many seconds the server asks to wait, if it does."""

    def __init__(self, message: str, *, retry_after: float | None = None, **arguments: object) -> None:
        super().__init__(message, **arguments)
        self.retry_after = retry_after


UNKNOWN, USUAL = Validators(), Limits()


def fetch(url: str, folder: Path, known: Validators = UNKNOWN, *, limits: Limits = USUAL, allow: frozenset[str] = frozenset()) -> Fetched:
    """The body of an http(s) address in a new file of `folder`, unless it is still the version of which `known` was said.

    `allow` holds each "host:port" (the host as in the address, in lower case) that may be connected to although it is not on the
    public Internet. Raises FeedUnavailable.
    """
    address, network = _address(url), _Network(monotonic() + limits.total, limits.dns, allow)
    with httpcore2.ConnectionPool(httpx2.create_ssl_context(trust_env=False), network_backend=network) as pool:
        for _ in range(limits.redirects + 1):
            host, headers = address.raw_host.decode(), _question(address, known)
            target = httpcore2.URL(scheme=address.raw_scheme, host=host, port=address.port, target=address.raw_path)
            patience = {"timeout": {"connect": limits.connect}}
            with _explained(host, limits), pool.stream("GET", target, headers=headers, extensions=patience) as response:
                answer = httpx2.Headers(response.headers)
                if response.status == 200:
                    body = _unzipped(response.iter_stream(), answer.get("content-encoding", ""))
                    return Fetched(_spooled(body, folder, host, limits.size), _validators(answer, UNKNOWN))
                if response.status == 304 and known != UNKNOWN:
                    return Fetched(None, _validators(answer, known))
                if response.status not in (301, 302, 303, 307, 308) or "location" not in answer:
                    raise _refusal(host, response.status, answer)
                address = _address(answer["location"], address)
    raise FeedUnavailable(N_("%(host)s renvoie d’adresse en adresse, sans fin."), host=host)


def _address(written: str, before: httpx2.URL | None = None) -> httpx2.URL:
    """The address, or the one a redirect from `before` leads to: never from https to http; a password stays with its host."""
    try:
        address = before.join(written) if before else httpx2.URL(written)
        if before:
            same = (address.raw_host, address.port) == (before.raw_host, before.port)
            address = address.copy_with(userinfo=before.userinfo if same else b"")
    except (httpx2.InvalidURL, ValueError):
        address = httpx2.URL()
    schemes = ("https",) if before and before.scheme == "https" else ("http", "https")
    whole = address.raw_host and (address.port is None or 0 < address.port < 65_536)
    if address.scheme in schemes and whole and len(str(address)) <= LONGEST_ADDRESS:
        return address
    if before:
        raise FeedUnavailable(N_("%(host)s renvoie vers une adresse qui n’est pas sûre : elle n’est pas suivie."), host=before.raw_host.decode())
    raise FeedUnavailable(N_("Ce n’est pas une adresse du web (http ou https)."))


def _question(address: httpx2.URL, known: Validators) -> list[tuple[str, str]]:
    headers = {"Host": address.netloc.decode(), "User-Agent": f"sejour/{__version__}", "Accept": "*/*", "Accept-Encoding": "gzip",
               "If-None-Match": known.etag, "If-Modified-Since": known.modified}  # fmt: skip
    if address.userinfo:
        headers["Authorization"] = "Basic " + b64encode(f"{address.username}:{address.password}".encode()).decode()
    return [(name, value) for name, value in headers.items() if value]


def _validators(answer: httpx2.Headers, before: Validators) -> Validators:
    said = {name: value for name, value in answer.items() if value.isascii() and value.isprintable() and len(value) <= LONGEST_VALIDATOR}
    return Validators(said.get("etag") or before.etag, said.get("last-modified") or before.modified)


def _refusal(host: str, status: int, answer: httpx2.Headers) -> FeedUnavailable:
    retry_after = _retry_after(answer) if status in (429, 503) else None
    if 400 <= status < 500 and status != 429:
        sentence = N_("%(host)s refuse cette adresse (réponse %(status)d) : vérifiez-la, et la clé qu’elle contient.")
    else:
        sentence = N_("%(host)s ne donne pas ce flux pour le moment (réponse %(status)d).")
    return FeedUnavailable(sentence, retry_after=retry_after, host=host, status=status)


def _retry_after(answer: httpx2.Headers) -> float | None:
    """Seconds. A date is compared with the server's own: our clock may be wrong, and is not ours to read."""
    written = answer.get("retry-after", "").strip()
    try:
        if written.isdecimal():
            return min(float(written), LONGEST_WAIT)
        wait = parsedate_to_datetime(written) - parsedate_to_datetime(answer.get("date", ""))
        return min(max(wait.total_seconds(), 0.0), LONGEST_WAIT)
    except (ValueError, TypeError):  # no date; one with a zone and one without
        return None


@contextmanager
def _explained(host: str, limits: Limits) -> Iterator[None]:
    """One sentence for whatever can go wrong on the way."""
    try:
        yield
    except httpcore2.TimeoutException as error:
        seconds = min(limits.connect, limits.total) if isinstance(error, httpcore2.ConnectTimeout) else limits.total
        raise FeedUnavailable(N_("%(host)s ne répond pas (délai de %(seconds)g s dépassé)."), host=host, seconds=seconds) from error
    except httpcore2.NetworkError as error:
        cause = error.__context__
        why = getattr(cause, "verify_message", None) or getattr(cause, "strerror", None) or str(error)
        raise FeedUnavailable(N_("%(host)s : la connexion a échoué (%(why)s)."), host=host, why=why) from error
    except (httpcore2.ProtocolError, zlib.error) as error:
        raise FeedUnavailable(N_("%(host)s : la réponse est coupée ou incompréhensible."), host=host) from error


def _unzipped(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The body in small pieces. Encodings other than gzip are not undone: we did not ask for them, and scripts that export tables say
    "UTF-8" there. A cut body is an httpcore2.ProtocolError, a cut gzip a zlib.error."""
    if encoding.strip().lower() not in ("gzip", "x-gzip"):
        yield from pieces
        return
    unzip = zlib.decompressobj(GZIP)
    for piece in pieces:
        while piece:
            if unzip.eof:  # several gzips in a row are one body
                unzip = zlib.decompressobj(GZIP)
            yield unzip.decompress(piece, PIECE)
            piece = unzip.unconsumed_tail or unzip.unused_data
    if not unzip.eof:
        raise zlib.error("cut")


def _spooled(body: Iterable[bytes], folder: Path, host: str, most: int) -> Path:
    """A new file with the body; none is left when anything fails."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=f"{host[:100]}-", delete=False) as file, ExitStack() as undo:
            path = Path(file.name)
            undo.callback(path.unlink)
            for piece in body:
                file.write(piece)
                if file.tell() > most:
                    raise FeedUnavailable(N_("%(host)s envoie plus de %(mb)d Mo : ce flux est refusé."), host=host, mb=most // 2**20)
            file.flush()
            undo.pop_all()
            return path
    except OSError as error:
        raise FeedUnavailable(N_("Le flux de %(host)s ne peut pas être enregistré (%(why)s)."), host=host, why=error.strerror) from error


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether anyone on the Internet has this address, or a NAT64 leads to one that somebody has."""
    if address in NAT64:
        address = IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.is_global and not (address.is_multicast or any(address in network for network in REFUSED))


def _resolve(host: str, port: int, seconds: float) -> list[IPv4Address | IPv6Address]:
    answer: Future[list[IPv4Address | IPv6Address]] = Future()
    until = monotonic() + seconds

    def ask() -> None:
        try:
            answer.set_result([ip_address(place[0]) for *_, place in getaddrinfo(host, port, type=SOCK_STREAM)])
        except Exception as error:
            answer.set_exception(error)
        finally:
            RESOLVERS.release()

    try:
        if not RESOLVERS.acquire(timeout=seconds):
            raise TimeoutError
        threading.Thread(target=ask, name="dns", daemon=True).start()
        return answer.result(_left(until))
    except (OSError, UnicodeError) as error:  # TimeoutError among them
        raise FeedUnavailable(N_("%(host)s est introuvable (nom inconnu, ou DNS en panne)."), host=host) from error


def _left(until: float, most: float | None = None) -> float:
    """Seconds that may be waited for one thing: never none, which sockets take for something else."""
    return max(0.001, min(until - monotonic(), most or inf))


class _Network(httpcore2.NetworkBackend):
    """Connects to public addresses, and to what is allowed; all its connections end `until` a moment of the monotonic clock."""

    def __init__(self, until: float, dns: float, allow: frozenset[str]) -> None:
        self._until, self._dns, self._allow = until, dns, allow

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *_: Any, **__: Any) -> "_Stream":
        addresses = _resolve(host, port, _left(self._until, self._dns))
        if (f"[{host}]:{port}" if ":" in host else f"{host}:{port}") not in self._allow:
            addresses = [address for address in addresses if is_public(address)]
        until = monotonic() + _left(self._until, timeout)
        failure: Exception = FeedUnavailable(N_("%(host)s n’est pas sur l’Internet public : cette adresse est refusée."), host=host)
        for n, address in enumerate(addresses):
            share = _left(until) / (len(addresses) - n)  # an IPv6 that leads nowhere leaves time for IPv4
            try:
                return _Stream(httpcore2.SyncBackend().connect_tcp(str(address), port, share), self._until)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


class _Stream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if monotonic() >= self._until:  # else a byte a second goes on for ever
            raise httpcore2.ReadTimeout
        return self._stream.read(max_bytes, _left(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._until))

    def start_tls(self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None) -> "_Stream":
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _left(self._until, timeout)), self._until)

    def close(self) -> None:
        self._stream.close()
