"""The operator's line for what was refused: no address, no device, and not the same one again and again."""

import logging
from datetime import datetime, timedelta

from captive_portal.refusal import Refused

log = logging.getLogger("sejour.portal")
QUIET = timedelta(minutes=1)
MOST = 200  # kinds of lines that are remembered


class Journal:
    """Tells a refusal, once a minute for the same gateway and reason."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], datetime] = {}

    def tell(self, gateway: str, refused: Refused, moment: datetime) -> None:
        line = (gateway, refused.why)
        if line in self._told and moment - self._told[line] < QUIET:
            return
        if len(self._told) >= MOST:
            self._told.clear()
        self._told[line] = moment
        log.warning("refused gateway=%s why=%s", gateway, refused.why)
