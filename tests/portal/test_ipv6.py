"""Phones that ask by IPv6. Gateways hold and name phones by IPv4: what an IPv6 address does not tell is not made up."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.portal.conftest import corpus
from tests.portal.house import PUBLIC, Portal, path_of, press
from tests.portal.test_pages import LEVEL_1
from tests.portal.test_served_phones import DEVICE, ONE, document, probe

NEAR = ["::1", "fe80::1c2d:3e4f:5a6b:7c8d", "fe80::1%wlan0", "fd12:3456:789a::7"]  # loopback, link-local (RFC 4291), unique local (RFC 4193)
FAR = "2001:db8:1::7"
API = "/capport/v1/jardin"
MAC = corpus("opennds-fas.json")[1]["expect"]["device"]


@pytest.mark.parametrize("address", [*NEAR, FAR])
def test_there_is_no_document_by_an_address_that_tells_nothing(opening: Callable[..., Portal], address: str) -> None:
    """The same phone may be out by IPv4: "captive" would shut it in, "free" would hide the portal. Its system goes back to its probes."""
    portal = opening(ONE)
    assert portal.serve(address).get(API).status_code == 404
    press(portal.serve(DEVICE), portal.serve(DEVICE).get(LEVEL_1))
    assert portal.serve(address).get(API).status_code == 404
    assert document(portal.serve(DEVICE))["captive"] is False


@pytest.mark.parametrize("address", [*NEAR, FAR])
def test_the_device_s_own_name_tells_by_ipv6_too(opening: Callable[..., Portal], address: str) -> None:
    """CoovaChilli's option 114, which has the MAC."""
    phone = opening(ONE).serve(address)
    assert document(phone, f"{API}?d={MAC}")["captive"] is True
    press(phone, phone.get(LEVEL_1))
    assert document(phone, f"{API}?d={MAC}")["captive"] is False


@pytest.mark.parametrize("address", NEAR)
def test_a_probe_from_our_network_was_diverted_to_us(opening: Callable[..., Portal], address: str) -> None:
    """So whoever asks is held; the portal sends it on to its gateway, by IPv4, which knows."""
    gateway = ("parc", "opennds", b"clef-du-kiosque", {"level": 1, "url": "http://192.168.40.1:2050/login"})
    phone = opening(gateway).serve(address)
    assert probe(phone, "", "/generate_204")[::2] == (302, f"{PUBLIC}/portal/parc")
    assert phone.get("/portal/parc").headers["location"] == "http://192.168.40.1:2050/login"


def test_a_probe_from_elsewhere_came_through_the_internet(opening: Callable[..., Portal]) -> None:
    assert probe(opening(ONE).serve(FAR), "", "/generate_204")[0] == 204


@pytest.mark.parametrize("address", [*NEAR, FAR])
def test_from_the_gateway_s_redirect_to_connected(opening: Callable[..., Portal], address: str) -> None:
    """Nothing on that way looks at the address."""
    portal = opening(ONE)
    phone = portal.serve(address)
    answer = press(phone, phone.get(LEVEL_1))
    landing = parse_qs(urlsplit(answer.headers["location"]).query)["redir"][0]
    assert "Vous êtes connecté" in phone.get(path_of(landing)).text
    assert portal.serve(DEVICE).get("/generate_204").status_code == 204


def test_an_ipv4_address_in_ipv6_s_clothes_is_that_address(opening: Callable[..., Portal]) -> None:
    """A socket that listens on [::] says ::ffff:192.168.40.78 (RFC 4291, 2.5.5.2)."""
    portal = opening(ONE)
    press(portal.serve(DEVICE), portal.serve(DEVICE).get(LEVEL_1))
    assert document(portal.serve(f"::ffff:{DEVICE}"))["captive"] is False


def test_nginx_tells_it_from_this_machine_s_ipv6_too(opening: Callable[..., Portal]) -> None:
    portal = opening(ONE)
    phone = portal.serve("::1")
    press(phone, phone.get(LEVEL_1))
    assert phone.get(API, headers={"X-Real-IP": DEVICE}).status_code == 200
    assert phone.get(API, headers={"X-Real-IP": FAR}).status_code == 404
    assert portal.serve("fe80::1").get(API, headers={"X-Real-IP": DEVICE}).status_code == 404
