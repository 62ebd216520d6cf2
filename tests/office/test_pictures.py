"""Photos: upright, small, without a trace of the camera; what cannot be decoded safely is refused in one sentence."""

import io
import struct
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageCms
from starlette.testclient import TestClient

from sejour import pictures
from sejour.demo.drawings import CREDIT
from sejour.domain.staff import Role
from sejour.domain.text import LocalText
from sejour.errors import UsageError
from sejour.house import House
from sejour.pictures import BUDGETS, Shelf, derive, suffixes, take
from sejour.store.pictures import StoredPicture, keep_picture, pictures_of
from tests.builders import SHARED
from tests.office.conftest import Clock
from tests.office.parts import card, image, only, photo_of_a_phone, shot, words, written

Signing = Callable[..., TestClient]
PRIVATE = (b"Jeanne", b"Secretphone", b"Exif", b"GPS", b"http://ns.adobe.com", b"Photoshop", b"ICC_PROFILE")


def uploaded(house: House) -> dict[str, StoredPicture]:
    """Those of the office, but the demonstration's own."""
    with house.store.reading() as connection:
        return {id: kept for id, kept in pictures_of(connection, house.settings.territory.id).items() if kept.credit != CREDIT}


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


@pytest.mark.parametrize("suffix", suffixes())
def test_nothing_of_the_camera_is_kept(suffix: str) -> None:
    body = photo_of_a_phone()
    assert b"Jeanne" in body and b"Exif" in body
    photo = take(body)
    for made in (photo.data, derive(photo.data, 640, suffix)):
        assert not any(trace in made for trace in PRIVATE)
        assert not opened(made).getexif()
        assert "icc_profile" not in opened(made).info
        assert "comment" not in opened(made).info


def test_a_photo_held_sideways_is_upright() -> None:
    photo = take(photo_of_a_phone(turned=6, width=800, height=600))
    assert (photo.width, photo.height) == opened(photo.data).size == (600, 800)


def test_wide_colours_become_those_of_a_page() -> None:
    red = Image.new("RGB", (300, 300), (200, 40, 40))
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = take(written(red, icc_profile=swapped))
    assert opened(photo.data).getpixel((150, 150)) == pytest.approx((200, 40, 40), abs=6)
    assert take(written(red, icc_profile=b"made up" * 50)).data  # a profile that is none changes nothing


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "CMYK", "1", "I;16"])
def test_every_way_to_write_pixels_is_read(mode: str) -> None:
    made = image().convert("RGB" if mode == "P" else "L" if mode == "I;16" else mode)
    made = made.quantize() if mode == "P" else made.convert("I;16") if mode == "I;16" else made
    assert opened(take(written(made, "JPEG" if mode == "CMYK" else "PNG")).data).mode == "RGB"


def test_what_is_transparent_is_white() -> None:
    assert opened(take(written(Image.new("RGBA", (200, 200), (0, 0, 0, 0)), "PNG")).data).getpixel((9, 9)) == (255, 255, 255)


def test_a_master_and_its_derivatives_have_a_bounded_size() -> None:
    photo = take(written(Image.effect_noise((3000, 2000), 90).convert("RGB")))
    assert (photo.width, photo.height) == (1600, 1067)
    for suffix in suffixes():
        for width, budget in BUDGETS.items():
            made = derive(photo.data, width, suffix)
            assert opened(made).width == width
            if suffix == "avif":
                assert len(made) < 4 * budget  # of noise, the worst there is
    plain = take(written(image(3000, 2000)))
    assert all(len(derive(plain.data, width, suffix)) <= budget for suffix in suffixes() for width, budget in BUDGETS.items())


def test_a_small_photo_is_not_enlarged() -> None:
    assert opened(derive(take(written(image(500, 400))).data, 1280, "jpg")).size == (500, 400)


