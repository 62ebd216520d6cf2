"""Debian's openNDS before a real sejour: what a phone sees, from joining the network to the Internet. Times are printed (pytest -s), and only
held to what a loaded machine does too."""

import re
import time

import pytest

from tests.network.box import GARE, JARDIN, LAN, NAME, PROBE, SITE, Step, json_of, told
from tests.network.opennds import OpenNds

WAITING = "Cette page avance toute seule"
LOADED = 10.0  # seconds allowed where one is asked for: the machine may be busy with something else
API = f"https://{NAME}/capport/v1/jardin"


def is_its_page(page: Step, box: OpenNds) -> bool:
    """The ranked page of the hotspot, with the button."""
    entry, said = f"http{'s' if box.polled else ''}://{NAME}:{443 if box.polled else 80}/portal/parc", "?fas=" if box.level else "?authaction="
    assert page.status == 200 and page.hops[-1][1].startswith(entry) and said in page.hops[-1][1], page.hops
    title = page.body.partition("<title>")[2].partition("</title>")[0]
    return JARDIN in title and GARE not in title and page.cards[:2] == ["Musée du Jardin", "Église du Jardin"] and 'class="login"' in page.body


def test_a_phone_joins_sees_the_page_of_its_hotspot_and_goes_out(level_1: OpenNds) -> None:
    phone = level_1.phone()
    phone.joins()
    page, out, free, other = phone.browses("get", PROBE, "press", "free", PROBE, "20", "get", f"http://{SITE}/")
    assert page.hops[0] == (307, PROBE) and is_its_page(page, level_1)
    assert out.hops[0][0] == 303 and out.hops[1][1].startswith(f"http://{LAN}:2050/opennds_auth/?tok="), out.hops
    assert re.fullmatch(rf"https://{NAME}/portal/parc/done\?s=[\w-]+", out.hops[-1][1]) and out.status == 200
    assert "Vous êtes connecté" in out.body and 'class="login"' not in out.body
    assert free.status == 204 and other.body == "the Internet"
    again = phone.browses("get", out.hops[1][1])[0]  # the button once more
    assert again.status == 200 and "Vous êtes connecté" in again.body, again.hops
    told("level 1", [("probe to page", page.seconds), ("button to connected", out.seconds), ("then to the Internet", free.seconds)])
    assert page.seconds < LOADED and out.seconds + free.seconds < LOADED


def test_dhcp_tells_a_phone_where_it_stands(level_1: OpenNds) -> None:
    """RFC 8910, RFC 8908: the option, the document, the page, and the document once more."""
    phone = level_1.phone()
    assert bytes.fromhex(phone.joins()["opt114"]).decode() == API
    first, page, _, after = phone.browses("get", API, "get", f"https://{NAME}/portal/parc", "press", "get", API)
    assert json_of(first)["captive"] is True and json_of(first)["user-portal-url"] == f"https://{NAME}/portal/parc"
    assert page.hops[1][1] == f"http://{LAN}:2050/login" and is_its_page(page, level_1)
    assert json_of(after)["captive"] is False and 3_000 < json_of(after)["seconds-remaining"] <= 3_600


def test_the_page_is_there_when_the_uplink_is_cut(level_1: OpenNds) -> None:
    phone = level_1.phone()
    phone.joins()
    level_1.uplink("down")
    try:
        by_option, by_address = phone.browses("get", json_of(phone.browses("get", API)[0])["user-portal-url"], "get", f"http://{SITE}/generate_204")
    finally:
        level_1.uplink("up")
    assert is_its_page(by_option, level_1) and is_its_page(by_address, level_1)
    told("uplink cut", [("option 114 to page", by_option.seconds), ("probe to page", by_address.seconds)])


def test_a_killed_server_has_the_page_again(level_1: OpenNds) -> None:
    """And a phone that had the page before the kill goes out by it."""
    early, late = level_1.phone(), level_1.phone()
    early.joins()
    late.joins()
    with early.browser("get", PROBE) as browser:
        assert is_its_page(browser.step(), level_1)
        level_1.kill()
        assert not level_1.serves()
        restarted = time.monotonic()
        level_1.serve()
        level_1.ground.wait_for("sejour", level_1.serves)
        page = late.browses("get", PROBE)[0]
        seconds = time.monotonic() - restarted
        out, free = browser.step("press"), browser.step("free", PROBE, "20")
    assert is_its_page(page, level_1)
    assert "Vous êtes connecté" in out.body and free.status == 204
    told("kill -9", [("restart to page", seconds)])
    assert seconds < 3 * LOADED


@pytest.mark.slow
def test_level_3_lets_out_when_the_gateway_has_asked(level_3: OpenNds) -> None:
    """The second phone presses when the gateway has just come: it waits longest."""
    phones = level_3.phone(), level_3.phone()
    for phone in phones:
        phone.joins()
    for phone in phones:
        page, waiting, free, done = phone.browses("get", PROBE, "press", "free", PROBE, "20", "again")
        assert is_its_page(page, level_3)
        assert waiting.status == 200 and WAITING in waiting.body, waiting.hops
        assert free.status == 204
        if WAITING in done.body:  # the gateway lets out first, and says so a moment later
            time.sleep(2)
            done = phone.browses("get", waiting.hops[-1][1])[0]
        assert "Vous êtes connecté" in done.body, done.hops
        told("level 3", [("probe to page", page.seconds), ("button to waiting page", waiting.seconds), ("then to the Internet", free.seconds)])
        assert waiting.seconds + free.seconds < 15


@pytest.mark.slow
def test_level_3_loses_no_grant_to_a_kill(level_3: OpenNds) -> None:
    phone = level_3.phone()
    phone.joins()
    with phone.browser("get", PROBE) as browser:
        assert is_its_page(browser.step(), level_3)
        assert WAITING in browser.step("press").body
        level_3.kill()
        level_3.serve()
        free = browser.step("free", PROBE, "30")
        time.sleep(2)  # the gateway lets out first, and says so a moment later
        done = browser.step("again")
    assert free.status == 204 and "Vous êtes connecté" in done.body
    told("level 3, killed between button and poll", [("to the Internet", free.seconds)])


@pytest.mark.slow
def test_the_other_levels_let_out_too(other_level: OpenNds) -> None:
    """0, without a secret; 2, encrypted. The browser goes by the gateway, as at 1."""
    phone = other_level.phone()
    phone.joins()
    page, out, free = phone.browses("get", PROBE, "press", "free", PROBE, "20")
    assert is_its_page(page, other_level)
    assert out.hops[1][1].startswith(f"http://{LAN}:2050/opennds_auth/?tok=") and "Vous êtes connecté" in out.body, out.hops
    assert free.status == 204
    told(
        f"level {other_level.level}", [("probe to page", page.seconds), ("button to connected", out.seconds), ("then to the Internet", free.seconds)]
    )
