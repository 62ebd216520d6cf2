"""Addresses longer than any gateway writes, at the real service, alone and behind the nginx of deploy/: a clear page, no grant, no way outside, and a line
for the operator with nobody in it."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sejour.serving import LONGEST, PARSED
from tests.journeys.conftest import Service, sejour, start
from tests.journeys.test_deploy import CONF, free_port

__all__ = ["start"]
CONFIG = """\
[territory]
id = "pau"
name = "Pau"
[log]
file = "LOG"
[[gateway]]
id = "parc"
kind = "opennds"
level = 1
secret_file = "parc.secret"
[[gateway]]
id = "mairie"
kind = "coovachilli"
secret_file = "mairie.secret"
"""
PHONE = "mac=0A-0B-0C-0D-0E-31&ip=10.41.0.7&userurl=http%3A%2F%2Failleurs.exemple%2F"
PERSONAL = ("0A-0B", "10.41", "ailleurs", "127.0.0.1")
BEYOND = "refused gateway=? why=an address longer than the server reads"


@dataclass
class Served:
    service: Service
    log: Path
    port: int

    def answer(self, target: str, piece: int = 1 << 16) -> str:
        """What a browser reads, headers and page, when it sends `target` in pieces."""
        raw = f"GET {target} HTTP/1.1\r\nHost: wifi.exemple.fr\r\nAccept-Language: fr\r\nConnection: close\r\n\r\n".encode()
        said = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            for begin in range(0, len(raw), piece):
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # nginx has said enough
                    line.sendall(raw[begin : begin + piece])
            while told := line.recv(1 << 16):
                said += told
        return said.decode()

    def lines(self) -> list[str]:
        return [line for line in self.log.read_text().splitlines() if "sejour.portal" in line]


@pytest.fixture
def served(start: Callable[..., Service], tmp_path: Path) -> Served:
    for name in ("secret", "parc.secret", "mairie.secret"):
        (tmp_path / name).write_text("clef-du-kiosque-clef-du-kiosque-\n")
    config = tmp_path / "sejour.toml"
    config.write_text(CONFIG.replace("LOG", str(tmp_path / "sejour.log")))
    assert sejour("migrate", "--config", config).code == 0
    service = start("serve", "--config", config)
    return Served(service, tmp_path / "sejour.log", int(service.base.rpartition(":")[2]))


@pytest.fixture
def behind_nginx(served: Served, tmp_path: Path) -> Iterator[Served]:
    if not shutil.which("nginx"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("nginx is missing: apt install nginx-light")
    port, text = free_port(), CONF.read_text()
    for pattern, value in ((r"pid [^;]+;", f"pid {tmp_path}/nginx.pid;"), (r"127\.0\.0\.1:8000", f"127.0.0.1:{served.port}"),
                           (r"listen 80 ", f"listen 127.0.0.1:{port} ")):  # fmt: skip
        text = re.sub(pattern, value, text)
    (tmp_path / "nginx.conf").write_text(text)
    process = subprocess.Popen(["nginx", "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    end = time.monotonic() + 10
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            break
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.05)
    yield Served(served.service, served.log, port)
    process.terminate()
    process.wait(10)


def is_refused(answer: str, lang: str = "fr") -> bool:
    head, _, page = answer.partition("\r\n\r\n")
    return (
        head.startswith("HTTP/1.1 400 ") and "\r\nlocation:" not in head.lower() and f'<html lang="{lang}">' in page and "</html>" in page
        and "<h1>Connexion impossible</h1>" in page and 'class="login"' not in page and "ailleurs" not in answer
    )  # fmt: skip


@pytest.mark.parametrize("gateway", ["parc", "mairie"])
@pytest.mark.parametrize("size", [20_000, PARSED, 100_000, LONGEST - 200])
def test_up_to_the_bound_the_gateway_s_own_page_and_line(served: Served, gateway: str, size: int) -> None:
    answer = served.answer(f"/portal/{gateway}?{PHONE}&x={'a' * (size - 100)}", piece=1_000 + size // 3)
    assert is_refused(answer), answer[:400]
    (line,) = served.lines()
    assert f"refused gateway={gateway} why=" in line and not any(word in line for word in PERSONAL), line
    assert served.service.get("/healthz")[0] == 200


@pytest.mark.parametrize("target", [f"/portal/parc?{PHONE}&x=" + "a" * LONGEST, "/portal/parc?" + "a=1&" * 500_000, "/portal/" + "b" * 70_000])
def test_beyond_it_a_page_and_a_line_all_the_same(served: Served, target: str) -> None:
    assert is_refused(served.answer(target)) and is_refused(served.answer(target))
    (line,) = served.lines()
    assert line.endswith(BEYOND)
    assert served.service.get("/healthz")[0] == 200


def test_two_on_one_connection_have_an_answer_each(served: Served) -> None:
    """The second waits for the first, as HTTP's pipelines do."""
    twice = [
        f"GET /portal/parc?x={'a' * 100_000} HTTP/1.1\r\nHost: x\r\n",
        f"GET /portal/mairie?x={'a' * 200_000} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n",
    ]
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as line:
        line.sendall("".join(f"{each}\r\n" for each in twice).encode())
        said = b""
        while told := line.recv(1 << 16):
            said += told
    assert said.count(b"HTTP/1.1 400 ") == 2 and said.count(b"</html>") == 2
    assert [line.partition("refused ")[2].partition(" ")[0] for line in served.lines()] == ["gateway=parc", "gateway=?"]


def test_nginx_leaves_the_page_and_the_line_to_us(behind_nginx: Served) -> None:
    """It reads no address beyond 16 kB, nor the language that would come after it."""
    for size in (20_000, 100_000, 3_000_000):
        answer = behind_nginx.answer(f"/portal/parc?{PHONE}&x={'a' * size}")
        assert is_refused(answer), answer[:400]
    (line,) = behind_nginx.lines()
    assert line.endswith(BEYOND)
    assert is_refused(behind_nginx.answer(f"/portal/parc?{PHONE}&x={'a' * 15_000}"))
    assert "refused gateway=parc" in behind_nginx.lines()[-1]
