"""The half day: its page and its API. The plan itself: tests/domain/test_plan.py."""

from datetime import datetime

import jsonschema
import pytest
from starlette.testclient import TestClient

DAY = "lang=fr&from=2026-08-13T10:00&to=2026-08-13T15:00"


def test_a_plan_is_a_timetable(client: TestClient) -> None:
    text = client.get(f"/plan?{DAY}").text
    assert text.index("10\u202fh</b> Départ") < text.index("Le repas") < text.index("</b> Retour")
    assert 'name="from" step="900" value="10:00"' in text
    assert 'name="to" step="900" value="15:00"' in text
    assert "min à pied" in text


def test_home_leads_to_it_and_hours_are_enough(client: TestClient) -> None:
    assert 'href="/plan?' in client.get("/?lang=fr").text
    assert "Retour" in client.get("/plan?lang=fr").text  # from now on, four hours
    assert 'value="16:15"' in client.get("/plan?lang=fr&from=16:15&to=19:00").text


def test_the_api_says_the_same_and_keeps_its_openapi(client: TestClient) -> None:
    plan = client.get(f"/api/v1/plan?{DAY}").json()
    document = client.get("/api/v1/openapi.json").json()
    schema = document["paths"]["/api/v1/plan"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(plan, schema | {"components": document["components"]}, cls=jsonschema.Draft202012Validator)
    assert (plan["from"], plan["to"]) == ("2026-08-13T10:00:00+02:00", "2026-08-13T15:00:00+02:00")
    times = [datetime.fromisoformat(stop[key]) for stop in plan["stops"] for key in ("arrive", "begin", "leave")]
    assert times == sorted(times)
    assert len(plan["stops"]) >= 4
    assert datetime.fromisoformat(plan["back"]["arrive"]) <= datetime.fromisoformat(plan["to"])
    page = client.get(f"/plan?{DAY}").text
    assert all(stop["url"] in page for stop in plan["stops"])


def test_what_is_included_is_in_it_or_said(client: TestClient) -> None:
    last = client.get("/api/v1/suggestions?at=2026-08-13T10:00&limit=30").json()["suggestions"][-1]["id"]
    plan = client.get(f"/api/v1/plan?{DAY}&include={last}").json()
    assert last in [stop["id"] for stop in plan["stops"]] + [left["id"] for left in plan["left_out"]]
    assert f'name="include" value="{last}"' in client.get(f"/plan?{DAY}&include={last}").text
    night = client.get(f"/api/v1/plan?from=2026-08-14T02:00&to=2026-08-14T05:00&include={plan['stops'][0]['id']}").json()
    if night["left_out"]:
        assert night["left_out"][0]["reason"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("from=2026-08-13T10:00&to=2026-08-13T09:00", "to"),
        ("from=2026-08-13T10:00&to=2026-08-15T02:00", "to"),
        ("from=10:00&to=10:10", "to"),
        ("from=demain", "from"),
        ("from=25:00", "from"),
        ("to=99:99", "to"),
        ("from=1970-01-01T10:00&to=1970-01-01T14:00", "from"),
        ("from=2100-01-01T10:00", "from"),
        ("include=nothing", "include"),
        ("include=%00", "include"),
        ("include=<script>", "include"),
    ],
)
def test_a_bad_plan_is_one_clear_sentence(client: TestClient, query: str, parameter: str) -> None:
    answer = client.get(f"/api/v1/plan?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter
    page = client.get(f"/plan?lang=fr&{query}")
    assert page.status_code == 400
    assert "<script>" not in page.text


def test_a_plan_for_a_place_without_anything_is_a_human(client: TestClient) -> None:
    text = client.get(f"/plan?{DAY}&lat=47&lon=-8").text
    assert "Rien ne tient dans ce temps" in text
    assert "Demandez à l’accueil" in text


def test_previews_keep_their_moment(client: TestClient) -> None:
    text = client.get("/plan?lang=fr&at=2026-08-15T09:20").text
    assert 'value="09:30"' in text
    assert 'name="at" value="2026-08-15T09:20"' in text
