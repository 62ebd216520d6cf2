"""Probes and the captive portal API over HTTP: on foreign Hosts, by the state of the device that asks."""

import json
from collections.abc import Callable

import msgspec
import pytest
from starlette.testclient import TestClient

from captive_portal.probes import FREE
from tests.portal.conftest import CAPTIVE, corpus
from tests.portal.house import PUBLIC, Portal, press
from tests.portal.test_pages import LEVEL_1

ONE = ("parc", "opennds", b"clef-du-kiosque", {"level": 1})
DEVICE = "192.168.40.78"  # as the gateway calls it in the corpus


def probe(phone: TestClient, host: str, path: str) -> tuple[int, bytes, str]:
    answer = phone.get(path, headers={"Host": host or "connectivite.exemple"})
    return answer.status_code, answer.content, answer.headers.get("location", "")


def test_a_captive_phone_is_sent_to_the_portal_by_our_own_name_whatever_the_host(opening: Callable[..., Portal]) -> None:
    phone = opening(ONE).serve(DEVICE, "http://x")
    for host, path in [*FREE, ("", "/redirect")]:
        assert probe(phone, host, path)[::2] == (302, f"{PUBLIC}/portal/parc"), (host, path)


def test_a_phone_that_was_let_out_gets_what_its_system_expects(opening: Callable[..., Portal]) -> None:
    phone = opening(ONE).serve(DEVICE)
    press(phone, phone.get(LEVEL_1))
    for (host, path), wanted in FREE.items():
        assert probe(phone, host, path)[:2] == (wanted.status, wanted.body), (host, path)
    assert probe(phone, "", "/redirect")[::2] == (302, f"{PUBLIC}/")


def test_it_is_captive_again_when_its_time_is_over(opening: Callable[..., Portal]) -> None:
    portal = opening(ONE)
    phone = portal.serve(DEVICE)
    press(phone, phone.get(LEVEL_1))
    portal.passes(minutes=1_439)
    assert probe(phone, "", "/generate_204")[0] == 204
    portal.passes(minutes=2)
    assert probe(phone, "", "/generate_204")[0] == 302


@pytest.mark.parametrize(("address", "gateways"), [("203.0.113.7", True), ("192.168.40.78", False)])
def test_a_network_that_works_is_not_broken(opening: Callable[..., Portal], address: str, gateways: bool) -> None:
    """A phone that came through the Internet; a territory whose Wi-Fi nobody closes."""
    portal = opening(ONE)
    if not gateways:
        portal.settings = msgspec.structs.replace(portal.settings, gateway=())
    phone = portal.serve(address)
    assert all(probe(phone, host, path)[0] == wanted.status for (host, path), wanted in FREE.items())


@pytest.mark.shared
def test_every_published_probe_is_answered_on_its_host(opening: Callable[..., Portal]) -> None:
    phone = opening(ONE).serve(DEVICE)
    for each in corpus("os-probes.json", CAPTIVE)["probes"]:
        host, _, path = each.get("url", "http://x" + each.get("path", "")).partition("://")[2].partition("/")
        assert probe(phone, host, f"/{path}")[0] == 302, each
        assert "http" not in probe(phone, host, f"/{path}")[2].removeprefix(PUBLIC)


def test_our_own_home_is_no_probe(opening: Callable[..., Portal]) -> None:
    phone = opening(ONE).serve(DEVICE)
    assert phone.get("/").status_code == 200
    assert phone.get("/", headers={"Host": "captive.apple.com"}).status_code == 302


def test_the_proxy_s_word_is_taken_from_this_machine_only(opening: Callable[..., Portal]) -> None:
    portal = opening(ONE)
    phone = portal.serve("127.0.0.1")
    press(phone, phone.get(LEVEL_1))
    assert phone.get("/generate_204", headers={"X-Real-IP": DEVICE}).status_code == 204
    assert phone.get("/generate_204", headers={"X-Real-IP": "10.0.0.1"}).status_code == 302
    assert phone.get("/generate_204", headers={"X-Real-IP": "no address"}).status_code == 204
    assert portal.serve("10.0.0.1").get("/generate_204", headers={"X-Real-IP": DEVICE}).status_code == 302


