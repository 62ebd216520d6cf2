"""The form of a feed: what it is called, its format, where it comes from, how often it is read."""

from urllib.parse import urlsplit

from starlette.datastructures import FormData, UploadFile

from providers_feed.registry import FORMATS
from sejour.domain.due import read_every
from sejour.settings import FeedSettings
from sejour.store.feeds import StoredFeed
from sejour.web.office.forms import FormError, line
from sejour.web.office.trials import Trials

LONGEST_ADDRESS = 2_000
FORMAT_WORDS = {
    "datatourisme": "DATAtourisme (l’archive zip d’un flux)", "ics": "Agenda (iCalendar, .ics)", "table": "Tableur (CSV, Excel, LibreOffice)",
}  # fmt: skip
PACES = {"1h": "toutes les heures", "6h": "toutes les 6 heures", "12h": "deux fois par jour", "1d": "chaque jour", "7d": "chaque semaine"}
HERE = "fichier envoyé par l’office"
ON_DISK = "fichier posé sur le serveur"


def formats() -> dict[str, str]:
    return {name: FORMAT_WORDS.get(name, name) for name in FORMATS}


def read_feed(form: FormData, trials: Trials, former: StoredFeed | None) -> FeedSettings:
    """A file that was sent is kept at once. Raises FormError."""
    name, format, every = line(form, "name", "le nom du flux", 60), str(form.get("format", "")), line(form, "every", "le rythme", 10)
    if format not in FORMATS:
        raise FormError("format", "Choisissez un format de la liste.")
    if former and name != former.feed.name and "table" in (format, former.feed.format):
        raise FormError("name", "Le nom d’un tableur fait partie de l’identité de ses fiches : gardez-le, ou ajoutez un autre flux.")
    try:
        read_every(every)
    except ValueError:
        raise FormError("every", "Choisissez un rythme, par exemple 6h ou 1d.") from None
    map = former.feed.map if former and former.feed.format == format == "table" else ""
    return FeedSettings(name=name, format=format, url=_source(form, trials, former), every=every, map=map)


def _source(form: FormData, trials: Trials, former: StoredFeed | None) -> str:
    """An address of the web, a file that is sent now, or what the feed has already: no other path of the server."""
    file = next((each for each in form.getlist("file") if isinstance(each, UploadFile) and each.filename), None)
    if file is not None and not file.size:
        raise FormError("file", "Ce fichier est vide.")
    if file is not None:
        return trials.take(file)
    address = line(form, "url", "l’adresse du flux", LONGEST_ADDRESS, needed=False)
    if not address and former and not is_web(former.feed.url):
        return former.feed.url
    if not address:
        raise FormError("url", "Donnez l’adresse du flux, ou envoyez un fichier.")
    if not is_web(address):
        raise FormError("url", "Donnez une adresse du web, qui commence par https:// ou http://, ou envoyez un fichier.")
    return address


def is_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        return False


def shown_of(url: str, trials: Trials) -> str:
    """Where a feed comes from, without the keys that stand in its address."""
    if is_web(url):
        return urlsplit(url).hostname or url
    return HERE if trials.owns(url) else ON_DISK


def refuse_taken(name: str, taken: StoredFeed | None, mine: int) -> None:
    """Raises FormError when another feed has that name."""
    if taken is None or taken.id == mine:
        return
    if taken.removed:
        raise FormError("name", "Un flux retiré porte ce nom : rétablissez-le, ou prenez un autre nom.")
    raise FormError("name", "Un autre flux porte déjà ce nom.")
