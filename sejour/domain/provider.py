"""Who runs an offer, and where: what fairness and variety hold together."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sejour.domain.offer import ContactType, Offer

MOST_OF_A_PROVIDER = 8  # a telephone that more offers share is the office's own


def provider_of(offer: Offer) -> str | None:
    """Its telephone, else its mail: the same for all that one socioprofessionnel runs. None when nobody says."""
    return offer.contact(ContactType.PHONE) or offer.contact(ContactType.EMAIL)


def commune_of(offer: Offer) -> str | None:
    return (offer.address.insee or offer.address.city) if offer.address else None


def numbered(names: Sequence[str | None], most: int | None = None) -> NDArray[np.int64]:
    """A number for each name, equal for equal names; -1 for None, and for what more than `most` share."""
    sizes, numbers = Counter(names), dict[str, int]()
    return np.array(
        [-1 if name is None or (most and sizes[name] > most) else numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64
    )
