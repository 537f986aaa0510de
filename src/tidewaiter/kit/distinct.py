"""Distinct codes of filings: which line of a filing is the first to bear its code."""

from typing import Final

import polars as pl

from tidewaiter.kit.noting import is_noting

FEW: Final = 16
"""Lines of a filing up to which each is compared with all before it; codes of longer ones are looked up instead."""

LITTLE: Final = 256
"""Lines of a chunk up to which telling pairs apart costs less than the calls it takes to avoid it."""

MANY: Final = 8
"""Where more than one line in so many has another before it, whole columns are compared instead of those lines."""


def is_first_of_code(code: pl.Expr, row: str = "filing_row") -> pl.Expr:
    """True on the first line of each filing that bears a code, and on every line without one.

    Lines of a filing stand together. Comparing a line with the few before it takes a twentieth of the time of telling
    pairs of filing and code apart; filings of one line cost nothing.
    """
    pair = pl.struct(pl.col(row).alias("row"), code.alias("code"))
    if is_noting():
        return pair.is_first_distinct() | code.is_null()
    return pair.map_batches(_first, return_dtype=pl.Boolean())


def _first(pairs: pl.Series) -> pl.Series:
    lines = pairs.struct.unnest()
    if lines.height <= LITTLE:
        return _first_distinct(lines)
    is_start = pl.col("row").ne_missing(pl.col("row").shift(1))
    rest = lines.select(~is_start).to_series().arg_true().cast(pl.Int64)
    is_first = pl.repeat(value=True, n=lines.height, dtype=pl.Boolean, eager=True)
    if rest.is_empty():
        return is_first
    code, starts = lines["code"], lines.select(is_start).to_series()
    for lag in range(1, FEW):
        if MANY * len(rest) > lines.height:
            same = (pl.col("code") == pl.col("code").shift(lag)) & (pl.col("row") == pl.col("row").shift(lag))
            is_first &= ~lines.select(same.fill_null(value=False)).to_series()
        else:
            is_again = (code.gather(rest) == code.gather(rest - lag)).fill_null(value=False)
            is_first = is_first.scatter(rest.filter(is_again), values=False)
        rest = rest.filter(~starts.gather(rest - lag))
        if rest.is_empty():
            return is_first
    long = lines["row"].gather(rest).unique()
    places = lines.select(pl.col("row").is_in(long.implode())).to_series().arg_true()
    return is_first.scatter(places, _first_distinct(lines[places]))


def _first_distinct(lines: pl.DataFrame) -> pl.Series:
    return lines.select(pl.struct("row", "code").is_first_distinct() | pl.col("code").is_null()).to_series()
