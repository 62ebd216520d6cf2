"""A private PostgreSQL cluster in a temporary folder, reached by a unix socket alone: nothing of the machine is used or changed.

As root it runs as the user `postgres` (it refuses root); otherwise as whoever we are.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from sejour.store.engine import Store
from sejour.store.migrate import migrate

USER = "sejour"
SERVER = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60", "-c", "shared_buffers=16MB", "-c", "jit=off"]


def programs() -> Path | None:
    """The folder of the newest initdb and postgres, in Debian's place or on PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("postgres")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


class Cluster:
    def __init__(self, folder: Path, bin: Path, settings: Sequence[str] = SERVER) -> None:
        self.folder, self._bin, self._settings, self._made = folder, bin, settings, 0
        self._as: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
            self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--reset-env", "--pdeathsig=QUIT"]
        initdb = [bin / "initdb", "--no-sync", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C", "--pgdata", folder / "data"]
        subprocess.run([*self._as, *initdb], check=True, capture_output=True, cwd=folder)
        self.start()

    def start(self) -> None:
        command = [*self._as, self._bin / "postgres", "-D", self.folder / "data", "-k", self.folder, *self._settings]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        deadline = time.monotonic() + 30
        while True:
            try:
                return self._execute("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._server.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.02)

    def stop(self) -> None:
        """At once and without a last write, as a power cut would."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(30)

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The address of a fresh database, dropped afterwards."""
        self._made += 1
        name = f"test_{self._made}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def make_template(self) -> None:
        """A migrated database, `prepared`, to make others of."""
        self._execute("CREATE DATABASE prepared")
        store = Store(self.url("prepared"))
        migrate(store)
        store.close()

    def _execute(self, statement: str) -> None:
        with psycopg.connect(f"host={self.folder} user={USER} dbname=postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Skips without PostgreSQL; fails where CI is set: nothing is left out there for want of a tool."""
    bin = programs()
    if bin is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("PostgreSQL is not installed (apt install postgresql): its tests cannot run")
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="sejour-pg-")), bin)
    try:
        cluster.make_template()
        yield cluster
    finally:
        cluster.close()
