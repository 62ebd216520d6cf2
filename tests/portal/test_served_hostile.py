"""Bad input over HTTP: a clear page, no grant, no way outside, a line for the operator with nobody in it."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from starlette.testclient import TestClient

from tests.portal.conftest import UAMSECRET, corpus
from tests.portal.house import PUBLIC, Portal, path_of, press, state_of
from tests.portal.test_pages import LEVEL_1
from tests.portal.test_served_uam import chilli_of

PERSONAL = re.compile(r"[0-9a-f]{2}[:-][0-9a-f]{2}[:-]|\d+\.\d+\.\d+\.\d+|ailleurs|[0-9a-f]{16}", re.IGNORECASE)


@pytest.fixture(autouse=True)
def long_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client refuses to send what a server must bear."""
    monkeypatch.setattr("httpx2._urlparse.MAX_URL_LENGTH", 1_000_000)


def refused(answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert answer.status_code == 400, answer.text[:500]
    assert "<h1>Connexion impossible</h1>" in answer.text and "location" not in answer.headers and "ailleurs" not in answer.text
    assert 'class="login"' not in answer.text and "Traceback" not in answer.text
    lines = [record.getMessage() for record in caplog.records if record.name == "sejour.portal"]
    assert lines and not any(PERSONAL.search(line) for line in lines), lines
    caplog.clear()


@pytest.mark.parametrize(
    "query",
    [
        "fas=" + "A" * 100_000, "x=" + "a" * 100_000, "&".join(f"a{n}=1" for n in range(5_000)), "fas=", "fas=a&fas=b", "fas=%00", "fas=(null)",
        "mac=%3Cscript%3Ewindow.__sejour_xss=1%3C/script%3E&url=http://ailleurs.example/", "status=authenticated",
        "tok=1&redir=http://ailleurs.exemple/&status=authenticate", "authaction=http://203.0.113.9/opennds_auth/?clientip=1&gatewayname=x&tok=00000000&redir=",
    ],
)  # fmt: skip
def test_opennds_arrivals(opening: Callable[..., Portal], query: str, caplog: pytest.LogCaptureFixture) -> None:
    phone = opening().serve()
    answer = phone.get(f"/portal/parc?{query}")
    if query == "status=authenticated":
        assert answer.status_code == 200 and 'class="login"' not in answer.text
        return
    refused(answer, caplog)


def test_a_forged_return_leads_nowhere(opening: Callable[..., Portal]) -> None:
    phone = opening().serve()
    for redir in ("http://ailleurs.exemple/", "javascript:alert(1)", f"{PUBLIC}/portal/parc/done?s={'a' * 22}"):
        answer = phone.get(f"/portal/parc?tok=1&redir={redir}&status=authenticated")
        assert answer.status_code == 200 and "ailleurs" not in answer.text and "javascript:" not in answer.text


@pytest.mark.parametrize("spoil", [lambda url: url[:-1], lambda url: url.replace("0E-31", "0E-32"), lambda url: url.partition("&md=")[0],
                                   lambda url: url + "&mac=0A-0B-0C-0D-0E-32", lambda url: url.replace("%2f", "%252f"), lambda url: url + "A" * 100_000])  # fmt: skip
def test_uam_arrivals_that_were_tampered_with(opening: Callable[..., Portal], spoil: Callable[[str], str], caplog: pytest.LogCaptureFixture) -> None:
    portal = opening()
    phone = portal.serve()
    refused(phone.get(path_of(spoil(chilli_of(portal).redirect("notyet")))), caplog)


@pytest.mark.parametrize("userurl", ["http://ailleurs.exemple/", "javascript:alert(1)", "//ailleurs.exemple", "https://ailleurs.exemple/%0d%0aX: y"])
def test_where_the_visitor_wanted_to_go_is_never_followed(opening: Callable[..., Portal], userurl: str) -> None:
    portal = opening()
    phone, chilli = portal.serve(), chilli_of(portal)
    for res in ("notyet", "success", "already"):
        page = phone.get(path_of(chilli.redirect(res, userurl)))
        assert page.status_code == 200 and "location" not in page.headers
        assert "ailleurs" not in page.text and "javascript:" not in page.text
    answer = press(phone, phone.get(path_of(chilli.redirect("notyet", userurl))))
    assert urlsplit(answer.headers["location"]).netloc == "10.41.0.1:3990" and "ailleurs" not in answer.headers["location"]


def test_a_forged_host_is_never_followed(opening: Callable[..., Portal]) -> None:
    portal = opening()
    phone = portal.serve()
    for host in ("ailleurs.exemple", "ailleurs.exemple:99", "a@b", "portail.exemple.ailleurs.exemple", "é"):
        headers = {"Host": host.encode()}
        page = phone.get(LEVEL_1, headers=headers)
        assert page.status_code == 200 and "ailleurs" not in page.text + page.headers["content-security-policy"]
        answer = phone.post("/portal/parc/connect", data={"state": state_of(page)}, headers=headers)
        assert urlsplit(answer.headers["location"]).netloc == "192.168.40.1:2050" and "ailleurs" not in answer.headers["location"]


@pytest.mark.parametrize("path", ["/portal/parc", "/portal/parc/", "/portal/mairie/", "/portal/parc/poll/x", "/portal/parc/poll/x/"])
def test_no_address_of_the_portal_redirects_to_a_forged_host(opening: Callable[..., Portal], path: str) -> None:
    answer = opening().serve().get(f"{path}?fas=x", headers={"Host": "ailleurs.exemple"})
    assert answer.status_code == 400 and "ailleurs" not in str(answer.headers)


def changed(state: str) -> list[str]:
    return [
        "",
        "x",
        state[:-1],
        state + "A",
        state[:30] + ("A" if state[30] != "A" else "B") + state[31:],
        "mairie" + state[4:],
        "A" * 5_000,
        "é",
        "%00",
    ]


def test_a_state_that_we_did_not_seal_grants_nothing(opening: Callable[..., Portal], caplog: pytest.LogCaptureFixture) -> None:
    portal = opening()
    phone = portal.serve()
    state = state_of(phone.get(LEVEL_1))
    for forged in changed(state):
        portal.passes(seconds=61)  # the same refusal is told once a minute
        refused(phone.post("/portal/parc/connect", data={"state": forged}), caplog)
        assert 'class="login"' not in phone.get(f"/?portal={quote(forged[:1_600])}").text
    portal.passes(seconds=61)
    refused(phone.post("/portal/mairie/connect", data={"state": state.replace("parc", "mairie")}), caplog)
    refused(phone.post("/portal/parc/connect", content=b"state=a&state=b"), caplog)
    refused(phone.post("/portal/parc/connect", content=b"a" * 100_000), caplog)
    assert portal.counted("grant") == 0


def test_an_old_page_is_told_so(opening: Callable[..., Portal], caplog: pytest.LogCaptureFixture) -> None:
    portal = opening()
    phone = portal.serve()
    page = phone.get(LEVEL_1)
    portal.passes(hours=3)
    answer = press(phone, page)
    assert "a expiré" in answer.text
    refused(answer, caplog)
    assert 'class="login"' not in phone.get(f"/?portal={state_of(page)}").text


def test_a_replay_gives_what_its_own_phone_had(opening: Callable[..., Portal]) -> None:
    """Another phone that shows the same page lets out the first one, and not itself."""
    portal = opening()
    first, other = portal.serve("192.168.40.78"), portal.serve("192.168.40.99")
    page = first.get(LEVEL_1)
    assert press(other, page).headers["location"] == press(first, page).headers["location"]
    assert first.get("/generate_204").status_code == 204 and other.get("/generate_204").status_code == 302


def test_a_gateway_that_is_not_ours_is_no_page(opening: Callable[..., Portal]) -> None:
    phone = opening().serve()
    for path in ("/portal/x", "/portal/x/done", "/portal/x/poll/y", "/portal/..%2f..", "/portal/"):
        assert phone.get(path).status_code == 404
    assert phone.post("/portal/x/connect").status_code == 404
    assert phone.get("/portal/parc/connect").status_code == 405


def test_the_same_refusal_is_told_once_a_minute(opening: Callable[..., Portal], caplog: pytest.LogCaptureFixture) -> None:
    portal = opening()
    phone = portal.serve()
    for _ in range(5):
        phone.get("/portal/parc?fas=a&fas=b")
    assert caplog.text.count("refused gateway=parc") == 1
    portal.passes(minutes=2)
    phone.get("/portal/parc?fas=a&fas=b")
    assert caplog.text.count("refused gateway=parc") == 2


def test_a_recorded_level_spoilt_is_refused_at_its_own_gateway(opening: Callable[..., Portal], caplog: pytest.LogCaptureFixture) -> None:
    row = next(row for row in corpus("opennds-fas.json") if row["fas_secure_enabled"] == 3)
    phone: TestClient = opening(("halle", "opennds", b"une autre clef", {"level": 3}), ("mairie", "uam", UAMSECRET, {})).serve()
    refused(phone.get("/portal/halle?" + row["request_from_phone"]["target"].partition("?")[2]), caplog)
