"""A chunk's filings and items stand in one order, whatever the order of the rows."""

from datetime import UTC, datetime

import polars as pl
import pytest

from tests.builders import NOON, text_rows, told
from tidewaiter.runners.chunks import chunk_of
from tidewaiter.runners.identity import with_defaults
from tidewaiter.runners.spool import complete
from tidewaiter.stages.typed import typed


def rows(*said, filing_no=None):
    read = with_defaults(typed(text_rows(*said)).rows).with_columns(source_no=pl.lit(0, dtype=pl.Int32))
    numbers = pl.Series("filing_no", filing_no or [0] * len(said), dtype=pl.Int64)
    return complete(read).with_columns(numbers)


def chunk(*said, filing_no=None, moment=NOON):
    told = rows(*said, filing_no=filing_no)
    return chunk_of(told, lambda at: told[at], ["list.csv"], "S", moment)


def test_a_filing_is_told_once_and_its_lines_each():
    made = chunk(told(), told(item_no="2"), told(consignment_id="X2"), filing_no=[0, 0, 1])

    assert made.filings["consignment_id"].to_list() == ["X1", "X2"]
    assert made.filings["source_position"].to_list() == [1, 3]
    assert made.filings["source_file"].to_list() == ["list.csv", "list.csv"]
    assert made.items["filing_row"].to_list() == [0, 0, 1]


def test_lines_stand_by_number_and_the_filing_at_its_first_row():
    made = chunk(told(item_no="3"), told(item_no="1"), told(item_no="2"))

    assert made.items["item_no"].to_list() == [1, 2, 3]
    assert made.filings["source_position"].to_list() == [1]


def test_lines_without_a_number_get_the_next_free_ones_by_what_they_say():
    lines = [
        told(item_no=None, item_description="shoe"),
        told(item_no="4", item_description="belt"),
        told(item_no=None, item_description="cap"),
    ]

    there, back = chunk(*lines), chunk(*reversed(lines))

    expected = [(4, "belt"), (5, "cap"), (6, "shoe")]
    assert there.items.select("item_no", "description").rows() == expected
    assert back.items.select("item_no", "description").rows() == expected


def test_numbers_are_given_for_each_filing_by_itself():
    made = chunk(told(item_no=None), told(consignment_id="X2", item_no=None), filing_no=[0, 1])

    assert made.items["item_no"].to_list() == [1, 1]


def test_one_moment_holds_for_all():
    assert chunk(told()).filings["run_accepted_at"].to_list() == [NOON]


@pytest.mark.parametrize(("word", "field"), [("accepted", "accepted_at"), ("arrival", "arrival_est")])
def test_each_filing_may_give_its_own_moment(word, field):
    made = chunk(told(**{field: "2026-10-01T08:00:00Z"}), moment=word)

    assert made.filings["run_accepted_at"].to_list() == [datetime(2026, 10, 1, 8, tzinfo=UTC)]
