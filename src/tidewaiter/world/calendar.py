"""Calendar: how many parcels each week brings, and on which day and at which hour they come in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tidewaiter.world.chance import Ints, Reals, picked
from tidewaiter.world.sheet import WEEKDAYS, WorldSheet

DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Slice:
    """``count`` parcels from the ``first`` on, all of them of one week."""

    first: int
    count: int
    week: int
    monday: date
    """First day of the week, whatever day of a week that is."""


def slices(sheet: WorldSheet, begins: date, weeks: int, parcels: int, most: int) -> Iterator[Slice]:
    """The parcels in order of time, week by week, at most ``most`` at once."""
    first = 0
    for week, of_week in enumerate(parcels_a_week(sheet, begins, weeks, parcels).tolist()):
        for start in range(0, of_week, most):
            count = min(most, of_week - start)
            yield Slice(first, count, week, begins + timedelta(days=week * DAYS_A_WEEK))
            first += count


def parcels_a_week(sheet: WorldSheet, begins: date, weeks: int, parcels: int) -> Ints:
    """Parcels of each week, by weekdays and seasons; they add up, the largest remainders rounded up."""
    share = day_shares(sheet, begins, weeks).reshape(weeks, DAYS_A_WEEK).sum(axis=1)
    exact = parcels * share / share.sum()
    whole: Ints = np.floor(exact).astype(np.int64)
    rest = np.argsort(whole - exact, kind="stable")[: parcels - int(whole.sum())]
    whole[rest] += 1
    return whole


def day_shares(sheet: WorldSheet, begins: date, weeks: int) -> Reals:
    """How much each day brings, beside the others."""
    days = [begins + timedelta(days=number) for number in range(weeks * DAYS_A_WEEK)]
    return np.array([_weight(sheet, day) for day in days], dtype=np.float64)


def _weight(sheet: WorldSheet, day: date) -> float:
    factor = 1.0
    for season in sheet.tables["season"]:
        if _lies_in(f"{day:%m-%d}", season["from"], season["to"]):
            factor *= season["factor"]
    return float(sheet.tables["weekday"][WEEKDAYS[day.weekday()]]) * factor


def _lies_in(day: str, start: str, end: str) -> bool:
    """True for a day of the year between both ends, also where new year lies between them."""
    return start <= day <= end if start <= end else day >= start or day <= end


def drawn_days(rng: np.random.Generator, sheet: WorldSheet, monday: date, size: int) -> Ints:
    """Days of one week, 0 to 6, for ``size`` parcels."""
    shares = day_shares(sheet, monday, 1)
    return picked(rng.random(size), shares if shares.sum() else np.ones(DAYS_A_WEEK))
