"""Bytes of strangers: whatever comes, the answer is a value, and no browser is sent off the local network."""

import base64
import hashlib
import ipaddress
import os
from urllib.parse import urlsplit

from hypothesis import example, given, settings
from hypothesis import strategies as st

from captive_portal.gateways import GATEWAYS
from captive_portal.gateways.gateway import Arrival, Gateway, Grant, RawRequest, Setup, Stay
from captive_portal.gateways.opennds_authmon import Poll, answer_poll, read_ended, read_poll
from captive_portal.gateways.wire import LOCAL
from tests.portal.conftest import LANDING, corpus, refusal

SECRET = b"s"
ORIGIN = "https://portail.exemple"
RUNS = settings(max_examples=20_000 if os.environ.get("SEJOUR_AUDIT") else 300, deadline=None)
SEEDS = [row["request_from_phone"]["target"].partition("?")[2].encode() for row in corpus("opennds-fas.json")] + [
    row["url"].partition("?")[2].encode() for row in corpus("coova-uam.json")["redirects"]
]
WORDS = st.sampled_from([b"hid", b"fas", b"iv", b"=", b"&", b"md", b"&md=", b"res", b"notyet", b"mac", b"uamip", b"10.0.0.1", b"uamport", b"3990", b"%00",
                         b"%ff", b"+", b"\0", b"\xff", b"authaction=http://", b"?", b"/opennds_auth/", b"tok", b"redir", b"status=authenticated",
                         b"javascript:", b"http://ailleurs.exemple", b"@", b"\\", b", ", b"gatewayaddress=", b"(null)", b"%2525", "é".encode()])  # fmt: skip
QUERIES = st.one_of(st.binary(max_size=400), st.lists(WORDS, max_size=30).map(b"".join))
FIELDS = st.dictionaries(st.sampled_from(["hid", "clientip", "clientmac", "gatewayname", "gatewayaddress", "authdir", "originurl", "clientif", "ap", "tok",
                                          "authaction", "status", "redir"]), st.text(max_size=30))  # fmt: skip


def judge(gateway: Gateway, request: RawRequest) -> None:
    answer = gateway.arrive(request)
    if not isinstance(answer, Arrival):
        refusal(answer)
        return
    assert answer.return_to is None or urlsplit(answer.return_to).scheme in ("http", "https")
    grant = gateway.grant(answer, Stay(60), LANDING)
    if not isinstance(grant, Grant):
        refusal(grant)
        return
    url = urlsplit(grant.url or "")
    assert url.scheme == "http" and url.hostname and not url.username
    assert any(ipaddress.ip_address(url.hostname) in network for network in LOCAL)
    assert (grant.url or "").count("redir=") + (grant.url or "").count("userurl=") == 1


def both(query: bytes) -> None:
    for kind in ("opennds", "uam"):
        judge(GATEWAYS[kind](Setup(SECRET, b"k")), RawRequest("GET", "/portal/x", query, query, (ORIGIN,)))


@given(QUERIES)
@RUNS
def test_any_query(query: bytes) -> None:
    both(query)


@given(st.sampled_from(SEEDS), st.integers(0, 4_000), st.binary(max_size=6), st.integers(0, 8))
@RUNS
def test_a_recorded_query_spoilt_anywhere(query: bytes, where: int, put: bytes, cut: int) -> None:
    where %= len(query) + 1
    both(query[:where] + put + query[where + cut :])


@given(QUERIES)
@example(b"res=notyet&uamip=10.0.0.1&uamport=3990&mac=0A-0B-0C-0D-0E-0F&challenge=" + b"0" * 32 + b"&sessionid=1")
@RUNS
def test_any_query_that_a_gateway_signed(query: bytes) -> None:
    md = hashlib.md5(f"{ORIGIN}/portal/x?".encode() + query + SECRET).hexdigest().upper().encode()
    judge(GATEWAYS["uam"](Setup(SECRET, b"k")), RawRequest("GET", "/portal/x", query + b"&md=" + md, b"", (ORIGIN,)))


@given(FIELDS, st.binary(max_size=20))
@RUNS
def test_any_field_inside_the_base64(fields: dict[str, str], tail: bytes) -> None:
    good = {"hid": "0" * 64, "clientmac": "0a:0b:0c:0d:0e:0f", "gatewayaddress": "10.0.0.1:2050", "gatewayname": "x"}
    text = ", ".join(f"{name}={value}" for name, value in (good | fields).items()).encode("utf-8", "replace") + tail
    both(b"fas=" + base64.b64encode(text))


@given(QUERIES, st.text(max_size=200))
@RUNS
def test_any_poll(query: bytes, payload: str) -> None:
    for request in (RawRequest("GET", "/", query), RawRequest("POST", "/", b"", query)):
        poll = read_poll(request)
        if isinstance(poll, Poll):
            answer_poll(poll, (), {poll.gatewayhash})
        else:
            refusal(poll)
    read_ended(payload)
