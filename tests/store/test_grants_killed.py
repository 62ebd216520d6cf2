"""kill -9 at any moment: every grant that was acknowledged still waits for its gateway."""

import multiprocessing
import random
import time

from sejour.settings import Settings
from sejour.store import outings
from sejour.store.engine import Store
from tests.builders import AUGUST
from tests.store.conftest import seeded
from tests.store.granter import keep_granting
from tests.store.test_kill import received


def test_no_acknowledged_grant_is_lost(store: Store, settings: Settings, audit: bool) -> None:
    seeded(store, settings)
    dice, done = random.Random(2026), set[str]()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.store.granter"])
    for n in range(200 if audit else 8):
        acknowledged, acknowledge = context.Pipe(duplex=False)
        process = context.Process(target=keep_granting, args=(store.url, AUGUST, n * 1_000_000, acknowledge))
        process.start()
        acknowledge.close()
        with acknowledged:
            assert acknowledged.recv() == ""
            done.add(acknowledged.recv())
            time.sleep(dice.uniform(0, 0.05))
            process.kill()
            process.join()
            done.update(received(acknowledged))
        process.close()
        with store.reading() as connection:
            assert done <= {each.id for each in outings.queue(connection, "pau", "halle")}
    assert len(done) > 8
