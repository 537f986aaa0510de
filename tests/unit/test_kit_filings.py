"""Filings as rows that stand together: sums, distinct codes, and what is too little to collect."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.kit import distinct
from tidewaiter.kit import filing_sums as filing_totals
from tidewaiter.kit.distinct import FEW, is_first_of_code
from tidewaiter.kit.filing_sums import filing_flags, filing_sums
from tidewaiter.kit.minimum import spare_little

ROWS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([None, "61", "6109", "X"])), max_size=3 * FEW)


@settings(deadline=None)
@given(rows=ROWS)
def test_the_first_line_of_each_code_is_found_as_a_slow_reader_finds_it(rows):
    rows = sorted(rows, key=lambda row: row[0])
    seen, expected = set(), []
    for row in rows:
        expected.append(row not in seen or row[1] is None)
        seen.add(row)
    frame = pl.DataFrame(rows, schema={"filing_row": pl.UInt32, "code": pl.String}, orient="row")

    for little in (0, 256):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(distinct, "LITTLE", little)
            assert frame.select(is_first_of_code(pl.col("code"))).to_series().to_list() == expected


@settings(deadline=None)
@given(rows=st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(-(2**60), 2**60))), max_size=6))
def test_sums_of_filings_are_those_of_grouping_them(rows):
    rows = sorted(rows, key=lambda row: row[0])
    frame = pl.DataFrame(rows, schema={"filing_row": pl.UInt32, "owed": pl.Int64}, orient="row")
    named = {}
    for row, owed in rows:
        named.setdefault(row, []).append(owed)

    made = filing_sums(frame.with_columns(flag=pl.col("owed") > 0), ["owed"], ["flag"])

    assert made.rows() == [
        (row, None if None in owed else sum(owed), sum(one is not None and one > 0 for one in owed))
        for row, owed in named.items()
    ]


@settings(deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 3), st.sampled_from([True, False, None])), max_size=8),
    few=st.sampled_from([0, 256]),
)
def test_a_flag_of_a_filing_is_up_where_any_line_has_it(rows, few):
    rows = sorted(rows, key=lambda row: row[0])
    frame = pl.DataFrame(rows, schema={"filing_row": pl.UInt32, "flag": pl.Boolean}, orient="row")
    named = {}
    for row, flag in rows:
        named[row] = named.get(row, False) or flag is True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filing_totals, "FEW", few)
        made = filing_flags(frame.with_columns(never=pl.lit(value=False)), ["flag", "never"])

    assert made.rows() == [(row, flag, False) for row, flag in named.items()]


@pytest.mark.parametrize(("limit", "spared"), [(9, False), (10, True), (11, True), (None, False)])
def test_duty_and_tax_of_a_filing_are_spared_together_up_to_the_limit(limit, spared):
    lines = {
        "filing_row": [0, 0], "duty": [1, 2], "duty_status": ["definitive", "estimated"],
        "tax": [3, 4], "tax_status": ["definitive", "deferred"], "limit": [limit, limit],
    }  # fmt: skip
    lines["tax"] = [7, 4]
    frame = pl.DataFrame(lines, schema_overrides={"limit": pl.Int64}).lazy()

    told = spare_little(frame, {"duty": "duty_status", "tax": "tax_status"}, "limit").collect()

    assert told["duty"].to_list() == ([0, 0] if spared else [1, 2])
    assert told["tax"].to_list() == ([0, 4] if spared else [7, 4])
    assert told["tax_status"].to_list()[1] == "deferred"
