"""CoovaChilli's UAM: signed arrivals, logons by CHAP and PAP, and forgeries."""

import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from captive_portal.credentials import Credential, credential
from captive_portal.gateways.gateway import Arrival, Grant, Kind, Setup, Standing, Stay
from captive_portal.gateways.uam import Uam, logon
from tests.portal.conftest import CAPTIVE, LANDING, asked, corpus, refusal

RECORDED = corpus("coova-uam.json")
SECRET = RECORDED["uamsecret"].encode()
FIRST = RECORDED["redirects"][0]["url"]
KEY = b"la clef du portail"
STAY = Stay(60)


def uam(**setup: Any) -> Uam:
    return Uam(Setup(**{"secret": SECRET, "key": KEY} | setup))


def arrived(answer: object) -> Arrival:
    assert isinstance(answer, Arrival), answer
    return answer


def url_of(answer: object) -> str:
    assert isinstance(answer, Grant) and answer.kind is Kind.REDIRECT and answer.url, answer
    return answer.url


def signed(url: str, secret: bytes = SECRET) -> str:
    """`url` up to its md, signed anew, as only a gateway that knows the secret can."""
    over = url.partition("&md=")[0]
    return f"{over}&md={hashlib.md5(over.encode() + secret).hexdigest().upper()}"


def changed(name: str, value: str) -> str:
    """The first arrival with one parameter changed, and signed so."""
    head, _, query = FIRST.partition("?")
    return signed(head + "?" + "&".join(f"{n}={value if n == name else v}" for n, _, v in (part.partition("=") for part in query.split("&"))))


@pytest.mark.parametrize("row", RECORDED["redirects"], ids=lambda row: row["why"])
def test_every_arrival_is_understood(row: dict[str, Any]) -> None:
    arrival = arrived(uam().arrive(asked(row["url"])))
    assert arrival.fields == row["fields"]
    assert (arrival.device, arrival.address, arrival.origin) == ("0A-0B-0C-0D-0E-31", "10.41.0.7", "http://10.41.0.1:3990")
    assert (arrival.standing.value, arrival.return_to, list(arrival.hotspot_keys)) == (row["standing"], row["return_to"], row["hotspot_keys"])


@pytest.mark.parametrize("row", RECORDED["logons"], ids=lambda row: row["mode"])
def test_the_logon_is_computed_as_the_protocol_does(row: dict[str, Any]) -> None:
    made = Credential(row["username"], row["password"])
    assert logon("http://10.41.0.1:3990", row["challenge"], Setup(SECRET, pap=row["mode"] == "pap"), made, row["landing"]) == row["url"]


def test_a_password_longer_than_a_block_is_filled_to_the_next() -> None:
    for length, blocks in ((1, 1), (16, 1), (17, 2), (32, 2)):
        url = logon("http://10.0.0.1:3990", "00" * 16, Setup(SECRET, pap=True), Credential("u", "p" * length), LANDING)
        assert len(dict(parse_qsl(urlsplit(url).query))["password"]) == 32 * blocks


@pytest.mark.shared
def test_what_a_real_gateway_signed_and_accepted() -> None:
    recorded = corpus("coova-uam.json", CAPTIVE)
    gateway = uam(secret=recorded["uamsecret"].encode())
    for row in recorded["redirects"]:
        assert arrived(gateway.arrive(asked(row["url"]))).fields == row["fields"]
    for row in recorded["tampered"]:
        refusal(gateway.arrive(asked(row["url"])))
    made = Credential(recorded["user"], recorded["password"])
    for row in recorded["logons"][:2]:
        setup = Setup(recorded["uamsecret"].encode(), pap=row["mode"] == "pap")
        landing = "http://203.0.113.10:8000/uam/?landing=1"
        assert logon("http://10.3.0.1:3990", row["challenge"], setup, made, landing) == row["url_accepted_by_real_gateway"]


def test_the_grant_sends_the_browser_to_its_gateway_with_a_credential_of_this_phone_and_session() -> None:
    url = url_of(uam().grant(arrived(uam().arrive(asked(FIRST))), STAY, LANDING))
    made = credential(KEY, "0a:0b:0c:0d:0e:31", "0a0b0c0d00000001")
    assert url == logon("http://10.41.0.1:3990", "00112233445566778899aabbccddeeff", Setup(SECRET), made, LANDING)
    assert len(urlsplit(url).query) < 2_048  # CoovaChilli's REDIR_MAXQUERYSTRING
    assert dict(parse_qsl(urlsplit(url).query))["userurl"] == LANDING
    assert "password=" in url_of(uam(pap=True).grant(arrived(uam().arrive(asked(FIRST))), STAY, LANDING))


def test_a_replay_gives_what_its_own_phone_had_and_nothing_to_another_phone_or_session() -> None:
    first = url_of(uam().grant(arrived(uam().arrive(asked(FIRST))), STAY, LANDING))
    assert url_of(uam().grant(arrived(uam().arrive(asked(FIRST))), STAY, LANDING)) == first
    made = {credential(KEY, "0A-0B-0C-0D-0E-31", "1"), credential(KEY, "0A-0B-0C-0D-0E-31", "2"), credential(KEY, "0A-0B-0C-0D-0E-32", "1"),
            credential(b"autre clef", "0A-0B-0C-0D-0E-31", "1")}  # fmt: skip
    assert len(made) == 4 and len({each.username for each in made}) == 4 and len({each.password for each in made}) == 4
    assert credential(KEY, "0a:0b:0c:0d:0e:31", "1") == credential(KEY, "0A-0B-0C-0D-0E-31", "1")
    assert not any(each.password in each.username or each.username.removeprefix("s-") in each.password for each in made)
    with pytest.raises(ValueError, match="key"):
        credential(b"", "0A-0B-0C-0D-0E-31", "1")


