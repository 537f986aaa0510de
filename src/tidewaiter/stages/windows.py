"""Windows: what else came under the same key in the days up to and including now, for every filing at once.

Pure arithmetic on integer arrays. A row sees the *other* rows of its key with ``own - width < t <= own``; rows of one
file share their time, so a cluster inside a file is seen whole by each of its members and no order matters.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from tidewaiter.kit.risk_rule import BAND_ABOVE_PERCENT, BAND_FROM_PERCENT, Window, marks_of
from tidewaiter.model.columns import Schema
from tidewaiter.model.errors import WrongUse

DAY_S = 86_400
TIME_BITS, KEY_BITS = 32, 31
"""A key's rank and a time share one signed 64-bit number: 136 years and 2**31 keys at once."""

COUNTED_MINOR_MAX = 10**12
"""A filing worth more counts as worth this in a sum, so that no sum leaves 64 bits: far above every limit there is."""

PERSON, PERSON_DAY = "person_key", "person_day_value_minor"
NARROW: Schema = {
    "accepted_s": pl.Int64(),
    "day": pl.Date(),
    "intrinsic_value_minor": pl.Int64(),
    "low_value_limit_minor": pl.Int64(),
}
"""What the driver reads beside the window keys."""

Ints = np.ndarray


class Moments(NamedTuple):
    """Rows of one key at one time, gathered: all of them see the same others, but for themselves.

    ``order`` lists the rows by key and time, ``first`` where each moment starts in it, ``size`` how many it holds;
    ``packed`` is key and time of each moment in one ascending number.
    """

    order: Ints
    first: Ints
    size: Ints
    packed: Ints


def window_facts(
    key: Ints, at_s: Ints, measures: Mapping[str, Ints], widths_s: Sequence[int]
) -> dict[tuple[str, int], Ints]:
    """For each measure and width: its sum over the other rows of the same key within the window, per row.

    ``key`` and ``at_s`` are int64 of equal length; a measure is int64 per row (ones count rows). One sort serves all.
    """
    if not len(key):
        return {(name, width): np.zeros(0, dtype=np.int64) for name in measures for width in widths_s}
    moments = _moments(key, at_s, head_room=max(widths_s))
    since = {width: np.searchsorted(moments.packed, moments.packed - width, side="right") for width in widths_s}
    found = {}
    for name, values in measures.items():
        upto = np.concatenate(([0], np.cumsum(np.add.reduceat(values[moments.order], moments.first))))
        for width, start in since.items():
            others = np.empty_like(values)
            others[moments.order] = np.repeat(upto[1:] - upto[start], moments.size)
            found[name, width] = others - values
    return found


def _moments(key: Ints, at_s: Ints, head_room: int) -> Moments:
    """Gather the rows; times are counted from the earliest, with room so that no window reaches another key."""
    earliest, latest = int(at_s.min()), int(at_s.max())
    order = np.lexsort((at_s, key))
    by_key, by_time = key[order], at_s[order]
    is_other_key = by_key[1:] != by_key[:-1]
    first = np.flatnonzero(np.concatenate(([True], is_other_key | (by_time[1:] != by_time[:-1]))))
    rank = np.concatenate(([0], np.cumsum(is_other_key)))[first]
    refuse_what_does_not_fit(span_s=latest - earliest + head_room, last_rank=int(rank[-1]))
    packed = (rank << TIME_BITS) | (by_time[first] - earliest + head_room)
    return Moments(order, first, np.diff(first, append=len(key)), packed)


def refuse_what_does_not_fit(span_s: int, last_rank: int) -> None:
    """``WrongUse`` where times or keys need more bits than they have: wrong facts would follow, and no other sign."""
    if span_s >= 1 << TIME_BITS:
        raise WrongUse("The filings and their history span more than 136 years. Name a shorter history.")
    if last_rank >= 1 << KEY_BITS:
        raise WrongUse("There are more than 2**31 parties. Clear fewer filings in one run.")


def facts(narrow: pl.DataFrame, windows: Sequence[Window], history: pl.DataFrame | None) -> pl.DataFrame:
    """One column per window's fact and ``person_day_value_minor``, one row per row of ``narrow``, in its order.

    ``narrow`` and ``history``: the window keys, the columns of ``NARROW`` and the marks that windows count; a history
    may lack marks, and nothing in it is marked then. Rows of the history are seen but get no facts. A row without the
    key has empty facts.
    """
    made = lone_facts(narrow, windows)
    for key in keys_of(windows):
        if history is None and _is_lone(narrow[key]):
            continue
        own = windows_of(key, windows)
        at, shared = shared_facts(narrow, key, own, history)
        made = with_facts(made, at, shared)
    return made


def _is_lone(key: pl.Series) -> bool:
    """True where no two rows share a key."""
    empty = key.null_count()
    return key.n_unique() == len(key) - empty + bool(empty)


def keys_of(windows: Sequence[Window]) -> list[str]:
    """The keys that facts are gathered by; persons always, for the value of a person's day."""
    return list(dict.fromkeys([*(window.key for window in windows), PERSON]))


def windows_of(key: str, windows: Sequence[Window]) -> list[Window]:
    """The windows over one key."""
    return [window for window in windows if window.key == key]


