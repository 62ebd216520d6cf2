"""What phones ask: probes and the captive portal API."""

import json
from typing import Any

import pytest

from captive_portal.answer import Answer
from captive_portal.capport import Session, captive_json
from captive_portal.probes import FREE, PATHS, answer_probe, redirect
from tests.portal.conftest import CAPTIVE, corpus

PORTAL, HOME = "https://portail.exemple/portal/gare?s=a&b=\"'<", "https://portail.exemple/?h=gare"
PROMISED = ("/generate_204", "/gen_204", "/hotspot-detect.html", "/connecttest.txt", "/ncsi.txt", "/redirect", "/canonical.html", "/success.txt", "/nm",
            "/check_network_status.txt", "/kindle-wifi/wifistub.html")  # fmt: skip


def probe(host: str, path: str, captive: bool) -> Answer:
    answer = answer_probe(host, path, captive=captive, portal=PORTAL, home=HOME)
    assert answer is not None, (host, path)
    return answer


def test_the_paths_that_we_promise_are_probes_on_any_host() -> None:
    assert set(PROMISED) <= set(PATHS)
    for path in PROMISED:
        for host in ("", "portail.exemple", "10.0.0.1:80", "[fd00::1]:80", "CAPTIVE.apple.com."):
            assert probe(host, path, captive=True).status == 302
            assert probe(host, path, captive=False).status in ((302,) if path == "/redirect" else (200, 204))


def test_a_captive_phone_is_redirected_and_told_not_to_keep_it() -> None:
    for host, path in [*FREE, ("", "/redirect")]:
        answer = probe(host, path, captive=True)
        assert (answer.status, dict(answer.headers)["Location"], dict(answer.headers)["Cache-Control"]) == (302, PORTAL, "no-store")
    assert b'href="https://portail.exemple/portal/gare?s=a&amp;b=&quot;&#x27;&lt;"' in redirect(PORTAL).body


def test_a_free_phone_has_its_own_answer_to_the_byte() -> None:
    bodies = {path: probe("x", path, captive=False).body for path in PROMISED}
    assert bodies["/generate_204"] == bodies["/gen_204"] == b""
    assert bodies["/hotspot-detect.html"] == b"<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
    assert (bodies["/connecttest.txt"], bodies["/ncsi.txt"], bodies["/success.txt"]) == (b"Microsoft Connect Test", b"Microsoft NCSI", b"success\n")
    assert bodies["/canonical.html"] == b'<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'
    assert (
        bodies["/nm"].startswith(b"NetworkManager is online")
        and dict(probe("x", "/nm", captive=False).headers)["X-NetworkManager-Status"] == "online"
    )
    assert dict(probe("x", "/redirect", captive=False).headers)["Location"] == HOME
    assert probe("captive.apple.com", "/", captive=False).body == bodies["/hotspot-detect.html"]


def test_what_is_no_probe_is_left_to_others() -> None:
    for host, path in (("portail.exemple", "/"), ("", "/"), ("captive.apple.com", "/x"), ("x", "/generate_204/"), ("x", "/../nm")):
        assert answer_probe(host, path, captive=True, portal=PORTAL, home=HOME) is None


@pytest.mark.shared
def test_every_published_probe_has_the_answer_that_its_system_expects() -> None:
    for each in corpus("os-probes.json", CAPTIVE)["probes"]:
        url = each.get("url", "http://x" + each.get("path", ""))
        host, _, path = url.partition("://")[2].partition("/")
        assert probe(host, f"/{path}", captive=True).status == 302, url
        free = probe(host, f"/{path}", captive=False)
        for name, wanted in each.get("free", {}).items():
            if name == "status":
                assert free.status == wanted, url
            elif name == "body":
                assert free.body.decode() == wanted, url
            else:
                assert all(part in free.body.decode() for part in wanted), url


def document(session: Session | None) -> dict[str, Any]:
    answer = captive_json(session, "https://portail.exemple/portal/gare", "https://portail.exemple/?h=gare")
    assert answer.status == 200 and len(answer.body) <= 4_096
    assert dict(answer.headers) == {"Content-Type": "application/captive+json", "Cache-Control": "private, no-store"}
    said: dict[str, Any] = json.loads(answer.body)
    return said


def test_the_document_of_a_captive_phone_says_where_to_log_in_and_nothing_of_what_is_left() -> None:
    assert document(None) == {
        "captive": True,
        "user-portal-url": "https://portail.exemple/portal/gare",
        "venue-info-url": "https://portail.exemple/?h=gare",
    }


def test_the_document_of_a_free_phone_says_what_is_left() -> None:
    said = document(Session(3_600, 500_000_000))
    assert said["captive"] is False and said["can-extend-session"] is True
    assert (said["seconds-remaining"], said["bytes-remaining"]) == (3_600, 500_000_000)
    assert said["user-portal-url"] and said["venue-info-url"]
    assert document(Session(-5))["seconds-remaining"] == 0
    assert not {"seconds-remaining", "bytes-remaining"} & document(Session(extendable=False)).keys()
