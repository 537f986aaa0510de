"""Windows: what else came under the same key in the days up to and including now, for every filing at once.

Pure arithmetic on integer arrays. A row sees the *other* rows of its key with ``own - width < t <= own``; rows of one
file share their time, so a cluster inside a file is seen whole by each of its members and no order matters.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from tidewaiter.kit.risk_rule import Window

DAY_S = 86_400
BAND_FROM, BAND_TO = 90, 110
"""The band just under the limit is 90 to 100 % of it, the one above 100 to 110 %: bounds of the measures' names."""

Ints = np.ndarray


def window_facts(key: Ints, at_s: Ints, measures: Mapping[str, Ints], widths_s: Sequence[int]) -> dict[tuple[str, int], Ints]:
    """For each measure and width: its sum over the other rows of the same key within the window, per row.

    ``key`` and ``at_s`` are int64 of equal length; a measure is int64 per row (ones count rows). One sort serves all.
    """
    if not len(key):
        return {(name, width): np.zeros(0, dtype=np.int64) for name in measures for width in widths_s}
    ranked = np.unique(key, return_inverse=True)[1].astype(np.int64)
    head_room = max(widths_s)
    t = at_s - at_s.min() + head_room
    if int(t.max()) >= 1 << 32 or int(ranked.max()) >= 1 << 31:
        raise OverflowError("Windows hold 136 years and 2**31 keys at once; cut the history shorter.")
    packed = (ranked << 32) | t
    order = np.argsort(packed, kind="stable")
    packed = packed[order]
    last = np.searchsorted(packed, packed, side="right")
    totals = {name: np.concatenate(([0], np.cumsum(values[order]))) for name, values in measures.items()}
    facts = {}
    for width in widths_s:
        first = np.searchsorted(packed, packed - width, side="right")
        for name, values in measures.items():
            out = np.empty_like(packed)
            out[order] = totals[name][last] - totals[name][first] - values[order]
            facts[name, width] = out
    return facts


def facts(narrow: pl.DataFrame, windows: Sequence[Window], history: pl.DataFrame | None) -> pl.DataFrame:
    """One column per window's fact and ``person_day_value_minor``, one row per row of ``narrow``, in its order.

    ``narrow`` and ``history``: accepted_s, day, the window keys, intrinsic_value_minor, low_value_limit_minor. Rows of
    the history are seen but get no facts. A row without the key has empty facts.
    """
    seen = narrow if history is None else pl.concat([narrow, history.select(narrow.columns)], how="vertical_relaxed")
    made: dict[str, pl.Series] = {}
    for key in dict.fromkeys(window.key for window in windows):
        wanted = [window for window in windows if window.key == key]
        made |= _facts_of_key(seen, narrow.height, key, wanted)
    person_day = _person_day_value(seen, narrow.height)
    return pl.DataFrame({**{window.fact: made[window.fact] for window in windows}, "person_day_value_minor": person_day})


def _facts_of_key(seen: pl.DataFrame, own: int, key: str, windows: Sequence[Window]) -> dict[str, pl.Series]:
    """Facts of all windows over one key."""
    has_key = seen[key].is_not_null().to_numpy()
    rows = seen.filter(pl.Series(has_key))
    columns = {name: values for name, values in _measures(rows).items() if name in {window.measure for window in windows}}
    widths = sorted({window.days * DAY_S for window in windows})
    found = window_facts(rows[key].to_numpy(), rows["accepted_s"].to_numpy(), columns, widths)
    at = np.flatnonzero(has_key)
    is_own = at < own
    series = {}
    for window in windows:
        whole = np.zeros(own, dtype=np.int64)
        whole[at[is_own]] = found[window.measure, window.days * DAY_S][is_own]
        series[window.fact] = pl.select(
            pl.when(pl.Series(has_key[:own])).then(pl.Series(whole))
        ).to_series().alias(window.fact)
    return series


def _measures(rows: pl.DataFrame) -> dict[str, Ints]:
    """What each row contributes to each measure; an unknown value adds nothing."""
    value = rows["intrinsic_value_minor"].fill_null(0).to_numpy()
    limit = rows["low_value_limit_minor"].fill_null(-1).to_numpy()
    is_known = rows["intrinsic_value_minor"].is_not_null().to_numpy() & (limit >= 0)
    in_band = is_known & (100 * value >= BAND_FROM * limit) & (value <= limit)
    above = is_known & (value > limit) & (100 * value <= BAND_TO * limit)
    return {
        "count": np.ones(len(value), dtype=np.int64),
        "sum_minor": value,
        "count_in_band": in_band.astype(np.int64),
        "count_above_band": above.astype(np.int64),
    }


def _person_day_value(seen: pl.DataFrame, own: int) -> pl.Series:
    """Value of all parcels of one person on one calendar day, the own one included; empty for an unknown person.

    Empty as well where any of the day's values is unknown: a relief never rests on half a sum.
    """
    keys = ["person_key", "day"]
    known = seen.lazy().filter(pl.col("person_key").is_not_null() & pl.col("day").is_not_null())
    value = pl.col("intrinsic_value_minor")
    summed = known.group_by(keys).agg(person_day_value_minor=pl.when(value.null_count() == 0).then(value.sum()))
    joined = seen.lazy().head(own).select(keys).join(summed, on=keys, how="left", maintain_order="left").collect()
    return joined["person_day_value_minor"]