def lone_facts(narrow: pl.DataFrame, windows: Sequence[Window]) -> pl.DataFrame:
    """The facts of filings that share no key with another: nothing seen, and a person's day is worth the own value."""
    seen = {window.fact: pl.when(pl.col(window.key).is_not_null()).then(0).cast(pl.Int64) for window in windows}
    return narrow.select(**seen, **{PERSON_DAY: pl.when(_has_day()).then(counted_value())})


def shared_facts(
    narrow: pl.DataFrame, key: str, windows: Sequence[Window], history: pl.DataFrame | None
) -> tuple[Ints, pl.DataFrame]:
    """Positions of rows that share ``key`` with another row or the history, and the facts of its windows there.

    ``narrow`` may hold some keys only, as long as it holds all rows of each.
    """
    seen = _seen(narrow.select(key, *NARROW, *marks_of(windows)), windows, history)
    at = _shared(seen[key], narrow.height)
    at_own = at[: np.searchsorted(at, narrow.height)]
    if not len(at_own):
        named = [*(window.fact for window in windows), *([PERSON_DAY] if key == PERSON else [])]
        return at_own, pl.DataFrame(schema=dict.fromkeys(named, pl.Int64))
    rows = seen[at]
    made = list(_of_key(rows, key, windows, len(at_own)))
    if key == PERSON:
        made.append(_person_day_value(rows, len(at_own)))
    return at_own, pl.DataFrame(made)


def with_facts(facts: pl.DataFrame, at: Ints, shared: pl.DataFrame) -> pl.DataFrame:
    """The facts with those of some rows put in their places."""
    if not len(at):
        return facts
    return facts.with_columns(facts[name].scatter(at, shared[name]) for name in shared.columns)


def _seen(narrow: pl.DataFrame, windows: Sequence[Window], history: pl.DataFrame | None) -> pl.DataFrame:
    """The rows asked about, and below them those of the history that any of them may look back on."""
    if history is None or not narrow.height:
        return narrow
    now = narrow["accepted_s"].to_numpy()
    widest = max((window.days for window in windows), default=0) * DAY_S
    is_near = pl.col("accepted_s").is_between(int(now.min()) - widest, int(now.max()), closed="right")
    is_same_day = pl.col("day").is_in(narrow["day"].unique().implode())
    unmarked = [pl.lit(value=False).alias(mark) for mark in marks_of(windows) if mark not in history.columns]
    past = history.lazy().with_columns(unmarked).select(narrow.columns).filter(is_near | is_same_day)
    return pl.concat([narrow.lazy(), past], how="vertical_relaxed").collect()


def measures(windows: Iterable[Window]) -> list[pl.Expr]:
    """What each row contributes to the measures wanted; an unknown value, limit or mark adds nothing."""
    windows = list(windows)
    value, limit = pl.col("intrinsic_value_minor").clip(upper_bound=COUNTED_MINOR_MAX), pl.col("low_value_limit_minor")
    is_in_band = (100 * value >= BAND_FROM_PERCENT * limit) & (value <= limit)
    is_above = (value > limit) & (100 * value <= BAND_ABOVE_PERCENT * limit)
    every = {
        "count": pl.repeat(1, pl.len()),
        "sum_minor": value.fill_null(0),
        "count_in_band": is_in_band.fill_null(value=False),
        "count_above_band": is_above.fill_null(value=False),
        **{
            window.measured: pl.col(window.mark_column).cast(pl.Int64).fill_null(0)
            for window in windows
            if window.marked_by
        },
    }
    wanted = {window.measured for window in windows}
    return [made.cast(pl.Int64).alias(name) for name, made in every.items() if name in wanted]


def _of_key(rows: pl.DataFrame, key: str, windows: Sequence[Window], own: int) -> Iterator[pl.Series]:
    """Facts of all windows over one key for the ``own`` first rows; each row shares its key with another."""
    if not windows:
        return
    measured = rows.select(measures(windows))
    values = {name: measured[name].to_numpy() for name in measured.columns}
    widths = sorted({window.days * DAY_S for window in windows})
    found = window_facts(rows[key].to_numpy(), rows["accepted_s"].to_numpy(), values, widths)
    for window in windows:
        yield pl.Series(window.fact, found[window.measured, window.days * DAY_S][:own])


def _shared(key: pl.Series, own: int) -> Ints:
    """Positions of keys that occur more than once, at least once among the ``own`` first."""
    is_shared = key.is_not_null() & key.is_duplicated()
    if len(key) != own:
        is_shared &= key.is_in(key.head(own).implode())
    return is_shared.arg_true().to_numpy()


def counted_value() -> pl.Expr:
    """What a filing's value counts in a sum."""
    return pl.col("intrinsic_value_minor").clip(upper_bound=COUNTED_MINOR_MAX)


def _has_day() -> pl.Expr:
    return pl.col(PERSON).is_not_null() & pl.col("day").is_not_null()


def _person_day_value(rows: pl.DataFrame, own: int) -> pl.Series:
    """Value of all parcels of one person on one calendar day, the own one included; empty where the day is unknown.

    Empty as well where any of the day's values is unknown: a relief never rests on half a sum.
    """
    asked = rows.head(own).select(PERSON, "day")
    is_whole = pl.col("intrinsic_value_minor").is_not_null().all()
    of_day = (
        rows.filter(pl.col("day").is_in(asked["day"].unique().implode()))
        .group_by(PERSON, "day")
        .agg(pl.when(is_whole).then(counted_value().sum()).alias(PERSON_DAY))
    )
    return asked.join(of_day, on=[PERSON, "day"], how="left", maintain_order="left")[PERSON_DAY]
