"""A market day: five hundred phones come within ten seconds, each with what its openNDS says of it."""

import asyncio
import base64
import hashlib
import json
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from tests.journeys.conftest import Service, sejour, start
from tests.network.box import JARDIN, SETTINGS, TABLE
from tests.network.opennds import FASKEY, ID, told_sejour

__all__ = ["start"]
PHONES, WITHIN = 500, 10.0  # seconds
PATIENCE = 20.0  # of a phone before it gives up


@pytest.fixture
def service(start: Callable[..., Service], tmp_path: Path) -> Iterator[Service]:
    (tmp_path / "fiches.csv").write_text(TABLE)
    (tmp_path / "parc.secret").write_text(FASKEY + "\n")
    (tmp_path / "secret").write_text("le secret du service\n")
    config = tmp_path / "sejour.toml"
    config.write_text(SETTINGS.replace("GATEWAY", ID).replace("KEY", "borne-3") + told_sejour(1))
    assert sejour("migrate", "--config", config).code == 0
    assert json.loads(sejour("feed", "run", "--config", config, "--json").out)[0]["added"] == 4
    yield start("serve", "--config", config)


def arrival(number: int) -> tuple[str, str]:
    """The address to which openNDS sends this phone at level 1, and the phone's own."""
    address, hid = f"192.168.{1 + number // 250}.{2 + number % 250}", hashlib.sha256(str(number).encode()).hexdigest()
    fields = {"hid": hid, "clientip": address, "clientmac": f"02:00:00:00:{number // 256:02x}:{number % 256:02x}", "client_type": "cpd_can",
              "gatewayname": "Jardin%20public%20de%20Pau%20", "gatewayurl": "http%3a%2f%2fwifi.exemple.fr%3a80%2f", "version": "9.10.0",
              "gatewayaddress": "192.168.1.1:2050", "gatewaymac": "020000000001", "originurl": quote("http://captive.apple.com/", safe="").lower(),
              "clientif": "br-lan", "themespec": "(null)", "ap": "borne-3"}  # fmt: skip
    told = ", ".join(f"{name}={value}" for name, value in fields.items()) + ", (null)(null)"
    return f"/portal/parc?fas={base64.b64encode(told.encode()).decode()}", address


def test_five_hundred_phones_within_ten_seconds(service: Service) -> None:
    """Each opens the page, and presses the button a little later."""
    pages: list[float] = []
    grants: list[float] = []
    wrong: list[str] = []

    async def come(client: httpx2.AsyncClient, number: int) -> None:
        path, address = arrival(number)
        headers = {"X-Real-IP": address, "Accept-Language": "fr", "Connection": "close"}
        await asyncio.sleep(number * WITHIN / PHONES)
        began = time.monotonic()
        page = await client.get(service.base + path, headers=headers)
        pages.append(time.monotonic() - began)
        if page.status_code != 200 or 'class="login"' not in page.text or JARDIN not in page.text or "Musée du Jardin" not in page.text:
            wrong.append(f"{page.status_code} {page.text[:200]}")
            return
        await asyncio.sleep(number % 10 / 10)
        state, began = page.text.partition('name="state" value="')[2].partition('"')[0], time.monotonic()
        grant = await client.post(f"{service.base}/portal/parc/connect", headers=headers, data={"state": state, "lang": "fr"})
        grants.append(time.monotonic() - began)
        if grant.status_code != 303 or not grant.headers["location"].startswith("http://192.168.1.1:2050/opennds_auth/?tok="):
            wrong.append(f"{grant.status_code} {grant.text[:200]}")

    async def crowd() -> None:
        async with httpx2.AsyncClient(timeout=PATIENCE, limits=httpx2.Limits(max_connections=None)) as client:
            for failed in await asyncio.gather(*(come(client, number) for number in range(PHONES)), return_exceptions=True):
                if failed:
                    wrong.append(repr(failed))

    with ThreadPoolExecutor(1) as thread:  # the browser's tests leave a loop running in this one
        thread.submit(asyncio.run, crowd()).result()
    assert not wrong and len(pages) == len(grants) == PHONES, (len(wrong), wrong[:3])
    for what, waited in (("page", pages), ("button", grants)):
        cuts = statistics.quantiles(waited, n=100)
        print(f"\n{PHONES} phones within {WITHIN:g} s, {what}: median {cuts[49]:.3f} s, p99 {cuts[98]:.3f} s, longest {max(waited):.3f} s")
