"""Sums by filing of rows that stand together, by running sums: a third of the time of grouping them."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from tidewaiter.kit.expressions import WIDE

FITS: Final = 2**62
"""Running sums up to here are kept in 64 bits."""


def filing_sums(rows: pl.DataFrame, whole: Sequence[str] = (), counted: Sequence[str] = ()) -> pl.DataFrame:
    """One row a ``filing_row`` in order: sums of ``whole``, empty as soon as one amount is, and of ``counted`` flags.

    Rows of a filing must stand together.
    """
    row = rows["filing_row"]
    starts = rows.select(pl.col("filing_row").ne_missing(pl.col("filing_row").shift(1))).to_series().arg_true()
    starts = starts.cast(pl.Int64)
    ends = starts.shift(-1, fill_value=rows.height) - 1
    made = [row.gather(starts)]
    made += [_summed(rows[name], starts, ends) for name in whole]
    made += [_between(rows[name].fill_null(value=False).cast(pl.Int64), starts, ends) for name in counted]
    return pl.DataFrame(made)


def _summed(amounts: pl.Series, starts: pl.Series, ends: pl.Series) -> pl.Series:
    total = _between(amounts.fill_null(0), starts, ends)
    if amounts.null_count() == 0:
        return total
    lacks = _between(amounts.is_null().cast(pl.Int64), starts, ends) > 0
    return total.set(lacks, None)


def _between(amounts: pl.Series, starts: pl.Series, ends: pl.Series) -> pl.Series:
    """Sums from each start to its end, both counted."""
    most = amounts.abs().max()
    fits = not isinstance(most, int) or most * len(amounts) < FITS
    running = amounts.cast(pl.Int64 if fits else WIDE).cum_sum()
    return (running.gather(ends) - running.gather(starts) + amounts.gather(starts)).cast(pl.Int64).alias(amounts.name)
