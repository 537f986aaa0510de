"""Arithmetic on columns, exact: products as wide as they need to be, named roundings."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import polars as pl

from tidewaiter.kit.noting import is_noting
from tidewaiter.model.money import MICRO, Rounding

NARROW, WIDE = pl.Int64, pl.Int128
FITS: Final = 2**62
"""Numbers that are surely smaller than this are worked out in 64 bits."""


def times_rate(
    base: pl.Expr, numerator: pl.Expr, denominator: pl.Expr, rounding: Rounding = Rounding.HALF_UP
) -> pl.Expr:
    """``base * numerator / denominator`` on non-negative integers, rounded as named. Int64 out.

    Null stays null; an amount that 64 bits cannot hold is null as well. Products are made in 64 bits where that is
    enough for every row, which takes a third of the time.
    """
    if is_noting():
        above, below = base.cast(WIDE) * numerator.cast(WIDE), denominator.cast(WIDE)
        return _rounded(above, below, rounding).cast(NARROW, strict=False)
    return pl.struct(base.alias("base"), numerator.alias("numerator"), denominator.alias("denominator")).map_batches(
        partial(_times_rate, rounding=rounding), return_dtype=pl.Int64, is_elementwise=True
    )


def _times_rate(rows: pl.Series, rounding: Rounding) -> pl.Series:
    told = rows.struct.unnest()
    size = largest(told["base"]) * largest(told["numerator"]) + largest(told["denominator"])
    dtype = NARROW if 2 * size < FITS else WIDE
    exact = told.select(
        above=pl.col("base").cast(dtype) * pl.col("numerator").cast(dtype), below=pl.col("denominator").cast(dtype)
    )
    return exact.select(
        _rounded(pl.col("above"), pl.col("below"), rounding).cast(NARROW, strict=False).alias(rows.name)
    ).to_series()


def _rounded(above: pl.Expr, below: pl.Expr, rounding: Rounding) -> pl.Expr:
    """``above / below``, rounded as named."""
    if rounding is Rounding.HALF_UP:
        return (above * 2 + below) // (below * 2)
    quotient = above // below
    if rounding is Rounding.FLOOR:
        return quotient
    rest = above % below
    if rounding is Rounding.CEILING:
        return quotient + (rest > 0)
    other = below - rest
    return quotient + ((rest > other) | ((rest == other) & (quotient % 2 == 1)))


def largest(numbers: pl.Series) -> int:
    """How far from nothing the largest number is; 0 where there is none."""
    least, most = numbers.min(), numbers.max()
    return max(abs(int(least)), abs(int(most))) if least is not None and most is not None else 0  # type: ignore[arg-type]


def in_minor(micro: str, digits: int) -> pl.Expr:
    """Millionths of a major unit times the rate beside them, in minor units of the target currency.

    ``digits``: decimals of that currency; takes the columns ``rate_num`` and ``rate_den``.
    """
    return times_rate(pl.col(micro), pl.col("rate_num") * 10**digits, pl.col("rate_den").cast(WIDE) * MICRO)


def word_where(*cases: tuple[pl.Expr, str | pl.Expr | None], otherwise: str | None = None) -> pl.Expr:
    """The word of the first condition that holds, or what the expression in its place says; ``otherwise`` where none.

    Words are chosen by number and laid down once, which takes a fifth of the time of choosing between texts.
    """
    if is_noting():
        told = pl.lit(otherwise, dtype=pl.String)
        for holds, word in reversed(cases):
            said = word if isinstance(word, pl.Expr) else pl.lit(word, dtype=pl.String)
            told = pl.when(holds).then(said).otherwise(told)
        return told
    words = [otherwise, *(None if isinstance(word, pl.Expr) else word for _, word in cases)]
    number = pl.lit(0, dtype=pl.UInt32)
    for at in range(len(cases), 0, -1):
        number = pl.when(cases[at - 1][0]).then(pl.lit(at, dtype=pl.UInt32)).otherwise(number)
    chosen = pl.lit(pl.Series(words, dtype=pl.String)).gather(number)
    for at, (_, word) in enumerate(cases, 1):
        chosen = pl.when(number == at).then(word).otherwise(chosen) if isinstance(word, pl.Expr) else chosen
    return chosen


def is_one_of(word: pl.Expr, words: Sequence[str]) -> pl.Expr:
    """True where a text is one of these few; null stays null. Half the time of looking them up as a list."""
    return pl.any_horizontal(word == said for said in words)


def column_or_null(rows: pl.LazyFrame, name: str, dtype: pl.DataType) -> pl.Expr:
    """A column that not every jurisdiction has: as it is, else empty."""
    return pl.col(name) if name in rows.collect_schema() else pl.lit(None, dtype=dtype)
