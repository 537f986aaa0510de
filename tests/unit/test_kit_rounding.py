"""Rounding as sheets tell it: read, refused, and followed by the span of the law."""

from datetime import date

import polars as pl
import pytest

from tests.builders_law import fact, jurisdiction
from tidewaiter.kit.jurisdiction import roundings
from tidewaiter.kit.rounding import AS_USUAL, RoundingRule, Roundings, read_rounding
from tidewaiter.model.errors import SheetRefused
from tidewaiter.model.money import Rounding, divided_decimal


def shilling(value: str, start: str = "2026-01-01", end: str = "", name: str = "duty_rounding") -> str:
    return fact(name, f'"{value}"', "rounding", start, end)


@pytest.mark.parametrize(
    ("text", "digits", "rule"),
    [
        ("half_up to 0.01 per charge", 2, AS_USUAL),
        ("floor to 1 per filing", 2, RoundingRule(Rounding.FLOOR, 100, "filing")),
        ("ceiling to 0.05 per item", 2, RoundingRule(Rounding.CEILING, 5, "item")),
        ("half_even to 10 per charge", 0, RoundingRule(Rounding.HALF_EVEN, 10, "charge")),
    ],
)
def test_a_rounding_says_how_to_what_and_when(text, digits, rule):
    assert read_rounding(text, digits) == rule


@pytest.mark.parametrize(
    "text",
    ["half_up to 0.01", "half_up to 0.001 per charge", "half_up to 0 per charge", "down to 1 per charge",
     "floor to 1 per parcel", "floor to -1 per charge", ""],
)  # fmt: skip
def test_other_words_are_no_rounding(text):
    with pytest.raises(SheetRefused, match="is no rounding"):
        read_rounding(text, 2)


def test_a_sheet_with_a_rounding_nobody_understands_is_refused():
    with pytest.raises(SheetRefused, match="is no rounding"):
        jurisdiction(shilling("to the shilling"))


def test_each_span_of_the_law_rounds_by_its_own_rule():
    made = jurisdiction(
        shilling("floor to 0.05 per charge", end="2026-06-30"), shilling("ceiling to 1 per filing", "2026-07-01")
    )

    told = roundings(made, "duty")

    floor, ceiling = RoundingRule(Rounding.FLOOR, 5), RoundingRule(Rounding.CEILING, 100, "filing")
    assert told.by_period == (floor, ceiling)
    frame = pl.DataFrame({"law_period": [0, 1, None], "worth": [199, 199, 199]})
    half = told.times_rate(pl.col("worth"), pl.lit(1), pl.lit(2))
    assert frame.select(half).to_series().to_list() == [95, 100, 95]
    assert frame.select(told.is_at("filing")).to_series().to_list() == [False, True, False]


def test_a_charge_without_a_rounding_of_its_own_takes_that_of_duty_or_the_usual_one():
    made = jurisdiction(shilling("floor to 0.05 per charge"))

    assert roundings(made, "excise", "duty").rules == (RoundingRule(Rounding.FLOOR, 5),)
    assert roundings(made, "tax").rules == (AS_USUAL,)
    assert Roundings().rules == (AS_USUAL,)


@pytest.mark.parametrize("mode", list(Rounding))
@pytest.mark.parametrize("unit", [1, 5, 100])
def test_an_amount_is_a_multiple_of_its_unit_and_as_a_slow_reader_has_it(mode, unit):
    worths = [*range(12), 99, 100, 101, 149, 150, 151, 249, 250, 251, 350]
    rule = Roundings((RoundingRule(mode, unit),))

    made = pl.DataFrame({"worth": worths}).select(rule.times_rate(pl.col("worth"), pl.lit(3), pl.lit(10)))

    assert made.to_series().to_list() == [divided_decimal(worth * 3, 10 * unit, mode) * unit for worth in worths]


def test_a_rounding_begins_on_its_first_day():
    made = jurisdiction(shilling("floor to 1 per charge", "2026-07-01"), fact())

    assert [rule.unit_minor for rule in roundings(made, "duty").by_period] == [1, 100]
    assert date(2026, 7, 1) in [parameter.valid_from for parameter in made.parameters]
