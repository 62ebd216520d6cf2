"""The files of what an office measured, and the weights it may set."""

from dataclasses import fields
from pathlib import Path

import pytest

from sejour.domain.surveys import UNMEASURED, Surveys
from sejour.domain.weights import RANGES, STANDARD, Weights
from sejour.errors import UsageError
from sejour.settings import RankingSettings, make_settings
from sejour.surveys import read_surveys


def written(folder: Path, text: str) -> str:
    file = folder / "mesures.csv"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_visitors_and_walks_are_read(tmp_path: Path) -> None:
    visitors = RankingSettings(visitors=written(tmp_path, '\ufeffoffer,visitors,note\na,12000,\nb,"1,5",x\n'))
    assert read_surveys(visitors, {}) == Surveys({"a": 12000.0, "b": 1.5})
    walks = RankingSettings(walks=written(tmp_path, "hotspot,offer,minutes\ngare,a,4\ngare,b,10\nhalles,a,2\n"))
    assert read_surveys(walks, {"b": "kept"}).walks == {"gare": {"a": 300.0, "kept": 750.0}, "halles": {"a": 150.0}}
    assert read_surveys(RankingSettings(), {}) == UNMEASURED


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("id,visitors\n", "offer,visitors"),
        ("", "offer,visitors"),
        ("offer,visitors\na,beaucoup\n", "ligne 2"),
        ("offer,visitors\na,1\nb,-3\n", "ligne 3"),
        ("offer,visitors\na,nan\n", "ligne 2"),
        ("offer,visitors\n,1\n", "ligne 2"),
        ("offer,visitors\na\n", "ligne 2"),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        read_surveys(RankingSettings(visitors=written(tmp_path, text)), {})


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ne peut pas être lu"):
        read_surveys(RankingSettings(visitors=str(tmp_path / "absent.csv")), {})
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(UsageError, match="ne peut pas être lu"):
        read_surveys(RankingSettings(visitors=str(tmp_path / "photo.jpg")), {})


def test_every_weight_can_be_set_within_its_range() -> None:
    for field in fields(Weights):
        allowed = RANGES[field.name]
        for value in (allowed.least, allowed.most):
            weights = make_settings({"ranking": {field.name: value}}, environment={}).ranking.weights
            assert getattr(weights, field.name) == value
        for value in (allowed.least - 0.01, allowed.most + 0.01):
            with pytest.raises(UsageError, match=f"« {field.name} »"):
                make_settings({"ranking": {field.name: value}}, environment={})
    assert make_settings({}, environment={}).ranking.weights == STANDARD


def test_a_file_is_relative_to_sejour_toml(tmp_path: Path) -> None:
    settings = make_settings({"ranking": {"visitors": "mesures.csv"}}, tmp_path, {})
    assert settings.ranking.visitors == str(tmp_path / "mesures.csv")
