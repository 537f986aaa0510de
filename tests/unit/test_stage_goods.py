"""Goods lists: which lines are on a list, and which filings hold such a line."""

import polars as pl
import pytest

from tests.builders_stages import between_items
from tidewaiter.stages.goods import mark_filings, mark_goods

LISTS = pl.LazyFrame(
    [(0, "2402", "CN", True), (0, None, "RU", True), (0, "6109", "CN", False), (None, "2402", "CN", True)],
    schema={"law_period": pl.Int32, "commodity_code": pl.String, "origin": pl.String, "is_listed": pl.Boolean},
    orient="row",
)


@pytest.mark.parametrize(
    ("period", "code", "origin", "is_listed"),
    [
        (0, "2402", "CN", True),
        (0, None, "RU", True),
        (0, "6109", "CN", False),
        (1, "2402", "CN", False),
        (0, "2402", None, False),
        (None, "2402", "CN", True),
    ],
)
def test_a_line_is_on_a_list_where_the_list_of_its_period_says_so_and_never_unknown(period, code, origin, is_listed):
    line = between_items({"law_period": period, "commodity_code": code, "origin": origin})

    assert mark_goods(line, LISTS, ["listed"]).collect()["is_listed"].to_list() == [is_listed]


def marked(*lines):
    rows = pl.DataFrame(lines, schema={"filing_row": pl.UInt32, "is_listed": pl.Boolean, "preference": pl.String},
                        orient="row")  # fmt: skip
    return mark_filings(rows.lazy(), ["listed"]).collect().rows()


def test_one_line_on_a_list_marks_its_own_filing():
    assert marked((0, False, None), (0, True, None), (1, False, None)) == [(0, True, False), (1, False, False)]


@pytest.mark.parametrize(
    ("preference", "claims"), [(None, False), ("100", False), ("1", False), ("300", True), ("200", True)]
)
def test_a_filing_claims_preference_where_a_line_names_a_code_that_does_not_begin_with_1(preference, claims):
    assert marked((0, False, preference)) == [(0, False, claims)]
    assert marked((0, False, None), (0, False, preference)) == [(0, False, claims)]