def header_of_png(width: int, height: int) -> bytes:
    """What a PNG of that size begins with: it is refused on this alone."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 400 400\n%%EndComments\nshowpage\n"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (EPS, pictures.NO_PICTURE),
        (b"<html><script>alert(1)</script>", pictures.NO_PICTURE),
        (b"", pictures.NO_PICTURE),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), pictures.HEIC),
        (header_of_png(8000, 6250), pictures.TOO_LARGE),  # 50 megapixels
        (header_of_png(60_000, 40_000), pictures.TOO_LARGE),
        (header_of_png(2, 2), pictures.TOO_SMALL),
        (written(image())[:2_000], pictures.DAMAGED),
        (written(image(), "TIFF"), pictures.NO_PICTURE),
        (written(image(), "GIF"), pictures.NO_PICTURE),
        (bytes(pictures.LARGEST + 1), pictures.TOO_HEAVY),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_what_is_no_photo_is_refused_in_one_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        take(body)
    assert (str(refused.value), refused.value.parameter) == (sentence, "file")


def test_50_megapixels_of_a_phone_are_decoded_at_a_quarter(monkeypatch: pytest.MonkeyPatch) -> None:
    large = written(Image.new("RGB", (8160, 6120), (90, 120, 60)), quality=50)
    sizes = []
    load = Image.Image.load
    monkeypatch.setattr(Image.Image, "load", lambda self: (sizes.append(self.size), load(self))[1])
    assert max(take(large).width, take(large).height) <= pictures.MASTER
    assert max(width * height for width, height in sizes) <= 4_100_000
    with pytest.raises(UsageError, match="trop grande"):  # a progressive one would be held whole
        take(written(Image.new("RGB", (8160, 6120)), quality=50, progressive=True))


@pytest.mark.shared
@pytest.mark.parametrize(("name", "sentence"), [("geante.png", pictures.TOO_LARGE), ("page.png", pictures.NO_PICTURE)])
def test_the_hostile_pictures(name: str, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        take(Path(SHARED, "hostile/images", name).read_bytes())
    assert str(refused.value) == sentence


def test_a_shelf_holds_so_many_bytes_and_makes_each_once() -> None:
    shelf, made = Shelf(most=100), []

    def make(n: int) -> bytes:
        made.append(n)
        return bytes(40)

    for n in (1, 2, 1, 3, 1):
        shelf.get(n, lambda n=n: make(n))  # type: ignore[misc]
    assert made == [1, 2, 3]
    shelf.get(2, lambda: make(2))  # it made place
    assert made == [1, 2, 3, 2]


def pick(client: TestClient, house: House, body: bytes, name: str = "photo.jpg", **fields: str) -> tuple[int, str]:
    address = f"/office/offers/{card(house).id}/pick"
    answer = client.post(address, data=shot(text="Allez-y.", **fields), files={"file": (name, body)})
    return answer.status_code, answer.text


def test_a_photo_of_a_pick_is_served_in_each_width_and_format(sign_in: Signing, house: House) -> None:
    assert pick(sign_in(Role.COUNSELLOR), house, photo_of_a_phone())[0] == 303
    word = only(house, "pick", card(house).id)
    visitor = sign_in()
    for suffix in suffixes():
        answer = visitor.get(f"/img/{word.picture}-320.{suffix}")  # type: ignore[attr-defined]
        assert (answer.status_code, answer.headers["content-type"]) == (200, pictures.MEDIA[suffix])
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert not any(trace in answer.content for trace in PRIVATE)
        assert opened(answer.content).size == (320, 240)
    for wrong in ("321.jpg", "320.gif", "320.eps", "1600.jpg"):
        assert visitor.get(f"/img/{word.picture}-{wrong}").status_code == 404  # type: ignore[attr-defined]
    assert visitor.get("/img/aaaaaaaaaaaaaaaa-320.jpg").status_code == 404
    (kept,) = uploaded(house).values()
    assert (kept.credit, kept.alt.texts, kept.licence) == ("Léa", {"fr": "Le musée, de face"}, "office")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"credit": " "}, "Écrivez à qui est la photo (le crédit)."),
        ({"alt": ""}, "Écrivez ce que l’on voit sur la photo."),
        ({"licence": "toutes"}, "Choisissez de quel droit l’office montre la photo."),
        ({"expires": "2026-08-12"}, "Les droits de cette photo sont déjà finis"),
        ({"expires": "bientôt"}, "Donnez un jour, ou rien si les droits ne finissent pas."),
    ],
)
def test_credit_words_and_rights_come_with_a_photo(sign_in: Signing, house: House, fields: dict[str, str], sentence: str) -> None:
    status, text = pick(sign_in(Role.COUNSELLOR), house, photo_of_a_phone(), **fields)
    assert status == 400 and sentence in text
    assert not uploaded(house)


@pytest.mark.parametrize(("body", "sentence"), [(EPS, pictures.NO_PICTURE), (header_of_png(8000, 6250), pictures.TOO_LARGE)])
def test_a_refused_photo_is_told_beside_its_field(sign_in: Signing, house: House, body: bytes, sentence: str) -> None:
    status, text = pick(sign_in(Role.COUNSELLOR), house, body)
    assert status == 400 and f'id="file-wrong">{sentence}' in text and "Allez-y." in text
    assert not words(house, "pick", offer=card(house).id)


def test_a_photo_is_not_sent_twice_when_the_sentence_is_refused(sign_in: Signing, house: House) -> None:
    client, address = sign_in(Role.COUNSELLOR), f"/office/offers/{card(house).id}/pick"
    answer = client.post(address, data=shot(text=""), files={"file": ("p.jpg", photo_of_a_phone())})
    (id,) = uploaded(house)
    assert answer.status_code == 400 and f'name="picture" value="{id}"' in answer.text
    assert client.post(address, data={"text": "Allez-y.", "picture": id}).status_code == 303
    assert only(house, "pick", card(house).id).picture == id  # type: ignore[attr-defined]
    assert client.post(address, data={"text": "Allez-y.", "picture": "aaaaaaaaaaaaaaaa"}).status_code == 400  # nobody's


def test_rights_that_end_are_kept(sign_in: Signing, house: House, clock: Clock) -> None:
    photo = take(photo_of_a_phone())
    kept = StoredPicture(photo.id, photo.width, photo.height, "Jeanne", LocalText({"fr": "Le musée"}), "lent", date(2026, 8, 14))
    with house.store.writing() as connection:
        keep_picture(connection, house.store.dialect, house.settings.territory.id, kept, photo.data, "Léa", house.now())
    visitor, address = sign_in(), f"/img/{photo.id}-320.jpg"
    assert visitor.get(address).headers["cache-control"] == "public, max-age=116400, immutable"  # to the end of that day
    clock.passes(days=1, hours=8)
    assert visitor.get(address).status_code == 200
    clock.passes(hours=1)
    assert visitor.get(address).status_code == 404


def test_a_photo_whose_rights_are_over_is_not_on_the_card(sign_in: Signing, house: House, clock: Clock) -> None:
    assert pick(sign_in(Role.COUNSELLOR), house, photo_of_a_phone(), expires="2026-08-13")[0] == 303
    page = f"/office/offers/{card(house).id}"
    assert "<picture>" in sign_in(Role.EDITOR).get(page).text
    clock.passes(days=1)
    text = sign_in(Role.EDITOR).get(page).text
    assert "<picture>" not in text and "Les droits de la photo sont finis" in text


def test_a_card_is_corrected_with_a_photo(sign_in: Signing, house: House) -> None:
    address = f"/office/offers/{card(house).id}/override"
    answer = sign_in(Role.EDITOR).post(address, data=shot(), files={"file": ("photo.jpg", photo_of_a_phone())})
    assert answer.status_code == 303
    (id,) = uploaded(house)
    assert only(house, "override", card(house).id).picture == id  # type: ignore[attr-defined]
