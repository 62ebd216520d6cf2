"""Domain values to and from the JSON texts that the tables hold."""

import hashlib
from datetime import UTC, datetime

import msgspec

from sejour.domain.feed import FeedRun
from sejour.domain.offer import Offer

_encoder = msgspec.json.Encoder(order="deterministic")
offer_decoder = msgspec.json.Decoder(Offer)
run_decoder = msgspec.json.Decoder(FeedRun)


def encode(value: object) -> str:
    return _encoder.encode(value).decode()


def content_hash(document: str) -> str:
    """What changes when any field of the document does, and only then."""
    return hashlib.blake2b(document.encode(), digest_size=16).hexdigest()


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
