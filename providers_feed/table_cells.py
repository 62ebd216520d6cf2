"""One cell in, one clean value of ours or None out: texts, lists, numbers, yes and no, prices, codes of places. None of these raises."""

import json
import re
from datetime import date, datetime, time

from providers_feed import record as r
from providers_feed.table_words import fold
from providers_feed.table_workbook import Cell
from sejour.domain.offer import Contact, ContactType, Prices
from sejour.domain.place import Place
from sejour.domain.text import N_, local_text

NOTHING = {  # in lower case
           "", "null", "none", "nan", "n/a", "#n/a", "-", "--", "nc", "n.c.", "n.c", "\\n", "non renseigné", "non renseigne", "non communiqué",
           "non communique", "[]", "{}",
           "http://", "https://"}  # fmt: skip
ERRORS = {"#ref!", "#value!", "#valeur!", "#div/0!", "#nom?", "#name?", "#num!", "#nombre!", "#null!", "#nul!"}  # of formulas
YES = {"oui", "o", "yes", "y", "true", "vrai", "1", "x", "ok", "si", "accepte", "acceptes", "admis", "autorise", "autorises", "gratuit", "gratuite",
       "entree libre", "acces libre", "accessible", "pmr", "acces pmr", "tenus en laisse", "en laisse", "moteur"}  # fmt: skip
NO = {"non", "n", "no", "false", "faux", "0", "non accepte", "non acceptes", "refuse", "refuses", "interdit", "interdits", "non admis", "non autorise",
      "non autorises", "payant", "payante", "non accessible"}  # fmt: skip