def test_a_phone_that_is_out_is_granted_nothing() -> None:
    for row in RECORDED["redirects"]:
        if row["standing"] == Standing.FREE:
            refusal(uam().grant(arrived(uam().arrive(asked(row["url"]))), STAY, LANDING))


def test_without_what_the_operator_must_tell_everything_is_refused() -> None:
    assert refusal(uam(secret=b"").arrive(asked(FIRST))).name == "uamsecret"
    assert refusal(uam().arrive(asked(FIRST, origins=()))).name == "public_url"
    assert refusal(uam(key=b"").grant(arrived(uam().arrive(asked(FIRST))), STAY, LANDING)).name == "key"


def test_the_signature_is_over_the_address_by_which_the_gateway_calls_us() -> None:
    path = "/" + FIRST.split("/", 3)[3]
    for origins in (("https://portail.exemple",), ("http://192.0.2.1", "https://portail.exemple")):
        arrived(uam().arrive(asked(path, origins=origins)))
    for target, origin in ((path, "http://portail.exemple"), (path, "https://portail.exemple:443"), (path, "https://ailleurs.exemple"),
                           (path.replace("/mairie?", "/mairie/?"), "https://portail.exemple")):  # fmt: skip
        refusal(uam().arrive(asked(target, origins=(origin,))))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda url: url.replace("0E-31", "0E-32"), lambda url: url.replace("mairie-01", "mairie-02"), lambda url: url.replace("%2f", "%2F"),
        lambda url: url.replace("uamip=10.41.0.1", "uamip=10.41.0.2"), lambda url: url.replace("00112233", "00112234"), lambda url: url.lower(),
        lambda url: url.partition("&md=")[0], lambda url: url.partition("&md=")[0] + "&md=", lambda url: url + "&mac=0A-0B-0C-0D-0E-32",
        lambda url: url + "&", lambda url: url[:-1], lambda url: url + "0", lambda url: url.replace("&md=", "&MD="), lambda url: url.replace("?res", "?x=1&res"),
        lambda url: url.partition("?")[0] + "?md=" + url.partition("&md=")[2], lambda url: url.replace("&ssid=Wi-Fi%20", "&ssid=Wi-Fi+"),
        lambda url: signed(url, b"autre secret"), lambda url: signed(url, b""), lambda url: url.partition("?")[0],
    ],
)  # fmt: skip
def test_a_changed_byte_is_a_refusal(spoil: Any) -> None:
    assert spoil(FIRST) != FIRST
    refusal(uam().arrive(asked(spoil(FIRST))))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("res", ""), ("res", "wispr"), ("mac", ""), ("mac", "%00"), ("mac", "0A-0B-0C-0D-0E-31%0d%0aX"), ("mac", "%3Cscript%3E"), ("mac", "%ff%fe"),
        ("uamip", ""), ("uamport", ""), ("uamport", "0"), ("uamport", "99999"), ("uamport", "3990%40ailleurs.exemple"), ("uamip", "203.0.113.7"),
        ("uamip", "ailleurs.exemple"), ("uamip", "127.0.0.1"), ("uamip", "169.254.169.254"), ("uamip", "10.41.0.1%2f"), ("challenge", ""),
        ("challenge", "zz" * 16), ("challenge", "00" * 15), ("sessionid", ""), ("sessionid", "a%26b"), ("sessionid", "a" * 65), ("sessionid", "%d9%a1"),
    ],
)  # fmt: skip
def test_even_signed_what_is_malformed_or_leads_outside_is_refused(name: str, value: str) -> None:
    refusal(uam().arrive(asked(changed(name, value))))


def test_even_signed_a_repeated_parameter_is_refused() -> None:
    refusal(uam().arrive(asked(signed(FIRST.partition("&md=")[0] + "&mac=0A-0B-0C-0D-0E-32"))))


def test_the_gateway_that_the_operator_named_may_have_a_public_address() -> None:
    assert arrived(uam(host="203.0.113.7").arrive(asked(changed("uamip", "203.0.113.7")))).origin == "http://203.0.113.7:3990"


@pytest.mark.parametrize("userurl", ["javascript%3aalert(1)", "data%3atext%2fhtml%2cx", "%2f%2failleurs.exemple", "http%3a%2f%2fa%40b.test", "%00", "%ff",
                                     "http%3a%2f%2fx.test%2f%0d%0aLocation%3a", "http%253a%252f%252fx.test"])  # fmt: skip
def test_where_the_visitor_wanted_to_go_is_an_http_address_or_nothing(userurl: str) -> None:
    arrival = arrived(uam().arrive(asked(changed("userurl", userurl))))
    assert arrival.return_to is None
    assert urlsplit(url_of(uam().grant(arrival, STAY, LANDING))).netloc == "10.41.0.1:3990"


def test_a_network_name_in_another_encoding_lets_the_phone_in_all_the_same() -> None:
    arrival = arrived(uam().arrive(asked(changed("ssid", "Caf%e9"))))
    assert arrival.hotspot_keys == ("mairie-01", "0A-0B-0C-0D-0E-30")


def test_a_request_is_bounded() -> None:
    refusal(uam().arrive(asked(signed(FIRST.partition("&md=")[0] + "&x=" + "a" * 100_000))))
