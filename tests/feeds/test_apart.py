"""The killable child: whatever happens to it, what it had sent is not taken for a whole source, and nothing is left running."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest

from providers_feed import apart, registry
from providers_feed.apart import parse_apart
from providers_feed.registry import FORMATS, parse_of
from sejour.domain.feed import Feed, Record
from sejour.domain.offer import exported
from sejour.errors import FeedError, UsageError
from tests.builders import make_object, write_flux
from tests.feeds import misbehaving

FEED = Feed("essai", "datatourisme")
CORPUS = Path(__file__).parent / "corpus/datatourisme"


def readers() -> list[psutil.Process]:
    """The children that read a source; other tests have children of their own."""
    names = ("providers_feed.child", "tests.feeds.misbehaving")
    return [child for child in psutil.Process().children() if any(name in child.cmdline() for name in names)]


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    yield
    assert readers() == []
    assert [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer) and not thread.finished.is_set()] == []


@pytest.fixture
def misbehave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "CHILD", (sys.executable, "-m", "tests.feeds.misbehaving"))
    monkeypatch.setattr(registry, "FORMATS", FORMATS | misbehaving.PARSERS)
    monkeypatch.chdir(Path(__file__).parents[2])


@pytest.mark.parametrize("source", [*sorted(CORPUS.glob("*.json")), CORPUS / "folder"], ids=lambda source: source.stem)
def test_the_child_gives_what_the_parser_gives(source: Path) -> None:
    feed = Feed("essai", "datatourisme", timezone="Indian/Reunion")
    read, sent = list(parse_of("datatourisme")(source, feed)), list(parse_apart(source, feed))
    assert sent == read
    offers = [(mine.offer, theirs.offer) for mine, theirs in zip(sent, read, strict=True) if mine.offer and theirs.offer]
    assert [exported(mine) for mine, _ in offers] == [exported(theirs) for _, theirs in offers]  # in the zone of the place too


def test_a_refusal_comes_through(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("Nom;Commune")
    with pytest.raises(FeedError) as caught:
        list(parse_apart(tmp_path / "export.csv", FEED))
    assert str(caught.value) == "export.csv ne contient aucun objet DATAtourisme (« @id », « @type »)."


@pytest.mark.usefixtures("misbehave")
def test_the_figures_of_a_refusal_come_through(tmp_path: Path) -> None:
    with pytest.raises(FeedError) as caught:
        list(parse_apart(tmp_path, Feed("essai", "refusing")))
    assert str(caught.value) == f"{tmp_path.name} : 300 Mo, c’est trop."


def test_a_source_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="n’existe pas"):
        list(parse_apart(tmp_path / "absent.zip", FEED))


def test_an_unknown_format_is_a_mistake_of_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="datatourisme"):
        list(parse_apart(tmp_path, Feed("essai", "inconnu")))


def interrupted(source: Path, format: str, **limits: float) -> list[Record]:
    """The records that arrived before the reading was given up."""
    arrived: list[Record] = []
    with pytest.raises(FeedError) as caught:
        for record in parse_apart(source, Feed("essai", format), **limits):
            arrived.append(record)
    assert str(caught.value).startswith(f"{source.name} : la lecture a été arrêtée")
    return arrived


@pytest.mark.usefixtures("misbehave")
@pytest.mark.parametrize("format", ["busy", "hungry", "crashing", "raising", "silent", "cut"])
def test_a_child_that_dies_gives_no_whole_source(tmp_path: Path, format: str) -> None:
    """Of too much computing, too much memory, a crash of a library, an error of ours, or an exit that says nothing."""
    assert len(interrupted(tmp_path, format)) == misbehaving.GOOD


@pytest.mark.usefixtures("misbehave")
def test_a_child_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    assert len(interrupted(tmp_path, "sleepy", wall_seconds=3.0)) == misbehaving.GOOD


@pytest.mark.usefixtures("misbehave")
def test_a_child_killed_by_someone_else_gives_no_whole_source(tmp_path: Path) -> None:
    records = parse_apart(tmp_path, Feed("essai", "sleepy"))
    next(records)
    (child,) = readers()
    child.send_signal(signal.SIGTERM)
    with pytest.raises(FeedError, match="arrêtée"):
        list(records)


@pytest.mark.usefixtures("misbehave")
def test_a_reader_that_loses_interest_kills_the_child(tmp_path: Path) -> None:
    records = parse_apart(tmp_path, Feed("essai", "sleepy"))
    next(records)
    (child,) = readers()
    records.close()  # type: ignore[attr-defined]
    assert not child.is_running()


@pytest.mark.usefixtures("misbehave")
def test_a_source_that_is_all_problems_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="plus de 100000 anomalies"):
        list(parse_apart(tmp_path, Feed("essai", "complaining")))


def test_the_child_has_no_access_to_the_work_folder_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that lies beside the source, or that PYTHONPATH names, is not imported by the child."""
    (tmp_path / "msgspec.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert len(list(parse_apart(write_flux(tmp_path / "flux.zip", [make_object()]), FEED))) == 1


def test_the_child_limits_itself() -> None:
    """Memory, computing time, and no core file with what strangers sent."""
    limits = "import resource as r, sys; from providers_feed import child; child.main(*sys.argv[1:]); "
    limits += "print([r.getrlimit(each) for each in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_CORE)], file=sys.stderr)"
    feed = msgspec.json.encode(Feed("essai", "datatourisme")).decode()
    command = [sys.executable, "-c", limits, str(CORPUS / "list.json"), feed]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stderr.decode().strip() == "[(1610612736, 1610612736), (120, 125), (0, 0)]"
