"""Routes: the flight or lorry each parcel comes on, its minutes, and the places at both ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
import polars as pl

from tidewaiter.world.chance import Flags, Ints, Reals, part, picked, told_by
from tidewaiter.world.lists import read
from tidewaiter.world.places import places
from tidewaiter.world.wording import joined, pick, where, whole

HOURS_A_DAY, MINUTES_AN_HOUR, SECONDS_A_MINUTE = 24, 60, 60
FIRST_NUMBER = 1000
COUNTRIES_MOST, DAILY_MOST = 64, 12
AT, FROM, TO, LATE, HOUR = 701, 702, 703, 704, 705
"""Salts: at which minute and second a flight lands, where it left, where it lands, how long it flew, in which hour."""


@dataclass(frozen=True)
class FlightPlan:
    """How many flights come each day from each country with one carrier, and the shares of the hours they land in."""

    daily: Ints
    hours: Reals
    seed: int


@dataclass(frozen=True)
class Flights:
    """One value a parcel. ``number`` is the same every day; ``landing`` in seconds from the first moment."""

    number: Ints
    key: Ints
    country: Ints
    landing: Ints

    def __getitem__(self, at: Ints) -> Self:
        """Those of some parcels."""
        return type(self)(self.number[at], self.key[at], self.country[at], self.landing[at])

    def names(self) -> pl.Series:
        """``TW`` and a number for flights, ``LR`` for lorries."""
        return joined(where(_by_lorry()[self.country], "LR", "TW"), whole(self.number))

    def departures(self) -> Ints:
        """When each left, in seconds from the same moment."""
        late = part(told_by(self.key, LATE), 0, 2 * MINUTES_AN_HOUR * SECONDS_A_MINUTE)
        return self.landing - _hours()[self.country] * MINUTES_AN_HOUR * SECONDS_A_MINUTE - late

    def left_from(self) -> pl.Series:
        """The place of departure."""
        words, start, count = _origins()
        return pick(words, start[self.country] + part(told_by(self.key, FROM), 0, count[self.country]))

    def landed_at(self, destination: str) -> pl.Series:
        """The place of arrival: a number always lands at the same one."""
        words = read("routes")["to"][destination].split()
        return pick(words, part(told_by(self.number, TO), 0, len(words)))


def flights(chance: Reals, sender: Ints, country: Ints, day: Ints, before: int, plan: FlightPlan) -> Flights:
    """One of the flights that come each day from the country with the carrier, told by chance.

    ``day`` counts from the first day of the week, ``before`` the days of the traffic before that. A number lands in the
    same hour every day, at another minute.
    """
    daily = plan.daily[country]
    which = np.minimum((chance * daily).astype(np.int64), daily - 1)
    number = FIRST_NUMBER + (sender * COUNTRIES_MOST + country) * DAILY_MOST + which
    word = told_by(number, plan.seed * 16 + HOUR)
    hour = picked((word >> np.uint64(11)).astype(np.float64) / float(1 << 53), plan.hours)
    key = number * 100_003 + day + before + plan.seed * 7919
    in_hour = part(told_by(key, AT), 0, MINUTES_AN_HOUR * SECONDS_A_MINUTE)
    landing = (day * HOURS_A_DAY + hour) * MINUTES_AN_HOUR * SECONDS_A_MINUTE + in_hour
    return Flights(number, key, country, landing)


def flight_plan(shares: Mapping[str, float], hours: Sequence[float], seed: int) -> FlightPlan:
    """Several flights a day from countries that send much, one from those that send little."""
    daily = np.ones(len(places().codes), dtype=np.int64)
    for code, share in shares.items():
        wanted = round(DAILY_MOST * share / sum(shares.values()))
        daily[places().position(code)] = min(max(1, wanted), DAILY_MOST)
    return FlightPlan(daily, np.array(hours, dtype=np.float64), seed)


@cache
def _by_lorry() -> Flags:
    routes = read("routes")["from"]
    return np.array([routes.get(code, {}).get("by") == "lorry" for code in places().codes])


@cache
def _hours() -> Ints:
    routes = read("routes")["from"]
    return np.array([routes.get(code, {}).get("hours", 0) for code in places().codes], dtype=np.int64)


@cache
def _origins() -> tuple[list[str], Ints, Ints]:
    """Places of departure end to end, where each country's begin and how many they are."""
    routes = read("routes")["from"]
    lists = [routes.get(code, {}).get("places", code + "ZZZ").split() for code in places().codes]
    count = np.array([len(words) for words in lists], dtype=np.int64)
    start = np.concatenate(([0], np.cumsum(count)[:-1]))
    return [word for words in lists for word in words], start, count
