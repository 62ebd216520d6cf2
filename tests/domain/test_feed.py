"""What a pass over a feed changes, and what it must not touch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.feed import Problem, Record, Severity, decide, gather
from sejour.domain.offer import Offer
from sejour.domain.text import Reason
from tests.builders import make_offer

BAD = Reason("illisible")


def unreadable(record: str | None) -> Problem:
    return Problem(record, None, BAD, Severity.ERROR)


def feed_of(number: int, hash: str = "1") -> dict[str, str]:
    return {f"{n:03d}": hash for n in range(number)}


# ---- decide ----


def test_a_first_pass_adds_everything() -> None:
    decision = decide({}, {"b": "1", "a": "1"})
    assert decision.added == ("a", "b")
    assert (decision.changed, decision.removed, decision.unchanged, decision.held) == ((), (), (), None)


def test_the_same_again_changes_nothing() -> None:
    decision = decide({"a": "1", "b": "2"}, {"b": "2", "a": "1"})
    assert decision.unchanged == ("a", "b")
    assert (decision.added, decision.changed, decision.removed, decision.held) == ((), (), (), None)


def test_added_changed_removed_unchanged() -> None:
    known, parsed = {"a": "1", "b": "1", "c": "1", "d": "1"}, {"a": "1", "b": "2", "d": "1", "e": "1"}
    decision = decide(known, parsed)
    assert (decision.added, decision.changed, decision.removed, decision.unchanged) == (("e",), ("b",), ("c",), ("a", "d"))
    assert decision.held is None


@pytest.mark.parametrize("known", [3, 6, 9, 30, 99, 300, 3000, 30_000])
def test_exactly_a_third_is_not_held(known: int) -> None:
    assert decide(feed_of(known), feed_of(known - known // 3)).held is None


@pytest.mark.parametrize("known", [3, 6, 9, 30, 99, 300, 3000, 30_000])
def test_one_more_than_a_third_is_held(known: int) -> None:
    held = decide(feed_of(known), feed_of(known - known // 3 - 1)).held
    assert held is not None
    assert held.arguments == {"gone": known // 3 + 1, "known": known}
    assert str(known) in str(held)


@pytest.mark.parametrize(
    ("known", "parsed", "held"), [(1, 0, True), (2, 1, True), (2, 2, False), (4, 3, False), (5, 4, False), (5, 3, True), (0, 0, False)]
)
def test_small_feeds(known: int, parsed: int, held: bool) -> None:
    assert (decide(feed_of(known), feed_of(parsed)).held is not None) is held


def test_an_empty_source_is_held() -> None:
    decision = decide(feed_of(100), {})
    assert decision.held is not None
    assert len(decision.removed) == 100  # what would go, for the human who decides


def test_a_change_of_every_record_is_not_held() -> None:
    decision = decide(feed_of(100), feed_of(100, "2"))
    assert decision.held is None
    assert len(decision.changed) == 100


def test_additions_do_not_excuse_removals() -> None:
    parsed = feed_of(50) | {f"new{n}": "1" for n in range(500)}
    assert decide(feed_of(100), parsed).held is not None


def test_a_human_may_agree() -> None:
    decision = decide(feed_of(10), {}, agreed=True)
    assert decision.held is None
    assert len(decision.removed) == 10


def test_a_known_offer_whose_record_is_unreadable_stays() -> None:
    decision = decide({"a": "1", "b": "1", "c": "1", "d": "1"}, {"c": "1", "d": "1"}, [unreadable("a")])
    assert decision.removed == ("b",)
    assert decision.held is None


def test_unreadable_records_are_not_counted_as_gone() -> None:
    assert decide(feed_of(10), {}, [unreadable(key) for key in feed_of(10)]).held is None


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.INFO])
def test_a_bad_field_does_not_spare_a_record_that_is_gone(severity: Severity) -> None:
    assert decide({"a": "1", "b": "1", "c": "1"}, {"b": "1", "c": "1"}, [Problem("a", "tel", BAD, severity)]).removed == ("a",)


def test_an_unreadable_record_of_unknown_key_spares_nothing() -> None:
    assert decide({"a": "1", "b": "1", "c": "1"}, {"b": "1", "c": "1"}, [unreadable(None), unreadable("objects/0/00/x.json")]).removed == ("a",)


def test_a_source_read_in_part_removes_nothing() -> None:
    decision = decide(feed_of(100), {"000": "2", "new": "1"}, [Problem("objects/1", None, BAD, Severity.ERROR, partial=True)])
    assert decision.removed == ()
    assert decision.held is None
    assert (decision.added, decision.changed) == (("new",), ("000",))


def test_problems_may_come_from_a_generator() -> None:
    problems = (problem for problem in [unreadable("a"), Problem(None, None, BAD, partial=True)])
    assert decide(feed_of(3), {}, problems).removed == ()


keys = st.dictionaries(st.sampled_from("abcdefghij"), st.sampled_from("12"))


@given(keys, keys, st.sets(st.sampled_from("abcdefghij")))
def test_a_decision_accounts_for_every_key_once(known: dict[str, str], parsed: dict[str, str], bad: set[str]) -> None:
    decision = decide(known, parsed, map(unreadable, bad))
    seen = [*decision.added, *decision.changed, *decision.unchanged]
    assert sorted(seen) == sorted(parsed)
    spared = known.keys() - parsed.keys() - set(decision.removed)
    assert spared == (known.keys() - parsed.keys()) & bad
    assert (decision.held is not None) == (3 * len(decision.removed) > len(known))


@given(keys, keys)
def test_applying_a_decision_twice_changes_nothing(known: dict[str, str], parsed: dict[str, str]) -> None:
    first = decide(known, parsed, agreed=True)
    after = {key: hash for key, hash in known.items() if key not in first.removed} | {key: parsed[key] for key in (*first.added, *first.changed)}
    again = decide(after, parsed)
    assert (again.added, again.changed, again.removed) == ((), (), ())


# ---- gather ----


def record(key: str, name: str = "", updated: str | None = None) -> Record:
    return Record(make_offer(name or key, key=key, updated=updated))


def names(offers: dict[str, Offer]) -> list[str]:
    return [offer.names.choose()[0] for offer in offers.values()]


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("2026-05-01", "2026-05-02", "second"),
        ("2026-05-02", "2026-05-01", "first"),
        ("2026-05-01", "2026-05-01", "second"),
        (None, "2026-05-01", "second"),
        ("2026-05-01", None, "first"),
        (None, None, "second"),
        ("2026-05-01", "2026-05-01T08:00:00Z", "second"),
    ],
)
def test_of_two_records_with_one_key_the_later_dated_stays_then_the_later_in_the_source(first: str | None, second: str | None, kept: str) -> None:
    gathered = gather([record("a", "first", first), record("a", "second", second)])
    assert names(gathered.offers) == [kept]
    assert gathered.records == 2
    (problem,) = gathered.problems
    assert (problem.record, problem.severity) == ("a", Severity.INFO)


def test_three_records_with_one_key_give_one_offer_and_two_problems() -> None:
    gathered = gather([record("a", "old", "2025"), record("a", "new", "2027"), record("a", "middle", "2026"), record("b")])
    assert names(gathered.offers) == ["new", "b"]
    assert len(gathered.problems) == 2


def test_records_without_an_offer_are_counted_and_their_problems_kept() -> None:
    gathered = gather([Record(None, (unreadable("x"),)), record("a"), Record(make_offer("b", key="b"), (Problem("b", "tel", BAD),))])
    assert gathered.records == 3
    assert list(gathered.offers) == ["a", "b"]
    assert [problem.record for problem in gathered.problems] == ["x", "b"]


def test_an_empty_source() -> None:
    gathered = gather([])
    assert (gathered.records, gathered.offers, gathered.problems) == (0, {}, ())


def test_records_are_read_one_by_one() -> None:
    """A source may be large: gather() keeps offers, not records."""
    gathered = gather(record(str(n)) for n in range(1000))
    assert len(gathered.offers) == gathered.records == 1000
