"""Gateways' requests as they were recorded, and ways to spoil them."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from captive_portal.gateways.gateway import RawRequest
from captive_portal.refusal import Refused
from sejour.store.engine import Store
from sejour.store.migrate import migrate
from tests.builders import SHARED
from tests.portal.house import Portal, make_portal

CORPUS = Path(__file__).parent / "corpus"
CAPTIVE = SHARED / "captive"
FASKEY, UAMSECRET = b"clef-du-kiosque", b"chut-uam"
LANDING = "https://portail.exemple/portal/gare/done?s=abc"


def corpus(name: str, folder: Path = CORPUS) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def asked(target: str | bytes, origin: str = "https://portail.exemple", **fields: Any) -> RawRequest:
    """A GET of `target`, a path or a whole address, with its query."""
    raw = target if isinstance(target, bytes) else target.encode()
    if raw.startswith(b"http"):
        scheme, _, rest = raw.partition(b"://")
        host, slash, tail = rest.partition(b"/")
        origin, raw = f"{scheme.decode()}://{host.decode()}", slash + tail
    path, _, query = raw.partition(b"?")
    return RawRequest("GET", path.decode(), query, **{"origins": (origin,)} | fields)


def refusal(answer: object) -> Refused:
    """The refusal, which must be one sentence for the visitor and one line for the operator, with nobody's address in it."""
    assert isinstance(answer, Refused), answer
    sentence = str(answer.sentence)
    assert re.fullmatch(r"[A-ZÉ][^\n%<>]+\.", sentence), sentence
    assert answer.why.isascii() and "\n" not in answer.why and not re.search(r"[0-9a-fA-F]{2}[:-]|[0-9a-f]{16}|\d+\.\d+\.\d+", answer.why), answer.why
    return answer


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, to make others of."""
    path = tmp_path_factory.mktemp("prepared") / "sejour.db"
    migrate(Store(f"sqlite:///{path}"))
    return path


@pytest.fixture
def opening(prepared: Path, tmp_path: Path) -> Callable[..., Portal]:
    """Opens a portal with the given gateways, (id, kind, secret, settings); by default openNDS at level 1 and UAM."""

    def make(*gateways: tuple[str, str, bytes, dict[str, Any]], **service: Any) -> Portal:
        shutil.copy(prepared, tmp_path / "sejour.db")
        store = Store(f"sqlite:///{tmp_path / 'sejour.db'}")
        return make_portal(tmp_path, store, gateways or (("parc", "opennds", FASKEY, {"level": 1}), ("mairie", "uam", UAMSECRET, {})), **service)

    return make
