"""What is compressed on its way, and what is not."""

import gzip
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from sejour.web.compression import LARGE, LEAST, Compression

TEXT = "Que faire d’ici, maintenant ? " * 40


def client(answer: Response) -> TestClient:
    async def handler(request: Request) -> Response:
        return answer

    return TestClient(Starlette(routes=[Route("/", handler)], middleware=[Middleware(Compression)]))


@pytest.mark.parametrize(
    "media", ["text/html", "text/csv", "application/json", "application/geo+json", "image/svg+xml", "text/javascript", "application/xml"]
)
@pytest.mark.parametrize("body", [TEXT, "a" * (LARGE + 1)])
def test_text_is_compressed_for_who_takes_it(media: str, body: str) -> None:
    served = client(Response(body, media_type=media))
    packed = served.get("/", headers={"Accept-Encoding": "br, gzip"})
    assert packed.text == body
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert int(packed.headers["content-length"]) < len(body.encode())
    plain = served.get("/", headers={"Accept-Encoding": "br"})
    assert (plain.text, plain.headers["vary"]) == (body, "Accept-Encoding")
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize(
    "answer",
    [
        Response("a" * LEAST, media_type="text/html"),
        Response(TEXT, media_type="image/png"),
        Response(TEXT, 206, media_type="text/html"),
        Response(gzip.compress(TEXT.encode() * 40), media_type="text/html", headers={"Content-Encoding": "gzip"}),
        Response(status_code=204),
    ],
)
def test_what_is_short_no_text_a_part_or_compressed_already_goes_as_it_is(answer: Any) -> None:
    body = answer.body
    with client(answer).stream("GET", "/", headers={"Accept-Encoding": "gzip"}) as got:
        assert b"".join(got.iter_raw()) == body
        assert "vary" not in got.headers


def test_what_comes_in_pieces_goes_as_it_comes() -> None:
    got = client(StreamingResponse(iter([TEXT, TEXT]), media_type="text/html")).get("/", headers={"Accept-Encoding": "gzip"})
    assert (got.text, "content-encoding" in got.headers) == (TEXT * 2, False)
