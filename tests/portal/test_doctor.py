"""What an operator can get wrong, seen by `sejour doctor` and at the start."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from captive_portal.credentials import credential
from sejour.app import create_app
from sejour.credentials import credential_key, radius_reply
from sejour.doctor import Grade, examine
from sejour.domain.staff import Role
from sejour.errors import UsageError
from sejour.settings import read_settings
from sejour.store import outings, unplaced
from sejour.store.engine import Store
from sejour.store.feeds import seed
from sejour.store.migrate import migrate
from sejour.store.outings import OutingRow, WaitingRow
from sejour.store.staff import add_staff
from tests.portal.house import Portal

NOW = datetime.now(UTC)
GOOD = """
[service]
public_url = "https://wifi.exemple.fr"
[store]
url = "sqlite:///sejour.db"
[territory]
id = "pau"
[[feed]]
name = "flux"
format = "datatourisme"
url = "flux.zip"
[[hotspot]]
id = "parc"
name = "Parc"
lat = 43.3
lon = -0.37
gateway = "parc"
[[gateway]]
id = "parc"
kind = "opennds"
level = 3
secret_file = "parc.secret"
[weather]
url = "https://api.open-meteo.com/v1/forecast"
"""


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    for name in ("secret", "parc.secret"):
        (tmp_path / name).write_text("secret\n")
        (tmp_path / name).chmod(0o600)
    return written(tmp_path, GOOD)


def written(folder: Path, text: str) -> Path:
    config = folder / "sejour.toml"
    config.write_text(text)
    os.utime(config, (0, NOW.timestamp() - 60))
    return config


def prepared(config: Path) -> Store:
    settings = read_settings(config, {})
    store = Store(settings.store.url)
    migrate(store)
    with store.writing() as connection:
        seed(connection, store.dialect, settings)
    return store


def told(config: Path, moment: datetime = NOW) -> dict[str, str]:
    """{line: grade}; every line that is not good has its remedy."""
    found = list(examine(config, moment))
    assert all(each.remedy for each in found if each.grade is not Grade.GOOD), found
    return {str(each): each.grade.value for each in found}


def faults(config: Path, moment: datetime = NOW) -> str:
    return "\n".join(line for line, grade in told(config, moment).items() if grade == "faute")


def test_a_good_configuration_has_no_fault_and_tells_the_addresses(configured: Path) -> None:
    store = prepared(configured)
    with store.writing() as connection:
        row = OutingRow("r", "d", "", "parc", "", "fr", "waiting", NOW, NOW + timedelta(hours=1))
        outings.begin(connection, store.dialect, "pau", row, WaitingRow("a" * 64, "b", "c"))
        outings.polled(connection, "pau", "parc", "a" * 64, NOW)
    assert any("sejour staff add" in line for line, grade in told(configured).items() if grade == "à voir")
    with store.writing() as connection:
        add_staff(connection, "pau", "ana", "Ana", Role.ADMIN, "", NOW)
    lines = told(configured)
    assert set(lines.values()) == {"bon"}, lines
    assert any("entrée https://wifi.exemple.fr/portal/parc ; interrogation : https://wifi.exemple.fr/portal/parc/poll/" in line for line in lines)
    assert "n’a rien demandé depuis 10 min" in faults(configured, NOW + timedelta(minutes=10))


@pytest.mark.parametrize(
    ("former", "now", "fault"),
    [
        ("[service]", "[servise]", "n’existe pas"), ('kind = "opennds"', 'kind = "openwrt"', "n’est pas une passerelle connue"),
        ('secret_file = "parc.secret"', "", "n’a pas de « secret_file »"), ('"parc.secret"', '"rien.secret"', "manque ou est vide"),
        ("https://wifi.exemple.fr", "", "public_url n’est pas dit"), ("https://wifi.exemple.fr", "wifi.exemple.fr", "n’est pas une adresse"),
        ("https://wifi.exemple.fr", "https://exemple.fr/wifi", "a un chemin"), ("level = 3", "level = 7", "« level » de 0 à 4"),
        ('gateway = "parc"', 'gateway = "parx"', "n’existe pas"), ("https://api.open-meteo.com/v1/forecast", "ftp://x/y", "ni http ni https"),
        ("https://api.open-meteo.com/v1/forecast", "meteo.json", "n’existe pas"), ("sqlite:///sejour.db", "mysql://x", "n’est pas une adresse de base"),
        ('id = "parc"\nkind', 'id = "Le Parc"\nkind', "en minuscules"), ("[service]", '[service]\nstaff_url = "http://office.fr"', "adresse https"),
    ],
)  # fmt: skip
def test_a_mistake_is_a_fault(configured: Path, former: str, now: str, fault: str) -> None:
    if "sqlite" not in former:
        prepared(configured)
    config = written(configured.parent, GOOD.replace(former, now))
    if "gateway =" in former:
        (config.parent / "sejour.db").unlink()
        prepared(config)
    assert fault in faults(config)


def test_what_the_next_start_will_add_is_counted(configured: Path) -> None:
    migrate(Store(read_settings(configured, {}).store.url))
    lines = "\n".join(told(configured))
    assert "bornes : 1" in lines and "aucun flux" not in lines and "aucune borne derrière" not in lines


def test_what_is_beside_the_configuration_is_looked_at(configured: Path) -> None:
    assert "La base est vide" in faults(configured)
    prepared(configured)
    (configured.parent / "parc.secret").chmod(0o644)
    assert "peut être lu par tous" in faults(configured)
    assert "avant que la configuration ne soit écrite" in faults(configured, NOW - timedelta(days=400))
    assert "n’existe pas" in faults(configured.parent / "autre.toml")


def test_an_unknown_access_point_is_for_the_office_to_place(configured: Path) -> None:
    store = prepared(configured)
    with store.writing() as connection:
        unplaced.note(connection, store.dialect, "pau", "parc", "borne-9", NOW)
    (line,) = (line for line in told(configured) if "borne-9" in line)
    assert line.startswith("à voir") and line.endswith("sejour hotspot place BORNE 'borne-9'")


@pytest.mark.parametrize("spoil", ["parc.secret", "secret"])
def test_a_gateway_without_its_secret_is_refused_at_the_start(opening: Callable[..., Portal], spoil: str) -> None:
    portal = opening()
    (portal.folder / spoil).write_text("\n")
    with pytest.raises(UsageError, match="est vide"):
        create_app(portal.house())
    (portal.folder / spoil).unlink()
    with pytest.raises(UsageError, match="ne peut pas être lu"):
        create_app(portal.house())


def test_the_radius_server_is_told_the_password_of_this_phone_only(opening: Callable[..., Portal]) -> None:
    settings = opening().settings
    made = credential(credential_key(settings), "0A-0B-0C-0D-0E-31", "1")
    said = radius_reply(settings, "mairie", "0a:0b:0c:0d:0e:31", "1", made.username)
    assert said == f'Cleartext-Password := "{made.password}"\nSession-Timeout := 86400'
    for device, session, user, gateway in (("0a:0b:0c:0d:0e:32", "1", made.username, "mairie"), ("0a:0b:0c:0d:0e:31", "2", made.username, "mairie"),
                                           ("0a:0b:0c:0d:0e:31", "1", "x", "mairie"), ("0a:0b:0c:0d:0e:31", "1", made.username, "x")):  # fmt: skip
        with pytest.raises(UsageError):
            radius_reply(settings, gateway, device, session, user)
