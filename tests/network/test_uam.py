"""A UAM gateway and a real FreeRADIUS before a real sejour: what a phone sees, from joining the network to the Internet and back. Times are printed
(pytest -s), and only held to what a loaded machine does too."""

import re

import pytest

from tests.network.box import GARE, JARDIN, LAN, NAME, PROBE, SITE, Step, json_of, told
from tests.network.test_opennds import LOADED
from tests.network.uam import Uam

ENTRY = f"https://{NAME}/portal/mairie"
DOCUMENT = f"https://{NAME}/capport/v1/jardin?d=02-00-00-00-01-"


def is_its_page(page: Step, res: str = "notyet") -> bool:
    """The ranked page of the hotspot, with the button."""
    assert page.status == 200 and page.hops[-1][1].startswith(f"{ENTRY}?res={res}&uamip={LAN}&uamport=3990&challenge="), page.hops
    title = page.body.partition("<title>")[2].partition("</title>")[0]
    return JARDIN in title and GARE not in title and page.cards[:2] == ["Musée du Jardin", "Église du Jardin"] and 'class="login"' in page.body


@pytest.mark.parametrize("pap", [False, True])
def test_a_phone_joins_sees_the_page_of_its_hotspot_and_goes_out(uam: Uam, pap: bool) -> None:
    uam.pap(pap)
    phone = uam.phone()
    phone.joins()
    page, out, free, other, seen = phone.browses(
        "get", PROBE, "press", "free", PROBE, "20", "get", f"http://{SITE}/", "get", f"http://{LAN}:3990/prelogin"
    )
    assert page.hops[0] == (302, PROBE) and is_its_page(page)
    assert out.hops[0][0] == 303 and out.hops[1][1].startswith(f"http://{LAN}:3990/logon?username=s-"), out.hops
    assert ("&password=" if pap else "&response=") in out.hops[1][1]
    assert out.hops[-1][1].startswith(f"{ENTRY}?res=success&") and out.status == 200
    assert "Vous êtes connecté" in out.body and JARDIN in out.body and 'class="login"' not in out.body
    assert free.status == 204 and other.body == "the Internet"
    assert "?res=already&" in seen.hops[-1][1] and "Vous êtes connecté" in seen.body
    told(
        f"UAM, {'PAP' if pap else 'CHAP'}",
        [("probe to page", page.seconds), ("button to connected", out.seconds), ("then to the Internet", free.seconds)],
    )
    assert page.seconds < LOADED and out.seconds + free.seconds < LOADED


def test_logoff_holds_the_phone_again_and_the_button_lets_it_out_again(uam: Uam) -> None:
    """A new session has a new credential. The phone's document, by the address that CoovaChilli's option 114 gives it, says each time what is true."""
    phone = uam.phone()
    phone.joins()
    api = f"{DOCUMENT}{int(phone.name.removeprefix('phone')):02X}"
    steps = [
        "get",
        api,
        "get",
        PROBE,
        "press",
        "get",
        api,
        "get",
        f"http://{LAN}:3990/logoff",
        "get",
        api,
        "get",
        f"http://{SITE}/",
        "press",
        "free",
        PROBE,
        "20",
    ]
    first, page, out, let_out, off, again, held, second, free = phone.browses(*steps)
    assert [json_of(each)["captive"] for each in (first, let_out, again)] == [True, False, True]
    assert is_its_page(page) and is_its_page(off, "logoff") and is_its_page(held)
    logons = [next(url for _, url in each.hops if "/logon?" in url) for each in (out, second)]
    users = [re.search("username=([^&]+)", url) for url in logons]
    assert users[0] and users[1] and users[0][1] != users[1][1]
    assert "Vous êtes connecté" in second.body and free.status == 204


def test_another_phone_s_logon_opens_nothing(uam: Uam) -> None:
    """Seen on the air and sent from elsewhere, it is another device in another session: RADIUS says no, and the gateway closes the connection."""
    first, other = uam.phone(), uam.phone()
    first.joins()
    other.joins()
    out = first.browses("get", PROBE, "press")[1]
    logon = next(url for _, url in out.hops if "/logon?" in url)
    other.browses("get", PROBE)
    with other.browser("get", logon) as browser, pytest.raises(AssertionError, match="browser fell"):
        browser.step()
    assert other.browses("free", PROBE, "1")[0].status == 302
    assert "Access-Reject" in (uam.folder / "chilli.log").read_text()
