"""Households: who orders, alone or in families, now and then or all the time, and hubs where many come to one door."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from tidewaiter.world.chance import Flags, Ints, Words, part, told_by
from tidewaiter.world.people import MEMBERS
from tidewaiter.world.sheet import WorldSheet

SIZE, HUB_DOOR = 305, 306
HUNDRED_THOUSAND = 100_000
FEWEST_HOUSEHOLDS, FEWEST_REPEATING, FEWEST_HUBS = 1_000, 10, 4
SHARES_OF = 1 << 20


class Hub(IntEnum):
    """Whose door a parcel goes to: the consignee's own, a pick-up point's or a forwarder's."""

    HOME = 0
    PICK_UP_POINT = 1
    FORWARDER = 2


@dataclass(frozen=True)
class Households:
    """One value a parcel."""

    house: Words
    is_repeat: Flags
    hub: Ints


def drawn_households(
    rng: np.random.Generator, sheet: WorldSheet, seed: int, parcels: int, weeks: int, size: int
) -> Households:
    """Most households by chance out of many, some out of few that order all the time."""
    every = max(FEWEST_HOUSEHOLDS, int(sheet.of("people", "households_per_parcel") * parcels))
    repeat_share = sheet.of("people", "repeat_buyers")
    a_week = max(sheet.of("people", "parcels_a_repeat_household"), 0.01)
    repeating = max(FEWEST_REPEATING, int(parcels * repeat_share / (a_week * weeks)))
    is_repeat = rng.random(size) < repeat_share
    number = np.where(is_repeat, every + rng.integers(0, repeating, size), rng.integers(0, every, size))
    pick_up, forwarder = sheet.of("people", "pick_up_points"), sheet.of("people", "forwarders")
    chance = rng.random(size)
    hub = np.where(chance < pick_up, int(Hub.PICK_UP_POINT), Hub.HOME)
    hub = np.where(chance >= 1.0 - forwarder, int(Hub.FORWARDER), hub)
    return Households(told_by(number, seed * 8 + 2), is_repeat, np.where(is_repeat, int(Hub.HOME), hub))


def household_size(sheet: WorldSheet, house: Words) -> Ints:
    """Persons of each household: one, or two to four in a family; always the same for the same house."""
    word = told_by(house, SIZE)
    is_family = part(word, 0, SHARES_OF) < sheet.of("people", "family") * SHARES_OF
    return np.where(is_family, 2 + part(word, 1, MEMBERS - 1), 1)


def drawn_members(rng: np.random.Generator, sheet: WorldSheet, house: Words) -> Ints:
    """Which person of the household."""
    size = household_size(sheet, house)
    return np.minimum((rng.random(len(house)) * size).astype(np.int64), size - 1)


def doors(sheet: WorldSheet, seed: int, parcels: int, house: Words, country: Ints, hub: Ints) -> Words:
    """The house of each address: the own one, or that of a hub in the same country, with many parcels each."""
    per = sheet.of("people", "hubs_per_100000")
    count = max(FEWEST_HUBS, int(per * parcels / HUNDRED_THOUSAND))
    which = part(told_by(house, HUB_DOOR), 0, min(count, SHARES_OF))
    key = (which * len(Hub) + hub) * 1_000 + country
    return np.where(hub == Hub.HOME, house, told_by(key, seed * 8 + 5))
