"""How each operating system asks whether it is on the Internet, and the answers that it takes for a yes.

A captive phone is redirected instead, always by 302: Android takes 200 to 399 (but 204) for a portal, so RFC 6585's 511 would hide ours, and
reads a 200 with four bytes or fewer as no network at all (NetworkStack, CaptivePortalProbeResult). A free phone gets its own answer to the
byte, since a wrong one would open the portal again on a network that works.
"""

from html import escape

from captive_portal.answer import Answer

NO_STORE = ("Cache-Control", "no-store")
ANY = ""  # whatever the Host


def _page(body: str, type: str = "text/html; charset=utf-8", *more: tuple[str, str]) -> Answer:
    return Answer(200, body.encode(), (("Content-Type", type), NO_STORE, *more))


NO_CONTENT = Answer(204, b"", (NO_STORE,))
APPLE = _page("<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>")
NETWORK_MANAGER = ("X-NetworkManager-Status", "online")
LANDING = "/redirect"  # not a probe: the page that Windows then opens in the real browser

FREE: dict[tuple[str, str], Answer] = {
    # Android and all who copy it: AOSP NetworkStack res/values/config.xml; GrapheneOS, Huawei, Xiaomi, vivo, ChromeOS on their own hosts
    (ANY, "/generate_204"): NO_CONTENT,
    (ANY, "/gen_204"): NO_CONTENT,
    # Apple: iOS, iPadOS, macOS; the older path is that of iOS 6
    (ANY, "/hotspot-detect.html"): APPLE,
    (ANY, "/library/test/success.html"): APPLE,
    ("captive.apple.com", "/"): APPLE,
    ("netcts.cdn-apple.com", "/"): APPLE,
    # Windows 10 and 11; 8.1 and older. Microsoft: NCSI, EnableActiveProbing
    (ANY, "/connecttest.txt"): _page("Microsoft Connect Test", "text/plain"),
    (ANY, "/ncsi.txt"): _page("Microsoft NCSI", "text/plain"),
    # Firefox: preference captivedetect.canonicalContent, and its older text
    (ANY, "/canonical.html"): _page('<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'),
    (ANY, "/success.txt"): _page("success\n", "text/plain"),
    # NetworkManager (connectivity.response, or the header): Debian, GNOME; Ubuntu asks for the root of its host
    (ANY, "/nm"): _page("NetworkManager is online", "text/plain", NETWORK_MANAGER),
    (ANY, "/check_network_status.txt"): _page("NetworkManager is online\n", "text/plain", NETWORK_MANAGER),
    ("connectivity-check.ubuntu.com", "/"): Answer(204, b"", (NO_STORE, NETWORK_MANAGER)),
    # Amazon Kindle and Fire: spectrum.s3.amazonaws.com; Amazon's own SDK (InternetConnectionMonitor) looks for the UUID only
    (ANY, "/kindle-wifi/wifistub.html"): _page(
        '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\n<html>\n<head>\n'
        '<title>Kindle Reachability Probe Page</title>\n<META http-equiv="Content-Type" content="text/html; charset=iso-8859-1">\n'
        "<!--81ce4465-7167-4dcb-835b-dcc9e44c112a created with python 2.5 uuid.uuid4()-->\n</head>\n"
        '<body bgcolor="#ffffff" text="#000000">\n81ce4465-7167-4dcb-835b-dcc9e44c112a\n</body>\n</html>\n',
        "text/html; charset=iso-8859-1",
    ),
}
FREE |= {(ANY, "/kindle-wifi/wifistub-eink.html"): FREE[ANY, "/kindle-wifi/wifistub.html"]}
PATHS = (LANDING, *(path for host, path in FREE if host == ANY))  # those that are probes on any Host


def answer_probe(host: str, path: str, *, captive: bool, portal: str, home: str) -> Answer | None:
    """The answer to a GET of `path` from `host` (a Host header, port included), by the state of the device that asks; None when it is no probe.

    `portal` and `home` are absolute addresses of ours: where a captive phone logs in, where a free one reads on.
    """
    name = host.partition(":")[0].lower().rstrip(".")
    free = redirect(home) if path == LANDING else FREE.get((ANY, path)) or FREE.get((name, path))
    return redirect(portal) if free and captive else free


def redirect(url: str) -> Answer:
    """What a captive phone gets for anything it asks in clear."""
    link = f'<!doctype html><title>Wi-Fi</title><a href="{escape(url)}">Wi-Fi</a>'
    return Answer(302, link.encode(), (("Location", url), ("Content-Type", "text/html; charset=utf-8"), NO_STORE))
