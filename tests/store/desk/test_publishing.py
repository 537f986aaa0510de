"""What a person publishes by plain SQL as the app: what the case says, and no other word."""

import json

import pytest
from django.db import IntegrityError

from tests.builders_cases import AT
from tests.builders_desk import OFFICER
from tidewaiter.store.access import acting_as

LINES = [{"item_no": 1, "status": "released"}, {"item_no": 2, "status": "released"}]


def publish(desk, status, lane, items=None):
    with acting_as(OFFICER), desk.connection.cursor() as cursor:
        told = json.dumps(items) if items else None
        cursor.execute("select filing_publish(%s, %s, %s, %s::jsonb, %s)", [desk.id, status, lane, told, AT])
        return cursor.fetchone()[0]


def stands(desk):
    items = desk.column("items", "filing")
    return (
        desk.column("status", "filing"),
        desk.column("lane", "assessment", "filing"),
        desk.column("lane", "lane", "filing"),
        [line["status"] for line in (json.loads(items) if isinstance(items, str) else items)],
    )


def test_nobody_publishes_a_release_that_no_case_allows(desk):
    case = desk(carrier="C1")
    before = stands(case)

    for status, lane in [
        ("released", "release"),
        ("under_control", "release"),
        ("released", None),
        ("refused", "hold"),
    ]:
        with pytest.raises(IntegrityError, match="follows from what was decided"):
            publish(case, status, lane)

    assert stands(case) == before == ("under_control", "hold", "hold", ["under_control"] * 2)


def test_lines_are_written_as_the_case_has_them_whatever_is_asked(desk):
    case = desk(carrier="C1")

    assert publish(case, "under_control", "hold", LINES) == 1

    assert stands(case) == ("under_control", "hold", "hold", ["under_control"] * 2)


def test_what_an_act_published_can_be_published_again_and_nothing_else(desk):
    case = desk(carrier="C1")
    case.does("assign", OFFICER, to="o1")
    case.does("ask", OFFICER, text="What is it?")
    assert stands(case)[0] == "asked"
    assert publish(case, "asked", "hold", LINES) == 1
    assert stands(case)[3] == ["asked"] * 2
    with pytest.raises(IntegrityError, match="follows from what was decided"):
        publish(case, "under_control", "hold")


def test_after_a_release_the_release_alone_is_published(desk):
    case = desk(carrier="C1")
    case.does("assign", OFFICER, to="o1")
    case.does("inspect", OFFICER, result="nil")
    case.does("release", OFFICER, reason="checked")

    assert stands(case) == ("released", "release", "release", ["released"] * 2)
    assert publish(case, "released", "release", LINES) == 1
    for status, lane in [("refused", "divert"), ("under_control", "hold"), ("released", "hold")]:
        with pytest.raises(IntegrityError, match="follows from what was decided"):
            publish(case, status, lane)


def test_of_a_filing_without_a_case_nobody_but_the_house_publishes(as_app):
    from tests.builders_desk import a_filing
    from tidewaiter.exchange import filings
    from tidewaiter.store.access import acting

    filing = a_filing()
    with acting("service", ["service"]):
        filings.keep(as_app, [filing])
    with acting_as(OFFICER), pytest.raises(IntegrityError, match="follows from what was decided"):
        filings.publish(as_app, filing.id, status="released", lane="release", now=AT)
    with acting("service", ["service"]):
        assert filings.publish(as_app, filing.id, status="released", lane="release", now=AT)
