"""Is it alive, and how old is what it shows?"""

import sqlite3

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sejour.errors import SejourError
from sejour.web.visits import house_of

FIXED_SQLITE = (3, 51, 3)  # before it, two connections may corrupt a WAL (trust.md 0.1); ours are kept apart by a lock


async def healthz(request: Request) -> Response:
    """Liveness. `built` is the hour the catalogue was prepared for; `warnings` what an operator should know."""
    house = house_of(request)
    catalogue = house.live.territory.catalogue
    warnings = [] if sqlite3.sqlite_version_info >= FIXED_SQLITE else [f"SQLite {sqlite3.sqlite_version} < 3.51.3: keep every writer behind sejour"]
    if house.store.dialect.read_only:
        warnings.append("the disk is read-only: nothing can be changed")
    return JSONResponse({"status": "ok", "revision": catalogue.revision, "offers": len(catalogue.offers), "built": catalogue.built.isoformat(),
                         "sqlite": sqlite3.sqlite_version, "warnings": warnings}, headers={"Cache-Control": "no-store"})  # fmt: skip


def readyz(request: Request) -> Response:
    """Readiness: the database answers too."""
    try:
        house_of(request).store.check_schema()
    except SejourError as error:
        return JSONResponse({"status": "unready", "reason": str(error)}, 503, {"Cache-Control": "no-store"})
    return JSONResponse({"status": "ready"}, headers={"Cache-Control": "no-store"})


routes = [Route("/healthz", healthz), Route("/readyz", readyz)]
