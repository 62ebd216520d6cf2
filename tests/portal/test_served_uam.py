"""CoovaChilli over HTTP: a gateway played from its recorded redirects, with the RADIUS server that knows our credentials."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from captive_portal.credentials import credential
from sejour.credentials import credential_key
from tests.portal.chilli import mixed, redirect, uncovered
from tests.portal.conftest import UAMSECRET
from tests.portal.house import PUBLIC, Portal, path_of, press


@dataclass
class Chilli:
    """One phone's gateway. `radius` says whether a user's password is right, by a function that hides how it was proved."""

    uamserver: str
    password_of: Callable[[str], str]
    mac: str = "0A-0B-0C-0D-0E-31"
    session: str = "0a0b0c0d00000001"
    challenge: str = "00112233445566778899aabbccddeeff"
    out: bool = False
    extra: dict[str, str] = field(default_factory=dict)

    def redirect(self, res: str, userurl: str = "http://captive.apple.com/hotspot-detect.html") -> str:
        said = {"res": res, "uamip": "10.41.0.1", "uamport": "3990", "challenge": self.challenge, "called": "0A-0B-0C-0D-0E-30", "mac": self.mac,
                "ip": "10.41.0.7", "nasid": "mairie-01", "sessionid": self.session, **self.extra, "userurl": userurl}  # fmt: skip
        return redirect(self.uamserver, UAMSECRET, said)

    def logon(self, url: str) -> str:
        """Where the browser is sent from /logon."""
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc, parts.path) == ("http", "10.41.0.1:3990", "/logon")
        said = {name: values[0] for name, values in parse_qs(parts.query).items()}
        over, password = mixed(self.challenge, UAMSECRET), self.password_of(said["username"]).encode()
        if "response" in said:
            right = said["response"] == hashlib.md5(b"\0" + password + over).hexdigest()
        else:
            right = uncovered(said["password"], over) == password
        self.out = right
        return self.redirect("success" if right else "failed", said["userurl"])


def chilli_of(portal: Portal, **more: Any) -> Chilli:
    made = Chilli(f"{PUBLIC}/portal/mairie", lambda user: "", **more)

    def password_of(user: str) -> str:
        known = credential(credential_key(portal.settings), made.mac, made.session)
        return known.password if user == known.username else ""

    made.password_of = password_of
    return made


@pytest.mark.parametrize("pap", [False, True])
def test_from_the_redirect_to_connected(opening: Callable[..., Portal], pap: bool) -> None:
    portal = opening(("mairie", "uam", UAMSECRET, {"pap": pap}))
    phone, chilli = portal.serve("203.0.113.7"), chilli_of(portal)
    page = phone.get(path_of(chilli.redirect("notyet")))
    assert page.status_code == 200 and "<h1>Mairie</h1>" in page.text
    assert f"form-action 'self' http://10.41.0.1:3990 {PUBLIC};" in page.headers["content-security-policy"]
    answer = press(phone, page)
    done = phone.get(path_of(chilli.logon(answer.headers["location"])))
    assert chilli.out and done.status_code == 200 and "Vous êtes connecté" in done.text and "<h1>Mairie</h1>" in done.text
    assert "Vous êtes connecté" in phone.get(path_of(chilli.redirect("already"))).text


def test_a_try_that_failed_is_said_and_can_be_made_again(opening: Callable[..., Portal]) -> None:
    portal = opening(("mairie", "uam", UAMSECRET, {}))
    phone, chilli = portal.serve(), chilli_of(portal)
    page = phone.get(path_of(chilli.redirect("failed")))
    assert 'role="alert"' in page.text
    assert chilli.logon(press(phone, page).headers["location"]) and chilli.out


def test_a_phone_without_a_challenge_any_more_is_out_by_the_signed_word_of_its_gateway(opening: Callable[..., Portal]) -> None:
    portal = opening(("mairie", "uam", UAMSECRET, {}))
    phone, chilli = portal.serve("10.41.0.7"), chilli_of(portal)
    assert phone.get("/generate_204").status_code == 302
    phone.get(path_of(chilli.redirect("already")))
    assert phone.get("/generate_204").status_code == 204
    phone.get(path_of(chilli.redirect("logoff")))
    assert phone.get("/generate_204").status_code == 302


def test_alcasar_and_coovachilli_are_uam(opening: Callable[..., Portal]) -> None:
    for kind in ("alcasar", "coovachilli"):
        portal = opening(("mairie", kind, UAMSECRET, {}))
        assert portal.serve().get(path_of(chilli_of(portal).redirect("notyet"))).status_code == 200


def test_the_address_may_be_called_by_http_too(opening: Callable[..., Portal]) -> None:
    portal = opening(("mairie", "uam", UAMSECRET, {}))
    chilli = chilli_of(portal)
    chilli.uamserver = "http://10.9.9.9/portal/mairie"
    phone: TestClient = portal.serve(base="http://10.9.9.9")
    assert phone.get(path_of(chilli.redirect("notyet"))).status_code == 200
