"""The tolerant readers: whatever strangers write, they answer a clean value of ours or nothing, and never raise."""

import ipaddress
import re
import socket
from collections.abc import Callable
from datetime import date, time
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from providers_feed import record as r
from sejour.domain.place import Place

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
NASTY = st.text(st.characters(categories=("Cs", "Cc", "Cf", "Co", "Zl", "Zp")) | st.sampled_from("<>&;#x/!ab\"'=\x1b[]m"), max_size=60)
MARKUP = st.lists(
    st.sampled_from(["<b>", "</p>", "<br/>", "<script>", "</script>", "&lt;", "&amp;", "&#60;", "&#x202e;", "&#27;", "&#0;", "&nbsp;", "<!--", "<a",
                     "\x00", "\x1b[31m", "\ud800", "\u202e", "x", " ", "\r\n", "R&D", "<", ">", "onerror=1", "é", "script>"]),
).map("".join)  # fmt: skip
UNCLEAN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff\ufeff\uffff]")
TAG = re.compile(r"<[a-zA-Z/!?]")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Musée", "Musée"),
        ("  deux   espaces\u00a0et un\ttab ", "deux espaces et un tab"),
        ("un\r\ndeux\rtrois\u2028quatre", "un\ndeux\ntrois\nquatre"),
        ("\n\nun\n\n\n\n\ndeux\n", "un\n\ndeux"),
        ("<p>Entrée <b>libre</b></p><p>Tous les jours</p>", "Entrée libre\nTous les jours"),
        ("Café<br>Thé<BR />Eau", "Café\nThé\nEau"),
        ("Bal <script>alert(1)</script>", "Bal"),
        ("<img src=x onerror=alert(1)>oui", "oui"),
        ("d&eacute;couverte &amp; go&ucirc;t", "découverte & goût"),
        ("&lt;p&gt;Texte&lt;/p&gt;échappé", "Texte\néchappé"),
        ("&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;fin", "fin"),
        ("a<\x00script>b", "a"),
        ("a&#1;&#x202e;&#27;[31mb", "ab"),
        ("R&D, 1 < 2 & 3 > 2, I <3 Pau", "R&D, 1 < 2 & 3 > 2, I <3 Pau"),
        ("{{6*7}} %(x)s {% raw %}", "{{6*7}} %(x)s {% raw %}"),
        ("rouge \x1b[31mvif\x1b[0m \x1b]0;titre\x07fin \x9b1m", "rouge vif fin"),
        ("NUL\x00 lone\ud800 bidi\u202e bom\ufeff", "NUL lone bidi bom"),
        ("espace fine\u202f! 👩\u200d🎨", "espace fine\u202f! 👩\u200d🎨"),
        (None, ""),
        (12, ""),
        (["liste"], ""),
        ({"fr": "x"}, ""),
    ],
)
def test_text(written: Any, read: str) -> None:
    assert r.text(written) == read


def test_a_text_wrapped_in_html_again_and_again_loses_its_brackets() -> None:
    written = "<script>x"
    for _ in range(40):
        written = written.replace("&", "&amp;").replace("<", "&lt;")
    assert "<" not in r.text(written)


def test_a_long_text_is_cut() -> None:
    assert len(r.text("x" * 1_000_000)) == r.LONGEST_TEXT


@pytest.mark.parametrize("written", ["<br" * 20_000, "<" * 20_000, "&" * 20_000, "\x1b]" * 20_000, "\x1b[" + "1;" * 20_000, " \n" * 20_000])
def test_no_text_takes_long(written: str) -> None:
    assert len(r.text(written)) <= r.LONGEST_TEXT  # the run's limit of time tells


@given(st.one_of(st.text(), NASTY, MARKUP, JSON))
@example("<\x00script>")
@example("&amp;" * 9 + "lt;script>")
def test_text_is_clean(value: Any) -> None:
    read = r.text(value)
    assert not UNCLEAN.search(read)
    assert not TAG.search(read)
    assert read == read.strip()
    assert r.text(read) == read
    assert not UNCLEAN.search(r.line(value))
    assert "\n" not in r.line(value)
    read.encode()


@given(st.one_of(st.text(), NASTY, MARKUP, JSON))
def test_shorten_is_one_short_clean_line(value: Any) -> None:
    read = r.shorten(value)
    assert len(read) <= 80
    assert not UNCLEAN.search(read)
    assert not TAG.search(read)


