"""A web server on the loopback that misbehaves, one fault to a path; for `test_fetch`.

Each connection has a thread and a bare socket, so that a fault may send any bytes at any pace. All of them end with the server.
"""

import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Self

BODY = b'{"@graph": []}'
TEMPLATE = "HTTP/1.1 {status}\r\nDate: Sun, 04 Oct 2026 10:00:00 GMT\r\nConnection: close\r\n{lines}\r\n"
MOST_REQUEST = 64 * 2**10


class Visitor:
    """Who is connected: `path` and `headers` (lower-case names) of what was asked."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self.connection = connection
        self._stopping = stopping
        self.path = ""
        self.headers: dict[str, str] = {}

    def listen(self) -> None:
        received = b""
        while b"\r\n\r\n" not in received and len(received) < MOST_REQUEST:
            more = self.connection.recv(4096)
            if not more:
                raise ConnectionAbortedError
            received += more
        first, *lines = received.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        self.path = first.split(" ")[1]
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def wait(self, seconds: float = 3600.0) -> None:
        if self._stopping.wait(seconds):
            raise ConnectionAbortedError


Fault = Callable[[Visitor], None]


def head(status: str = "200 OK", *lines: str) -> bytes:
    return TEMPLATE.format(status=status, lines="".join(line + "\r\n" for line in lines)).encode("latin-1")


def answer(status: str, *lines: str, body: bytes = b"") -> Fault:
    return lambda visitor: visitor.send(head(status, *lines) + body)


def redirect(location: str, status: str = "302 Found") -> Fault:
    return answer(status, f"Location: {location}")


def hang(visitor: Visitor) -> None:
    visitor.wait()


def hang_after_headers(visitor: Visitor) -> None:
    visitor.send(head("200 OK", f"Content-Length: {len(BODY)}"))
    visitor.wait()


def drip(visitor: Visitor) -> None:
    visitor.send(head("200 OK", "Content-Length: 100000"))
    for _ in range(100_000):
        visitor.send(b"x")
        visitor.wait(0.05)


def drip_headers(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(100_000):
        visitor.send(b"x")
        visitor.wait(0.05)


def always_soon(visitor: Visitor) -> None:
    """Interim answers, which are not the answer, without end."""
    while True:
        visitor.send(b"HTTP/1.1 102 Processing\r\n\r\n")
        visitor.wait(0.001)


def drip_tls(visitor: Visitor) -> None:
    """A handshake that never comes to its end."""
    visitor.send(b"\x16\x03\x03\x40\x00")
    for _ in range(16_384):
        visitor.send(b"\x02")
        visitor.wait(0.05)


def half(visitor: Visitor) -> None:
    visitor.send(head("200 OK", "Content-Length: 100000") + b"x" * 500)


def cut_chunk(visitor: Visitor) -> None:
    visitor.send(head("200 OK", "Transfer-Encoding: chunked") + b"5\r\nhello\r\n400\r\nand then")


def endless(visitor: Visitor) -> None:
    visitor.send(head())
    while True:
        visitor.send(b"x" * 65_536)


def endless_header(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        visitor.send(b"x" * 65_536)


def endless_headers(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        visitor.send(b"X: " + b"x" * 1000 + b"\r\n")


def endless_trailers(visitor: Visitor) -> None:
    visitor.send(head("200 OK", "Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n")
    while True:
        visitor.send(b"X: " + b"x" * 1000 + b"\r\n")


def reset(visitor: Visitor) -> None:
    visitor.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close() sends RST


def reset_in_body(visitor: Visitor) -> None:
    visitor.send(head("200 OK", "Content-Length: 100000") + b"x" * 500)
    visitor.wait(0.05)  # let it be read
    reset(visitor)


def zipped(body: bytes, *lines: str) -> Fault:
    return answer("200 OK", "Content-Encoding: gzip", *lines, body=body)


PACKED = gzip.compress(BODY)
FAULTS: dict[str, Fault] = {
    "/good": answer("200 OK", "Content-Type: application/json", 'ETag: "v2"', "Last-Modified: Sat, 03 Oct 2026 10:00:00 GMT",
                    "Set-Cookie: session=1", body=BODY),
    "/chunked": answer("200 OK", "Transfer-Encoding: chunked", body=b"e\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "/wrong-type": answer("200 OK", "Content-Type: image/png", body=BODY),
    "/same": answer("304 Not Modified", 'ETag: "v1"'),
    "/same-silently": answer("304 Not Modified"),
    "/hang": hang, "/hang-after-headers": hang_after_headers, "/drip": drip, "/drip-headers": drip_headers, "/always-soon": always_soon,
    "/half": half, "/cut-chunk": cut_chunk, "/reset": reset, "/reset-in-body": reset_in_body,
    "/silent": lambda visitor: None, "/garbage": lambda visitor: visitor.send(b"\x00\x01SSH-2.0\r\n\r\n"),
    "/two-lengths": answer("200 OK", "Content-Length: 3", "Content-Length: 4", body=b"abcd"),
    "/204": answer("204 No Content"), "/206": answer("206 Partial Content", body=b"x"), "/101": answer("101 Switching Protocols", "Upgrade: x"),
    "/300": answer("300 Multiple Choices", "Location: /good"), "/302": answer("302 Found"),
    "/401": answer("401 Unauthorized"), "/404": answer("404 Not Found", "Retry-After: 5"), "/500": answer("500 Oops", "Retry-After: 5"),
    "/503": answer("503 Busy", "Retry-After: 120"),
    "/429": answer("429 Slow down", "Retry-After: Sun, 04 Oct 2026 10:05:00 GMT"),
    "/loop": redirect("/loop"), "/to-good": redirect("good", "308 Permanent Redirect"),
    "/1": redirect("/2"), "/2": redirect("/3"), "/3": redirect("/4"), "/4": redirect("/good"),
    "/to-file": redirect("file:///etc/passwd"), "/to-nowhere": redirect("https://"), "/to-nonsense": redirect("http://[::1"),
    "/to-metadata": redirect("http://169.254.169.254/latest/meta-data/"), "/to-private": redirect("http://10.0.0.1/"),
    "/to-far": redirect("/" + "x" * 5_000),
    "/zipped": zipped(PACKED), "/x-zipped": answer("200 OK", "Content-Encoding: X-GZip", body=PACKED),
    "/zipped-twice": zipped(gzip.compress(BODY[:5]) + gzip.compress(BODY[5:])),
    "/called-utf-8": answer("200 OK", "Content-Encoding: UTF-8", body=BODY),
    "/cut-zip": zipped(PACKED[:-6]), "/empty-zip": zipped(b""), "/not-zipped": zipped(BODY), "/zip-and-more": zipped(PACKED + b"more"),
    "/bomb": zipped(gzip.compress(bytes(64 * 2**20))),
    "/endless": endless, "/endless-header": endless_header, "/endless-headers": endless_headers, "/endless-trailers": endless_trailers,
}  # fmt: skip


class FaultServer:
    """`replies` may be changed; `visitors` are those who asked for something. With `greeting`, nobody is listened to."""

    def __init__(self, context: ssl.SSLContext | None = None, greeting: Fault | None = None, host: str = "127.0.0.1") -> None:
        self.replies = dict(FAULTS)
        self.visitors: list[Visitor] = []
        self._context, self._greeting = context, greeting
        self._stopping = threading.Event()
        self._socket = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self._threads = [threading.Thread(target=self._accept)]
        self.port: int = self._socket.getsockname()[1]
        self.place = f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    def url(self, path: str) -> str:
        return f"{'https' if self._context else 'http'}://{self.place}{path}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._socket.shutdown(socket.SHUT_RDWR)  # wakes accept()
        for thread in self._threads:  # the first adds no other once it has ended
            thread.join(10)
            assert not thread.is_alive()
        self._socket.close()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            connection.settimeout(5)
            self._threads.append(threading.Thread(target=self._serve, args=(connection,)))
            self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with ExitStack() as stack:
            stack.enter_context(connection)
            try:
                if self._context:
                    connection = stack.enter_context(self._context.wrap_socket(connection, server_side=True))
                visitor = Visitor(connection, self._stopping)
                if self._greeting:
                    return self._greeting(visitor)
                visitor.listen()
                self.visitors.append(visitor)
                self.replies[visitor.path](visitor)
            except OSError:  # they went away, or we stop
                pass
