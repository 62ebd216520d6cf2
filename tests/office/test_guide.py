"""docs/office.md says what the pages are: its addresses open, its buttons and labels are theirs, its hours are read, its pictures are there and light."""

import re
from html import unescape
from pathlib import Path

import pytest

from sejour.domain.hours import read_hours
from sejour.domain.staff import Role
from sejour.web.office.overrides import written_hours
from sejour.web.office.pages import ROLES
from sejour.web.office.routes import DOORS
from tests.builders import PARIS

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/office.md").read_text(encoding="utf-8")
HEAVIEST = 80_000  # bytes of a picture
LONGEST = 10  # lines of a task: what is to be done, not the words about it
TASKS = re.findall(r"(?ms)^## ([^\n]+)\n\n(<img .*?)(?=^## )", GUIDE)


def plain(text: str) -> str:
    """With spaces that are all the same."""
    return re.sub(r"\s+", " ", unescape(text))


def pages() -> str:
    """What the office's pages are made of: templates, and the words that Python hands them."""
    sources = [*(ROOT / "templates/office").glob("*.html"), *(ROOT / "sejour/web/office").glob("*.py")]
    return plain("\n".join(path.read_text(encoding="utf-8") for path in sources))


def addresses(text: str) -> list[str]:
    return re.findall(r"`(/[a-z]+(?:/[a-z]*)*)`", text)


def anchor(title: str) -> str:
    """As the places that show Markdown make it."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def test_every_address_opens() -> None:
    doors = {door.path for door in DOORS if door.method == "GET"}
    assert len(addresses(GUIDE)) > 15
    assert set(addresses(GUIDE)) <= doors


def test_every_button_and_label_is_on_a_page() -> None:
    there, said = pages(), {plain(each) for each in re.findall(r"\*\*(.+?)\*\*", GUIDE, re.S)}
    assert len(said) > 40
    assert sorted(each for each in said if not re.search(rf'[>"}}] ?{re.escape(each)} ?[<"{{]', there)) == []  # whole: between tags, or in quotes


def test_every_task_has_one_picture_and_few_lines() -> None:
    assert len(TASKS) >= 10
    for title, text in TASKS:
        assert text.count("<img ") == 1, title
        assert len([line for line in text.splitlines()[1:] if line.strip()]) <= LONGEST, title


def test_every_picture_is_there_and_light() -> None:
    shown = re.findall(r'<img src="(images/[^"]+)" width="\d+" alt="([^"]+)">', GUIDE)
    assert len(shown) == GUIDE.count("<img ") == len(TASKS)
    for name, alt in shown:
        assert alt and (ROOT / "docs" / name).stat().st_size <= HEAVIEST, name
    assert {f"images/{path.name}" for path in (ROOT / "docs/images").glob("office-*.png")} == {name for name, _ in shown}


def test_every_link_leads_somewhere() -> None:
    anchors = {anchor(title) for title in re.findall(r"(?m)^##? (.+)$", GUIDE)}
    for target in re.findall(r"\]\(([^)]+)\)", GUIDE):
        assert target.removeprefix("#") in anchors if target.startswith("#") else (ROOT / "docs" / target).exists(), target


def test_the_roles_may_what_it_says() -> None:
    table = GUIDE[GUIDE.index("## Qui peut quoi") :].split("\n\n")[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    assert [row[0] for row in rows] == [ROLES[role] for role in Role]
    least = {door.path: door.least for door in DOORS if door.method == "GET"}
    for role, (_, _, second, opens) in zip(Role, rows, strict=True):
        assert (second == "oui") == role.second_factor
        assert {least[address] for address in addresses(opens)} == {role}, role


@pytest.mark.parametrize("text", re.findall(r"`([A-Z][a-z][\w-]* [^`]*\d\d:\d\d[^`]*)`", GUIDE))
def test_the_hours_that_it_gives_are_read(text: str) -> None:
    assert read_hours(text, PARIS).text


def test_its_typography() -> None:
    """French marks stand after a narrow no-break space."""
    words = re.sub(r"`[^`]*`|<[^>]+>|\]\([^)]*\)", "", GUIDE)
    assert re.findall(r".{12}[ \u00a0\w’][;!?»]|« |\w:(?!\w)", words) == []
    assert "'" not in words


def test_hours_may_be_written_as_one_says_them() -> None:
    (said,) = re.findall("« (du mardi [^»]*) »", GUIDE)
    assert written_hours(said, PARIS) == "Tu-Su 09:00-12:00,14:00-18:00; Dec 25 off"
    with pytest.raises(ValueError, match=r"."):
        written_hours("quand il fait beau", PARIS)
