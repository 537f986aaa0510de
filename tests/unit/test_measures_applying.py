"""Changes to a tariff's records: all that make sense together, or none."""

import polars as pl
import pytest

from tidewaiter.reference.measures.applying import apply_changes, summary
from tidewaiter.reference.measures.changes import RECORDS, Change, as_records

TYPE = {"certificate.type.code": "N", "validity.start.date": "2020-01-01"}
PAPER = {"certificate.type.code": "N", "certificate.code": "990", "validity.start.date": "2020-01-01"}
KIND, CERTIFICATE = "certificate.type", "certificate"


@pytest.fixture
def base():
    return as_records([(CERTIFICATE, "N\x1f990", PAPER), (KIND, "N", TYPE)])


def change(action, kind=KIND, fields=TYPE, place="record 1"):
    return Change(kind, action, fields, place)


def test_an_insert_adds_and_nothing_else_changes(base):
    applied = apply_changes(base, [change("insert", fields={**TYPE, "certificate.type.code": "C"})])

    assert applied.faults == ()
    assert applied.records.height == 3
    assert summary(applied.difference) == {"added": 1, "changed": 0, "removed": 0}


def test_an_update_takes_the_place_of_the_whole_record(base):
    applied = apply_changes(base, [change("update", fields={**TYPE, "validity.start.date": "2021-01-01"})])

    assert applied.records.filter(kind=KIND)["fields"].to_list() == [
        '{"certificate.type.code":"N","validity.start.date":"2021-01-01"}'
    ]
    assert summary(applied.difference) == {"added": 0, "changed": 1, "removed": 0}


def test_a_delete_removes(base):
    applied = apply_changes(base, [change("delete", CERTIFICATE, PAPER)])

    assert applied.records["kind"].to_list() == [KIND]


@pytest.mark.parametrize("action", ["update", "delete"])
def test_an_update_or_delete_of_nothing_is_refused(base, action):
    [fault] = apply_changes(base, [change(action, fields={**TYPE, "certificate.type.code": "X"})]).faults

    assert fault == f"does not exist: record 1: {action} of certificate.type X"


def test_an_insert_of_what_exists_is_refused(base):
    assert "exists already" in apply_changes(base, [change("insert")]).faults[0]


def test_changes_are_taken_in_their_order(base):
    other = {**TYPE, "certificate.type.code": "C"}

    applied = apply_changes(base, [change("insert", fields=other), change("delete", fields=other)])

    assert applied.faults == ()
    assert applied.records.equals(base)
    assert applied.difference.is_empty()


def test_a_parent_may_come_later_in_the_same_message_but_must_come():
    nothing = pl.DataFrame(schema=RECORDS)

    together = apply_changes(nothing, [change("insert", CERTIFICATE, PAPER), change("insert")])
    alone = apply_changes(nothing, [change("insert", CERTIFICATE, PAPER)])

    assert together.faults == ()
    assert alone.faults == (
        "parent missing: record 1: certificate N 990 refers to certificate.type N, which does not exist",
    )


def test_what_others_refer_to_cannot_be_deleted(base):
    [fault] = apply_changes(base, [change("delete")]).faults

    assert fault == "still referred to: record 1: certificate.type N by certificate N 990"


def test_a_kind_that_the_form_does_not_carry_is_not_asked_after():
    applied = apply_changes(pl.DataFrame(schema=RECORDS), [change("insert", CERTIFICATE, PAPER)], frozenset({KIND}))

    assert applied.faults == ()


def test_a_restated_record_may_be_new_or_not(base):
    applied = apply_changes(base, [change("restate"), change("restate", fields={**TYPE, "certificate.type.code": "C"})])

    assert applied.faults == ()
    assert summary(applied.difference) == {"added": 1, "changed": 0, "removed": 0}
