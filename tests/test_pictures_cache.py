"""The sources' pictures, fetched by us: bounded, patient with who fails, gone with their rights; a stranger's bytes harm nobody."""

import os
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sejour.album import INDEX, UNUSED, Album, Plate
from sejour.darkroom import develop
from sejour.domain.catalogue import Catalogue
from sejour.domain.curation import Pick
from sejour.domain.fairness import Attention
from sejour.domain.offer import Picture
from sejour.domain.rights import credit_line, name_of, showable
from sejour.errors import FeedError, UsageError
from sejour.illustrate import A_BEAT, AGAIN, RETRY, illustrate
from sejour.illustrate import ask as really_ask
from tests.builders import AUGUST, SHARED, make_catalogue, make_offer
from tests.office.parts import image, photo_of_a_phone, written

JPEG = photo_of_a_phone()
NOBODY: dict[str, Attention] = {}
Beat = Callable[..., int]


class Web:
    """Every server that there is: what it answers, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[str] = []

    def ask(self, plate: Plate, folder: Path, allow: frozenset[str]) -> tuple[Path | None, str | None, str | None]:
        self.asked.append(plate.url)
        answer = self.answers.get(plate.url, JPEG)
        if isinstance(answer, Exception):
            raise answer
        if plate.id and plate.etag == f"{hash(answer)}":
            return None, plate.etag, None
        (folder / "body").write_bytes(answer)
        return folder / "body", f"{hash(answer)}", None


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def album(tmp_path: Path) -> Album:
    return Album(tmp_path / "pictures", 200_000_000)


@pytest.fixture
def beat(web: Web, album: Album) -> Beat:
    def beating(catalogue: Catalogue, after: timedelta = timedelta(0), attention: dict[str, Attention] = NOBODY, album: Album = album) -> int:
        return illustrate(album, catalogue, attention, AUGUST + after, frozenset(), web.ask)

    return beating


def pictured(name: str, *urls: str, **fields: Any) -> Any:
    pictures = tuple(Picture(url, credit="Anne") for url in urls or (f"https://{name}.example/1.jpg",))
    return make_offer(name, **{"pictures": pictures} | fields)


def held(album: Album) -> list[str]:
    return sorted(plate.url for plate in album.plates().values() if plate.id)


def test_a_picture_is_fetched_once_and_is_ours(web: Web, album: Album, beat: Beat) -> None:
    catalogue = make_catalogue(pictured("a"))
    assert (beat(catalogue), beat(catalogue, timedelta(days=1))) == (1, 0)
    (plate,) = album.plates().values()
    body = album.pixels(plate.id, AUGUST)
    assert body and b"Jeanne" not in body and (plate.width, plate.height) == (800, 600)
    assert web.asked == ["https://a.example/1.jpg"]


def test_it_is_asked_again_whether_it_is_the_same(web: Web, album: Album, beat: Beat) -> None:
    catalogue = make_catalogue(pictured("a"))
    beat(catalogue)
    (first,) = album.plates().values()
    assert beat(catalogue, AGAIN) == 1
    (same,) = album.plates().values()
    assert (same.id, same.due) == (first.id, AUGUST + 2 * AGAIN)
    web.answers["https://a.example/1.jpg"] = written(image(640, 480))
    beat(catalogue, 2 * AGAIN)
    (other,) = album.plates().values()
    assert other.id != first.id and album.pixels(first.id, AUGUST) is None


def test_a_few_at_a_time_what_comes_out_most_first(web: Web, beat: Beat) -> None:
    offers = [pictured(f"o{n}") for n in range(A_BEAT + 3)]
    attention = {offers[n].id: Attention(1.0, float(n)) for n in range(len(offers))}
    catalogue = make_catalogue(*offers, picks=[Pick(offers[1].id, by="Léa")])
    assert beat(catalogue, attention=attention) == A_BEAT
    assert web.asked == [f"https://o{n}.example/1.jpg" for n in (1, 6, 5, 4)]
    assert beat(catalogue, attention=attention) == 3


def test_what_fails_rests_a_day_then_longer_and_the_next_picture_is_tried(web: Web, album: Album, beat: Beat) -> None:
    web.answers["https://a.example/1.jpg"] = FeedError("panne")
    catalogue = make_catalogue(pictured("a", "https://a.example/1.jpg", "https://a.example/2.jpg"))
    beat(catalogue)
    beat(catalogue, RETRY - timedelta(minutes=1))
    assert (web.asked, held(album)) == (["https://a.example/1.jpg", "https://a.example/2.jpg"], ["https://a.example/2.jpg"])
    beat(catalogue, RETRY)
    beat(catalogue, 2 * RETRY)
    assert web.asked.count("https://a.example/1.jpg") == 2


@pytest.mark.parametrize(("answer", "stays"), [(FeedError("panne"), True), (FeedError("404", status=404), False), (b"<html>", False)])
def test_one_that_was_there_goes_only_when_its_server_says_so(web: Web, album: Album, beat: Beat, answer: Any, stays: bool) -> None:
    catalogue = make_catalogue(pictured("a"))
    beat(catalogue)
    web.answers["https://a.example/1.jpg"] = answer
    beat(catalogue, AGAIN)
    assert bool(held(album)) is stays


def test_one_address_of_several_offers_is_asked_once(web: Web, album: Album, beat: Beat) -> None:
    beat(make_catalogue(*(pictured(name, "https://a.example/logo.jpg") for name in "abc")))
    assert len(web.asked) == 1 and len(held(album)) == 3


def test_what_the_catalogue_no_longer_gives_is_forgotten(album: Album, beat: Beat, tmp_path: Path) -> None:
    beat(make_catalogue(pictured("a"), pictured("b")))
    beat(
        make_catalogue(
            pictured("a", "https://a.example/2.jpg"), pictured("b", pictures=(Picture("https://b.example/1.jpg", "Anne", None, date(2020, 1, 1)),))
        )
    )
    assert held(album) == ["https://a.example/2.jpg"]
    assert len(list((tmp_path / "pictures").glob("*.jpg"))) == 1


def test_it_never_holds_more_than_it_may(web: Web, tmp_path: Path) -> None:
    sizes = {n: written(image(400 + n, 300)) for n in range(6)}
    web.answers = {f"https://o{n}.example/1.jpg": body for n, body in sizes.items()}
    catalogue, folder = make_catalogue(*(pictured(f"o{n}") for n in range(6))), tmp_path / "pictures"
    wide = Album(folder, 50_000_000)
    for hour in range(2):
        illustrate(wide, catalogue, NOBODY, AUGUST + timedelta(hours=hour), frozenset(), web.ask)
    plates = sorted((plate for plate in wide.plates().values()), key=lambda plate: plate.url)
    wide.pixels(plates[0].id, AUGUST + timedelta(days=1))
    each = max(path.stat().st_size for path in folder.glob("*.jpg"))
    narrow = Album(folder, 2 * each)
    narrow.write(wide.plates().values(), AUGUST + timedelta(days=1))
    files = list(folder.glob("*.jpg"))
    assert sum(path.stat().st_size for path in files) <= 2 * each and folder / f"{plates[0].id}.jpg" in files
    assert all(plate.due == AUGUST + timedelta(days=1) + UNUSED for plate in narrow.plates().values() if not plate.id)
    web.asked.clear()
    illustrate(narrow, catalogue, NOBODY, AUGUST + timedelta(days=2), frozenset(), web.ask)  # no fetching and dropping in turn
    assert web.asked == []


def test_what_nobody_asked_for_makes_room(album: Album, beat: Beat, tmp_path: Path) -> None:
    beat(make_catalogue(pictured("a")))
    full = Album(tmp_path / "pictures", 1)
    assert not full.has_room(AUGUST + timedelta(days=1))
    assert full.has_room(AUGUST + UNUSED + timedelta(hours=1))


@pytest.mark.parametrize("name", ["geante.png", "page.png"])
def test_hostile_bytes_are_a_failure_like_another(web: Web, album: Album, beat: Beat, name: str) -> None:
    path = next((SHARED).rglob(name), None)
    if path is None:
        pytest.skip("the hostile pictures are not here")
    web.answers["https://a.example/1.jpg"] = path.read_bytes()
    assert beat(make_catalogue(pictured("a"), pictured("b"))) == 2
    assert held(album) == ["https://b.example/1.jpg"]


@pytest.mark.parametrize("body", [b"", b"%!PS-Adobe-3.0 EPSF-3.0\nshowpage", JPEG[:3000], bytes(100_000)])
def test_what_is_no_photo_is_not_kept(web: Web, album: Album, beat: Beat, body: bytes) -> None:
    web.answers["https://a.example/1.jpg"] = body
    assert beat(make_catalogue(pictured("a"))) == 1
    assert held(album) == []


def test_a_reader_that_never_ends_is_killed(web: Web, album: Album, beat: Beat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sejour.darkroom.CHILD", ("sleep", "60", "--"))
    monkeypatch.setattr("sejour.darkroom.WALL_SECONDS", 0.2)
    assert beat(make_catalogue(pictured("a"))) == 1
    assert held(album) == []


def test_a_full_disk_is_a_failure_like_another(web: Web, album: Album, beat: Beat, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Album, id: str, data: bytes, moment: datetime) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Album, "put", full)
    assert beat(make_catalogue(pictured("a"))) == 1
    assert held(album) == []


@pytest.mark.parametrize("written", [b"", b"[{", b'[{"offer": 3}]'])
def test_an_index_that_cannot_be_read_is_none(album: Album, beat: Beat, tmp_path: Path, written: bytes) -> None:
    beat(make_catalogue(pictured("a")))
    (tmp_path / "pictures" / INDEX).write_bytes(written)
    assert album.plates() == {}
    assert beat(make_catalogue(pictured("a"))) == 1
    assert len(held(album)) == 1


def test_another_process_sees_whole_states_only(tmp_path: Path, web: Web) -> None:
    """One writes, the other reads: as two processes, for nothing is shared but the folder."""
    writer, reader, stop = Album(tmp_path / "pictures", 10**8), Album(tmp_path / "pictures", 10**8), threading.Event()
    catalogues = [make_catalogue(pictured("a"), pictured("b")), make_catalogue(pictured("a"))]
    wrong: list[object] = []

    def read() -> None:
        while not stop.is_set():
            seen = {plate.url for plate in reader.plates().values()}
            if seen not in (set(), {"https://a.example/1.jpg"}, {"https://a.example/1.jpg", "https://b.example/1.jpg"}):
                wrong.append(seen)

    thread = threading.Thread(target=read)
    thread.start()
    stamps = set()
    for n in range(4):
        illustrate(writer, catalogues[n % 2], NOBODY, AUGUST, frozenset(), web.ask)
        stamps.add(reader.stamp())
    stop.set()
    thread.join()
    assert wrong == [] and len(stamps) == 4


# ---- rights ----


@pytest.mark.parametrize(
    ("picture", "producer", "names"),
    [
        (Picture("https://a.example/1.jpg", "© Anne"), "Office", ["Anne"]),
        (Picture("https://a.example/1.jpg", "© Droits réservés"), "Office", ["Office"]),
        (Picture("https://a.example/1.jpg", None, "CC BY"), "Office", ["Office"]),
        (Picture("https://a.example/1.jpg", None, "CC BY"), None, []),
        (Picture("https://a.example/1.jpg", "Anne", expires=date(2026, 8, 13)), None, ["Anne"]),
        (Picture("https://a.example/1.jpg", "Anne", expires=date(2026, 8, 12)), None, []),
        (Picture("file:///etc/passwd", "Anne"), None, []),
        (Picture("photos/1.jpg", "Anne"), None, []),
    ],
)
def test_only_what_has_a_name_and_rights_is_shown(picture: Picture, producer: str | None, names: list[str]) -> None:
    offer = make_offer("a", pictures=(picture,), producer=producer)
    assert [name_of(offer, each) for each in showable(offer, AUGUST.date())] == names


@pytest.mark.parametrize(
    ("name", "licence", "line"),
    [
        ("(c) Anne", "", "© Anne"),
        ("Anne", "oui", "© Anne"),
        ("Anne", "cc-by-sa", "© Anne, CC BY-SA"),
        ("Anne", "CC BY 4.0", "© Anne, CC BY 4.0"),
        ("Anne", "https://creativecommons.org/licenses/by-nc-nd/3.0/fr/", "© Anne, CC BY-NC-ND 3.0"),
        ("Anne", "cc0", "© Anne"),
    ],
)
def test_the_credit_is_one_line(name: str, licence: str, line: str) -> None:
    assert credit_line(name, licence) == line


# ---- a real server ----


@pytest.fixture
def server() -> Iterator[tuple[str, list[str | None]]]:
    """Gives a photo, and says when it is still the same; what it was asked."""
    asked: list[str | None] = []

    class Giving(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers.get("If-None-Match")
            asked.append(known)
            self.send_response(304 if known else 200)
            self.send_header("ETag", '"1"')
            self.end_headers()
            if not known:
                self.wfile.write(JPEG)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Giving) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{serving.server_port}", asked
        serving.shutdown()


def test_over_http_and_only_where_feeds_may_go(server: tuple[str, list[str | None]], album: Album) -> None:
    host, asked = server
    catalogue = make_catalogue(pictured("a", f"http://{host}/1.jpg"))
    illustrate(album, catalogue, NOBODY, AUGUST, frozenset(), really_ask)
    assert (held(album), asked) == ([], [])  # a private address
    for after in (RETRY, RETRY + AGAIN):
        illustrate(album, catalogue, NOBODY, AUGUST + after, frozenset({host}), really_ask)
    assert (len(held(album)), asked) == (1, [None, '"1"'])


def test_a_read_only_folder_gives_what_it_holds(album: Album, beat: Beat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beat(make_catalogue(pictured("a")))
    (plate,) = album.plates().values()

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "utime", refuse)
    assert album.pixels(plate.id, AUGUST)


def test_develop_refuses_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"no photo")
    with pytest.raises(UsageError, match="abîmée"):
        develop(tmp_path / "x")
