"""Arithmetic on columns is exact: wide products, named roundings, shares that add up."""

import polars as pl
import pytest

from tidewaiter.kit.expressions import times_rate
from tidewaiter.kit.filing_shares import apportioned
from tidewaiter.model import money
from tidewaiter.model.money import MINOR_MAX, Rounding, divided_decimal

TIMES = [
    (0, 1, 2),
    (1, 1, 2),
    (3, 1, 2),
    (5, 1, 2),
    (1, 1, 3),
    (2, 1, 3),
    (7, 1, 1),
    (10, 333_333, 1_000_000),
    (20, 25_000, 1_000_000),
]


@pytest.mark.parametrize("rounding", list(Rounding))
@pytest.mark.parametrize(("base", "numerator", "denominator"), TIMES)
def test_a_rate_is_taken_of_a_column_as_the_decimal_twin_takes_it(base, numerator, denominator, rounding):
    frame = pl.DataFrame({"base": [base], "numerator": [numerator], "denominator": [denominator]})

    made = frame.select(told=times_rate(pl.col("base"), pl.col("numerator"), pl.col("denominator"), rounding))["told"]

    assert made.dtype == pl.Int64
    assert made[0] == divided_decimal(base * numerator, denominator, rounding)


def test_halves_go_up_where_no_rounding_is_named():
    assert pl.select(times_rate(pl.lit(1), pl.lit(1), pl.lit(2))).item() == 1


def test_products_beyond_64_bits_are_exact():
    made = pl.select(times_rate(pl.lit(MINOR_MAX), pl.lit(999_999), pl.lit(1_000_000))).item()

    assert made == divided_decimal(MINOR_MAX * 999_999, 1_000_000)


@pytest.mark.parametrize("empty", ["base", "numerator", "denominator"])
def test_what_is_not_known_stays_unknown(empty):
    frame = pl.DataFrame({"base": [10], "numerator": [1], "denominator": [2], empty: pl.Series([None], dtype=pl.Int64)})

    made = frame.select(told=times_rate(pl.col("base"), pl.col("numerator"), pl.col("denominator")))

    assert made["told"].to_list() == [None]


@pytest.mark.parametrize(
    ("total", "weights"),
    [(100, [1, 1, 1]), (5, [0, 0]), (7, [1, 0, 6]), (0, [4, 4]), (1, [1]), (MINOR_MAX, [3, 1, 3]), (10, [0, 1])],
)
def test_shares_add_up_within_each_group_and_are_those_of_the_twin(total, weights):
    frame = pl.DataFrame(
        {
            "group": [0] * len(weights) + [1, 1],
            "total": [total] * len(weights) + [9, 9],
            "weight": [*weights, 1, 2],
        }
    )

    told = apportioned(frame.lazy(), "told", pl.col("total"), pl.col("weight"), "group").collect()
    shares = told["told"].to_list()

    assert shares == [*money.apportioned(total, weights), 3, 6]
    assert sum(shares[:-2]) == total
