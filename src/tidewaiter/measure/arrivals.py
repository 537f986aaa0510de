"""Arrivals: how many filings arrive in each hour, day, month or year, and what became of the parcels."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import polars as pl

from tidewaiter.measure.lake import Lake, filings, measured

HOURS, DAYS, MONTHS, YEARS = 48, 45, 36, 60
MOST_OF_THEM: Final = 0.9
"""A plot of hours or days must hold this share of the arrivals; else it goes by a longer step."""


@dataclass(frozen=True)
class Arrivals:
    """Counts by ``step`` (hour, day, month, year) without a gap; ``outside`` lie beyond, ``untold`` gave none."""

    step: str
    counts: dict[datetime, int]
    outside: int
    untold: int

    @property
    def told(self) -> int:
        """Filings that gave an arrival."""
        return sum(self.counts.values()) + self.outside


@dataclass(frozen=True)
class Movements:
    """What events say: arrivals by hour, and rows by verdict."""

    arrivals: Arrivals
    verdicts: dict[str, int]


def estimated_arrivals(lake: Lake) -> Arrivals:
    """Arrivals as the filings estimate them."""
    return _arrivals(lake, "consignments", "arrival_est")


def movements(lake: Lake) -> Movements | None:
    """Arrivals as events tell them; none where the run has no events."""
    if not lake.has("movements"):
        return None
    rows = lake.scan("movements")
    verdicts = measured(rows.group_by("verdict").agg(filings()).sort("filings", "verdict", descending=[True, False]))
    told = {str(word or "not told"): count for word, count in verdicts.iter_rows()}
    return Movements(_arrivals(lake, "movements", "arrived_at"), told)


def _arrivals(lake: Lake, table: str, column: str) -> Arrivals:
    """Counted by hour, and shown in the shortest step that shows most of them."""
    hours = lake.scan(table).group_by(pl.col(column).dt.truncate("1h").alias("hour")).agg(filings())
    found = {hour: count for hour, count in measured(hours).iter_rows() if hour is not None}
    told = sum(found.values())
    untold = lake.height(table) - told
    for step, most, start in _STEPS:
        counts = _by(found, start)
        begin, held = _fullest(counts, step, most)
        if held >= MOST_OF_THEM * told or step == "year":
            return Arrivals(step, _without_gaps(counts, step, begin, most), told - held, untold)
    raise AssertionError("The last step takes what it gets.")


def _by(hours: dict[datetime, int], start: Callable[[datetime], datetime]) -> dict[datetime, int]:
    found: Counter[datetime] = Counter()
    for hour, count in hours.items():
        found[start(hour)] += count
    return dict(sorted(found.items()))


def _fullest(counts: dict[datetime, int], step: str, most: int) -> tuple[datetime | None, int]:
    """Where the stretch of ``most`` steps begins that holds most, and what it holds."""
    moments, best, begin, held, left = list(counts), 0, None, 0, 0
    for moment in moments:
        held += counts[moment]
        while _steps_on(moments[left], step, most) <= moment:
            held -= counts[moments[left]]
            left += 1
        if held > best:
            best, begin = held, moments[left]
    return begin, best


def _without_gaps(counts: dict[datetime, int], step: str, begin: datetime | None, most: int) -> dict[datetime, int]:
    """Every step from the first to the last of the stretch, those without arrivals too."""
    if begin is None:
        return {}
    stretch = list(_stretch(begin, step, most))
    while not counts.get(stretch[-1]):
        stretch.pop()
    return {moment: counts.get(moment, 0) for moment in stretch}


def _stretch(begin: datetime, step: str, most: int) -> Iterator[datetime]:
    return (_steps_on(begin, step, number) for number in range(most))


def _steps_on(moment: datetime, step: str, number: int) -> datetime:
    """The moment some steps later."""
    if step == "year":
        return moment.replace(year=moment.year + number)
    if step != "month":
        return moment + number * timedelta(**{f"{step}s": 1})
    months = moment.year * 12 + moment.month - 1 + number
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


_STEPS: Final[tuple[tuple[str, int, Callable[[datetime], datetime]], ...]] = (
    ("hour", HOURS, lambda hour: hour),
    ("day", DAYS, lambda hour: hour.replace(hour=0)),
    ("month", MONTHS, lambda hour: hour.replace(day=1, hour=0)),
    ("year", YEARS, lambda hour: hour.replace(month=1, day=1, hour=0)),
)
