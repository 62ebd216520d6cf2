"""Chromium is the phone: from its probe to "connected", by its own redirects and its own press of the button."""

import base64
import hashlib
import os
import shutil
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET
from tests.network.box import JARDIN, LAN, NAME, PROBE, SITE, Box, Phone, told
from tests.network.opennds import OpenNds


def known(authority: Path) -> str:
    """The certificate's key, as Chromium is told to trust it, and it alone."""
    key = subprocess.run(["openssl", "x509", "-in", authority, "-pubkey", "-noout"], capture_output=True, check=True).stdout
    bare = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=key, capture_output=True, check=True).stdout
    return base64.b64encode(hashlib.sha256(bare).digest()).decode()


def chromium_of(phone: Phone) -> Path:
    """A command that runs Chromium in the phone's namespace."""
    command = phone.box.folder / f"chromium-{phone.name}"
    command.write_text(f'#!/bin/sh\nexec {" ".join(phone.box.ground.inside(phone.name, CHROMIUM))} "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return command


def test_chromium_goes_from_its_probe_to_connected(level_1: OpenNds) -> None:
    if not shutil.which(CHROMIUM):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{CHROMIUM} is missing: apt install chromium")
    phone = level_1.phone()
    phone.joins()
    with ThreadPoolExecutor(1) as thread:  # the other browser's tests leave a loop running in this one
        seen, url = thread.submit(walk, level_1, phone).result()
    told("Chromium", [("probe to page", seen)])
    assert LAN not in url


def walk(box: Box, phone: Phone) -> tuple[float, str]:
    """(seconds from the probe to the page, where it ends)."""
    with sync_playwright() as playwright:
        trust = f"--ignore-certificate-errors-spki-list={known(box.authority)}"
        browser = playwright.chromium.launch(executable_path=chromium_of(phone), args=[*QUIET, trust])
        page = browser.new_context(viewport={"width": 360, "height": 640}, locale="fr-FR", java_script_enabled=False).new_page()
        page.goto(PROBE)
        assert page.url.startswith(f"http://{NAME}/portal/parc?fas=") and JARDIN in page.title()
        seen = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") / 1_000
        page.locator("form.login button").click()
        page.wait_for_url(f"https://{NAME}/portal/parc/done?s=*")
        assert page.get_by_role("heading", name="Vous êtes connecté").is_visible()
        assert page.locator("form.login").count() == 0
        page.goto(f"http://{SITE}/")
        assert page.content().count("the Internet") == 1
        url = page.url
        browser.close()
    return seen, url