def test_shorten_takes_what_repr_cannot() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert r.shorten(deep) == "list"
    assert r.shorten(10**5_000) == "int"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("05 59 00 00 00", "+33559000000"),
        ("05.59.00.00.00", "+33559000000"),
        ("+33 (0)5 59 00 00 00", "+33559000000"),
        ("+33 05 59 00 00 00", "+33559000000"),
        ("+33 5 59 00 00 00", "+33559000000"),
        ("0033 5 59 00 00 00", "+33559000000"),
        ("00 33 (0)5 59 00 00 00", "+33559000000"),
        ("Tél. : 05 59 00 00 00", "+33559000000"),
        ("05 59 00 00 00 / 06 00 00 00 00", "+33559000000"),
        ("\u202a05 59 00 00 00\u202c", "+33559000000"),
        ("0262 00 00 00", "+262262000000"),  # La Réunion
        ("+33 692 00 00 00", "+262692000000"),
        ("0590 00 00 00", "+590590000000"),  # Guadeloupe
        ("0596 00 00 00", "+596596000000"),  # Martinique
        ("+34 943 00 00 00", "+34943000000"),
        ("00 34 943 00 00 00", "+34943000000"),
        ("3631", None),
        ("05 59 00", None),
        ("05 59 00 00 00 ou 06 00 00 00 00", None),
        ("٠٥٥٩٠٠٠٠٠٠", None),  # digits, but not ours
        ("<script>", None),
        ("+", None),
        ("", None),
        (559000000, None),
        (None, None),
    ],
)
def test_phone(written: Any, read: str | None) -> None:
    assert r.phone(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("accueil@pau.example", "accueil@pau.example"),
        (" accueil@pau.example\n", "accueil@pau.example"),
        ("a.b+c@d-e.f.example", "a.b+c@d-e.f.example"),
        ("a@b.example\nBcc: c@d.example", None),
        ("a@b.example\r\nBcc: c@d.example", None),
        ("a@b.example,c@d.example", None),
        ("a@b.example?subject=x", None),
        ("mailto:a@b.example", None),
        ("a@localhost", None),
        ("é@b.example", None),
        ("a\u202e@b.example", None),
        ('"><script>@b.example', None),
        ("a@" + "b." * 200 + "fr", None),
        (None, None),
        (["a@b.example"], None),
    ],
)
def test_email(written: Any, read: str | None) -> None:
    assert r.email(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://pau.example/a?b=c&d=%20#e", "https://pau.example/a?b=c&d=%20#e"),
        (" http://pau.example \n", "http://pau.example"),
        ("www.pau.example/été", "https://www.pau.example/été"),
        ("HTTPS://Pau.Example:8080/", "HTTPS://Pau.Example:8080/"),
        ("https://musée.example/", "https://musée.example/"),
        ("https://xn--muse-epa.example", "https://xn--muse-epa.example"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
    ],
)
def test_web(written: str, read: str) -> None:
    assert r.web(written) == read


PRIVATE = re.findall(
    r"\S+",
    """127.0.0.1 127.1 127.0.1 127.0.0.1. 127.000.000.001 0 0.0.0.0 10.0.0.1 10.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1
    192.0.2.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 2130706433 2852039166 0x7f000001 0x7f.0.0.1 0x7f.1 0x7F.0x1 127.0.0.0x1
    0177.0.0.1 0177.1 017700000001 00000177.0.0.1 [::1] [::] [fe80::1] [fe80::1%25eth0] [fc00::1] [::ffff:127.0.0.1] [::ffff:7f00:1]
    [64:ff9b::7f00:1] [2002:7f00:1::] [2001:4860:4860::8888] localhost LOCALHOST localhost. a.localhost box.local nas.lan srv.internal
    metadata.google.internal intranet a.intranet router.home.arpa x.localdomain １２７.0.0.1 127。0。0。1 127．0．0．1 ①②⑦.0.0.1 ⓛⓞⓒⓐⓛⓗⓞⓢⓣ
    nas.ⓛⓞⓒⓐⓛ 1.2.3.4.5 %31%32%37.0.0.1 nas.%6cocal a..fr .fr -.fr a.f\u00adr pau _.1""",
)


