"""The operator's pages say what is true of this sejour."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from captive_portal.gateways import GATEWAYS
from sejour.cli import cli
from sejour.doctor import examine
from sejour.porch import open_doors
from sejour.settings import make_settings
from tests.portal.conftest import asked, corpus

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {"portal-opennds.md": ("opennds", "parc"), "portal-coovachilli.md": ("coovachilli", "mairie")}


def configuration(page: str) -> str:
    found = re.search(r"```toml\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("page", PAGES)
def test_the_configuration_of_a_page_opens(page: str, tmp_path: Path) -> None:
    kind, id = PAGES[page]
    for name in ("secret", f"{id}.secret"):
        (tmp_path / name).write_text("a" * 32)
        (tmp_path / name).chmod(0o600)
    (tmp_path / "sejour.toml").write_text(configuration(page), encoding="utf-8")
    lines = "\n".join(map(str, examine(tmp_path / "sejour.toml", datetime.now(UTC))))
    assert f"passerelle « {id} » ({kind}) : entrée https://wifi.exemple.fr/portal/{id}" in lines
    assert [line for line in lines.splitlines() if line.startswith("faute") and "base" not in line] == []
    settings = make_settings(tomllib.loads(configuration(page)), tmp_path, {})
    house: Any = type("House", (), {"settings": settings, "store": None, "now": None, "live": None})
    door = open_doors(house).gateways[id]
    assert type(door.gateway) is GATEWAYS[kind] and door.minutes == 1_440 and door.url


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_exist(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    commands = re.findall(r"sejour ((?:[a-z]+ )?[a-z]+)((?: --[a-z]+(?: \S+)?)*)", text)
    known = {}
    for name, command in cli.commands.items():
        known |= {f"{name} {sub}": each for sub, each in getattr(command, "commands", {}).items()} | {name: command}
    named = {words: options for words, options in commands if words in known}
    assert named
    for words, options in re.findall(r"bin/sejour ([a-z]+ [a-z]+)((?: --[a-z]+ \S+)+)", text) + list(named.items()):
        given = {option for parameter in known[words].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z]+", options)) <= given, words


def test_the_fields_that_opennds_needs_are_those_it_was_recorded_with() -> None:
    text = (DOCS / "portal-opennds.md").read_text(encoding="utf-8")
    (custom,) = re.findall(r"^fas_custom_parameters_list (\w+)=", text, re.MULTILINE)
    row = next(row for row in corpus("opennds-fas.json") if row["name"] == "level 1, 9.10")
    assert custom in row["expect_fields"] and asked(row["request_from_phone"]["target"]).path
