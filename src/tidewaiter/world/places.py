"""Places: countries and towns, with addresses and phone numbers in the country's own form."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from tidewaiter.world.chance import Ints, Words, part, told_by
from tidewaiter.world.lists import Lists, halves, laid_out, read, spellings
from tidewaiter.world.wording import joined, pick, where, whole

HOUSES = 180
STREET, TOWN, PHONE = 101, 102, 103
"""Salts: which question about a place is asked."""

FLOORS, FLATS_PERCENT = 12, 30


@dataclass(frozen=True)
class Places:
    """All countries; a country is its position in ``codes``, a town its position in ``towns``."""

    codes: list[str]
    people: Ints
    phones: list[str]
    towns: pl.Series
    regions: pl.Series
    first_town: Ints
    town_count: Ints
    fronts: Lists
    ends: Lists
    end_of: Ints
    streets: Lists

    def position(self, code: str) -> int:
        """Where a country stands."""
        return self.codes.index(code)


@cache
def places() -> Places:
    """The countries of ``places.toml``."""
    countries = read("places")["country"]
    peoples = read("peoples")
    rows = [(*told.split("|"), "")[:3] for country in countries for told in country["towns"]]
    cuts = [halves(pattern) for _, pattern, _ in rows]
    ends = sorted({end for _, end in cuts})
    counts = np.array([len(country["towns"]) for country in countries], dtype=np.int64)
    return Places(
        codes=[country["code"] for country in countries],
        people=np.array([list(peoples).index(country["people"]) for country in countries], dtype=np.int64),
        phones=[country["phone"] for country in countries],
        towns=pl.Series([name for name, _, _ in rows]),
        regions=pl.Series([region or None for _, _, region in rows], dtype=pl.String),
        first_town=np.concatenate(([0], np.cumsum(counts)[:-1])),
        town_count=counts,
        fronts=laid_out(spellings(front) for front, _ in cuts),
        ends=laid_out(spellings(end) for end in ends),
        end_of=np.array([ends.index(end) for _, end in cuts], dtype=np.int64),
        streets=laid_out(_streets(people) for people in peoples.values()),
    )


def _streets(people: dict[str, str]) -> list[str]:
    """Every house of every street, number before or behind as people write it."""
    streets, houses = people["streets"].split("|"), range(1, HOUSES + 1)
    if people.get("number_first"):
        return [f"{house} {street}" for street in streets for house in houses]
    return [f"{street} {house}" for street in streets for house in houses]


def addresses(house: Words, country: Ints) -> dict[str, pl.Series]:
    """Street, city, region, postcode and country of each house, always the same for the same house."""
    known = places()
    street, town = told_by(house, STREET), told_by(house, TOWN)
    at = known.first_town[country] + part(town, 0, known.town_count[country])
    postcode = joined(known.fronts.pick(at, town, 1), known.ends.pick(known.end_of[at], town, 2))
    has_flat = part(street, 1, 100) < FLATS_PERCENT
    flat = where(has_flat, joined(", ", whole(part(street, 2, FLOORS) + 1)), "")
    return {
        "street": joined(known.streets.pick(known.people[country], street, 0), flat),
        "city": pick(known.towns, at),
        "region": pick(known.regions, at),
        "postcode": where((postcode != "").to_numpy(), postcode),
        "country": pick(known.codes, country),
    }


def phones(person: Words, country: Ints) -> pl.Series:
    """A phone number of each person after ITU-T E.123: plus, country, groups of digits."""
    word = told_by(person, PHONE)
    area = whole(part(word, 0, 89) + 10)
    return joined(pick(places().phones, country), " ", area, " ", whole(part(word, 1, 900_000) + 100_000))
