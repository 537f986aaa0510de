"""Marks: a rule notices something of a filing before windows, and a window counts how often its key does it."""

import polars as pl
import pytest

from tests.builders_risk import DAY_S, NOW_S, seen
from tidewaiter.kit.mark import MARKS_FROM
from tidewaiter.kit.risk_rule import Window, marks_of, read_rule
from tidewaiter.kit.rule_cases import failures, read_rule_cases, unproven
from tidewaiter.model.errors import SheetRefused
from tidewaiter.pipeline.valuing import marks
from tidewaiter.stages.marking import mark_filings
from tidewaiter.stages.windows import facts

SHEET = """
code = "TST-01"
title = "Cheap again"
sentence = "The seller sent {count_marked_tst_01_seller_key_30d} more cheap parcels."
severity = "note"
route = "release"
level = "filing"
pointer = "seller_id"
weight = 7
version = "1"
takes = []
marks_from = ["line_value_minor"]
evidence = ["count_marked_tst_01_seller_key_30d"]

[[window]]
key = "seller_key"
days = 30
measure = "count_marked"

[[threshold]]
name = "value_most_minor"
value = 100
reason = "A line of a euro is cheap."

[[threshold]]
name = "others_least"
value = 2
reason = "Two are a habit."
"""
CASES = """
rule = "TST-01"
[[group]]
title = "Two more"
kind = "hit"
cases = [{ count_marked_tst_01_seller_key_30d = 2 }]
[[group]]
title = "One more"
kind = "near miss"
cases = [{ count_marked_tst_01_seller_key_30d = 1 }]
[[group]]
title = "A euro"
kind = "marked"
cases = [{ line_value_minor = 100 }]
[[group]]
title = "A euro and a cent, and nothing told"
kind = "unmarked"
cases = [{ line_value_minor = 101 }, {}]
"""
COUNT_MARKED = Window("seller_key", 30, "count_marked", "tst_01")


def hit(thresholds):
    return pl.col("count_marked_tst_01_seller_key_30d") >= thresholds["others_least"]


def mark(thresholds):
    return pl.col("line_value_minor") <= thresholds["value_most_minor"]


def rule(sheet=SHEET, marking=mark):
    return read_rule(sheet, hit, marking)


def test_a_window_of_marks_is_named_after_the_rule_that_makes_them():
    assert rule().windows == (COUNT_MARKED,)
    assert COUNT_MARKED.fact == "count_marked_tst_01_seller_key_30d"
    assert marks_of([COUNT_MARKED, Window("seller_key", 30, "count"), COUNT_MARKED]) == ["mark_tst_01"]


def test_a_rule_without_a_mark_marks_nothing_and_the_narrow_pass_has_no_step_for_it():
    plain = read_rule(
        SHEET.replace("count_marked_tst_01", "count").replace('"count_marked"', '"count"').replace("marks_from", "# "),
        lambda _: pl.col("count_seller_key_30d") > 0,
    )

    assert plain.marked is None
    assert marks([plain]) == ()
    assert [step.name for step in marks([plain, rule()])] == ["marks"]


@pytest.mark.parametrize(
    ("before", "after", "marking", "told"),
    [
        ("", "", None, "counts what is marked, and rule.py has no mark"),
        ("", "", None, "marks from line_value_minor, and rule.py has no mark"),
        ('marks_from = ["line_value_minor"]', "", mark, "looks at line_value_minor, which marks_from does not list"),
        ('["line_value_minor"]', '["line_value_minor", "origin"]', mark, "marks from origin and does nothing"),
        ('["line_value_minor"]', '["line_value_minor", "order_id"]', mark, "cannot be made from order_id"),
        ('["line_value_minor"]', '"line_value_minor"', mark, "marks_from must be a list of names"),
        ("", "", lambda _: pl.col("line_value_minor") + 1, "mark is Int64, not yes or no"),
    ],
)
def test_a_mark_that_cannot_work_is_refused_by_name(before, after, marking, told):
    assert before in SHEET

    with pytest.raises(SheetRefused, match=rf"TST-01: .*{told}"):
        rule(SHEET.replace(before, after) if before else SHEET, marking)


def test_a_mark_that_no_window_counts_is_refused():
    sheet = SHEET.replace("count_marked_tst_01", "count").replace('"count_marked"', '"count"')

    with pytest.raises(SheetRefused, match="a mark that none of its windows counts"):
        read_rule(sheet, lambda _: pl.col("count_seller_key_30d") > 0, mark)


def test_cases_prove_the_threshold_of_a_mark_at_its_edge():
    loose = CASES.replace("line_value_minor = 101", "line_value_minor = 102")

    assert failures(rule(), read_rule_cases(CASES, rule())) == []
    assert unproven(rule(), read_rule_cases(CASES, rule())) == []
    assert unproven(rule(), read_rule_cases(loose, rule())) == ["value_most_minor +1"]


def test_a_case_that_is_marked_and_must_not_be_is_named():
    wrong = CASES.replace("line_value_minor = 101", "line_value_minor = 99")

    told = failures(rule(), read_rule_cases(wrong, rule()))

    assert told == ["A euro and a cent, and nothing told, {'line_value_minor': 99}: is marked, being unmarked"]


def test_cases_of_a_mark_belong_to_a_rule_that_has_one():
    plain = read_rule(
        SHEET.replace("count_marked_tst_01", "count").replace('"count_marked"', '"count"').replace("marks_from", "# "),
        lambda thresholds: pl.col("count_seller_key_30d") >= thresholds["others_least"],
    )

    with pytest.raises(SheetRefused, match=r"marked, unmarked.*line_value_minor"):
        read_rule_cases(CASES.replace("count_marked_tst_01", "count"), plain)


def test_a_filing_is_marked_where_one_of_its_lines_is_and_an_unknown_value_marks_nothing():
    items = pl.LazyFrame(
        {"filing_row": [0, 0, 1, 2, 2, 3], "line_value_minor": [500, 99, 500, None, 100, None]},
        schema_overrides={"filing_row": pl.UInt32()},
    )
    dear = (pl.col("line_value_minor") == 500).fill_null(value=False).alias("mark_dear")

    found = mark_filings(items, [rule().marked, dear]).collect()

    assert found.rows() == [(0, True, True), (1, False, True), (2, True, False)]
    assert set(MARKS_FROM) >= {"line_value_minor", "commodity_code", "net_mass_mg", "destination_country"}


def test_a_seller_s_other_marked_filings_are_counted_and_an_unknown_mark_is_none():
    marked = [True, False, None, True]
    parcels = seen(*({"seller_key": 1, "mark_tst_01": one} for one in marked), {"seller_key": 2, "mark_tst_01": True})

    assert facts(parcels, [COUNT_MARKED], None)[COUNT_MARKED.fact].to_list() == [1, 2, 2, 1, 0]


@pytest.mark.parametrize(("age_s", "others"), [(30 * DAY_S - 1, 1), (30 * DAY_S, 0)])
def test_marks_of_the_history_count_within_the_window(age_s, others):
    now = seen({"seller_key": 1, "mark_tst_01": False})
    before = seen({"seller_key": 1, "mark_tst_01": True, "accepted_s": NOW_S - age_s})

    assert facts(now, [COUNT_MARKED], before)[COUNT_MARKED.fact].to_list() == [others]
