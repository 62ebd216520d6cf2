"""Fetches the sources' pictures of what comes out most, a few at a time, so that no visitor's phone asks anybody else for one."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from heapq import nlargest
from pathlib import Path

from sejour.album import Album, Plate, Plates
from sejour.darkroom import develop
from sejour.domain.catalogue import Catalogue
from sejour.domain.fairness import Attention
from sejour.domain.offer import Offer
from sejour.domain.rights import showable
from sejour.errors import FeedError, UsageError

OFFERS = 400  # that we want a picture of
A_BEAT = 4  # addresses asked in a row, one after the other
AGAIN = timedelta(days=30)  # an address that gave a picture is asked whether it is still that one
RETRY = timedelta(days=1)  # doubled at each failure in a row, up to 32 days
SECONDS, LARGEST = 20.0, 12 * 2**20  # of one answer
GONE = (404, 410)

Ask = Callable[[Plate, Path, frozenset[str]], tuple[Path | None, str | None, str | None]]


def ask(plate: Plate, folder: Path, allow: frozenset[str]) -> tuple[Path | None, str | None, str | None]:
    """(a new file in `folder`, None when it is still the same; etag and modified). Raises FeedError."""
    from providers_feed.fetch import Limits, Validators, fetch  # here: a box that fetches nothing needs no TLS

    known = Validators(plate.etag, plate.modified) if plate.id else Validators()
    fetched = fetch(plate.url, folder, known, limits=Limits(total=SECONDS, size=LARGEST), allow=allow)
    return fetched.path, fetched.validators.etag, fetched.validators.modified


def illustrate(
    album: Album, catalogue: Catalogue, attention: Mapping[str, Attention], moment: datetime, allow: frozenset[str], ask: Ask = ask
) -> int:
    """One beat: what the catalogue no longer gives, or may no longer be shown, is forgotten; then at most A_BEAT addresses are asked. How many were.
    `moment` in the territory's zone; `allow` as in `fetch`."""
    before, day = album.plates(), moment.date()
    plates = {key: plate for key, plate in before.items() if is_shown(catalogue, plate, day)}
    asked = 0
    for plate in missing(catalogue, attention, plates, moment):
        if asked == A_BEAT or not album.has_room(moment):
            break
        twin = next((each for each in plates.values() if each.url == plate.url and each.due > moment), None)  # one address of several offers
        plates[plate.offer, plate.url] = replace(twin, offer=plate.offer) if twin else _asked(album, plate, moment, allow, ask)
        asked += twin is None
    if plates != before:
        album.write(plates.values(), moment)
    return asked


def is_shown(catalogue: Catalogue, plate: Plate, day: date) -> bool:
    offer = catalogue.offer(plate.offer)
    return offer is not None and any(picture.url == plate.url for picture in showable(offer, day))


def missing(catalogue: Catalogue, attention: Mapping[str, Attention], plates: Plates, moment: datetime) -> Iterator[Plate]:
    """What to ask for, in order: of each offer that we want a picture of, the first that did not fail lately, when it is not there or is due."""
    for offer in _wanted(catalogue, attention, moment.date()):
        for picture in showable(offer, moment.date()):
            plate = plates.get((offer.id, picture.url), Plate(offer.id, picture.url, moment))
            if plate.due <= moment:
                yield plate
            if plate.id or plate.due <= moment:
                break


def _wanted(catalogue: Catalogue, attention: Mapping[str, Attention], day: date) -> list[Offer]:
    """What the office picked, then what pages showed most, then what is worth most."""
    picked = {pick.offer for pick in catalogue.said.picks}

    def rank(i: int) -> tuple[bool, float, float]:
        id = catalogue.offers[i].id
        return id in picked, attention[id].got if id in attention else 0.0, float(catalogue.attraction[i])

    pictured = (i for i, offer in enumerate(catalogue.offers) if offer.pictures and any(showable(offer, day)))
    return [catalogue.offers[i] for i in nlargest(OFFERS, pictured, key=rank)]


def _asked(album: Album, plate: Plate, moment: datetime, allow: frozenset[str], ask: Ask) -> Plate:
    """What became of it. One that was there stays when its server fails, and goes when it says that there is none any more, or gives something else."""
    try:
        with tempfile.TemporaryDirectory(prefix="sejour-picture-") as folder:
            path, etag, modified = ask(plate, Path(folder), allow)
            if path is None:
                return replace(plate, due=moment + AGAIN, failures=0)
            photo = develop(path)
        album.put(photo.id, photo.data, moment)
        return Plate(plate.offer, plate.url, moment + AGAIN, photo.id, photo.width, photo.height, etag=etag, modified=modified)
    except (FeedError, UsageError, OSError) as error:  # the last: a full disk
        lost = isinstance(error, UsageError) or (isinstance(error, FeedError) and error.arguments.get("status") in GONE)
        return replace(plate, id="" if lost else plate.id, due=moment + RETRY * 2 ** min(plate.failures, 5), failures=plate.failures + 1)
