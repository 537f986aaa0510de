"""A risk rule's sheet: what it says is taken over, what it says wrongly is refused by name."""

import polars as pl
import pytest

from tidewaiter.kit.risk_rule import BAND_ABOVE_PERCENT, BAND_FROM_PERCENT, Window, column_of, read_rule
from tidewaiter.kit.rule_cases import failures, read_rule_cases, unproven
from tidewaiter.model.errors import SheetRefused

SHEET = """
code = "TST-01"
title = "Too many"
sentence = "There are {count_order_key_30d} more parcels of order {order_id}."
severity = "hold"
route = "scan"
level = "filing"
pointer = "order_id"
weight = 7
version = "3"
takes = ["order_id"]
evidence = ["order_id", "count_order_key_30d"]

[[window]]
key = "order_key"
days = 30
measure = "count"

[[threshold]]
name = "others_least"
value = 3
reason = "Because three are many."

[[table]]
name = "price"
key = "code"
unit = "EUR minor per kg"
valid_from = 2026-01-01
source = "Somebody"
evidence = "assumed"
rows = [{ code = "61 62", floor = 200, goods = "clothes" }, { code = "64", floor = 150, ceiling = 900 }]
"""

CASES = """
rule = "TST-01"
[facts]
order_id = "A"
[[group]]
title = "Three more"
kind = "hit"
cases = [{ count_order_key_30d = 3 }, { count_order_key_30d = 9 }]
[[group]]
title = "Two more"
kind = "near miss"
given = { count_order_key_30d = 2 }
cases = [{}]
[[group]]
title = "Nobody says"
kind = "untold"
given = { count_order_key_30d = 4 }
cases = [{ without = ["count_order_key_30d"] }]
"""


def hit(thresholds):
    return pl.col("count_order_key_30d") >= thresholds["others_least"]


def rule():
    return read_rule(SHEET, hit)


def test_a_sheet_is_taken_over_word_by_word():
    finding = rule().finding

    assert (finding.code, finding.severity, finding.to_route, finding.waits_for) == (
        "TST-01",
        "hold",
        "scan",
        "inspection",
    )
    assert (finding.points, finding.version, finding.pointer) == (7, "3", "order_id")
    assert rule().windows == (Window("order_key", 30, "count"),)
    assert rule().columns == {"order_id", "count_order_key_30d"}


def test_a_sheet_may_say_what_a_hold_waits_for():
    waiting = read_rule(SHEET.replace("weight = 7", 'weight = 7\npending_on = "payment"'), hit)

    assert waiting.finding.waits_for == "payment"


def test_editions_differ_with_every_letter_of_the_sheet():
    assert rule().edition != read_rule(SHEET + "\n", hit).edition


def test_a_table_is_read_back_by_column_and_a_row_may_stand_for_several_codes():
    thresholds = rule().thresholds

    assert column_of(thresholds, "price", "floor") == {"61": 200, "62": 200, "64": 150}
    assert column_of(thresholds, "price", "ceiling") == {"64": 900}
    assert column_of(thresholds, "parity", "floor") == {}
    assert thresholds["others_least"] == 3


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('key = "order_key"', 'key = "colour_key"', "No window of count by colour_key"),
        ('measure = "count"', 'measure = "mean"', "No window of mean"),
        ("days = 30", "days = 0", "in 0 days"),
        ('severity = "hold"', 'severity = "grim"', "grim is no severity"),
        ('route = "scan"', 'route = "burn"', "burn is no route"),
        ('level = "filing"', 'level = "parcel"', "parcel is no level"),
        ('pointer = "order_id"', 'pointer = "colour"', "No canonical field is called colour"),
        ("order {order_id}", "order {payer_id}", "speaks of payer_id"),
        ('evidence = ["order_id", ', 'evidence = ["order_id", "flight", ', "flight, which is neither taken"),
        ('takes = ["order_id"]', 'takes = ["order_id", "flight"]', "takes flight and does nothing with it"),
        ('version = "3"', "version = 9", "version must be text in quotes, not 9"),
        ('version = "3"', "", "It has no version"),
        ('title = "Too many"', "title = 5", "title must be text in quotes, not 5"),
        ('title = "Too many"', 'title = ""', "title must be text in quotes"),
        ("weight = 7", 'weight = "x"', "weight must be a whole number from 0 to 1000, not 'x'"),
        ("weight = 7", "weight = 1.5", "weight must be a whole number from 0 to 1000, not 1.5"),
        ("weight = 7", "weight = true", "weight must be a whole number"),
        ("weight = 7", "weight = -5000", "weight must be a whole number from 0 to 1000, not -5000"),
        ("weight = 7", "weight = 1001", "weight must be a whole number"),
        ("weight = 7", "weight = 7\npending_on = 1", "pending_on must be text"),
        ('takes = ["order_id"]', 'takes = "order_id"', "takes must be a list of names"),
        ('takes = ["order_id"]', "takes = [1]", "takes must be a list of names"),
        ("days = 30", 'days = "x"', "days of a window must be a whole number, not 'x'"),
        ("value = 3", "value = 2.5", "others_least is no whole number"),
        ("value = 3", "value = true", "others_least is no whole number"),
        ('reason = "Because three are many."', "", "others_least has no reason"),
        ('evidence = "assumed"', 'evidence = "certain"', "table price needs valid_from"),
        ("valid_from = 2026-01-01", "", "table price needs valid_from"),
        ('source = "Somebody"', "", "table price needs valid_from"),
        ('code = "64"', 'code = "61 62"', "is given twice"),
        ("floor = 150", "floor = 1.5", "price/64/floor is no whole number"),
    ],
)
def test_a_sheet_that_says_something_wrong_is_refused_by_name(before, after, told):
    assert before in SHEET

    with pytest.raises(SheetRefused, match=rf"TST-01: .*{told}"):
        read_rule(SHEET.replace(before, after), hit)


