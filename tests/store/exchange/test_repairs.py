"""Repairs: all that is missing is asked at once, answered field by field; when the clock is up the sheet decides."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders_batcher import a_body

NOTHING = {"commodity_code": "", "description": "goods"}


def rows(text, *values):
    from django.db import connection

    from tidewaiter.store.access import acting

    with acting("house", ["service"]), connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


@pytest.fixture
def key(keys):
    return keys("F1", "lodge", "status", now=datetime.now(UTC))


@pytest.fixture
def filed(api, listening, key, book):
    from tidewaiter.service.lodging.following import FOLLOWS

    book._follows = FOLLOWS

    def file(*items, **said):
        answer = api("POST", "/v1/consignments", key, json.loads(a_body(*items, **{"party_relation": "B2C", **said})))
        assert answer.status_code == 201, answer.content
        return answer.json()["filing"]

    return file


@pytest.fixture
def asked(api, key):
    return lambda more="": api("GET", f"/v1/repairs{more}", key).json()["repairs"]


def mended(api, key, name, fields, saw='"v1"', **heads):
    return api("POST", f"/v1/consignments/{name}/repairs", key, fields, if_match=saw, **heads)


def test_all_that_is_missing_is_asked_in_one_request_each_of_who_can_answer(filed, asked):
    name = filed({"commodity_code": ""}, {"item_no": "2", "description": "goods"}, gross_mass_kg=None, nature="gift?")

    (one,) = asked()

    told = {question["path"]: question for question in one["questions"]}
    assert (one["filing"], one["version"], one["round"], one["state"]) == (name, 1, 1, "open")
    assert {path: question["of"] for path, question in told.items()} == {
        "gross_mass_kg": "filer", "nature": "filer", "party_relation": "seller",
        "items.1.commodity_code": "seller", "items.2.description": "seller",
    }  # fmt: skip
    assert "gift" in told["nature"]["values"]
    assert all(question["example"] and question["sentences"] for question in told.values())


def test_a_request_has_the_clock_of_its_law(filed, asked):
    filed(NOTHING)

    (one,) = asked()

    days = datetime.fromisoformat(one["reply_by"]) - datetime.fromisoformat(one["asked_at"])
    assert (days, one["no_reply"]) == (timedelta(days=30), "return")


def test_an_answer_of_one_field_makes_a_version_and_leaves_the_rest_as_it_was_told(api, key, filed, asked):
    name = filed({"commodity_code": "", "value_amount": 12.50}, gross_mass_kg="0.500")

    answer = mended(api, key, name, {"items.1.commodity_code": "6109100010"})

    assert (answer.status_code, answer.json()["version"], answer.json()["asked"]) == (200, 2, [])
    assert asked() == []
    (one,) = asked("?state=all")
    assert (one["state"], one["closed_by"]) == ("answered", 2)
    bodies = [json.loads(body) for body in bodies_of(name)]
    changed = {"version", "function"}
    assert {k: v for k, v in bodies[0].items() if k != "items"} == {
        k: v for k, v in bodies[1].items() if k != "items" and k not in changed
    }
    assert [line["value_amount"] for line in (bodies[0]["items"][0], bodies[1]["items"][0])] == [12.5, "12.5"]


def bodies_of(name):
    from django.db import connection

    from tidewaiter.exchange.bodies import Bodies
    from tidewaiter.service.secret_key import seal_of_home
    from tidewaiter.store.access import acting

    kept = rows("select name, body from message where filing = %s order by seq", name)
    with acting("house", ["service"]):
        return [Bodies(seal_of_home()).open(connection, one, bytes(body)) for one, body in kept]


def test_the_case_shows_question_and_answer(api, key, filed):
    name = filed(NOTHING)

    mended(api, key, name, {"items.1.commodity_code": "6109100010", "items.1.description": "cotton shirt for women"})

    kinds = [kind for (kind,) in rows("select kind from case_event where case_id = %s order by seq", name)]
    assert kinds == ["opened", "asked", "answered", "amended"]


def test_what_is_still_missing_is_asked_in_a_second_round(api, key, filed, asked):
    name = filed(NOTHING)

    mended(api, key, name, {"items.1.commodity_code": "6109100010"})

    (one,) = asked()
    assert (one["version"], one["round"], [question["path"] for question in one["questions"]]) == (
        2, 2, ["items.1.description"],
    )  # fmt: skip


def test_what_was_not_asked_is_no_answer(api, key, filed):
    name = filed(NOTHING)

    refused = mended(api, key, name, {"gross_mass_kg": "0.7"})

    assert (refused.status_code, rows("select version from filing")) == (422, [(1,)])
    assert "items.1.commodity_code" in refused.json()["detail"]


def test_the_same_answer_twice_counts_once_and_a_sound_filing_is_asked_nothing(api, key, filed):
    name = filed(NOTHING)
    fields = {"items.1.commodity_code": "6109100010", "items.1.description": "cotton shirt for women"}

    first, second = mended(api, key, name, fields), mended(api, key, name, fields)

    assert first.content == second.content
    assert mended(api, key, name, fields, saw='"v2"').status_code == 409


def test_another_sender_sees_and_answers_nothing(api, keys, filed):
    name = filed(NOTHING)
    other = keys("F2", "lodge", "status")

    assert api("GET", "/v1/repairs", other).json()["repairs"] == []
    assert api("GET", f"/v1/consignments/{name}/repairs", other).json()["repairs"] == []
    assert mended(api, other, name, {"items.1.commodity_code": "6109100010"}).status_code == 404


def lapsed(now):
    from tidewaiter.service.repairs.lapsing import lapse_due

    return lapse_due(now)


def test_without_an_answer_the_rule_of_the_sheet_is_done_once(api, key, filed, asked):
    name = filed(NOTHING)
    (one,) = asked()
    until = datetime.fromisoformat(one["reply_by"])

    counts = [lapsed(until - timedelta(seconds=1)), lapsed(until), lapsed(until + timedelta(days=1))]

    assert counts == [0, 1, 0]
    assert asked("?state=lapsed")[0]["filing"] == name
    assert api("GET", f"/v1/consignments/{name}", key).json()["status"] == "refused"
    assert rows("select lane from lane") == [("divert",)]
    assert rows("select state -> 'disposition' ->> '1', questions_open from desk_case") == [("returned_to_sender", 0)]
    late = mended(api, key, name, {"items.1.commodity_code": "6109100010"})
    assert (late.status_code, rows("select version from filing")) == (409, [(1,)])
    assert rows("select count(*) from outbox where kind = 'filing.lapsed'") == [(1,)]


def test_an_estimate_is_left_to_a_person(filed, asked):
    filed(NOTHING)
    from django.db import connection

    from tidewaiter.exchange.repairs import due
    from tidewaiter.service.repairs import lapsing
    from tidewaiter.store.access import acting

    (one,) = asked()
    until = datetime.fromisoformat(one["reply_by"])
    with acting("house", ["service"]):
        (found,) = due(connection, until, 5)
        lapsing._lapsed(found._replace(no_reply="estimate"), until)

    assert rows("select status from filing") == [("asked",)]
    assert rows("select told ->> 'no_reply' from case_event where kind = 'noted'") == [("estimate",)]
    assert rows("select questions_open from desk_case") == [(0,)]
