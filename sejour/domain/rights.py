"""Which pictures of a source may be shown, and under whose name (decisions 7): none without a name, none once its rights ended."""

import re
from collections.abc import Iterator
from datetime import date

from sejour.domain.offer import Offer, Picture

NOBODY = re.compile(r"(?:tous )?(?:droits|rights) (?:réservés|reserved)|d\.?\s?r\.?|all rights reserved", re.I)  # a third of the credits of a flux
CREATIVE_COMMONS = re.compile(r"creativecommons\.org/licenses/(by[a-z-]*)/([\d.]+)|\bcc[ -](by(?:-(?:sa|nc|nd))*)\b[ -]?([\d.]+)?", re.I)


def showable(offer: Offer, day: date) -> Iterator[Picture]:
    """Those of the offer that may be shown on `day`, in the order of the source. A file or a relative address of a local source is not one: only what
    is on the web is fetched."""
    for picture in offer.pictures:
        if picture.url.startswith(("http://", "https://")) and (picture.expires is None or day <= picture.expires) and name_of(offer, picture):
            yield picture


def name_of(offer: Offer, picture: Picture) -> str:
    """Whose it is: as its source says, or the producer of the record when that names nobody; "" when there is no name at all."""
    named = bare(picture.credit or "")
    return offer.producer or "" if not named or NOBODY.fullmatch(named) else named


def credit_line(name: str, licence: str) -> str:
    """ "© Jeanne Martin, CC BY-SA 4.0": the free licences that ask for it are named."""
    found = CREATIVE_COMMONS.search(licence)
    words = ["CC", (found[1] or found[3]).upper(), found[2] or found[4] or ""] if found else []
    return ", ".join(filter(None, [f"© {bare(name)}", " ".join(words).strip()]))


def bare(credit: str) -> str:
    """Without the sign that the page writes itself."""
    return re.sub(r"^(?:©|\(c\)|\s)+", "", credit.strip(), flags=re.I).strip()