@pytest.mark.parametrize("weight", [0, 1000])
def test_a_weight_may_be_nothing_and_the_whole_score(weight):
    assert read_rule(SHEET.replace("weight = 7", f"weight = {weight}"), hit).finding.points == weight


def test_a_window_of_one_day_is_the_shortest():
    shortest = SHEET.replace("days = 30", "days = 1").replace("_30d", "_1d")

    assert read_rule(shortest, lambda _: pl.col("count_order_key_1d") > 0).windows[0].days == 1


def test_a_rule_that_looks_at_what_it_does_not_take_is_refused():
    with pytest.raises(SheetRefused, match="looks at flight, which is neither taken"):
        read_rule(SHEET, lambda _: pl.col("flight").is_null() & (pl.col("count_order_key_30d") > 1))


def test_the_flag_is_never_empty():
    rows = pl.DataFrame({"order_id": ["A"] * 3, "count_order_key_30d": [2, 3, None]})

    assert rows.select(rule().flag).to_dict(as_series=False) == {"tst_01": [False, True, False]}


def test_the_band_of_the_measures_is_the_one_their_description_names():
    assert (BAND_FROM_PERCENT, BAND_ABOVE_PERCENT) == (90, 110)


def test_cases_that_hold_tell_no_failure_and_those_that_do_not_are_named():
    cases = read_rule_cases(CASES, rule())
    wrong = read_rule_cases(CASES.replace("= 9 }", "= 1 }"), rule())

    assert failures(rule(), cases) == []
    assert failures(rule(), wrong) == ["Three more, {'order_id': 'A', 'count_order_key_30d': 1}: is not hit, being hit"]


def test_a_case_that_is_hit_and_must_not_be_is_named():
    wrong = read_rule_cases(CASES.replace("count_order_key_30d = 2 }", "count_order_key_30d = 3 }"), rule())

    assert failures(rule(), wrong) == ["Two more, {'order_id': 'A', 'count_order_key_30d': 3}: is hit, being near miss"]


def test_a_threshold_without_a_case_on_each_side_of_it_is_unproven():
    figures = [name for name in rule().thresholds if name != "others_least"]
    loose = CASES.replace("count_order_key_30d = 3 }", "count_order_key_30d = 5 }")

    proven = unproven(rule(), read_rule_cases(CASES, rule()))
    unsure = unproven(rule(), read_rule_cases(loose, rule()))

    assert proven == [f"{name} {step}" for name in figures for step in ("+1", "-1")]
    assert set(unsure) - set(proven) == {"others_least +1"}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('rule = "TST-01"', 'rule = "TST-02"', "say they prove TST-02"),
        ('rule = "TST-01"', "", "say they prove None"),
        ('kind = "hit"', 'kind = "strike"', "strike"),
        ('order_id = "A"', 'flight = "A"', "flight"),
    ],
)
def test_cases_of_something_else_are_refused(before, after, told):
    with pytest.raises(SheetRefused, match=f"TST-01: .*{told}"):
        read_rule_cases(CASES.replace(before, after), rule())
