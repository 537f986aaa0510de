"""Many repairs of one field: each decided anew within a second, nothing else sent again, both versions kept."""

import json
from datetime import UTC, datetime
from time import monotonic

import pytest

from tests.builders_batcher import a_body

MOST_S, MANY = 1.0, 100
"""A bound on time means something for many, on a machine of their own."""
CODE = "6109100010"


def rows(text, *values):
    from django.db import connection

    from tidewaiter.store.access import acting

    with acting("house", ["service"]), connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


@pytest.mark.parametrize("count", [3, pytest.param(1_000, marks=pytest.mark.slow)])
@pytest.mark.usefixtures("listening")
def test_each_answer_of_one_field_is_decided_anew_and_nothing_else_is_sent_again(api, keys, book, monkeypatch, count):
    from tidewaiter.api import calls
    from tidewaiter.service.buckets import Buckets
    from tidewaiter.service.lodging.following import FOLLOWS

    book._follows = FOLLOWS
    buckets = Buckets(10_000, 20_000)
    monkeypatch.setattr(calls, "client_buckets", lambda: buckets)
    key = keys("F1", "lodge", "status", now=datetime.now(UTC))
    names = []
    for number in range(count):
        said = {"party_relation": "B2C", "consignment_id": f"A{number}", "parcel_id": f"A{number}"}
        told = api("POST", "/v1/consignments", key, json.loads(a_body({"commodity_code": ""}, **said)))
        names.append(told.json()["filing"])

    took, answers = [], []
    for name in names:
        began = monotonic()
        fields = {"items.1.commodity_code": CODE}
        answers.append(api("POST", f"/v1/consignments/{name}/repairs", key, fields, if_match='"v1"'))
        took.append(monotonic() - began)

    took.sort()
    print(f"\n{count} repairs: median {took[count // 2]:.3f} s, worst {took[-1]:.3f} s")  # noqa: T201 - the figure
    assert {answer.status_code for answer in answers} == {200}
    assert {(answer.json()["version"], tuple(answer.json()["asked"])) for answer in answers} == {(2, ())}
    assert count < MANY or took[-1] < MOST_S
    assert rows("select count(*), count(distinct id), min(version), max(version) from filing") == [(count, count, 2, 2)]
    assert rows("select count(*), min(version), max(version) from filing_version") == [(count, 1, 1)]
    assert rows("select count(*) from message") == [(2 * count,)]
    for name in (names[0], names[-1]):
        versions = api("GET", f"/v1/consignments/{name}/versions", key).json()["versions"]
        assert [one["version"] for one in versions] == [1, 2]
