"""Arithmetic on columns, exact: 128-bit products, named roundings, shares that add up."""

import polars as pl

from tidewaiter.model.money import Rounding

WIDE = pl.Int128


def times_rate(
    base: pl.Expr, numerator: pl.Expr, denominator: pl.Expr, rounding: Rounding = Rounding.HALF_UP
) -> pl.Expr:
    """``base * numerator / denominator`` on non-negative integers, rounded as named; null stays null. Int64 out."""
    product = base.cast(WIDE) * numerator.cast(WIDE)
    below = denominator.cast(WIDE)
    quotient, rest = product // below, product % below
    if rounding is Rounding.FLOOR:
        return quotient.cast(pl.Int64)
    is_up = 2 * rest >= below
    if rounding is Rounding.HALF_EVEN:
        is_up = (2 * rest > below) | ((2 * rest == below) & (quotient % 2 == 1))
    return (quotient + is_up.cast(WIDE)).cast(pl.Int64)


def apportioned(total: pl.Expr, weight: pl.Expr, over: str) -> pl.Expr:
    """Share ``total`` (the same on every row of a group) by ``weight`` within ``over``; shares add up to it.

    The columnar twin of ``model.money.apportioned``: running sums, floors, differences; no weight shares evenly.
    """
    whole = weight.sum().over(over)
    used = pl.when(whole > 0).then(weight).otherwise(1).cast(WIDE)
    sum_used = used.sum().over(over)
    running = used.cum_sum().over(over)
    upto = total.cast(WIDE) * running // sum_used
    before = total.cast(WIDE) * (running - used) // sum_used
    return (upto - before).cast(pl.Int64)
