"""What windows show of filings as they were decided, and as they look from a later moment; whole arrays at a time."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from tidewaiter.exchange.inbox import NARROW
from tidewaiter.kit.risk_rule import Window, marks_of
from tidewaiter.runners.batcher.tally import Tally
from tidewaiter.stages.windows import DAY_S, PERSON_DAY, TIME_BITS, keys_of, measures, windows_of

Ints = np.ndarray
BATCH: Final = "batch_us"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Facts(NamedTuple):
    """Facts of windows, a row for each filing asked about.

    ``then``: when it was decided, of the messages up to its own batch, with each state of the runs that it may have
    seen. ``later``: as of the later moment.
    """

    then: Sequence[pl.DataFrame]
    later: pl.DataFrame


def history_of(rows: Sequence[tuple[Any, ...]], windows: Sequence[Window]) -> pl.DataFrame:
    """Rows of ``exchange.reassessing.rows_of`` without their messages; ``BATCH`` tells batches apart."""
    schema = {BATCH: pl.Int64(), **dict.fromkeys(NARROW, pl.Int64()), "day": pl.Date(), "marks": pl.List(pl.String)}
    told = [((row[1] - EPOCH) // timedelta(microseconds=1), *row[2:]) for row in rows]
    frame = pl.DataFrame(told, schema=schema, orient="row")
    marks = [pl.col("marks").list.contains(mark).fill_null(value=False).alias(mark) for mark in marks_of(windows)]
    return frame.with_columns(marks).drop("marks")


def facts_of(
    history: pl.DataFrame, asked: Ints, as_of_s: Ints, windows: Sequence[Window], tallies: Sequence[Tally]
) -> Facts:
    """Facts of the rows ``asked`` (positions in ``history``, which has all that share a key with them), then and later.

    ``as_of_s``: the later moment of each. A filing does not see itself; those that came in one moment see each other.
    """
    own = history[asked]
    made: tuple[dict[str, Ints], dict[str, Ints]] = ({}, {})
    for key in keys_of(windows):
        for told, found in zip(made, _of_key(history, key, windows_of(key, windows), asked, as_of_s), strict=True):
            told |= found
    then, later = (_framed(own, windows, told) for told in made)
    if not tallies:
        return Facts([then], later)
    moved = own.with_columns(accepted_s=pl.Series(as_of_s))
    return Facts([then, _with(tallies, then, own, windows)], _with(tallies, later, moved, windows))


def _with(tallies: Sequence[Tally], facts: pl.DataFrame, own: pl.DataFrame, windows: Sequence[Window]) -> pl.DataFrame:
    for tally in tallies:
        facts = tally.add_to(facts, own, windows)
    return facts


def _framed(own: pl.DataFrame, windows: Sequence[Window], made: Mapping[str, Ints]) -> pl.DataFrame:
    """Facts as columns; empty where a filing has no such key. What a person's day is worth is not asked."""
    facts = [
        pl.select(pl.when(own[window.key].is_not_null()).then(pl.Series(made[window.fact])))
        .to_series()
        .alias(window.fact)
        for window in windows
    ]
    nothing = pl.Series(PERSON_DAY, [None] * own.height, dtype=pl.Int64)
    return pl.DataFrame([*{one.name: one for one in facts}.values(), nothing])


class _Moments(NamedTuple):
    """Rows of one key by key, time and batch: key and time as one ascending number, and where each row's batch ends."""

    order: Ints
    packed: Ints
    ends: Ints
    rank: Ints


def _of_key(
    history: pl.DataFrame, key: str, windows: Sequence[Window], asked: Ints, as_of_s: Ints
) -> tuple[dict[str, Ints], dict[str, Ints]]:
    """The facts of windows over one key, then and later."""
    if not windows:
        return {}, {}
    widest = max(window.days for window in windows) * DAY_S
    time = history["accepted_s"].to_numpy()
    time = time - (time.min() - widest) if len(time) else time
    moments = _moments(history[key].fill_null(0).to_numpy(), time, history[BATCH].to_numpy())
    place = np.empty(len(time), dtype=np.int64)
    place[moments.order] = np.arange(len(time))
    at, own_s = place[asked], time[asked]
    base = moments.rank[at] << TIME_BITS
    later_s = np.maximum(as_of_s - history["accepted_s"].to_numpy()[asked] + own_s, own_s)
    measured = history.select(measures(windows)) if windows else pl.DataFrame()
    then, later = {}, {}
    for window in windows:
        width = window.days * DAY_S
        values = measured[window.measured].to_numpy()[moments.order]
        upto, own = np.concatenate(([0], np.cumsum(values))), values[at]

        def before(moment_s: Ints, side: str = "right", upto: Ints = upto) -> Ints:
            return upto[np.searchsorted(moments.packed, base | moment_s, side=side)]  # type: ignore[call-overload]

        then[window.fact] = upto[moments.ends[at]] - before(own_s - width) - own
        together = before(own_s) - before(own_s, "left")
        is_gone = own_s <= later_s - width
        later[window.fact] = before(later_s) - before(later_s - width) - own + np.where(is_gone, together, 0)
    return then, later


def _moments(key: Ints, time: Ints, batch: Ints) -> _Moments:
    order = np.lexsort((batch, time, key))
    by_key, by_time, by_batch = key[order], time[order], batch[order]
    is_other_key = np.concatenate(([False], by_key[1:] != by_key[:-1])) if len(key) else np.zeros(0, dtype=bool)
    rank = np.cumsum(is_other_key)
    packed = (rank << TIME_BITS) | by_time
    is_other = is_other_key[1:] | (by_time[1:] != by_time[:-1]) | (by_batch[1:] != by_batch[:-1])
    last = np.append(np.flatnonzero(is_other), len(key) - 1)
    ends = last[np.searchsorted(last, np.arange(len(key)))] + 1 if len(key) else last
    return _Moments(order, packed, ends, rank)
