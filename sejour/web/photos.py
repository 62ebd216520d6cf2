"""Which photo a page shows of an offer, and under whose name: one of the office's, else one of the source's that we hold; always from our own address."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import chain

from sejour.domain.curation import Override, Pick
from sejour.domain.offer import Offer
from sejour.domain.rights import credit_line, name_of, showable
from sejour.domain.text import LocalText
from sejour.live import Territory
from sejour.store.pictures import StoredPicture

UNSAID = LocalText({})  # sources do not say what their pictures show


def photo_of(territory: Territory, day: date, moment: datetime, offer: Offer, pick: Pick | None = None) -> StoredPicture | None:
    """Of the `pick` that the page shows, else of what the office says of the offer at `moment`, else of its source. `day`: the true one, which alone says
    whether the rights ended. Its `credit` is the whole line that goes with it."""
    said = territory.catalogue.said
    corrections = (word for word in reversed(said.overrides) if word.offer == offer.id and word.holds(moment))
    picks = (word for word in said.picks if word.offer == offer.id and word.holds(moment))
    words: Iterator[Pick | Override] = chain((pick,) if pick else (), corrections, picks)
    named = (territory.pictures.get(word.picture or "") for word in words)
    ours = (replace(photo, credit=credit_line(photo.credit, photo.licence)) for photo in named if photo and photo.shown_on(day))
    return next(chain(ours, of_source(territory, day, offer)), None)


def of_source(territory: Territory, day: date, offer: Offer) -> Iterator[StoredPicture]:
    """Those that were fetched and may be shown."""
    for picture in showable(offer, day):
        plate = territory.album.get((offer.id, picture.url))
        if plate and plate.id:
            credit = credit_line(name_of(offer, picture), picture.licence or "")
            yield StoredPicture(plate.id, plate.width, plate.height, credit, UNSAID, picture.licence or "", picture.expires)


def fetched(territory: Territory, day: date, id: str) -> StoredPicture | None:
    """One of any offer's source, by its id; None when it may not be shown, or no longer."""
    offers = (territory.catalogue.offer(plate.offer) for plate in territory.album.values() if plate.id == id)
    return next((photo for offer in offers if offer for photo in of_source(territory, day, offer) if photo.id == id), None)
