"""Arithmetic on columns, exact: 128-bit products, named roundings, shares that add up."""

import polars as pl

from tidewaiter.model.money import MICRO, Rounding

WIDE = pl.Int128


def times_rate(
    base: pl.Expr, numerator: pl.Expr, denominator: pl.Expr, rounding: Rounding = Rounding.HALF_UP
) -> pl.Expr:
    """``base * numerator / denominator`` on non-negative integers, rounded as named. Int64 out.

    Null stays null; an amount that 64 bits cannot hold is null as well.
    """
    product = base.cast(WIDE) * numerator.cast(WIDE)
    below = denominator.cast(WIDE)
    quotient, rest = product // below, product % below
    if rounding is Rounding.FLOOR:
        return quotient.cast(pl.Int64, strict=False)
    if rounding is Rounding.CEILING:
        return (quotient + (rest > 0).cast(WIDE)).cast(pl.Int64, strict=False)
    is_up = 2 * rest >= below
    if rounding is Rounding.HALF_EVEN:
        is_up = (2 * rest > below) | ((2 * rest == below) & (quotient % 2 == 1))
    return (quotient + is_up.cast(WIDE)).cast(pl.Int64, strict=False)


def in_minor(micro: str, digits: int) -> pl.Expr:
    """Millionths of a major unit times the rate beside them, in minor units of the target currency.

    ``digits``: decimals of that currency; takes the columns ``rate_num`` and ``rate_den``.
    """
    return times_rate(pl.col(micro), pl.col("rate_num") * 10**digits, pl.col("rate_den").cast(WIDE) * MICRO)


def apportioned(rows: pl.LazyFrame, name: str, total: pl.Expr, weight: pl.Expr, over: str) -> pl.LazyFrame:
    """Add ``name``: ``total`` (the same on every row of a group) shared by ``weight`` within ``over``; shares add up.

    Rows of a group stand together. The columnar twin of ``model.money.apportioned``: running sums, floors,
    differences; no weight shares evenly. The running sum goes over all rows, less what it was before the group: one
    within each group would take five times as long.
    """
    used, upto, before, whole = (f"{name}_{part}" for part in ("used", "upto", "before", "whole"))
    evenly = pl.when(weight.sum().over(over) > 0).then(weight).otherwise(1)
    running = pl.col(upto) - pl.col(before)
    share = total.cast(WIDE) * running // pl.col(whole) - total.cast(WIDE) * (running - pl.col(used)) // pl.col(whole)
    return (
        rows.with_columns(evenly.cast(WIDE).alias(used))
        .with_columns(pl.col(used).cum_sum().alias(upto))
        .with_columns(
            (pl.col(upto) - pl.col(used)).first().over(over).alias(before), pl.col(used).sum().over(over).alias(whole)
        )
        .with_columns(share.cast(pl.Int64).alias(name))
        .drop(used, upto, before, whole)
    )


def column_or_null(rows: pl.LazyFrame, name: str, dtype: pl.DataType) -> pl.Expr:
    """A column that not every jurisdiction has: as it is, else empty."""
    return pl.col(name) if name in rows.collect_schema() else pl.lit(None, dtype=dtype)
