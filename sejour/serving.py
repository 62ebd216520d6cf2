"""Runs the application under uvicorn. No access log: it would keep the addresses of visitors."""

import os
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from captive_portal.routes import TOO_LONG
from sejour.app import create_app, open_house, set_up_logging
from sejour.errors import UsageError
from sejour.settings import Settings

PARSED = 65_535  # bytes of an address that httptools takes apart (httptools.parse_url)
LONGEST = 131_072  # bytes of an address that is read whole


class LongAddresses(HttpToolsProtocol):
    """uvicorn's protocol, which answers a bare 400 to an address that httptools cannot parse. Here it reaches the handler of its path, whose page says
    what is wrong; of one beyond LONGEST only the start is held, however much comes, and TOO_LONG answers in its place."""

    def on_url(self, url: bytes) -> None:
        super().on_url(url[: LONGEST + 1 - len(self.url)])

    def on_headers_complete(self) -> None:
        if len(self.url) <= PARSED:
            super().on_headers_complete()
            return
        path, _, query = self.url.partition(b"?")
        if len(self.url) > LONGEST or len(path) > PARSED:
            path, query = TOO_LONG.encode(), b""
        self.url = path
        super().on_headers_complete()
        self.scope["query_string"] = query  # before the handler runs: it is a task of the loop in which we are


def serve(config: Path, settings: Settings, host: str | None, port: int | None, workers: int) -> None:
    """Serves until stopped. Raises UsageError, StoreError before listening, when it cannot."""
    host, port = host or settings.service.host, settings.service.port if port is None else port
    if workers > 1 and not settings.store.url.startswith("postgresql"):
        raise UsageError("« --workers » au-dessus de 1 demande PostgreSQL : SQLite n’a qu’un écrivain.", parameter="workers")
    set_up_logging(settings.log.file)
    if workers == 1:
        run(create_app(open_house(settings)), host, port)
        return
    open_house(settings).store.close()  # what keeps it from serving is said here, once, and not by each worker, started again for ever
    os.environ["SEJOUR_CONFIG"] = str(config.absolute())
    run("sejour.app:from_environment", host, port, workers)


def run(app: Starlette | str, host: str, port: int, workers: int = 1) -> None:
    """A worker that says nothing for half a minute is killed and replaced; uvicorn's five seconds are too few on a busy machine, where one that
    only starts, or is slow, would be killed with what it counted."""
    uvicorn.run(
        app, host=host, port=port, workers=workers, factory=isinstance(app, str), access_log=False, server_header=False, date_header=True,
        proxy_headers=False, log_config=None, timeout_keep_alive=15, timeout_graceful_shutdown=5, limit_concurrency=1_000, loop="uvloop",
        http=LongAddresses, ws="none", lifespan="on", timeout_worker_healthcheck=30,
    )  # fmt: skip
