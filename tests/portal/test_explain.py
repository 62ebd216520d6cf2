"""`sejour portal explain`, as an operator types it."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from sejour.cli import cli
from sejour.errors import UsageError
from tests.journeys.conftest import refused, sejour
from tests.portal.conftest import CAPTIVE, corpus

KEYS = {"gateway", "recognised", "refused", "arrival", "grant"}
FAS = corpus("opennds-fas.json")
UAM = corpus("coova-uam.json")


def explained(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(cli, ["portal", "explain", *arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.output)
    assert told.keys() >= KEYS and (told["refused"] is None) is told["recognised"]
    assert told["arrival"] is None or told["arrival"].keys() >= {"device", "hotspot_key", "return_to", "fields"}
    assert told["grant"] is None or told["grant"].keys() == {"kind", "method", "url", "form", "answer"}
    return told


def of(row: dict[str, Any], *more: str) -> dict[str, Any]:
    query = row["request_from_phone"]["target"].partition("?")[2]
    return explained("--gateway", "opennds", "--secret", row["faskey"], "--request", f"GET /portal/opennds?{query}", *more)


@pytest.mark.parametrize("row", FAS, ids=lambda row: row["name"])
def test_every_recorded_opennds_request_is_explained(row: dict[str, Any]) -> None:
    told, expect = of(row, *(("--level", str(row["fas_secure_enabled"])) if row["expect"]["kind"] else ())), row["expect"]
    assert told["recognised"] and told["arrival"]["fields"] == row["expect_fields"]
    assert (told["arrival"]["device"], told["arrival"]["hotspot_key"]) == (expect["device"], next(iter(expect["hotspot_keys"]), None))
    if expect["kind"] is None:
        assert told["grant"] is None and told["arrival"]["standing"] == "free"
    else:
        assert told["grant"]["kind"] == expect["kind"] and f"tok={expect['tok']}&" in told["grant"]["url"]
        assert (told["grant"]["answer"] or "").startswith("* ") is (expect["kind"] == "poll")


@pytest.mark.shared
def test_the_captures_are_explained() -> None:
    for row in corpus("opennds-fas-requests.json", CAPTIVE):
        told = of(row)
        assert told["arrival"]["fields"] == row["expect_fields"] and row["expect"]["return_hash"] in told["grant"]["url"]
    recorded = corpus("coova-uam.json", CAPTIVE)
    for row in recorded["redirects"]:
        told = explained("--gateway", "uam", "--secret", recorded["uamsecret"], "--request", f"GET {row['url']}")
        assert told["arrival"]["fields"] == row["fields"] and told["grant"]["url"].startswith("http://10.3.0.1:3990/logon?username=")
    for row in recorded["tampered"]:
        assert explained("--gateway", "uam", "--secret", recorded["uamsecret"], "--request", f"GET {row['url']}")["refused"]


def test_the_address_that_uam_signs_comes_from_the_request_its_host_or_an_option() -> None:
    row = UAM["redirects"][0]
    origin, _, rest = row["url"].removeprefix("https://").partition("/")
    ways = (
        ["--request", f"GET {row['url']}"],
        ["--request", f"GET /{rest} HTTP/1.1\r\nAccept: */*\r\nHost: {origin}\r\n\r\n"],
        ["--request", f"GET /{rest}", "--url", f"https://{origin}/portal/mairie"],
        ["--request", f"GET /autre/chemin?{rest.partition('?')[2]}", "--url", f"https://{origin}/portal/mairie"],
    )
    for kind in ("uam", "coovachilli", "alcasar"):
        for way in ways:
            told = explained("--gateway", kind, "--secret", UAM["uamsecret"], *way)
            assert told["gateway"] == kind and told["recognised"] and told["arrival"]["hotspot_key"] == "mairie-01"
    assert "public_url" in explained("--gateway", "uam", "--secret", UAM["uamsecret"], "--request", f"GET /{rest}")["refused"]
    assert "uamsecret" in explained("--gateway", "uam", "--request", f"GET {row['url']}")["refused"]


def test_a_poll_is_explained() -> None:
    for run in corpus("opennds-authmon.json"):
        for row in run["sequence"]:
            told = explained(
                "--gateway", "opennds", "--secret", run["faskey"], "--request", f"{row['method']} {row['target']}", "--body", row["body"]
            )
            assert told["recognised"] and told["arrival"] is None
            assert (told["grant"]["kind"], told["grant"]["method"]) == ("poll", row["method"])
            assert told["grant"]["answer"] == ("*" if row["answer"].startswith("*") else row["answer"])
    assert explained("--gateway", "opennds", "--request", "GET /?auth_get=view&gatewayhash=x")["refused"]


def test_for_a_human_it_is_said_in_french() -> None:
    def said(*arguments: str) -> str:
        return CliRunner().invoke(cli, ["portal", "explain", *arguments], catch_exceptions=False).output

    query = FAS[1]["request_from_phone"]["target"].partition("?")[2]
    text = said("--gateway", "opennds", "--secret", FAS[1]["faskey"], "--request", f"GET /portal/opennds?{query}")
    assert "compris" in text and "borne-3" in text and "accès" in text and "/opennds_auth/?tok=" in text
    assert "refusé" in said("--gateway", "opennds", "--request", f"GET /portal/opennds?{query}")
    assert "non dit" in said("--gateway", "opennds", "--request", "GET " + FAS[-1]["request_from_phone"]["target"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--gateway", "inconnue", "--request", "GET /"], ["--gateway", "uam", "--request", "GET"], ["--gateway", "uam", "--request", ""],
        ["--gateway", "uam", "--request", "/portal/uam?x"], ["--gateway", "uam", "--request", "GET /", "--url", "http://["],
        ["--gateway", "uam", "--request", "GET /x y z"],
    ],
)  # fmt: skip
def test_wrong_use_is_one_sentence(arguments: list[str]) -> None:
    with pytest.raises(UsageError):
        CliRunner().invoke(cli, ["portal", "explain", *arguments], catch_exceptions=False, standalone_mode=False)


def test_the_command_itself_answers_and_refuses() -> None:
    query = FAS[4]["request_from_phone"]["target"].partition("?")[2]
    done = sejour("portal", "explain", "--gateway", "opennds", "--secret", FAS[4]["faskey"], "--request", f"GET /portal/opennds?{query}", "--json")
    assert done.code == 0 and json.loads(done.out)["grant"]["kind"] == "poll"
    assert "opennds, uam" in refused("portal", "explain", "--gateway", "x", "--request", "GET /")
    assert "--request" in refused("portal", "explain", "--gateway", "uam")
