"""The documents of a source: read without unpacking anything, whatever the archive pretends."""

import io
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers_feed import archive
from providers_feed.archive import documents
from sejour.domain.feed import Problem, Severity
from sejour.errors import FeedError

MB = 2**20


def write_zip(path: Path, members: Iterable[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, body in members:
            file.writestr(name, body)
    return path


def read(source: Path) -> list[tuple[str, bytes | Problem]]:
    return list(documents(source, ".json"))


def problem_of(source: Path, name: str) -> Problem:
    """The Problem that stands for the document `name`, which says where, why, and that the source could not be read whole."""
    found = dict(read(source))[name]
    assert isinstance(found, Problem)
    assert (found.record, found.severity, found.partial) == (name, Severity.ERROR, True)
    return found


def refusal(source: Path) -> str:
    """The one sentence with which the whole source is refused."""
    with pytest.raises(FeedError) as caught:
        read(source)
    sentence = str(caught.value)
    assert sentence.startswith(source.name)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_a_zip_gives_its_documents_in_its_own_order(tmp_path: Path) -> None:
    source = write_zip(tmp_path / "flux.zip", [("b.json", b"1"), ("a/é.json", b"2"), ("context.jsonld", b"3"), ("a/", b""), ("photo.jpg", b"4")])
    assert read(source) == [("b.json", b"1"), ("a/é.json", b"2")]


def test_a_folder_gives_its_documents_sorted_by_name(tmp_path: Path) -> None:
    for name in ("b.json", "a/c.json", "a/d.txt", "index.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "folder.json").mkdir()
    assert read(tmp_path) == [("a/c.json", b"a/c.json"), ("b.json", b"b.json"), ("index.json", b"index.json")]


def test_a_single_file_is_its_own_document_whatever_its_name(tmp_path: Path) -> None:
    source = tmp_path / "flux.txt"
    source.write_bytes(b"{}")
    assert read(source) == [("flux.txt", b"{}")]


def test_an_empty_folder_and_an_empty_zip_have_no_document(tmp_path: Path) -> None:
    assert read(tmp_path) == []
    assert read(write_zip(tmp_path / "a.zip", [])) == []


def test_a_source_that_is_not_there_is_refused(tmp_path: Path) -> None:
    refusal(tmp_path / "absent.zip")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_source_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "secret.json"
    source.touch(mode=0o000)
    refusal(source)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95, 0.999])
def test_a_truncated_zip_is_refused(tmp_path: Path, kept: float) -> None:
    source = write_zip(tmp_path / "flux.zip", ((f"{n}.json", os.urandom(500)) for n in range(20)))
    whole = source.read_bytes()
    source.write_bytes(whole[: int(len(whole) * kept)])
    assert "coupée ou abîmée" in refusal(source)


def test_what_is_no_zip_is_a_single_document(tmp_path: Path) -> None:
    source = tmp_path / "flux.zip"
    source.write_bytes(b"<html>Connectez-vous</html>")
    assert read(source) == [("flux.zip", b"<html>Connectez-vous</html>")]


def move_member(source: Path, moved: int, onto: int) -> None:
    """Rewrites the list of members so that one begins where another does."""
    with zipfile.ZipFile(source) as file:
        offsets = [info.header_offset for info in file.infolist()]
    body = bytearray(source.read_bytes())
    entry = -1
    for _ in range(moved + 1):
        entry = body.index(b"PK\x01\x02", entry + 1)
    body[entry + 42 : entry + 46] = offsets[onto].to_bytes(4, "little")
    source.write_bytes(body)


def test_members_that_share_bytes_refuse_the_archive(tmp_path: Path) -> None:
    """CVE-2024-0450: Python before 3.11.8 reads them without a word."""
    source = write_zip(tmp_path / "flux.zip", ((f"{n}.json", b"x" * 5_000) for n in range(4)))
    move_member(source, 2, 1)
    assert "chevauchent" in refusal(source)


def test_empty_members_that_share_bytes_refuse_the_archive(tmp_path: Path) -> None:
    source = write_zip(tmp_path / "flux.zip", ((f"{n}.json", b"") for n in range(4)), zipfile.ZIP_STORED)
    move_member(source, 2, 1)
    assert "chevauchent" in refusal(source)


def test_a_member_that_swallows_the_next_ones_refuses_the_archive(tmp_path: Path) -> None:
    """As the well-known quoted-overlap bombs do."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("b.json", b"y" * 1_000)
    source = write_zip(tmp_path / "flux.zip", [("a.json", inner.getvalue()), ("b.json", b"y")], zipfile.ZIP_STORED)
    body = bytearray(source.read_bytes())
    second = body.index(b"PK\x01\x02", body.rindex(b"PK\x01\x02"))
    body[second + 42 : second + 46] = body.index(b"PK\x03\x04", 1).to_bytes(4, "little")  # the header that "a.json" quotes
    source.write_bytes(body)
    assert "chevauchent" in refusal(source)


def test_a_huge_member_is_left_and_the_others_are_read(tmp_path: Path) -> None:
    source = write_zip(tmp_path / "flux.zip", [("a.json", b"1"), ("bombe.json", b"0" * (archive.LARGEST_DOCUMENT + 1)), ("z.json", b"2")])
    assert "trop gros" in str(problem_of(source, "bombe.json").reason)
    assert [body for _, body in read(source) if isinstance(body, bytes)] == [b"1", b"2"]


def test_a_huge_file_of_a_folder_is_left(tmp_path: Path) -> None:
    with (tmp_path / "a.json").open("wb") as file:
        file.truncate(300 * MB)
    (tmp_path / "b.json").write_bytes(b"1")
    assert "300 Mo" in str(problem_of(tmp_path, "a.json").reason)
    assert dict(read(tmp_path))["b.json"] == b"1"


def test_a_huge_single_file_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.json").open("wb") as file:
        file.truncate(300 * MB)
    assert "300 Mo" in refusal(tmp_path / "a.json")


def test_many_members_with_a_mad_ratio_refuse_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "SMALL", 3 * MB)
    source = write_zip(tmp_path / "flux.zip", ((f"{n}.json", b"0" * MB) for n in range(4)))
    assert "démesurée" in refusal(source)


def test_a_large_archive_with_a_sane_ratio_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "SMALL", 3 * MB)
    source = write_zip(tmp_path / "flux.zip", ((f"{n}.json", os.urandom(MB // 32) * 32) for n in range(4)))
    assert len(read(source)) == 4


def set_flag(source: Path, name: str, flag: int) -> None:
    """Sets a general-purpose bit of one member in both of its headers."""
    body = bytearray(source.read_bytes())
    at = body.index(name.encode()) - 30
    body[at + 6] |= flag
    at = body.rindex(name.encode()) - 46
    body[at + 8] |= flag
    source.write_bytes(body)


def test_an_encrypted_member_is_left_and_the_others_are_read(tmp_path: Path) -> None:
    source = write_zip(tmp_path / "flux.zip", [("a.json", b"1"), ("secret.json", b"2")])
    set_flag(source, "secret.json", 0x1)
    assert "ne s’ouvre pas" in str(problem_of(source, "secret.json").reason)
    assert read(source)[0] == ("a.json", b"1")


def declare_size(source: Path, size: int) -> None:
    """The list of members pretends that the last one has this size."""
    body = bytearray(source.read_bytes())
    at = body.rindex(b"PK\x01\x02")
    body[at + 24 : at + 28] = size.to_bytes(4, "little")
    source.write_bytes(body)


@pytest.mark.parametrize("declared", [0, 10, 2 * MB, archive.LARGEST_DOCUMENT])
@pytest.mark.parametrize("size", [MB, 64 * MB])
def test_a_size_that_lies_is_found_out(tmp_path: Path, size: int, declared: int) -> None:
    source = write_zip(tmp_path / "flux.zip", [("a.json", b"1"), ("b.json", b"0" * size)])
    declare_size(source, declared)
    assert read(source)[0] == ("a.json", b"1")
    if (size, declared) == (MB, 2 * MB) or (size, declared) == (MB, archive.LARGEST_DOCUMENT):
        assert read(source)[1] == ("b.json", b"0" * size)  # it pretended more: what is there is whole
    else:
        problem_of(source, "b.json")


def test_a_damaged_member_is_left_and_the_others_are_read(tmp_path: Path) -> None:
    source = write_zip(tmp_path / "flux.zip", [("a.json", b"1" * 500), ("b.json", bytes(range(256))), ("c.json", b"3")])
    with zipfile.ZipFile(source) as file:
        inside = file.getinfo("b.json").header_offset + 30 + len("b.json") + 20
    body = bytearray(source.read_bytes())
    body[inside : inside + 8] = b"\xff" * 8
    source.write_bytes(body)
    problem_of(source, "b.json")
    assert [name for name, found in read(source) if isinstance(found, bytes)] == ["a.json", "c.json"]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_read(tmp_path: Path, compression: int) -> None:
    assert read(write_zip(tmp_path / "flux.zip", [("a.json", b"1")], compression)) == [("a.json", b"1")]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_with_one_name_are_two_documents(tmp_path: Path) -> None:
    """Python gives the last one by its name: a second, empty index.json would hide the first."""
    source = write_zip(tmp_path / "flux.zip", [("index.json", b"[1]"), ("index.json", b"[]"), ("a.json", b"1"), ("a.json", b"2")])
    assert read(source) == [("index.json", b"[1]"), ("index.json", b"[]"), ("a.json", b"1"), ("a.json", b"2")]


def test_names_that_leave_the_folder_write_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    names = [
        "../pwned.json",
        "../../pwned.json",
        str(tmp_path / "pwned.json"),
        "a/../../pwned.json",
        "..\\pwned.json",
        "C:\\pwned.json",
        "home/x\x00.json",
    ]
    source = write_zip(home / "flux.zip", ((name, b"1") for name in names))
    assert all(body == b"1" for _, body in read(source))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["flux.zip", "home"]


def test_the_name_of_a_bad_member_is_shown_clean(tmp_path: Path) -> None:
    source = write_zip(tmp_path / "flux.zip", [("\x1b[31m<b>rouge</b>\u202e.json", b"0" * (archive.LARGEST_DOCUMENT + 1))])
    ((_, found),) = read(source)
    assert isinstance(found, Problem)
    assert found.record == "rouge.json"


def small_zip() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for n in range(3):
            file.writestr(f"objects/é{n}.json", b'{"a": "%d"}' % n * 50)
    return written.getvalue()


SMALL_ZIP = small_zip()


@given(st.dictionaries(st.integers(0, len(SMALL_ZIP) - 1), st.integers(0, 255), min_size=1, max_size=8))
def test_a_damaged_zip_is_read_or_refused_in_one_sentence(tmp_path_factory: pytest.TempPathFactory, changes: dict[int, int]) -> None:
    body = bytearray(SMALL_ZIP)
    for at, value in changes.items():
        body[at] = value
    source = tmp_path_factory.getbasetemp() / "damaged.zip"
    source.write_bytes(body)
    try:
        found = read(source)
    except FeedError as error:
        assert str(error).startswith("damaged.zip")
    else:
        assert all(isinstance(each, bytes | Problem) for _, each in found)
