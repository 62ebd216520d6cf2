"""What a handler may ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sejour.live import Live
from sejour.settings import Settings
from sejour.store.engine import Store
from sejour.tally import Tally


@dataclass(frozen=True, slots=True)
class House:
    settings: Settings
    store: Store
    live: Live
    tally: Tally
    now: Callable[[], datetime]  # the only clock; aware
