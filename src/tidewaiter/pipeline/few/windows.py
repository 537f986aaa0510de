"""Windows of few rows on plain lists: the facts of ``stages.windows``, without planning."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import polars as pl

from tidewaiter.kit.risk_rule import BAND_ABOVE_PERCENT, BAND_FROM_PERCENT, Window
from tidewaiter.stages.windows import COUNTED_MINOR_MAX, DAY_S, PERSON, PERSON_DAY, facts, keys_of, windows_of

MOST: Final = 512
"""Rows, those looked back on among them, up to which this is quicker."""


class _Row(NamedTuple):
    """What windows read of a filing."""

    at_s: int
    day: Any
    value: int | None
    limit: int | None
    marks: Mapping[str, bool]


def few_facts(narrow: pl.DataFrame, windows: Sequence[Window], history: pl.DataFrame | None) -> pl.DataFrame:
    """As ``facts`` of few rows; of more it asks that."""
    if narrow.height + (history.height if history is not None else 0) > MOST:
        return facts(narrow, windows, history)
    tables = [narrow] if history is None else [narrow, history]
    rows = [row for table in tables for row in _rows(table, windows)]
    made: dict[str, list[int | None]] = {}
    for key in keys_of(windows):
        keys = [value for table in tables for value in table.get_column(key).to_list()]
        of_key: dict[int, list[int]] = {}
        for at, value in enumerate(keys):
            if value is not None:
                of_key.setdefault(value, []).append(at)
        others = [[one for one in of_key.get(value, ()) if one != at] for at, value in enumerate(keys[: narrow.height])]
        for window in windows_of(key, windows):
            seen = [_seen(rows, at, others[at], window) for at in range(narrow.height)]
            made[window.fact] = [None if keys[at] is None else one for at, one in enumerate(seen)]
        if key == PERSON:
            days = [_day_value(rows, at, others[at]) for at in range(narrow.height)]
            of_days = [None if keys[at] is None else one for at, one in enumerate(days)]
    names = dict.fromkeys(window.fact for window in windows)
    columns = [pl.Series(name, made[name], dtype=pl.Int64) for name in names]
    return pl.DataFrame([*columns, pl.Series(PERSON_DAY, of_days, dtype=pl.Int64)])


def _rows(table: pl.DataFrame, windows: Sequence[Window]) -> list[_Row]:
    columns = ("accepted_s", "day", "intrinsic_value_minor", "low_value_limit_minor")
    told = zip(*(table.get_column(name).to_list() for name in columns), strict=True)
    names = {window.mark_column for window in windows if window.marked_by} & set(table.columns)
    marks = {name: table.get_column(name).to_list() for name in names}
    return [_Row(*one, {name: bool(marks[name][at]) for name in names}) for at, one in enumerate(told)]


def _seen(rows: Sequence[_Row], own: int, others: Sequence[int], window: Window) -> int:
    now, since = rows[own].at_s, rows[own].at_s - window.days * DAY_S
    measure = MEASURED.get(window.measure)
    near = (rows[at] for at in others if since < rows[at].at_s <= now)
    if measure is None:
        return sum(row.marks.get(window.mark_column, False) for row in near)
    return sum(measure(row) for row in near)


def _day_value(rows: Sequence[_Row], own: int, others: Sequence[int]) -> int | None:
    day = rows[own].day
    if day is None:
        return None
    values = [rows[at].value for at in (own, *others) if rows[at].day == day]
    return None if None in values else sum(min(value, COUNTED_MINOR_MAX) for value in values if value is not None)


def _is_in_band(row: _Row) -> bool:
    if row.value is None or row.limit is None:
        return False
    value = min(row.value, COUNTED_MINOR_MAX)
    return 100 * value >= BAND_FROM_PERCENT * row.limit and value <= row.limit


def _is_above_band(row: _Row) -> bool:
    if row.value is None or row.limit is None:
        return False
    value = min(row.value, COUNTED_MINOR_MAX)
    return value > row.limit and 100 * value <= BAND_ABOVE_PERCENT * row.limit


MEASURED: Final[Mapping[str, Callable[[_Row], int]]] = {
    "count": lambda _row: 1,
    "sum_minor": lambda row: 0 if row.value is None else min(row.value, COUNTED_MINOR_MAX),
    "count_in_band": _is_in_band,
    "count_above_band": _is_above_band,
}
