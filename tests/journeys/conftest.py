"""The real commands, run as a user does."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Done:
    code: int
    out: str
    err: str


def sejour(*arguments: object, cwd: Path | None = None, timeout: float = 60) -> Done:
    """Runs `sejour ARGUMENTS` to its end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEJOUR_")}
    ran = subprocess.run(
        [sys.executable, "-m", "sejour", *map(str, arguments)], cwd=cwd, env=environment, capture_output=True, text=True, timeout=timeout
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return Done(ran.returncode, ran.stdout, ran.stderr)


def refused(*arguments: object, cwd: Path | None = None) -> str:
    """Runs a command that must exit 2 with one sentence, and returns the sentence."""
    done = sejour(*arguments, cwd=cwd)
    assert done.code == 2, done
    assert len(done.err.strip().splitlines()) == 1, done.err
    assert done.out == ""
    return done.err


@dataclass
class Service:
    """A `sejour` process that serves."""

    process: subprocess.Popen[str]
    base: str

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(self.base + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@pytest.fixture
def start() -> Iterator[Callable[..., Service]]:
    """Starts `sejour ARGUMENTS --port N` and waits for its first answer; every service is stopped at the end of the test."""
    with services() as starting:
        yield starting


@contextlib.contextmanager
def services() -> Iterator[Callable[..., Service]]:
    """What starts services, which are stopped at the end. None fetches the pictures that a real feed names: tests ask nobody."""
    started: list[subprocess.Popen[str]] = []

    def starting(*arguments: object, wait: float = 20) -> Service:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = subprocess.Popen([sys.executable, "-m", "sejour", *map(str, arguments), "--port", str(port)], stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, env=os.environ | {"SEJOUR_PICTURES_FETCH": "false"})  # fmt: skip
        started.append(process)
        service = Service(process, f"http://127.0.0.1:{port}")
        end = time.monotonic() + wait
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(OSError):
                service.get("/healthz")
                return service
            time.sleep(0.05)
        process.kill()
        raise AssertionError(f"no answer: {process.communicate()[0]}")

    yield starting
    for process in started:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
