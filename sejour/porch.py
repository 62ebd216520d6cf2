"""Between the house and the portal: what `captive_portal` is handed, made of the settings, the store, the catalogue and the pages."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from captive_portal.access_points import AccessPoint
from captive_portal.doors import Door, Doors, poll_secret
from captive_portal.gateways import GATEWAYS
from captive_portal.gateways.gateway import Setup, Waiting
from captive_portal.outings import Outing, Stage
from captive_portal.refusal import Refused
from captive_portal.routes import read_token
from sejour.credentials import credential_key, read_secret, service_secret
from sejour.errors import UsageError
from sejour.house import House
from sejour.settings import GatewaySettings, Settings
from sejour.store import outings, unplaced
from sejour.store.outings import OutingRow, WaitingRow
from sejour.web import portal
from sejour.web.bar import Bar
from sejour.web.visits import language_of, visit_at

NOTED = timedelta(hours=1)  # how often it is written that an unplaced access point is named
MOST_NOTED = 1_000
NO_SECRET = 0  # openNDS's only level without a faskey


def open_doors(house: House) -> Doors:
    """Raises UsageError, one sentence, when a gateway of sejour.toml cannot be what it says."""
    settings = house.settings
    gateways = {each.id: door_of(settings, each) for each in settings.gateway}
    secret = service_secret(settings) if gateways else b""
    if len(gateways) < len(settings.gateway):
        raise UsageError("sejour.toml : deux [[gateway]] ont le même « id ».")
    return Doors(
        secret=secret,
        public=public_origin(settings),
        gateways=gateways,
        now=house.now,
        points=lambda: [AccessPoint(h.id, h.gateway, h.keys) for h in house.live.territory.hotspots.values()],
        unplaced=_Unplaced(house).note,
        let_out=lambda request, hotspot, language: house.tally.add("grant", visit_at(request, hotspot, language or language_of(request))),
        book=StoredBook(house),
        pages=PortalPages(),
    )


def door_of(settings: Settings, told: GatewaySettings) -> Door:
    """Raises UsageError when `told` cannot be a gateway of ours."""
    if told.kind not in GATEWAYS:
        raise UsageError("sejour.toml : « %(kind)s » n’est pas une passerelle connue (%(known)s).", kind=told.kind, known=", ".join(GATEWAYS))
    if not re.fullmatch(r"[a-z0-9-]{1,40}", told.id):
        raise UsageError("sejour.toml : l’« id » d’une passerelle s’écrit en minuscules sans accent, chiffres et tirets : « %(id)s ».", id=told.id)
    if told.url and not re.fullmatch(r"https?://[\w.:\[\]-]+(/[\w./~-]*)?", told.url, re.ASCII):
        raise UsageError("sejour.toml : « url » de la passerelle « %(id)s » est une adresse http ou https.", id=told.id)
    if told.level not in (None, 0, 1, 2, 3, 4) or told.minutes < 1:
        raise UsageError("sejour.toml : la passerelle « %(id)s » a un « level » de 0 à 4, et « minutes » d’au moins 1.", id=told.id)
    if not told.secret_file and told.level != NO_SECRET:
        raise UsageError(
            "sejour.toml : la passerelle « %(id)s » n’a pas de « secret_file » : le secret partagé avec elle s’écrit dans un fichier.", id=told.id
        )
    secret = read_secret(told.secret_file, f"gateway « {told.id} »") if told.secret_file else b""
    gateway = GATEWAYS[told.kind](Setup(secret, credential_key(settings), told.host, told.level, told.pap))
    return Door(told.id, gateway, poll_secret(told.id, secret) if secret else "", told.minutes, told.url)


def public_origin(settings: Settings) -> str:
    parts = urlsplit(settings.service.public_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def bar_of_token(doors: Doors, token: str) -> Bar | None:
    """The login bar of a page that carries this state."""
    state = read_token(doors, token)
    return Bar(token, tuple(filter(None, (state.arrival.origin, doors.public)))) if state else None


class PortalPages:
    def home(self, request: Request, hotspot: str, token: str, targets: Sequence[str], *, failed: bool) -> Response:
        return portal.home(request, hotspot, Bar(token, tuple(targets), failed))

    def connected(self, request: Request, hotspot: str, language: str) -> Response:
        return portal.connected(request, hotspot, language)

    def waiting(self, request: Request, hotspot: str, language: str, *, late: bool, past: str) -> Response:
        return portal.waiting(request, hotspot, language, late=late, past=past)

    def refused(self, request: Request, refused: Refused) -> Response:
        return portal.refused(request, refused.sentence, refused.name)


class StoredBook:
    """The Book in the database. On a disk that became read-only phones are let out all the same, unknown to it, but for those that have to wait."""

    def __init__(self, house: House) -> None:
        self._store, self._territory = house.store, house.settings.territory.id

    def begin(self, outing: Outing, waiting: Waiting | None) -> bool:
        row = OutingRow(outing.ref, outing.device, outing.address, outing.gateway, outing.hotspot, outing.language, outing.stage.value,
                        outing.began, outing.ends)  # fmt: skip
        waits = WaitingRow(waiting.gatewayhash, waiting.id, waiting.line) if waiting else None
        if self._store.dialect.read_only and waits is None:
            return True
        with self._store.writing() as connection:
            return outings.begin(connection, self._store.dialect, self._territory, row, waits)

    def of_ref(self, ref: str) -> Outing | None:
        with self._store.reading() as connection:
            return _outing(outings.of_ref(connection, self._territory, ref))

    def of_phone(self, *, device: str = "", address: str = "") -> Outing | None:
        with self._store.reading() as connection:
            return _outing(outings.of_phone(connection, self._territory, device=device, address=address))

    def is_out(self, ref: str) -> None:
        with self._store.writing() as connection:
            outings.is_out(connection, self._territory, (ref,), Stage.OUT.value)

    def end(self, ref: str) -> None:
        with self._store.writing() as connection:
            outings.end(connection, self._territory, (ref,))

    def queue(self, gateway: str, before: datetime | None = None) -> Sequence[Waiting]:
        with self._store.reading() as connection:
            return [Waiting(*row) for row in outings.queue(connection, self._territory, gateway, before)]

    def hashes(self, gateway: str) -> frozenset[str]:
        with self._store.reading() as connection:
            return outings.hashes(connection, self._territory, gateway)

    def polled(self, gateway: str, gatewayhash: str, moment: datetime) -> None:
        with self._store.writing() as connection:
            outings.polled(connection, self._territory, gateway, gatewayhash, moment)

    def settle(self, gateway: str, out: Sequence[str], dropped: Sequence[str]) -> None:
        with self._store.writing() as connection:
            outings.settle(connection, self._territory, gateway, out, dropped, Stage.OUT.value)


class _Unplaced:
    def __init__(self, house: House) -> None:
        self._house = house
        self._noted: dict[tuple[str, str], datetime] = {}

    def note(self, gateway: str, key: str) -> None:
        house, moment, which = self._house, self._house.now(), (gateway, key)
        if house.store.dialect.read_only or (which in self._noted and moment - self._noted[which] < NOTED):
            return
        if len(self._noted) >= MOST_NOTED:
            self._noted.clear()
        self._noted[which] = moment
        with house.store.writing() as connection:
            unplaced.note(connection, house.store.dialect, house.settings.territory.id, gateway, key, moment)


def _outing(row: OutingRow | None) -> Outing | None:
    return Outing(row.ref, row.device, row.address, row.gateway, row.hotspot, row.language, Stage(row.stage), row.began, row.ends) if row else None
