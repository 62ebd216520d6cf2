"""Debian's Chromium, headless, on a demonstration served by the real command."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.journeys.conftest import Service, services, start

__all__ = ["start"]
CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not shutil.which(CHROMIUM):
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing")
        pytest.skip(f"{CHROMIUM} is missing: apt install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes phones: a 360x640 screen unless told otherwise."""
    made: list[BrowserContext] = []

    def making(width: int = 360, height: int = 640, **options: object) -> BrowserContext:
        made.append(browser.new_context(viewport={"width": width, "height": height}, **options))  # type: ignore[arg-type]  # options are those of new_context
        return made[-1]

    yield making
    for context in made:
        context.close()


@pytest.fixture(scope="session")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One demonstration for all the tests that change nothing in it."""
    with services() as starting:
        yield starting("demo", "--data", tmp_path_factory.mktemp("steady") / "demo", "--at", "2026-08-13T15:40")


@pytest.fixture
def demo(start: Callable[..., Service], tmp_path: Path) -> Service:
    return start("demo", "--data", tmp_path / "demo", "--at", "2026-08-13T15:40")
