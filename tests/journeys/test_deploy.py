"""The deployment that is shipped: nginx in front of the service, against phones that say nothing."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import Service

CONF = Path(__file__).resolve().parents[2] / "deploy/nginx.conf"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def proxied(start: Callable[..., Service], tmp_path: Path) -> Iterator[tuple[Service, int]]:
    """The demonstration behind nginx with our configuration; only its ports and its pid file are changed."""
    if not shutil.which("nginx"):
        if os.environ.get("CI"):
            pytest.fail("nginx is missing")
        pytest.skip("nginx is missing: apt install nginx-light")
    service = start("demo", "--data", tmp_path / "demo", "--at", "2026-08-13T15:40")
    port = free_port()
    text = CONF.read_text()
    for pattern, value in ((r"pid [^;]+;", f"pid {tmp_path}/nginx.pid;"), (r"127\.0\.0\.1:8000", service.base.removeprefix("http://")),
                           (r"listen 80 ", f"listen 127.0.0.1:{port} ")):  # fmt: skip
        text, count = re.subn(pattern, value, text)
        assert count == 1, pattern
    (tmp_path / "nginx.conf").write_text(text)
    process = subprocess.Popen(["nginx", "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    service.base = f"http://127.0.0.1:{port}"
    end = time.monotonic() + 10
    while True:
        try:
            service.get("/healthz")
            break
        except OSError:
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.05)
    yield service, port
    process.terminate()
    process.wait(10)


def test_pages_come_through_and_half_requests_are_cut(proxied: tuple[Service, int]) -> None:
    service, port = proxied
    assert service.get("/?lang=fr")[1].count("<article") == 8
    half = [socket.create_connection(("127.0.0.1", port)) for _ in range(150)]
    for n, each in enumerate(half):
        each.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Half:" if n % 2 else b"")
    started = time.monotonic()
    assert service.get("/?lang=fr")[0] == 200
    assert time.monotonic() - started < 2
    for each in half:
        each.settimeout(max(0.1, 12 - (time.monotonic() - started)))
        with contextlib.suppress(ConnectionResetError):  # cut either way
            assert each.recv(1) == b""
        each.close()
    assert service.get("/?lang=fr")[0] == 200
