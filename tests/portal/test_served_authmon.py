"""openNDS's levels 3 and 4 over HTTP: the button, the waiting page, the gateway's polls, connected."""

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from captive_portal.gateways.opennds import gatewayhash
from sejour.store import outings
from tests.portal.conftest import corpus
from tests.portal.house import Portal, path_of, press

ROWS = {row["fas_secure_enabled"]: row for row in corpus("opennds-fas.json") if row["expect"]["kind"]}


def halle(level: int) -> tuple[str, str, bytes, dict[str, Any]]:
    return ("halle", "opennds", ROWS[level]["faskey"].encode(), {"level": level, "minutes": 60})


def arrive(phone: TestClient, level: int, path: str = "/portal/halle") -> Any:
    return phone.get(f"{path}?{ROWS[level]['request_from_phone']['target'].partition('?')[2]}")


def hash_of(level: int) -> str:
    row = ROWS[level]
    assert gatewayhash(row["expect_fields"]["gatewayname"]) == row["expect"]["gatewayhash"]
    return str(row["expect"]["gatewayhash"])


def ask(gateway: TestClient, path: str, level: int, what: str, payload: str = "none") -> Any:
    """9.x and level 3 post a form; 10.x at level 4 asks by GET."""
    said = f"auth_get={what}&gatewayhash={hash_of(level)}&payload={quote(base64.b64encode(payload.encode()).decode(), safe='')}"
    headers = {"Host": "203.0.113.10", "User-Agent": "openNDS(authmon;NDS:9.10.0;)"}
    if level == 4:
        return gateway.get(f"{path}?{said}", headers=headers)
    return gateway.post(path, content=said, headers=headers | {"Content-Type": "application/x-www-form-urlencoded"})


@pytest.mark.parametrize("level", [3, 4])
def test_the_phone_waits_until_its_gateway_has_come(opening: Callable[..., Portal], level: int) -> None:
    portal = opening(halle(level))
    phone, path = portal.serve(), portal.poll_path("halle")
    gateway = TestClient(phone.app, base_url="https://203.0.113.10", client=("198.51.100.1", 1))
    pressed = press(phone, arrive(phone, level), "nl")
    waiting = phone.get(path_of(pressed.headers["location"]))
    assert waiting.status_code == 200 and waiting.headers["refresh"] == "2" and "<script" not in waiting.text
    assert 'class="login"' not in waiting.text and 'lang="nl"' in waiting.text

    token = ROWS[level]["expect"]["tok"]
    told = ask(gateway, path, level, "view")
    assert told.headers["content-type"].startswith("text/plain") and told.text.startswith(f"* {token}%2060%20")
    assert ask(gateway, path, level, "view").text == told.text  # until it is acknowledged
    assert "refresh" in phone.get(path_of(pressed.headers["location"])).headers
    assert ask(gateway, path, level, "view", f"* {token}").text == "ack"
    assert ask(gateway, path, level, "view").text == "*"
    assert "refresh" not in phone.get(path_of(pressed.headers["location"])).headers
    assert '<svg class="qr"' in phone.get(path_of(pressed.headers["location"])).text
    assert portal.counted("grant") == 1

    note = base64.b64encode(pressed.headers["location"].partition("s=")[2].partition("&")[0].encode()).decode()
    assert ask(gateway, path, level, "deauthed", f"method=timeout_deauth, clientmac=0a:0b:0c:0d:0e:06, custom={note}").text == "ack"
    assert phone.get(path_of(pressed.headers["location"])).status_code == 400


def test_a_grant_that_waits_survives_a_kill(opening: Callable[..., Portal]) -> None:
    portal = opening(halle(3))
    phone, path = portal.serve(), portal.poll_path("halle")
    pressed = press(phone, arrive(phone, 3))
    again = portal.serve()  # another process on the same database
    assert ask(again, path, 3, "view").text.startswith("* " + ROWS[3]["expect"]["tok"])
    assert "refresh" in again.get(path_of(pressed.headers["location"])).headers


def test_a_gateway_that_restarts_drops_what_waits(opening: Callable[..., Portal]) -> None:
    portal = opening(halle(3))
    phone, path = portal.serve(), portal.poll_path("halle")
    pressed = press(phone, arrive(phone, 3))
    assert ask(phone, path, 3, "clear").text == ""
    assert ask(phone, path, 3, "view").text != "*"  # it clears some seconds after it has begun to send phones: this one may be of now
    portal.passes(seconds=30)
    assert ask(phone, path, 3, "clear").text == ""
    assert ask(phone, path, 3, "view").text == "*"
    assert phone.get(path_of(pressed.headers["location"])).status_code == 400


def test_a_gateway_that_does_not_come_leaves_another_way(opening: Callable[..., Portal]) -> None:
    portal = opening(halle(3))
    phone = portal.serve()
    waiting = path_of(press(phone, arrive(phone, 3)).headers["location"])
    assert "Essayer autrement" not in phone.get(waiting).text
    portal.passes(seconds=20)
    late = phone.get(waiting)
    assert 'href="http://10.20.0.1:2050/opennds_auth/?tok=' in late.text
    assert f'href="?{waiting.partition("?")[2].replace("&", "&amp;")}"' in late.text and "refresh" not in late.headers
    assert "Essayer autrement" not in phone.get(waiting.partition("&portal")[0]).text
    assert "Essayer autrement" not in phone.get(waiting + "x").text


def test_phones_come_to_the_address_that_the_gateway_polls_too(opening: Callable[..., Portal]) -> None:
    """openNDS has one faspath for both."""
    portal = opening(halle(3))
    phone = portal.serve()
    page = arrive(phone, 3, portal.poll_path("halle"))
    assert page.status_code == 200 and 'action="/portal/halle/connect"' in page.text


@pytest.mark.parametrize("level", [3, 4])
def test_a_poll_that_proves_nothing_gets_nothing(opening: Callable[..., Portal], level: int, caplog: pytest.LogCaptureFixture) -> None:
    portal = opening(halle(level))
    phone, path = portal.serve(), portal.poll_path("halle")
    waiting = path_of(press(phone, arrive(phone, level)).headers["location"])
    token = ROWS[level]["expect"]["tok"]
    for wrong in (path[:-1], path + "x", path.replace("halle/", "halle/x"), "/portal/halle", "/portal/halle/poll/", "/portal/parc/poll/x"):
        answer = ask(phone, wrong, level, "view")
        assert answer.status_code in (400, 404, 405) and token not in answer.text and "location" not in answer.headers, wrong
    forged = ask(phone, path, level, "view").text
    assert token in forged
    other = phone.get(f"{path}?auth_get=clear&gatewayhash={'0' * 64}&payload=bm9uZQ==")
    assert other.status_code == 400 and "ne vient pas de notre point" in other.text
    assert "refresh" in phone.get(waiting).headers
    assert "refused gateway=halle why=a poll of a gateway that has sent no phone yet" in caplog.text


def test_what_nobody_fetched_is_forgotten(opening: Callable[..., Portal]) -> None:
    portal = opening(halle(3))
    phone = portal.serve()
    press(phone, arrive(phone, 3))
    portal.passes(minutes=31)
    with portal.store.writing() as connection:
        assert outings.is_due(connection, "pau", portal.moment)
        outings.purge(connection, "pau", portal.moment)
        assert not outings.queue(connection, "pau", "halle") and not outings.is_due(connection, "pau", portal.moment)
