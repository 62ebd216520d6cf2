"""The house keeps its own rules: who imports whom, what the README must tell, what the wheel must hold."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader

from sejour.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_arrows_go_down() -> None:
    done = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_readme_explains_every_setting() -> None:
    for table in msgspec.structs.fields(Settings):
        part = table.type if isinstance(table.type, type) else table.type.__args__[0]
        for field in msgspec.structs.fields(part):
            assert re.search(rf"\| `{table.encode_name}\.{field.encode_name}` \|", README), f"[{table.encode_name}] {field.encode_name}"


def test_the_readme_explains_no_setting_that_is_gone() -> None:
    known = set()
    for table in msgspec.structs.fields(Settings):
        part = table.type if isinstance(table.type, type) else table.type.__args__[0]
        known |= {f"{table.encode_name}.{field.encode_name}" for field in msgspec.structs.fields(part)}
    assert set(re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", README, re.M)) == known


def test_the_house_map_shows_every_room() -> None:
    house_map = README[README.index("## The house map") : README.index("## Glossary")]
    for folder in ("sejour", "providers_feed", "captive_portal"):
        for path in (ROOT / folder).iterdir():
            if path.suffix == ".py" and not path.name.startswith("__"):
                assert path.name in house_map, path.name
            if path.is_dir() and (path / "__init__.py").exists():
                assert f"{path.name}/" in house_map, path.name


def test_the_house_map_shows_nothing_that_is_not_there() -> None:
    house_map = README[README.index("## The house map") : README.index("## Glossary")]
    for name in set(re.findall(r"\b([a-z_0-9]+\.py)\b", house_map)):
        assert list(ROOT.glob(f"*/**/{name}")) or list(ROOT.glob(f"*/{name}")), name


def test_every_picture_and_page_of_the_readme_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if "://" not in target:
            assert (ROOT / target).exists(), target


def test_every_template_compiles() -> None:
    environment = Environment(loader=FileSystemLoader(ROOT / "templates"), extensions=["jinja2.ext.i18n"], autoescape=True)
    names = environment.list_templates(extensions=["html"])
    assert len(names) >= 7
    for name in names:
        environment.get_template(name)


def test_no_template_puts_words_outside_of_translation() -> None:
    """Text between tags is an expression, punctuation, or a call of _(): no bare French word. The office is in French alone."""
    for path in (path for path in (ROOT / "templates").rglob("*.html") if path.parent.name != "office"):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<svg.*?</svg>|<[^>]+>", " ", path.read_text(encoding="utf-8"), flags=re.S)
        assert not re.search(r"[A-Za-zÀ-ÿ]{3,}", text), f"{path.name}: {text.split()}"


def test_the_wheel_holds_the_templates_and_finds_them(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "site")
    assert {"sejour/templates/base.html", "sejour/templates/static/sejour.css", "sejour/templates/locale/en.po", "sejour/demo/pau.toml",
            "sejour/store/migrations/versions/0001_first.py"} <= names  # fmt: skip
    code = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); from sejour.web.templates import TEMPLATES; print(TEMPLATES)"
    found = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True).stdout.strip()
    assert found == str(tmp_path / "site/sejour/templates")


def test_nothing_tells_where_it_was_written() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".html", ".css", ".po", "") and path.is_file():
            assert not re.search(r"(?<![\w.])/(?:work|farm|root)/", path.read_text(encoding="utf-8", errors="ignore")), name
