"""Raw requests of strangers, on the socket of the real service."""

import contextlib
import json
import socket
from collections.abc import Callable

import pytest

from tests.builders import SHARED
from tests.journeys.conftest import Service

HOSTILE = SHARED / "hostile"
PLACES = {"LIST": "", "NEAR": "", "PORTAL": "", "GO": "go/x/web", "STATIC": "o", "LOGIN": "login", "UPLOAD": "upload", "API": "api/v1/suggestions"}
GARBAGE = (b"\x00" * 50, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
           b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
           b"GET /?lat=\xff\xfe&lon=%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"GET /%c0%ae%c0%ae/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")  # fmt: skip


def asked(service: Service, raw: bytes) -> tuple[int, str]:
    """(status, the whole answer); 0 when the connection is closed, or left, without one."""
    host, _, port = service.base.removeprefix("http://").partition(":")
    answer = b""
    with socket.create_connection((host, int(port)), timeout=3) as connection, contextlib.suppress(ConnectionResetError, TimeoutError):
        connection.sendall(raw)
        while piece := connection.recv(65_536):
            answer += piece
    text = answer.decode("utf-8", "replace")
    return (int(text.split(" ", 2)[1]) if text.startswith("HTTP/") else 0), text


@pytest.mark.shared
def test_every_hostile_request_has_its_stated_answer(start: Callable[..., Service]) -> None:
    service = start("demo")
    cases = [case for case in json.loads((HOSTILE / "manifest.json").read_text())["cases"] if case["file"].startswith("http/")]
    assert len(cases) >= 6
    for case in cases:
        raw = (HOSTILE / case["file"]).read_bytes().replace(b"{HOST}", service.base.removeprefix("http://").encode())
        for name, path in PLACES.items():
            raw = raw.replace(f"{{{name}}}".encode(), path.encode())
        status, text = asked(service, raw)
        allowed = {int(word) for word in case["status"].split("|") if word.isdigit()} | ({0} if "close" in case["status"] else set())
        assert status in allowed | ({404} if b"/go/" in raw else set()), (case["file"], status)
        assert status < 500 and "Traceback" not in text and "ailleurs.example" not in text and "<script>window" not in text, case["file"]
    assert service.get("/?lang=fr")[0] == 200


def test_garbage_on_the_socket_is_refused_and_the_service_goes_on(start: Callable[..., Service]) -> None:
    service = start("demo")
    for raw in GARBAGE:
        status, text = asked(service, raw)
        assert status < 500, raw[:40]
        assert "Traceback" not in text
    assert service.get("/?lang=fr")[0] == 200
