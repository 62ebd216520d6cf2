"""The few files that pages fetch beside themselves. Their address tells their content: a browser that has one never asks again."""

import hashlib
from dataclasses import dataclass
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sejour.errors import NotFound
from sejour.web.templates import TEMPLATES

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    body: bytes
    type: str
    version: str

    @property
    def etag(self) -> str:
        return f'W/"{self.version}"'  # weak: it may be compressed on its way


@cache
def files() -> dict[str, StaticFile]:
    """Those of templates/static, by name; what is not of a known type is not served."""
    root = TEMPLATES / "static"
    found = (path for path in root.rglob("*") if path.suffix in TYPES)
    return {path.relative_to(root).as_posix(): _read(path.read_bytes(), TYPES[path.suffix]) for path in found}


def static_url(name: str) -> str:
    """The address of the file as it is now. Raises KeyError when there is none."""
    return f"/static/{name}?v={files()[name].version}"


async def static(request: Request) -> Response:
    """For ever to who asks for this very content, else until it changes."""
    file = files().get(request.path_params["name"])
    if file is None:
        raise NotFound("Cette page n’existe pas, ou n’existe plus.")
    headers = {"ETag": file.etag, "Cache-Control": FOR_EVER if request.query_params.get("v") == file.version else "no-cache"}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.body, headers=headers, media_type=file.type)


def _read(body: bytes, type: str) -> StaticFile:
    return StaticFile(body, type, hashlib.sha256(body).hexdigest()[:12])


routes = [Route("/static/{name:path}", static)]
