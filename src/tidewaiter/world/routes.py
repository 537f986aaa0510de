"""Routes: the flight or lorry each parcel comes on, its minutes, and the places at both ends."""

from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
import polars as pl

from tidewaiter.world.chance import Flags, Ints, part, told_by
from tidewaiter.world.lists import read
from tidewaiter.world.places import places
from tidewaiter.world.wording import joined, pick, where, whole

HOURS_A_DAY, MINUTES_AN_HOUR, SECONDS_A_MINUTE = 24, 60, 60
FIRST_NUMBER = 1000
COUNTRIES_MOST = 64
AT, FROM, TO, LATE = 701, 702, 703, 704
"""Salts: at which minute and second a flight lands, where it left, where it lands, how long it was on its way."""


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


def flights(sender: Ints, country: Ints, day: Ints, hour: Ints, days_before: int, seed: int) -> Flights:
    """What comes at one hour from one country with one carrier comes on one flight, at one minute.

    ``day`` counts from the first day of the week, ``days_before`` the days of the traffic before that.
    """
    number = FIRST_NUMBER + (sender * COUNTRIES_MOST + country) * HOURS_A_DAY + hour
    key = number * 100_003 + day + days_before + seed * 7919
    in_hour = part(told_by(key, AT), 0, MINUTES_AN_HOUR * SECONDS_A_MINUTE)
    landing = (day * HOURS_A_DAY + hour) * MINUTES_AN_HOUR * SECONDS_A_MINUTE + in_hour
    return Flights(number, key, country, landing)


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
