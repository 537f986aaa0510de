"""Sums by filing of rows that stand together: each stretch of rows added up, a third of the time of grouping them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from tidewaiter.kit.expressions import FITS, WIDE, largest
from tidewaiter.kit.noting import is_noting

FEW: Final = 256
"""Rows up to which all flags are looked at in one table."""


ROW: Final = "filing_row"


def sums_of_filings(rows: pl.LazyFrame, whole: Sequence[str] = (), counted: Sequence[str] = ()) -> pl.LazyFrame:
    """``filing_sums`` of a query."""
    if not is_noting():
        return filing_sums(rows.collect(engine="in-memory"), whole, counted).lazy()
    return rows.group_by(ROW, maintain_order=True).agg(
        *(pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name) for name in whole),
        *(pl.col(name).fill_null(value=False).sum().cast(pl.Int64).alias(name) for name in counted),
    )


def flags_of_filings(rows: pl.LazyFrame) -> pl.LazyFrame:
    """``filing_flags`` of a query, all whose columns but ``filing_row`` are flags."""
    if not is_noting():
        told = rows.collect(engine="in-memory")
        return filing_flags(told, [name for name in told.columns if name != ROW]).lazy()
    flags = [name for name in rows.collect_schema() if name != ROW]
    return rows.group_by(ROW, maintain_order=True).agg(pl.col(name).any() for name in flags)


def filing_sums(rows: pl.DataFrame, whole: Sequence[str] = (), counted: Sequence[str] = ()) -> pl.DataFrame:
    """One row a ``filing_row`` in order: sums of ``whole``, empty as soon as one amount is, and of ``counted`` flags.

    Rows of a filing must stand together.
    """
    starts = _starts(rows).arg_true()
    made = [rows["filing_row"].gather(starts)]
    made += [_summed(rows[name], starts) for name in whole]
    made += [_added(rows[name].fill_null(value=False).cast(pl.Int64), starts) for name in counted]
    return pl.DataFrame(made)


def _starts(rows: pl.DataFrame) -> pl.Series:
    """True on the first row of each filing."""
    return rows.select(pl.col("filing_row").ne_missing(pl.col("filing_row").shift(1))).to_series()


def _summed(amounts: pl.Series, starts: pl.Series) -> pl.Series:
    if amounts.null_count() == 0:
        return _added(amounts, starts)
    lacks = _added(amounts.is_null().cast(pl.Int64), starts) > 0
    return _added(amounts.fill_null(0), starts).set(lacks, None)


def _added(amounts: pl.Series, starts: pl.Series) -> pl.Series:
    """Sums from each start up to the next, in 128 bits where 64 could be too few."""
    if starts.is_empty():
        return amounts.clear().cast(pl.Int64)
    if largest(amounts) * len(amounts) < FITS:
        upto = np.append(starts.to_numpy()[1:], len(amounts)) - 1
        sums = np.cumsum(amounts.to_numpy())[upto]
        return pl.Series(amounts.name, np.diff(sums, prepend=0), dtype=pl.Int64)
    running = amounts.cast(WIDE).cum_sum()
    ends = starts.cast(pl.Int64).shift(-1, fill_value=len(amounts)) - 1
    return (running.gather(ends) - running.gather(starts) + amounts.gather(starts)).cast(pl.Int64).alias(amounts.name)


def filing_least(rows: pl.DataFrame, name: str) -> pl.Series:
    """The least amount of each filing, in order; empty as soon as one is. Rows of a filing must stand together."""
    amounts, starts = rows[name], _starts(rows).arg_true()
    if starts.is_empty():
        return amounts.clear()
    least = np.minimum.reduceat(amounts.fill_null(0).to_numpy(), starts.to_numpy())
    made = pl.Series(name, least, dtype=amounts.dtype)
    return made if amounts.null_count() == 0 else made.set(_added(amounts.is_null().cast(pl.Int64), starts) > 0, None)


def filing_flags(rows: pl.DataFrame, flags: Sequence[str]) -> pl.DataFrame:
    """One row a ``filing_row`` in order: each of ``flags``, true where it is on any row; one that no row has is free.

    Rows of a filing must stand together.
    """
    if flags and 0 < rows.height <= FEW:
        return _few_flags(rows, flags)
    is_start = _starts(rows)
    filing = is_start.cum_sum() - 1
    kept = rows["filing_row"].filter(is_start)
    nothing = pl.repeat(value=False, n=len(kept), dtype=pl.Boolean, eager=True)
    made = [nothing.clone().scatter(filing.gather(rows[name].arg_true()), values=True).alias(name) for name in flags]
    return pl.DataFrame([kept, *made])


def _few_flags(rows: pl.DataFrame, flags: Sequence[str]) -> pl.DataFrame:
    """The same for few rows, where it is the calls that cost."""
    filing = rows["filing_row"].to_numpy()
    starts = np.flatnonzero(np.diff(filing, prepend=-1))
    there = rows.select(pl.col(flags).fill_null(value=False).cast(pl.UInt8)).to_numpy()
    made = pl.DataFrame(np.maximum.reduceat(there, starts, axis=0) > 0, schema=dict.fromkeys(flags, pl.Boolean))
    return made.insert_column(0, rows["filing_row"].gather(starts))
