"""What the tests of the office's pages share: cards of the demonstration, photos, what a form holds."""

import io
import re

from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from starlette.testclient import TestClient

from sejour.demo.flux import key_of
from sejour.domain.occasion import Word
from sejour.domain.offer import Offer, offer_id
from sejour.house import House
from sejour.store.curation import Kept, words_of

POSITION = ((43, 17, 42.36), (0, 22, 14.88))


def card(house: House, slug: str = "musee-des-beaux-arts") -> Offer:
    """By its slug in the demonstration's facts: its name may be corrected."""
    found = house.live.territory.catalogue.offer(offer_id("datatourisme", key_of(slug)))
    assert found
    return found


def words(house: House, *sorts: str, offer: str | None = None) -> list[Kept]:
    with house.store.reading() as connection:
        return words_of(connection, house.settings.territory.id, *sorts, offer=offer)


def only(house: House, sort: str, offer: str) -> Word:
    (kept,) = words(house, sort, offer=offer)
    return kept.word


def done(client: TestClient, address: str, **fields: object) -> str:
    """Sends a form that must be taken, and gives the address of the page that follows."""
    answer = client.post(address, data=fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def refused(client: TestClient, address: str, field: str, **fields: object) -> str:
    """Sends a form that must be shown again, and gives the sentence that stands beside `field`."""
    answer = client.post(address, data=fields)
    assert answer.status_code == 400, answer.text
    found = re.search(rf'id="{field}-wrong">(.*?)</p>', answer.text, re.S)
    assert found, answer.text
    return found[1]


def image(width: int = 800, height: int = 600, mode: str = "RGB") -> Image.Image:
    return Image.linear_gradient("L").resize((width, height)).convert(mode)


def written(made: Image.Image, format: str = "JPEG", **options: object) -> bytes:
    body = io.BytesIO()
    made.save(body, format, **options)  # type: ignore[arg-type]  # options are those of save
    return body.getvalue()


def photo_of_a_phone(turned: int = 1, width: int = 800, height: int = 600) -> bytes:
    """With its position, its owner, the date and a comment, held in a hand that turned it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x013B], exif[0x8298], exif[0x010F] = turned, "Jeanne Secrète", "© Jeanne", "Secretphone"
    gps = {1: "N", 2: tuple(map(IFDRational, POSITION[0])), 3: "W", 4: tuple(map(IFDRational, POSITION[1]))}
    exif.get_ifd(0x8825).update(gps)
    return written(image(width, height), exif=exif.tobytes(), comment=b"pris chez Jeanne")


def shot(**fields: str) -> dict[str, str]:
    """The fields that go with a photo, as the form fills them."""
    return {"credit": "Léa", "alt": "Le musée, de face", "licence": "office", "expires": ""} | fields