@pytest.mark.parametrize("host", PRIVATE)
def test_web_lets_no_private_host_through(host: str) -> None:
    for written in (f"http://{host}", f"https://{host}:443/x?y#z", f"http://{host}/pau.example"):
        assert r.web(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)//pau.example", "data:text/html,x", "file:///etc/passwd", "ftp://pau.example", "gopher://pau.example",
        "//pau.example", "/chemin", "pau.example", "https:pau.example", "https:/pau.example", "https://", "https:///etc", "http://?a.fr", "http://#a.fr",
        "https://user@pau.example", "https://user:pass@pau.example", "https://pau.example@127.0.0.1", "https://127.0.0.1\\@pau.example",
        "https://pau.example\r\nSet-Cookie: a=b", "https://pau.example/\tx", "https://pau.example/a b", "https://pau.example/\"onload=x", "https://pau.example/<b>",
        "https://pau.example/`x`", "https://pau.example/'x'", "https://pau.example/\u202egnp.exe", "https://pau.example/\ud800", "https://pau.example/\x85x",
        "https://pau.example/\u2028x", "https://pau.example:99999/", "https://pau.example:x/", "https://[::1", "https://pau.example/" + "x" * 2_000,
        None, 12, ["https://pau.example"], {"@value": "https://pau.example"},
    ],
)  # fmt: skip
def test_web_takes_nothing_but_public_addresses(written: Any) -> None:
    assert r.web(written) is None


HOSTS = (
    st.ip_addresses(v=4).map(str)
    | st.ip_addresses(v=4).map(lambda ip: str(int(ip)))
    | st.ip_addresses(v=4).map(lambda ip: hex(int(ip)))
    | st.ip_addresses(v=4).map(lambda ip: ".".join(f"{int(part):#o}".replace("0o", "0") for part in str(ip).split(".")))
    | st.ip_addresses(v=4).map(lambda ip: ".".join(hex(int(part)) for part in str(ip).split(".")))
    | st.ip_addresses(v=4).map(lambda ip: f"{str(ip).split('.')[0]}.{int(ip) & 0xFFFFFF}")
    | st.ip_addresses(v=4).map(lambda ip: "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in str(ip)))
    | st.ip_addresses(v=6).map(lambda ip: f"[{ip}]")
    | st.text(max_size=12)
    | st.from_regex(r"\A[a-z0-9-]{1,8}(\.[a-z0-9-]{1,8}){0,3}\.?\Z")
)


@given(
    st.sampled_from(["http://", "https://", "HTTP://", "www.", "", "//", "javascript:"]),
    HOSTS,
    NASTY | st.sampled_from(["", "/", ":80/x", "?a", "#b"]),
)
def test_web_is_public_and_clean(scheme: str, host: str, rest: str) -> None:
    read = r.web(scheme + host + rest)
    if read is None:
        return
    parts = urlsplit(read)
    name = (parts.hostname or "").rstrip(".")
    assert parts.scheme in ("http", "https")
    assert "@" not in parts.netloc
    assert not re.search(r"[\s\"'<>\\]", read)
    assert not UNCLEAN.search(read)
    assert "." in name
    try:  # what the C library takes for an address, in any base
        address = ipaddress.IPv4Address(socket.inet_aton(name))
    except (OSError, UnicodeError):
        assert ":" not in name
    else:
        assert address.is_global


@given(JSON | NASTY)
def test_contacts_never_raise(value: Any) -> None:
    assert r.phone(value) is None or re.fullmatch(r"\+[1-9][0-9]{7,14}", r.phone(value) or "")
    for read in (r.email, r.web):
        clean = read(value)
        assert clean is None or not UNCLEAN.search(clean)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1,5", 1.5), (" 12.50 ", 12.5), ("-0.3706", -0.3706), (7, 7.0), (2.5, 2.5), ("1e3", 1000.0),
        ("1 200,50", None), ("1.200,50", None), ("12 €", None), ("NaN", None), ("inf", None), (float("nan"), None), (float("inf"), None),
        (10**400, None), ("9" * 400, None), ("", None), (True, None), (None, None), ([1], None),
    ],
)  # fmt: skip
def test_number(written: Any, read: float | None) -> None:
    assert r.number(written) == read


