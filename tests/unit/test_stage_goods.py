"""Goods lists: which lines are on a list, and which filings hold such a line."""

import polars as pl
import pytest

from tests.builders_stages import between_items
from tidewaiter.stages.goods import mark_filings, mark_goods


@pytest.mark.parametrize(("told", "is_listed"), [(True, True), (False, False), (None, False)])
def test_a_line_is_on_a_list_where_it_is_told_so_and_never_unknown(told, is_listed):
    lines = between_items({"commodity_code": "2402"}, {"commodity_code": "6109"})
    lists = pl.LazyFrame(
        {"is_listed": [told, True], "is_other": [False, False]}, schema_overrides={"is_listed": pl.Boolean}
    )

    made = mark_goods(lines, lists, ["listed"]).collect()

    assert made["is_listed"].to_list() == [is_listed, True]
    assert made["commodity_code"].to_list() == ["2402", "6109"]
    assert "is_other" not in made.columns


def marked(*lines):
    schema = {
        "filing_row": pl.UInt32, "is_listed": pl.Boolean, "preference": pl.String, "commodity_code": pl.String,
        "origin": pl.String,
    }  # fmt: skip
    whole = [(*line, *("610910", "CN")[len(line) - 3 :]) for line in lines]
    rows = pl.DataFrame(whole, schema=schema, orient="row")
    return mark_filings(rows.lazy(), ["listed"]).collect()


def test_one_line_on_a_list_marks_its_own_filing():
    made = marked((0, False, None), (0, True, None), (1, False, None))

    assert made.select("filing_row", "has_listed", "claims_preference").rows() == [(0, True, False), (1, False, False)]


@pytest.mark.parametrize(
    ("preference", "claims"), [(None, False), ("100", False), ("1", False), ("300", True), ("200", True)]
)
def test_a_filing_claims_preference_where_a_line_names_a_code_that_does_not_begin_with_1(preference, claims):
    assert marked((0, False, preference))["claims_preference"].to_list() == [claims]
    assert marked((0, False, None), (0, False, preference))["claims_preference"].to_list() == [claims]


@pytest.mark.parametrize(
    ("code", "origin", "lacks"),
    [("610910", "CN", (False, False)), (None, "CN", (True, False)), ("610910", None, (False, True))],
)
def test_one_line_without_code_or_origin_is_told_of_the_filing(code, origin, lacks):
    made = marked((0, False, None), (0, False, None, code, origin), (1, False, None))

    assert made.select("lacks_code", "lacks_origin").rows() == [lacks, (False, False)]
