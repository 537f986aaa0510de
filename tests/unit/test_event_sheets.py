"""Event sheets: codes mean what the list says on the day of the event; a sheet that cannot be meant is refused."""

from datetime import date

import polars as pl
import pytest

from tidewaiter.kit.event_sheet import EventCode, read_event_sheet
from tidewaiter.model.codes import EVENTS
from tidewaiter.model.errors import SheetRefused
from tidewaiter.stages.movements.told import typed_events

SHEET = """
name = "mine"
title = "Mine"
[columns]
id = "parcel_id"
code = "event"
when = "at"
[[code]]
code = "X"
event = "arrived"
meaning = "here"
valid_from = 2026-01-01
source = "a letter"
evidence = "read"
"""


def a_code(code, event, first, last=None):
    return EventCode(code, event, "", first, last, "", "read")


def words(codes, *told):
    text = pl.DataFrame([(str(at), f"{at}T12:00:00Z", code) for code, at in told], ["parcel_id", "at", "event"],
                        orient="row")  # fmt: skip
    read = typed_events(text.with_columns(source_position=pl.int_range(1, pl.len() + 1)), codes)
    return [EVENTS[place] for place in read.events["event_no"]], read.faults.select("at_row", "code").rows()


def test_a_code_means_what_it_means_on_the_day_before_at_and_after_a_change():
    codes = [
        a_code("X", "arrived", date(2026, 1, 1), date(2026, 1, 31)),
        a_code("x", "presented", date(2026, 2, 1)),
    ]

    told = words(codes, ("x", "2025-12-31"), ("X", "2026-01-01"), (" x", "2026-01-31"), ("X", "2026-02-01"))

    assert told == (["arrived", "arrived", "presented"], [(0, "EVT-04")])


def test_a_word_of_ours_is_no_code_of_theirs():
    assert words([a_code("X", "arrived", date(2026, 1, 1))], ("arrived", "2026-03-01"))[1] == [(0, "EVT-04")]


def test_a_receptacle_stands_where_no_parcel_is_named():
    text = pl.DataFrame({
        "parcel_id": ["p1", None, None], "receptacle": ["bag", "bag", None], "event": ["arrived"] * 3,
        "at": ["2026-10-20T12:00:00Z"] * 3, "source_position": [1, 2, 3],
    })  # fmt: skip

    read = typed_events(text)

    assert read.events.select("parcel_id", "receptacle").rows() == [("P1", None), (None, "BAG")]
    assert read.faults.select("at_row", "code").rows() == [(2, "EVT-01")]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('event = "arrived"', 'event = "landed"', "means 'landed'"),
        ('evidence = "read"', 'evidence = "sure"', "the evidence of code 'X'"),
        ("valid_from = 2026-01-01\n", "", "has no valid_from"),
        ('id = "parcel_id"', 'id = "place"', "no column fills parcel_id or receptacle"),
        ('when = "at"', "", "no column fills at"),
        ('when = "at"', 'when = "when"', "'when' is no field of an event"),
        ('title = "Mine"', 'title = "Mine"\nunits = "g"', "nobody knows the part 'units'"),
        ('title = "Mine"', 'title = "Mine"\ncarrier = "xml"\nmessage = "a"', "carrier is edifact"),
        ('title = "Mine"', 'title = "Mine"\ncarrier = "edifact"', "carrier and message stand together"),
        ('id = "parcel_id"', 'id = "parcel_id"\nno = "parcel_id"', "filled by two columns"),
        ("[[code]]", "[[code]]\ncolour = 1", "which nobody knows"),
    ],
)
def test_a_sheet_that_cannot_be_meant_is_refused(old, new, sentence):
    with pytest.raises(SheetRefused, match="mine") as told:
        read_event_sheet(SHEET.replace(old, new, 1))

    assert sentence in str(told.value)


def test_a_code_that_means_two_things_on_one_day_is_refused():
    again = SHEET[SHEET.index("[[code]]") :].replace("2026-01-01", "2026-05-01")

    with pytest.raises(SheetRefused, match="means two things on 2026-05-01"):
        read_event_sheet(SHEET + again)