FREE = {"gratuit", "gratuite", "entree libre", "entree gratuite", "acces libre", "acces gratuit", "libre", "free", "gratis"}
UNSAID = {"auditif", "mental", "visuel", "?", "inconnu", "a confirmer", "partiel", "partiellement", "sur demande", "nous consulter"}
_IN_LIST = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|([^,'\"\s][^,]*)", re.S)
_MONEY = r"(\d{1,5}(?:[.,]\d{1,2})?)\s*(?:€|euros?|eur)?"
_ONE_PRICE = re.compile(rf"{_MONEY}")
_TWO_PRICES = re.compile(rf"(?:de |entre )?{_MONEY}\s*(?:-|a|et)\s*{_MONEY}")
_LEAST_PRICE = re.compile(rf"(?:a partir de|des)\s*{_MONEY}")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}(?:/\S*)?", re.I)
_BETWEEN_ADDRESSES = re.compile(r"(?<![#|;,\s])[#|;,\s]++(?=https?://|www\.)", re.I)
_BETWEEN_PHONES = re.compile(r"[#|;,/\n]| - |\bou\b|\bet\b")
_POSTCODE_CITY = re.compile(r"(?:f-?\s*)?(\d{2}\s?\d{3})\s*[#,-]?\s*(\D.*)?", re.I)
_IN_STREET = re.compile(r"\b(\d{5}) (\D+)$")
_INSEE = re.compile(r"\d{5}|2[AB]\d{3}")
_POINT = re.compile(r"\[?\(?\s*(-?\d+(?:[.,]\d+)?)\s*(?:[,;|]\s*|\s+)(-?\d+(?:[.,]\d+)?)\s*\)?\]?")
_WKT = re.compile(r"(?:srid=4326;)?\s*point\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)", re.I)


def written(cell: Cell) -> str:
    """The cell as one would type it, "" when it says nothing: 1240.0 is "1240"."""
    if isinstance(cell, str):
        text = cell.strip()
        return "" if len(text) < 20 and text.lower() in NOTHING else text
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return cell.isoformat() if isinstance(cell, date | datetime | time) else str(cell)


def packed(cell: Cell, *separators: str) -> list[str]:
    """The values of one cell: a list as Python or JSON writes it ("['a', 'b']"), "a#b", "a|b", or cut at `separators` too."""
    text = written(cell)
    if is_list(text):
        parts = [re.sub(r"\\(.)", r"\1", each[0] or each[1]) or each[2] for each in _IN_LIST.findall(text[1:-1])]
    else:
        parts = re.split("|".join(map(re.escape, ("#", "|", *separators))), text)
    return [said for part in parts if (said := written(part))]


def is_list(text: str) -> bool:
    return text.startswith("[") and text.endswith("]")


def prose(cell: Cell) -> str:
    """Clean text; a list in a cell becomes lines."""
    return r.text("\n".join(packed(cell)) if is_list(written(cell)) else written(cell))


def number(cell: Cell) -> float | None:
    return r.number(re.sub(r"[\s ]", "", cell) if isinstance(cell, str) else cell)


def yes(cell: Cell) -> bool | str | None:
    """True, False, None when the cell leaves it open; the cell itself when it cannot be read. "Sí / Oui" says it twice."""
    said = {fold(part) for part in (packed(cell, ";", " / ", ","))} or {""}
    if said & YES:
        return True if not said & NO else written(cell)
    if said <= NO:
        return False
    return None if said <= UNSAID | {""} else written(cell)


def place(lat: Cell, lon: Cell) -> Place | str:
    return r.point(number(lat), number(lon))


def position(cell: Cell) -> Place | str:
    """ "43.29, -0.37" (latitude first), a GeoJSON or WKT point (longitude first)."""
    text = written(cell)
    if text.startswith("{"):
        try:
            lon, lat = json.loads(text)["coordinates"][:2]
        except (ValueError, KeyError, TypeError, RecursionError):
            return N_("La position n’est pas un nombre.")
        return r.point(lat, lon)
    if wkt := _WKT.fullmatch(text):
        return r.point(wkt[2], wkt[1])
    pair = _POINT.fullmatch(text[:200])
    return r.point(pair[1], pair[2]) if pair else N_("La position n’est pas un nombre.")


def postcode(cell: Cell) -> tuple[str | None, str | None, bool]:
    """(postcode, the city written beside it, whether the zero that spreadsheets eat was put back); no postcode when it is none."""
    text = written(cell)
    if re.fullmatch(r"\d{4}", text):
        return f"0{text}", None, True
    match = _POSTCODE_CITY.fullmatch(text)
    return (re.sub(r"\s", "", match[1]), r.line(match[2]) or None, False) if match else (None, None, False)


def insee(cell: Cell) -> str | None:
    text = written(cell).upper()
    text = text.zfill(5) if re.fullmatch(r"\d{4}", text) else text
    return text if _INSEE.fullmatch(text) else None


def split_address(street: str) -> tuple[str, str | None, str | None]:
    """("5 rue Haute", "64000", "Pau") of "5 rue Haute, 64000 Pau"."""
    match = _IN_STREET.search(street)
    return (street[: match.start()].rstrip(" ,-–"), match[1], match[2]) if match else (street, None, None)


def phones(cell: Cell) -> tuple[list[str], bool]:
    """(numbers in E.164, whether all that has digits was read). A number of nine digits has lost its zero."""
    if isinstance(cell, float):
        cell = written(cell)
    texts = packed(cell) if is_list(written(cell)) else _BETWEEN_PHONES.split(written(cell))
    parts = [part for part in texts if re.search(r"\d", part)]
    read = [r.phone("0" + part.strip() if re.fullmatch(r"\s*[1-9](?:[ .]?\d){8}\s*", part) else part) for part in parts]
    return [phone for phone in read if phone], None not in read and (bool(parts) or not written(cell))


def emails(cell: Cell) -> tuple[list[str], bool]:
    parts = [part.removeprefix("mailto:") for part in re.split(r"[#|;,/\s]+", " ".join(packed(cell))) if "@" in part]
    read = [r.email(part) for part in parts]
    return [email for email in read if email], None not in read and (bool(parts) or not written(cell))


def webs(cell: Cell) -> tuple[list[str], bool]:
    """Addresses, each perhaps after its label ("Site officiel#https://…"); "pau.fr" is taken for https://pau.fr."""
    text = " ".join(packed(cell)) if is_list(written(cell)) else written(cell)
    if text.count("://") < 2 and (address := _web(text)):
        return [address], True
    starts = [re.split(r"[|\s]", part, maxsplit=1)[0].rstrip("#;,") for part in _BETWEEN_ADDRESSES.split(text)]
    found = [(part, _web(part)) for part in starts]
    addresses = [address for _, address in found if address]
    return addresses, not text or (bool(addresses) and all(address or not re.search(r"://|www\.", part) for part, address in found))


def _web(text: str) -> str | None:
    return r.web(f"https://{text}" if _HOST.fullmatch(text) else text)


def contacts(cell: Cell) -> list[Contact]:
    """Whatever can be called, written to or opened in a cell that holds anything ("Accueil#05 59 …|Site#https://…")."""
    found = [Contact(ContactType.WEB, value) for value in webs(" ".join(packed(cell)))[0]]
    for part in packed(cell, ";", ",", "\n"):
        found += [Contact(ContactType.EMAIL, value) for value in emails(part)[0]]
        if not re.search(r"@|://|www\.", part):
            found += [Contact(ContactType.PHONE, value) for value in phones(part)[0]]
    return found


def prices(cell: Cell) -> Prices | None:
    """Free, one price, two, or a least one when the cell says just that; anything else stays a sentence."""
    text = prose(cell)
    said, sentence = fold(text), local_text([("fr", text)])
    if not said:
        return None
    if said in FREE:
        return Prices(free=True, text=sentence)
    for pattern in (_ONE_PRICE, _TWO_PRICES):
        if match := pattern.fullmatch(said):
            low, high = (r.number(match[n]) or 0.0 for n in (1, pattern.groups))
            if low <= high:
                return Prices(False, low or high, high, text=None if low == high else sentence) if high else Prices(free=True)
    least = r.number(match[1]) if (match := _LEAST_PRICE.fullmatch(said)) else None
    return Prices(False if least else None, least or None, text=sentence)