def document(phone: TestClient, path: str = "/capport/v1/jardin") -> dict[str, object]:
    answer = phone.get(path, headers={"Accept": "application/captive+json"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/captive+json")
    assert answer.headers["cache-control"] == "private, no-store" and len(answer.text) <= 4_096
    said: dict[str, object] = json.loads(answer.content)
    return said


def test_the_api_tells_a_device_what_it_is_and_goes_on_after_the_login(opening: Callable[..., Portal]) -> None:
    portal = opening(ONE)
    phone = portal.serve(DEVICE)
    urls = {"user-portal-url": f"{PUBLIC}/portal/parc", "venue-info-url": f"{PUBLIC}/?h=jardin"}
    assert document(phone) == {"captive": True, **urls}
    press(phone, phone.get(LEVEL_1))
    assert document(phone) == {"captive": False, "can-extend-session": True, "seconds-remaining": 86_400, **urls}
    portal.passes(hours=1)
    assert document(phone)["seconds-remaining"] == 82_800
    portal.passes(hours=24)
    assert document(phone) == {"captive": True, **urls}


def test_a_device_that_cannot_be_told_has_no_document(opening: Callable[..., Portal]) -> None:
    portal = opening(ONE)
    assert portal.serve("203.0.113.7").get("/capport/v1/jardin").status_code == 404
    assert portal.serve(DEVICE).get("/capport/v1/ailleurs").status_code == 404


def test_a_gateway_that_tells_the_device_in_the_address(opening: Callable[..., Portal]) -> None:
    """CoovaChilli's option 114: .../capport/v1/mairie?d=%{m}."""
    portal = opening(ONE)
    phone = portal.serve("203.0.113.7")
    path = "/capport/v1/jardin?d=0A-0B-0C-0D-0E-78"
    assert document(phone, path)["captive"] is True
    press(phone, phone.get(LEVEL_1))
    assert document(phone, path)["captive"] is False
    assert phone.get("/capport/v1/jardin?d=%00").status_code == 404


def test_where_no_gateway_holds_anyone_everyone_is_free(opening: Callable[..., Portal]) -> None:
    portal = opening(ONE)
    portal.settings = msgspec.structs.replace(portal.settings, gateway=())
    said = document(portal.serve(DEVICE), "/capport/v1/royale")
    assert said == {"captive": False, "can-extend-session": False, "user-portal-url": f"{PUBLIC}/?h=royale", "venue-info-url": f"{PUBLIC}/?h=royale"}


def test_the_system_s_own_way_to_the_portal_goes_by_the_gateway(opening: Callable[..., Portal]) -> None:
    phone = opening(("parc", "opennds", b"clef-du-kiosque", {"level": 1, "url": "http://192.168.40.1:2050/"})).serve(DEVICE)
    assert phone.get("/portal/parc").headers["location"] == "http://192.168.40.1:2050/"
    press(phone, phone.get(LEVEL_1))
    assert "Vous êtes connecté" in phone.get("/portal/parc").text
    assert opening(ONE).serve(DEVICE).get("/portal/parc").status_code == 400


def test_without_a_public_address_ours_is_the_one_that_was_reached(opening: Callable[..., Portal]) -> None:
    phone = opening(ONE, public_url="").serve(DEVICE, "http://10.41.0.1:8000")
    answer = phone.get("/generate_204", headers={"Host": "ailleurs.exemple"})
    assert answer.headers["location"] == "http://10.41.0.1:8000/portal/parc"


def test_several_gateways_are_told_by_their_ranges(opening: Callable[..., Portal]) -> None:
    portal = opening()
    assert probe(portal.serve("10.99.0.3"), "", "/generate_204")[2] == f"{PUBLIC}/portal/mairie"
    assert probe(portal.serve("10.98.0.3"), "", "/generate_204")[2] == f"{PUBLIC}/"
