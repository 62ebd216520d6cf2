"""openNDS: every level of its FAS protocol, and what a stranger can make of them."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from captive_portal.gateways.gateway import Arrival, Grant, Kind, Setup, Standing, Stay
from captive_portal.gateways.opennds import OpenNds, gatewayhash
from tests.portal.conftest import CAPTIVE, LANDING, asked, corpus, refusal

ROWS = corpus("opennds-fas.json")
FAS = [row for row in ROWS if row["expect"]["kind"]]
KEY = b"clef-du-kiosque"
STAY = Stay(45, 512, 2048, note="lang=fr, terms=v3")


def of(row: dict[str, Any], **setup: Any) -> OpenNds:
    return OpenNds(Setup(row["faskey"].encode(), **setup))


def arrived(answer: object) -> Arrival:
    assert isinstance(answer, Arrival), answer
    return answer


def granted(answer: object) -> Grant:
    assert isinstance(answer, Grant), answer
    return answer


def plain(**changes: str | None) -> bytes:
    """The query of level 1, with some of its fields changed, added or (None) left out."""
    fields = dict(part.split("=", 1) for part in ROWS[1]["decoded_plaintext"].split(", ") if "=" in part) | changes
    return open_fas(", ".join(f"{name}={value}" for name, value in fields.items() if value is not None).encode())


def open_fas(text: bytes) -> bytes:
    return b"/fas/?fas=" + base64.b64encode(text)


@pytest.mark.parametrize("row", FAS, ids=lambda row: row["name"])
def test_every_level_is_understood(row: dict[str, Any]) -> None:
    expect, gateway = row["expect"], of(row, level=row["fas_secure_enabled"])
    arrival = arrived(gateway.arrive(asked(row["request_from_phone"]["target"])))
    assert arrival.fields == row["expect_fields"]
    assert (arrival.device, arrival.address, list(arrival.hotspot_keys)) == (expect["device"], expect["client_ip"], expect["hotspot_keys"])
    assert (arrival.return_to, arrival.origin, arrival.standing) == (expect["return_to"], expect["origin"], Standing.CAPTIVE)
    grant = granted(gateway.grant(arrival, STAY, LANDING))
    assert grant.kind.value == expect["kind"]
    url = urlsplit(grant.url or "")
    assert (f"http://{url.netloc}", url.path) == (expect["origin"], "/opennds_auth/")
    assert parse_qsl(url.query) == [("tok", expect["tok"]), ("custom", base64.b64encode(b"lang=fr, terms=v3").decode()), ("redir", LANDING)]
    if grant.kind is Kind.POLL:
        assert grant.waiting and grant.waiting.gatewayhash == expect["gatewayhash"] and grant.waiting.id == expect["tok"]
        assert grant.waiting.line == f"{expect['tok']} 45 512 2048 0 0 bGFuZz1mciwgdGVybXM9djM="
        assert grant.answer == f"* {expect['tok']}%2045%20512%202048%200%200%20bGFuZz1mciwgdGVybXM9djM%3D"


@pytest.mark.parametrize("row", FAS, ids=lambda row: row["name"])
def test_a_level_that_was_not_told_is_seen_in_the_request(row: dict[str, Any]) -> None:
    gateway = of(row)
    grant = granted(gateway.grant(arrived(gateway.arrive(asked(row["request_from_phone"]["target"]))), STAY, LANDING))
    assert grant.kind is (Kind.POLL if "&iv=" in row["request_from_phone"]["target"] else Kind.REDIRECT)
    assert f"tok={row['expect']['tok']}&" in (grant.url or "")


def test_a_phone_that_is_free_already_comes_back_without_a_name() -> None:
    gateway = OpenNds(Setup())
    arrival = arrived(gateway.arrive(asked(ROWS[-1]["request_from_phone"]["target"])))
    assert (arrival.standing, arrival.device, arrival.return_to) == (Standing.FREE, "", ROWS[-1]["expect"]["return_to"])
    assert arrival.fields == ROWS[-1]["expect_fields"]
    refusal(gateway.grant(arrival, STAY, LANDING))


@pytest.mark.shared
def test_what_real_daemons_wrote_is_understood_and_answered_as_they_accepted() -> None:
    for row in corpus("opennds-fas-requests.json", CAPTIVE):
        gateway, expect = of(row, level=row["fas_secure_enabled"]), row["expect"]
        arrival = arrived(gateway.arrive(asked(row["request_from_phone"]["target"])))
        assert arrival.fields == row["expect_fields"]
        assert (arrival.device, arrival.address, arrival.return_to) == (expect["client_mac"], expect["client_ip"], expect["origin_url"])
        assert arrival.hotspot_keys == ("ap-07", "gare routiere", "br-lan", expect["gateway_mac"], expect["gateway_name_decoded"].strip())
        assert f"tok={expect['return_hash']}&" in (granted(gateway.grant(arrival, STAY, LANDING)).url or "")
    answers = corpus("opennds-answers.json", CAPTIVE)["level1_9.10.0"]
    row = corpus("opennds-fas-requests.json", CAPTIVE)[0]
    arrival = arrived(of(row).arrive(asked(row["request_from_phone"]["target"])))
    url = granted(of(row).grant(arrival, STAY, "http://203.0.113.10:8000/fas/?landing=1")).url
    assert answers["right_token"]["request"] == f"GET {url}"
    back = arrived(of(row).arrive(asked(answers["already_authenticated"]["answer"].removeprefix("307 Location: "))))
    assert (back.standing, back.return_to) == (Standing.FREE, "http://203.0.113.10:8000/fas/?landing=1")


def test_without_its_faskey_a_gateway_opens_nothing() -> None:
    for row in FAS[1:]:
        answer = refusal(OpenNds(Setup()).arrive(asked(row["request_from_phone"]["target"])))
        assert answer.name == "faskey"


def test_another_faskey_opens_no_encrypted_request_and_one_sentence_says_so_however_it_fails() -> None:
    """Among 600 wrong keys some give a padding that is valid, and noise after it."""
    target = asked(FAS[3]["request_from_phone"]["target"])
    said = [refusal(OpenNds(Setup(f"autre-{n}".encode())).arrive(target)) for n in range(600)]
    assert {each.why for each in said} == {"fas does not open with this faskey", "fas holds no text"}
    assert len({str(each.sentence) for each in said}) == 1


def test_a_text_that_opens_and_names_no_client_is_refused_like_one_that_does_not_open() -> None:
    padding, iv = PKCS7(128).padder(), "0123456789abcdef"
    writer = Cipher(algorithms.AES(KEY.ljust(32, b"\0")), modes.CBC(iv.encode())).encryptor()
    sealed = base64.b64encode(writer.update(padding.update(b"clientip=10.0.0.1, ap=x") + padding.finalize()) + writer.finalize())
    unnamed = OpenNds(Setup(KEY)).arrive(asked(open_fas(sealed) + b"&iv=" + iv.encode()))
    assert refusal(unnamed) == refusal(OpenNds(Setup(KEY)).arrive(asked(open_fas(sealed[:-4]) + b"&iv=" + iv.encode())))


def test_a_request_below_the_level_of_its_gateway_is_refused() -> None:
    for level in range(5):
        for row in FAS:
            answer = of(row | {"faskey": row["faskey"] or "x"}, level=level).arrive(asked(row["request_from_phone"]["target"]))
            alike = {row["fas_secure_enabled"], level} in ({0}, {1}, {2}, {3}, {4}, {1, 4}, {2, 3})
            assert isinstance(answer, Arrival) is alike, (level, row["name"])


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("/fas/", "fas"),
        ("/fas/?", "fas"),
        ("/fas/?clientip=10.0.0.1&gatewayname=x&redir=http%3a%2f%2fx.test", "fas"),  # level 1 with no faskey on the gateway
        ("/fas/?status=libre&redir=http://x.test/", "fas"),
        ("/fas/?fas=", "hid"),
        ("/fas/?fas=%%%", "fas"),
        ("/fas/?fas=aGlk*PTE=", "fas"),
        ("/fas/?fas=aGlkP TE=", "fas"),
        ("/fas/?fas=x&fas=y", "fas"),
        ("/fas/?authaction=http://10.0.0.1:2050/opennds_auth/", "tok"),
        ("/fas/?authaction=http://10.0.0.1:2050/opennds_auth/?tok=A1B2C3D4", "tok"),
        ("/fas/?authaction=http://10.0.0.1:2050/opennds_auth/?tok=a1b2c3d4", "gatewayname"),
        ("/fas/?authaction=javascript:alert(1)?tok=a1b2c3d4&gatewayname=x", "authaction"),
    ],
)
def test_a_request_that_lacks_something_says_what(target: str, name: str) -> None:
    assert refusal(OpenNds(Setup(KEY)).arrive(asked(target))).name == name


@pytest.mark.parametrize("name", ["hid", "clientmac", "gatewayaddress", "gatewayname"])
def test_a_field_that_is_missing_is_named(name: str) -> None:
    assert refusal(OpenNds(Setup(KEY)).arrive(asked(plain(**{name: None})))).name == name


def test_what_may_be_missing_may_be() -> None:
    bare = dict.fromkeys(("clientip", "client_type", "gatewayurl", "version", "gatewaymac", "originurl", "clientif", "themespec", "ap", "location"))
    arrival = arrived(OpenNds(Setup(KEY)).arrive(asked(plain(**bare))))
    assert (arrival.address, arrival.return_to, arrival.hotspot_keys) == ("", None, ("Kiosque_du_parc Node:0a0b0c0d0e01",))


@pytest.mark.parametrize(
    "changes",
    [
        {"hid": "0" * 63}, {"hid": "G" * 64}, {"hid": "A" * 64}, {"hid": "(null)"}, {"hid": "é" * 64}, {"clientmac": "(null)"}, {"clientmac": "0a:0b:0c:0d:0e"},
        {"clientmac": "<script>alert(1)</script>"}, {"authdir": "../x"}, {"authdir": "x?redir=http://ailleurs.exemple"}, {"authdir": ""},
    ],
)  # fmt: skip
def test_a_field_that_is_malformed_is_refused(changes: dict[str, str]) -> None:
    refusal(OpenNds(Setup(KEY)).arrive(asked(plain(**changes))))


@pytest.mark.parametrize(
    "where",
    [
        "203.0.113.7:2050", "8.8.8.8:80", "ailleurs.exemple:2050", "10.0.0.1", "10.0.0.1:0", "10.0.0.1:70000", "10.0.0.1:2050@ailleurs.exemple",
        "10.0.0.1:2050/../", "10.0.0.1:2050?x", "127.0.0.1:2050", "0.0.0.0:2050", "169.254.169.254:80", "010.0.0.1:2050", "10.0.0.1:٢٠", "[::1]:2050",
        "[2001:db8::1]:2050", "[::ffff:8.8.8.8]:80", "(null)", "10.0.0.1:2050\\@ailleurs.exemple", " 10.0.0.1:2050", "10.0.0.300:2050",
    ],
)  # fmt: skip
def test_no_browser_is_sent_off_the_local_network(where: str) -> None:
    for target in (plain(gatewayaddress=where), f"/fas/?authaction=http://{where}/opennds_auth/?tok=a1b2c3d4&gatewayname=x".encode()):
        refusal(OpenNds(Setup(KEY)).arrive(asked(target)))


def test_local_networks_and_the_gateway_that_the_operator_named_are_where_a_browser_may_go() -> None:
    for where in ("10.0.0.1:2050", "172.31.0.1:80", "192.168.1.1:2050", "100.64.0.1:2050", "[fd00::1]:2050"):
        assert arrived(OpenNds(Setup(KEY)).arrive(asked(plain(gatewayaddress=where)))).origin == f"http://{where}"
    refusal(OpenNds(Setup(KEY)).arrive(asked(plain(gatewayaddress="203.0.113.7:2050"))))
    named = OpenNds(Setup(KEY, host="203.0.113.7"))
    assert arrived(named.arrive(asked(plain(gatewayaddress="203.0.113.7:2050")))).origin == "http://203.0.113.7:2050"
    refusal(named.arrive(asked(plain(gatewayaddress="203.0.113.8:2050"))))


@pytest.mark.parametrize(
    "origin",
    [
        "javascript%3aalert%281%29", "http%253a%252f%252fx.test", "%2f%2fx.test", "https%3a%2f%2fme%40x.test", "http%3a%2f%2fx.test%2f%22%3e%3cscript%3e",
        "http%3a%2f%2fx.test%2f%00", "http%3a%2f%2fx.test%5c%40y.test", "http%3a%2f%2fx.test%2f%0d%0aSet-Cookie", "data%3atext%2fhtml", "(null)", "%ff%fe",
        "http%3a%2f%2fx.test%2f" + "a" * 2_000,
    ],
)  # fmt: skip
def test_where_the_visitor_wanted_to_go_is_an_http_address_or_nothing(origin: str) -> None:
    assert arrived(OpenNds(Setup(KEY)).arrive(asked(plain(originurl=origin)))).return_to is None


def test_a_stranger_can_put_no_parameter_of_his_own_in_a_grant() -> None:
    """At level 1 anyone can write the request; `tok`, `authaction`, `hid` of the wrong envelope once reached the address of the grant."""
    evil = "x&redir=http://ailleurs.exemple"
    gateway = OpenNds(Setup(KEY))
    arrival = arrived(gateway.arrive(asked(plain(tok=evil, authaction="http://ailleurs.exemple/", status="authenticated", redir=evil))))
    assert granted(gateway.grant(arrival, STAY, LANDING)).url == granted(gateway.grant(arrived(gateway.arrive(asked(plain()))), STAY, LANDING)).url
    level_0 = ROWS[0]["request_from_phone"]["target"] + f"&hid={'0' * 64}&authdir=x%3fredir%3dhttp://ailleurs.exemple"
    arrival = arrived(gateway.arrive(asked(level_0)))
    assert "ailleurs" not in (granted(gateway.grant(arrival, STAY, LANDING)).url or "") and "hid" not in arrival.fields


def test_a_name_of_an_access_point_that_is_no_text_is_no_key() -> None:
    arrival = arrived(OpenNds(Setup(KEY)).arrive(asked(plain(ap="%00borne", location="%e2%80%aeerag", clientif="(null)"))))
    assert arrival.hotspot_keys == ("0a0b0c0d0e01", "Kiosque_du_parc Node:0a0b0c0d0e01")


def test_a_repeated_field_and_bytes_that_are_no_text_are_refused() -> None:
    text = ROWS[1]["decoded_plaintext"].encode()
    for spoilt in (text + b", hid=" + b"0" * 64, text + b", ap=x", text + b", x=\xff", text + b", x=\0", text + b"\n"):
        refusal(OpenNds(Setup(KEY)).arrive(asked(open_fas(spoilt))))


def test_a_request_is_bounded() -> None:
    for target in (b"/fas/?fas=" + b"QUFB" * 25_000, b"/fas/?" + b"&".join(b"a%d=" % n for n in range(200)), b"/fas/?" + b"&" * 100_000 + b"fas="):
        assert refusal(OpenNds(Setup(KEY)).arrive(asked(target))).name == ""


def test_a_percent_encoded_base64_is_read_too_and_a_plus_stays_one() -> None:
    target = FAS[2]["request_from_phone"]["target"]
    assert "+" in target
    once = arrived(of(FAS[2]).arrive(asked(target)))
    assert arrived(of(FAS[2]).arrive(asked(target.replace("+", "%2B").replace("=", "%3D").replace("fas%3D", "fas=", 1)))) == once
    refusal(of(FAS[2]).arrive(asked(target.replace("+", "%20"))))


def test_the_name_that_polls_is_hashed_as_it_is_encoded() -> None:
    assert gatewayhash("Halle%20Node%3a0a0b0c0d0e02%20") == hashlib.sha256(b"Halle%20Node%3a0a0b0c0d0e02%20").hexdigest()
