"""Whose a case may be: an officer's of its office whose account is open, by page, by service and by direct SQL."""

import pytest
from django.db import IntegrityError

from tests.builders_accounts import NOW, made
from tests.builders_desk import Desk, a_filing
from tidewaiter.model.errors import WrongUse
from tidewaiter.store.rights import Actor

FACTS = {"office": "DE-HAM", "limit_minor": 50_000}


@pytest.fixture
def people(admins):
    """Officers of two offices, one whose account is closed, an auditor; and who assigns."""
    from tidewaiter.service.account_acts import disable

    found = {
        "olga": made(admins, "olga", "officer", **FACTS), "otto": made(admins, "otto", "officer", **FACTS),
        "gone": made(admins, "gone", "officer", **FACTS), "far": made(admins, "far", "officer", office="DE-FRA"),
        "aude": made(admins, "aude", "auditor"), "sven": made(admins, "sven", "supervisor", office="DE-HAM"),
    }  # fmt: skip
    disable(admins[0], found["gone"].person, NOW)
    return found | {"nobody": Actor("p-zzzzzzzz", frozenset({"officer"}), office="DE-HAM")}


@pytest.fixture
def case(people):
    from django.db import connection

    return Desk(connection, a_filing(office="DE-HAM"))


@pytest.mark.parametrize("name", ["gone", "far", "aude", "nobody"])
def test_a_case_is_given_to_nobody_else(people, case, name):
    with pytest.raises(WrongUse, match="own office"):
        case.does("assign", people["sven"], to=people[name].person)

    assert case.column("assigned_to") is None


def test_a_case_is_given_to_an_officer_of_its_office_and_back_to_nobody(people, case):
    case.does("assign", people["sven"], to=people["otto"].person)
    assert case.column("assigned_to", "assessment", "filing") == people["otto"].person
    case.does("assign", people["sven"], to=None)

    assert case.column("assigned_to", "assessment", "filing") is None


@pytest.mark.parametrize("name", ["gone", "far", "aude", "nobody"])
def test_no_event_by_sql_assigns_a_case_to_another(people, case, name):
    from tidewaiter.store.access import acting_as
    from tidewaiter.store.asking import say

    with pytest.raises(IntegrityError, match="account is open"), acting_as(people["sven"]):
        say(
            "insert into case_event (case_id, seq, kind, at, person, told) values (%s, 2, 'assigned', now(), %s, "
            "jsonb_build_object('to', %s::text))",
            case.id, people["sven"].person, people[name].person,
        )  # fmt: skip


def test_whose_a_filing_is_follows_from_whose_its_case_is(people, case):
    from django.db import connection

    from tidewaiter.exchange import filings
    from tidewaiter.store.access import acting_as

    for name in ("otto", "far", "olga"):
        with pytest.raises(IntegrityError, match="follows from"), acting_as(people["olga"]):
            filings.assign(connection, case.id, people[name].person)
    with acting_as(people["far"]):
        assert not filings.assign(connection, case.id, people["far"].person)
    case.does("assign", people["olga"], to=people["olga"].person)

    with acting_as(people["otto"]):
        assert filings.assign(connection, case.id, people["olga"].person)
