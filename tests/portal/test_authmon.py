"""authmon: the gateway's polls, both dialects, and those of others."""

from collections.abc import Iterator
from typing import Any

import pytest

from captive_portal.gateways.gateway import RawRequest, Waiting
from captive_portal.gateways.opennds_authmon import Ask, Ended, Poll, Told, answer_poll, read_ended, read_poll
from tests.portal.conftest import CAPTIVE, corpus, refusal

HASH = "a" * 64


def request_of(row: dict[str, Any]) -> RawRequest:
    path, _, query = row["target"].partition("?")
    return RawRequest(row["method"], path, query.encode(), row["body"].encode())


def polled(answer: object) -> Poll:
    assert isinstance(answer, Poll), answer
    return answer


def told(answer: object) -> Told:
    assert isinstance(answer, Told), answer
    return answer


def waiting(n: int, gatewayhash: str = HASH, note: str = "c2Vqb3Vy") -> Waiting:
    id = f"{n:064x}"
    return Waiting(gatewayhash, id, f"{id} 45 512 2048 0 0 {note}")


def view(*ids: str, hash: str = HASH) -> Poll:
    return Poll(Ask.VIEW, hash, acknowledged=ids or None)


def replayed() -> Iterator[tuple[dict[str, Any], Poll]]:
    for run in corpus("opennds-authmon.json"):
        for row in run["sequence"]:
            yield row, polled(read_poll(request_of(row)))


def test_both_dialects_say_the_same() -> None:
    asks = [(poll.ask, poll.acknowledged) for _, poll in replayed()]
    half = len(asks) // 2
    assert half == 9
    assert [ask for ask, _ in asks[:half]] == [ask for ask, _ in asks[half:]]
    for row, poll in replayed():
        assert (poll.ask.value, poll.gatewayhash, poll.payload) == (row["action"], row["gatewayhash"], row["payload_decoded"])


def test_each_poll_of_the_corpus_has_its_answer() -> None:
    for row, poll in replayed():
        queue = [Waiting(row["gatewayhash"], line.split(" ")[0], line) for line in row["waiting"]]
        answer = told(answer_poll(poll, queue, {row["gatewayhash"]}))
        assert answer.text == row["answer"]
        taken = row["waiting"] and (row["action"] == "list" or row["payload_decoded"].startswith("* "))
        assert answer.out == (tuple(each.id for each in queue) if taken else ())


@pytest.mark.shared
def test_what_a_real_gateway_asked_is_answered_as_it_accepted() -> None:
    for run in corpus("opennds-authmon.json", CAPTIVE):
        queue: list[Waiting] = []
        let_out: list[str] = []
        for row in run["sequence"]:
            if "line" in row:
                queue.append(Waiting(run["sequence"][0]["gatewayhash"], row["line"].split(" ")[0], row["line"]))
                assert told(answer_poll(view(hash=queue[0].gatewayhash), queue, {queue[0].gatewayhash})).text.startswith("* " + queue[0].id + "%20")
                continue
            poll = polled(read_poll(request_of(row)))
            assert (poll.ask.value, poll.gatewayhash, poll.payload) == (row["action"], row["gatewayhash"], row["payload_decoded"])
            let_out += told(answer_poll(poll, queue, {poll.gatewayhash})).out
        assert let_out == [queue[0].id]


def test_a_poll_finds_four_at_most_in_their_order_and_the_star_always() -> None:
    queue = [waiting(n) for n in range(6)]
    assert told(answer_poll(view(), (), {HASH})).text == "*"
    text = told(answer_poll(view(), queue, {HASH})).text
    assert [part.split("%20")[0] for part in text.split(" ")] == ["*", *(f"{n:064x}" for n in range(4))]


def test_no_line_is_cut_by_what_authmon_reads() -> None:
    text = told(answer_poll(view(), [waiting(n, note="x" * 300) for n in range(4)], {HASH})).text
    assert text.count(" ") == 2 and len(text) <= 1_024


def test_what_was_acknowledged_is_out_and_the_rest_waits() -> None:
    queue = [waiting(1), waiting(2), waiting(3, "b" * 64)]
    assert told(answer_poll(view(queue[1].id, queue[2].id, "f" * 64), queue, {HASH})) == Told("ack", out=(queue[1].id,))
    assert told(answer_poll(Poll(Ask.VIEW, HASH, acknowledged=()), queue, {HASH})) == Told("ack")


def test_a_restarted_gateway_drops_its_own_queue_only() -> None:
    queue = [waiting(1), waiting(2, "b" * 64)]
    assert told(answer_poll(Poll(Ask.CLEAR, HASH), queue, {HASH})) == Told("", dropped=(queue[0].id,))


def test_a_gateway_that_sent_no_phone_is_told_nothing() -> None:
    for ask in Ask:
        refusal(answer_poll(Poll(ask, "b" * 64), [waiting(1)], {HASH}))


@pytest.mark.parametrize(
    "query",
    [
        b"", b"auth_get=view", b"gatewayhash=" + b"a" * 64, b"auth_get=view&gatewayhash=" + b"a" * 63, b"auth_get=view&gatewayhash=" + b"A" * 64,
        b"auth_get=vue&gatewayhash=" + b"a" * 64, b"auth_get=view&auth_get=clear&gatewayhash=" + b"a" * 64,
        b"auth_get=view&gatewayhash=" + b"a" * 64 + b"&payload=*", b"auth_get=view&gatewayhash=" + b"a" * 64 + b"&payload=/w==",
        b"auth_get=view&gatewayhash=" + b"a" * 64 + b"&payload=" + b"A" * 100_000, b"\xff\x00=&auth_get=view",
    ],
)  # fmt: skip
def test_a_poll_that_is_none_is_refused(query: bytes) -> None:
    refusal(read_poll(RawRequest("GET", "/", query)))
    refusal(read_poll(RawRequest("POST", "/", b"auth_get=view&gatewayhash=" + b"a" * 64, query)))


def test_a_view_without_payload_asks_who_waits() -> None:
    assert polled(read_poll(RawRequest("GET", "/", b"auth_get=view&gatewayhash=" + b"a" * 64))) == view()


def test_the_end_of_a_session_is_read() -> None:
    notices = [polled(read_poll(request_of(row))) for run in corpus("opennds-authmon.json") for row in run["sequence"] if row["action"] == "deauthed"]
    for poll in notices:
        token = poll.payload.split("token=")[1][:8]
        assert read_ended(poll.payload) == Ended("ndsctl_deauth", "0a:0b:0c:0d:0e:06", 5120, 40960, 1790000000, 1790003600, token, "sejour")


def test_a_notice_encoded_twice_and_one_that_says_nothing_are_read_too() -> None:
    twice = "bWV0aG9kPWlkbGVfZGVhdXRoLCBieXRlc19pbmNvbWluZz14"  # method=idle_deauth, bytes_incoming=x
    assert read_ended(twice) == Ended("idle_deauth", "", None, None, None, None, "", "")
    assert read_ended("\0") == read_ended("") == Ended("", "", None, None, None, None, "", "")
