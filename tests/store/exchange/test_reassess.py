"""Later arrivals: earlier filings of their cluster are decided anew until presentation, and noted after it."""

import psycopg
import pytest

from tests.builders_batcher import MOMENT
from tests.builders_desk import OFFICER
from tests.builders_lodging import a_lodged

HERE = OFFICER._replace(office="DE", limit_minor=10**9)
SPLIT = {"order_id": "ORDER-778", "marketplace_id": "M1"}


@pytest.fixture
def book(as_app, rules, signer):
    from tidewaiter.service.lodging.book import Book
    from tidewaiter.service.lodging.following import FOLLOWS

    return Book(signer, lambda: MOMENT, lambda: rules.windows, follows=FOLLOWS)


@pytest.fixture
def again(rules):
    """Looks at what is due; gives what was made of it: reference, outcome, found, gone."""
    from tidewaiter.service.reassessing.reassess import reassess

    def look(turns=50):
        while reassess(rules, (), lambda: MOMENT, turns):
            pass
        return asked(
            "select reference, outcome, found, gone from reassessment join filing on id = filing order by reference"
        )

    return look


def asked(text, *values):
    from django.db import connection

    from tidewaiter.store.access import acting

    with acting("service", ["service"]), connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def part(number, **said):
    return a_lodged({"value_amount": "95.00"}, consignment_id=f"P{number}", parcel_id=f"LX{number}", **SPLIT, **said)


def of(name):
    (row,) = asked(
        "select a.decision, a.route, a.lane, a.pending_on, array(select jsonb_array_elements(a.reasons) ->> 'code'), "
        "c.seq, c.state ->> 'needs_result', c.is_closed from filing join assessment as a on a.filing = id "
        "left join desk_case as c on c.id = filing.id where filing.reference = %s", name,
    )  # fmt: skip
    return row


def test_a_later_parcel_of_an_order_has_the_first_one_decided_anew(lodged, again):
    lodged(part(1))
    assert "SPL-01" not in of("P1")[4]
    lodged(part(2))
    assert "SPL-01" in of("P2")[4]

    told = again()

    first, second = of("P1"), of("P2")
    assert told == [("P1", "decided_anew", ["SPL-01"], [])]
    assert sorted(first[4]) == sorted(second[4])
    assert (first[:4]) == (second[:4])
    assert first[6] == second[6] == "true"


def test_a_case_that_is_there_goes_on_with_what_was_asked_still_open(lodged, again):
    lodged(part(1, nature=None))
    before = asked("select state -> 'questions', seq from desk_case")
    lodged(part(2))

    again()

    (after,) = asked("select c.state -> 'questions', c.seq, c.state ->> 'needs_result' from desk_case as c join filing "
                     "on filing.id = c.id where filing.reference = 'P1'")  # fmt: skip
    assert after[0] == before[0][0]
    assert after[1] > before[0][1]
    assert after[2] == "true"
    assert asked("select * from case_faults()") == []


def test_what_is_presented_keeps_its_decision_and_is_noted(lodged, again):
    lodged(part(1, presented_at="2026-10-19T08:00:00Z"))
    before = of("P1")
    lodged(part(2))

    told = again()

    assert told == [("P1", "noted", ["SPL-01"], [])]
    assert of("P1")[:5] == before[:5]
    assert asked("select case_event.told from case_event join filing on filing.id = case_id where kind = 'noted'")[0][0]


def test_what_somebody_works_on_is_not_changed_under_his_hands(lodged, again):
    from tidewaiter.service.acts import case

    lodged(part(1))
    ((name,),) = asked("select c.id::text from desk_case as c")
    case.assign(HERE, name, to=HERE.person, saw=of("P1")[5], key="a", now=MOMENT)
    lodged(part(2))

    told = again()

    assert told == [("P1", "noted", ["SPL-01"], [])]


def test_the_same_is_not_made_twice_and_every_outcome_is_a_leaf(database, lodged, again):
    lodged(part(1))
    lodged(part(2))
    again()
    lodged(a_lodged(consignment_id="X1", consignor_name="Other Shop", consignee_name="Bo", consignee_street="Way 1"))

    assert len(again()) == 1
    assert again(turns=1) == again()
    with psycopg.connect(database.owner) as owner:
        entries = owner.execute("select convert_from(payload, 'UTF8') from log_entry").fetchall()
    assert sum('"reassessed/' in entry for (entry,) in entries) == 1
    assert asked("select count(*) from window_due") == [(0,)]


def test_a_batch_marks_each_key_once_and_counts_its_marks(lodged):
    lodged(part(1))
    assert asked("select count(*) from window_due") == [(0,)]

    lodged(part(2))
    marked = asked("select key_name, marks from window_due order by 1")
    lodged(part(3))

    assert {("order_key", 1), ("seller_key", 1)} <= set(marked)
    assert asked("select key_name, marks from window_due order by 1") == [(name, 2) for name, _ in marked]


def test_what_is_marked_while_it_is_looked_at_is_looked_at_again(lodged, again):
    from django.db import connection

    from tidewaiter.exchange import reassessing
    from tidewaiter.store.access import acting

    lodged(part(1))
    lodged(part(2))
    with acting("service", ["service"]):
        taken = reassessing.next_due(connection, MOMENT, 200)
    lodged(part(3))
    with acting("service", ["service"]):
        reassessing.done(connection, taken, MOMENT)

    left = asked("select key_name, key from window_due")
    assert {(one.key_name, one.key) for one in taken} <= set(left)
    assert [name for name, *_ in again()] == ["P1", "P2"]


def test_a_withdrawn_finding_is_taken_back_only_while_nothing_has_passed(lodged, again):
    for number in range(1, 4):
        lodged(part(number))
    again()
    assert "SPL-01" in of("P1")[4]
    for number in range(4, 30):
        lodged(part(number))

    again()

    assert "SPL-01" not in of("P1")[4]
