"""The state that a page carries: what a grant needs survives it, and nothing else passes for it."""

import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captive_portal.gateways import GATEWAYS
from captive_portal.gateways.gateway import Arrival, Setup, Standing, Stay
from captive_portal.state import LIFE, LONGEST, State, _fernet, seal, unseal
from tests.portal.conftest import LANDING, asked, corpus, refusal

SECRET = b"le secret du service"
NOW = datetime(2026, 8, 13, 15, 0, tzinfo=UTC)
UAM = corpus("coova-uam.json")
GATEWAY = GATEWAYS["opennds"](Setup(b"clef-du-kiosque"))


def arrivals() -> list[tuple[Any, Arrival]]:
    found = []
    for row in corpus("opennds-fas.json"):
        gateway = GATEWAYS["opennds"](Setup(row["faskey"].encode(), level=row["fas_secure_enabled"] if row["expect"]["kind"] else None))
        found.append((gateway, gateway.arrive(asked(row["request_from_phone"]["target"]))))
    gateway = GATEWAYS["uam"](Setup(UAM["uamsecret"].encode(), b"k"))
    found += [(gateway, gateway.arrive(asked(row["url"]))) for row in UAM["redirects"]]
    assert all(isinstance(arrival, Arrival) for _, arrival in found)
    return found  # type: ignore[return-value]


def sealed(arrival: Arrival | None = None, moment: datetime = NOW) -> str:
    text = seal(SECRET, State("gare", "quai-a", arrival or arrivals()[1][1]), GATEWAY, moment)
    assert isinstance(text, str)
    return text


def test_what_a_grant_needs_survives_the_page() -> None:
    for gateway, arrival in arrivals():
        text = seal(SECRET, State("gare", "quai-a", arrival), gateway, NOW)
        assert isinstance(text, str) and len(text) <= 700 and re.fullmatch(r"[\w-]+", text, re.ASCII)
        page = unseal(SECRET, text, "gare", NOW + timedelta(minutes=30))
        assert isinstance(page, State) and (page.gateway, page.hotspot) == ("gare", "quai-a")
        back = page.arrival
        assert (back.device, back.address, back.standing, back.return_to) == (arrival.device, arrival.address, arrival.standing, arrival.return_to)
        assert gateway.grant(back, Stay(60), LANDING) == gateway.grant(arrival, Stay(60), LANDING)


def test_an_address_that_is_shared_tells_nobody_s_mac() -> None:
    for gateway, arrival in arrivals():
        text = str(seal(SECRET, State("gare", "quai-a", arrival), gateway, NOW))
        assert not arrival.device or arrival.device not in text
    assert sealed() != sealed()


def test_a_state_ends_and_is_not_of_tomorrow() -> None:
    text = sealed()
    assert isinstance(unseal(SECRET, text, "gare", NOW + LIFE), State)
    assert "expiré" in str(refusal(unseal(SECRET, text, "gare", NOW + LIFE + timedelta(seconds=1))).sentence)
    refusal(unseal(SECRET, text, "gare", NOW - timedelta(minutes=2)))


def test_a_state_is_of_its_gateway_and_of_this_service() -> None:
    refusal(unseal(SECRET, sealed(), "mairie", NOW))
    refusal(unseal(b"autre secret", sealed(), "gare", NOW))
    for secret in (lambda: seal(b"", State("gare", "", arrivals()[1][1]), GATEWAY, NOW), lambda: unseal(b"", "x", "gare", NOW)):
        with pytest.raises(ValueError, match="secret"):
            secret()


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda raw: raw.decode("latin-1"))))
@settings(max_examples=200, deadline=None)
def test_no_other_text_is_a_state(text: str) -> None:
    refusal(unseal(SECRET, text, "gare", NOW))


def test_a_character_changed_anywhere_is_a_refusal() -> None:
    text = sealed()
    for n in range(0, len(text), 7):
        refusal(unseal(SECRET, text[:n] + ("A" if text[n] != "A" else "B") + text[n + 1 :], "gare", NOW))
    for other in (text[:-5], text + "AAAA", "A" * (LONGEST + 1), text * 4):
        refusal(unseal(SECRET, other, "gare", NOW))


def test_a_state_of_another_version_has_expired() -> None:
    for content in (b"[]", b'{"gateway": "gare"}', b'["gare", "", "", {}, "", null, "jadis", ""]'):
        text = _fernet(SECRET).encrypt_at_time(zlib.compress(content), int(NOW.timestamp())).decode()
        assert "expiré" in str(refusal(unseal(SECRET, text, "gare", NOW)).sentence)


def test_a_state_is_bounded() -> None:
    arrival = arrivals()[1][1]
    noise = "".join(f"{n * 2654435761 % 4294967296:08x}" for n in range(400))
    assert len(sealed(replace(arrival, return_to="http://x.test/" + noise[:900]))) < 700
    refusal(seal(SECRET, State("gare", "quai-a", replace(arrival, fields=dict(arrival.fields) | {"gatewayname": noise})), GATEWAY, NOW))
    free = replace(arrival, standing=Standing.FREE)
    page = unseal(SECRET, sealed(free), "gare", NOW)
    assert isinstance(page, State) and page.arrival.standing is Standing.FREE