@pytest.mark.parametrize(
    ("lat", "lon", "read"),
    [
        ("43.2946", "-0.3716", Place(43.2946, -0.3716)),
        ("43,2946", "-0,3716", Place(43.2946, -0.3716)),
        (-21.1151, 55.5364, Place(-21.1151, 55.5364)),
        (43.123456789, 0, Place(43.1234568, 0.0)),
        ("43.3", "-1.98", Place(43.3, -1.98)),  # Donostia: abroad is no error
        (40.4, -3.7, Place(40.4, -3.7)),
        (-0.3716, 43.2946, "La latitude et la longitude semblent échangées."),
        (55.5364, -21.1151, "La latitude et la longitude semblent échangées."),
        (0, 0, "La position est impossible."),
        (91, 0, "La position est impossible."),
        (43, 181, "La position est impossible."),
        ("NaN", "NaN", "La position n’est pas un nombre."),
        (float("nan"), 0.0, "La position n’est pas un nombre."),
        ("près de la mairie", "", "La position n’est pas un nombre."),
        (None, -0.37, "La position n’est pas un nombre."),
        (True, True, "La position n’est pas un nombre."),
    ],
)
def test_point(lat: Any, lon: Any, read: Place | str) -> None:
    assert r.point(lat, lon) == read


@given(JSON | st.floats(-90, 90), JSON | st.floats(-180, 180))
def test_a_point_is_on_earth(lat: Any, lon: Any) -> None:
    place = r.point(lat, lon)
    if isinstance(place, Place):
        assert -90 <= place.lat <= 90
        assert -180 <= place.lon <= 180


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-10-03", date(2026, 10, 3)),
        ("2026-10-03T00:00:00", date(2026, 10, 3)),
        (" 2026-10-03T18:30:00+02:00", date(2026, 10, 3)),
        ("2024-02-29", date(2024, 2, 29)),
        ("9999-12-31", date(9999, 12, 31)),
        ("2026-06-31", None),
        ("2025-02-29", None),
        ("2026-13-01", None),
        ("0000-00-00", None),
        ("03/10/2026", None),
        ("demain", None),
        ("", None),
        (20261003, None),
        (None, None),
    ],
)
def test_day(written: Any, read: date | None) -> None:
    assert r.day(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("14:30", time(14, 30)), ("14:30:00", time(14, 30)), ("14:30:00.000Z", time(14, 30)), ("14:30:00+02:00", time(14, 30)), ("9h05", time(9, 5)),
        ("14H30", time(14, 30)), ("24:00", time(0)), ("24:00:00", time(0)), ("00:00", time(0)), ("24:30", None), ("25:00", None), ("14:60", None), ("14h", None),
        ("midi", None), ("", None), (14, None), (None, None), ("14:30\n15:00", None),
    ],
)  # fmt: skip
def test_clock(written: Any, read: time | None) -> None:
    assert r.clock(written) == read


@pytest.mark.parametrize("read", [r.number, r.day, r.clock, r.every, r.shorten, r.line])
@given(value=JSON | NASTY)
def test_readers_never_raise(read: Callable[[Any], Any], value: Any) -> None:
    read(value)


TREE = {"a": [{"b": {"c": 1}}, {"b": [{"c": [2, None, 3]}, "x", None]}, "y", None, {"z": 0}], "d": None, "e": [[{"f": 1}]]}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (("a", "b", "c"), [1, 2, 3]),
        (("a", "z"), [0]),
        (("a", "b"), [{"c": 1}, {"c": [2, None, 3]}, "x"]),
        (("d",), []),
        (("e", "f"), []),  # lists of lists are nothing that JSON-LD writes
        (("missing", "b"), []),
        ((), [TREE]),
    ],
)
def test_dig(path: tuple[str, ...], found: list[Any]) -> None:
    assert r.dig(TREE, *path) == found
    assert r.first(TREE, *path) == (found[0] if found else None)


@given(JSON, st.lists(st.text(max_size=5), max_size=3))
def test_dig_takes_anything(value: Any, path: list[str]) -> None:
    assert all(each is not None for each in r.dig(value, *path))


def test_notes_keep_the_first_problems_of_a_record_and_say_that_there_are_more() -> None:
    notes = r.Notes("64/a")
    for n in range(100_000):
        notes.add("schema:url", "Adresse refusée.", n)
    assert len(notes.problems) == r.MOST_PROBLEMS + 1
    assert {problem.record for problem in notes.problems} == {"64/a"}
    assert notes.problems[0].value == "0"
    assert "autres anomalies" in str(notes.problems[-1].reason)
