"""Shares by filing: a sum that every row of a filing bears, split by weight so that the shares add up to it."""

import polars as pl

from tidewaiter.kit.expressions import FITS, NARROW, WIDE, largest
from tidewaiter.kit.noting import is_noting


def apportioned(rows: pl.LazyFrame, name: str, total: pl.Expr, weight: pl.Expr, over: str) -> pl.LazyFrame:
    """Add ``name``: ``total`` (the same on every row of a group) shared by ``weight`` within ``over``; shares add up.

    Rows of a group stand together; no ``weight`` is below nothing or empty. The columnar twin of
    ``model.money.apportioned``: running sums, floors, differences; no weight shares evenly. The running sum goes over
    all rows, less what it was before the group. A row alone in its group bears it all, and where nothing is to be
    shared there is nothing to work out.
    """
    if is_noting():
        return rows.with_columns(_plain_shares(total, weight, over).alias(name))
    lines = rows.select(over, total=total, weight=weight).collect(engine="in-memory")
    return rows.with_columns(_shares(lines, over).alias(name))


def _plain_shares(total: pl.Expr, weight: pl.Expr, over: str) -> pl.Expr:
    told = weight.cast(WIDE)
    used = pl.when(told.sum().over(over) == 0).then(pl.lit(1, dtype=WIDE)).otherwise(told)
    running, whole, shared = used.cum_sum().over(over), used.sum().over(over), total.cast(WIDE)
    return (shared * running // whole - shared * (running - used) // whole).cast(NARROW)


def _shares(lines: pl.DataFrame, over: str) -> pl.Series:
    total = lines["total"].cast(pl.Int64)
    if not (total != 0).any():
        return total
    is_start = lines.select(pl.col(over).ne_missing(pl.col(over).shift(1))).to_series()
    if is_start.all():
        return total
    starts, group = is_start.arg_true(), is_start.cum_sum() - 1
    used = lines["weight"].cast(NARROW if largest(lines["weight"]) * len(lines) < FITS else WIDE)
    whole = _sums(used, starts)
    if (whole == 0).any():
        used = used.set((whole == 0).gather(group), 1)
        whole = _sums(used, starts)
    if largest(total) * largest(whole) >= FITS:
        total, used, whole = total.cast(WIDE), used.cast(WIDE), whole.cast(WIDE)
    running = used.cum_sum()
    before = (running.gather(starts) - used.gather(starts)).gather(group)
    upto = total * (running - before) // whole.gather(group)
    earlier = upto.shift(1).set(is_start, 0)
    return (upto - earlier).cast(pl.Int64)


def _sums(weight: pl.Series, starts: pl.Series) -> pl.Series:
    """Sums from each start up to the next."""
    running = weight.cum_sum()
    ends = starts.cast(pl.Int64).shift(-1, fill_value=len(weight)) - 1
    return running.gather(ends) - running.gather(starts) + weight.gather(starts)
