"""What takes longer than one waits for a page: done in a thread of its own, one at a time, while the page comes back."""

import logging
import threading
from collections.abc import Callable

from sejour.errors import SejourError
from sejour.web.office.forms import FormError

PATIENCE = 4.0  # seconds that the page waits: most feeds are read by then
BUSY = "Une autre lecture est en cours : attendez qu’elle finisse, puis recommencez."
log = logging.getLogger("sejour.office")
_one = threading.Semaphore(1)  # two flux at once are too much for a small box, and pages of visitors come first


def start(work: Callable[[], None], patience: float = PATIENCE) -> bool:
    """Whether it was done before the `patience` was over; else it goes on. Raises FormError when something else is going on."""
    if not _one.acquire(blocking=False):
        raise FormError("", BUSY)
    thread = threading.Thread(target=_done, args=(work,), name="office", daemon=True)
    thread.start()
    thread.join(patience)
    return not thread.is_alive()


def _done(work: Callable[[], None]) -> None:
    try:
        work()
    except SejourError as error:
        log.warning("action=office failed: %s", error)
    except Exception:
        log.exception("action=office crashed")
    finally:
        _one.release()
