"""Sellers: companies by country, few big and many small, some on a marketplace and some with a shop of their own."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from tidewaiter.world.barcodes import gb_vat_number, serials
from tidewaiter.world.chance import Ints, Reals, draws, picked, ranked, shared_out, told_by
from tidewaiter.world.lists import read
from tidewaiter.world.people import companies
from tidewaiter.world.places import addresses, places
from tidewaiter.world.wording import joined, padded, pick, where

SELLERS = 6_000
FEWEST_OF_A_COUNTRY = 12
ON_MARKETPLACE = 0.82
WAREHOUSES = 5
"""The biggest sellers of a country also send for others."""

PRICE_LEVEL_SPREAD = 0.1
STRAYS = 2_000
"""Well-formed scheme numbers that nobody holds; they stand behind those of the sellers."""

IOSS_COUNTRIES = ("276", "372", "442", "528", "250", "056")
"""Numeric codes of member states that IOSS numbers were issued in."""


@dataclass(frozen=True)
class Sellers:
    """All sellers, country by country; ``number_of`` holds their numbers per VAT scheme, then strays."""

    columns: dict[str, pl.Series]
    marketplace: pl.Series
    number_of: dict[str, pl.Series]
    price_level: Reals
    first: Ints
    count: Ints
    country_shares: dict[str, float]
    country: Ints
    holder: Ints
    """Who holds the number each seller tells: a marketplace, or the seller itself."""

    def drawn(self, rng: np.random.Generator, size: int) -> Ints:
        """Sellers of ``size`` orders: a country by its share, then big ones far more often."""
        country = shared_out(rng, self.country_shares, size)
        return self.first[country] + ranked(rng.random(size), self.count[country])

    def warehouses_near(self, seller: Ints, word: Ints) -> Ints:
        """A big sender of the same country for each seller."""
        start = self.first[np.searchsorted(self.first, seller, side="right") - 1]
        return start + word % WAREHOUSES


@cache
def sellers(destination: str, seed: int) -> Sellers:
    """The sellers who send to a destination."""
    shares: dict[str, float] = read("destinations")[destination]["senders"]
    part_of_all = np.array(list(shares.values())) / sum(shares.values())
    count = np.maximum(FEWEST_OF_A_COUNTRY, (SELLERS * part_of_all).astype(np.int64))
    country = np.repeat([places().position(code) for code in shares], count)
    keys = told_by(np.arange(len(country), dtype=np.int64), seed * 8 + 1)
    rng = draws(seed, 1)
    markets = read("sellers")["marketplace"]
    market = _marketplace(rng, markets, len(country))
    address = addresses(keys, country)
    return Sellers(
        columns={
            "name": companies(keys, country),
            **address,
            "id": joined("S", padded(serials(0, len(country), seed), 8)),
        },
        marketplace=where(market >= 0, pick([one["id"] for one in markets], np.maximum(market, 0))),
        number_of=_numbers(rng, market, len(markets), seed),
        holder=np.where(market >= 0, market, len(markets) + np.arange(len(market))),
        price_level=np.exp(rng.normal(0.0, PRICE_LEVEL_SPREAD, len(country))),
        first=np.concatenate(([0], np.cumsum(count)[:-1])),
        count=count,
        country_shares=shares,
        country=country,
    )


def _marketplace(rng: np.random.Generator, markets: list[dict[str, Any]], size: int) -> Ints:
    """The marketplace each seller sells on; -1 for a shop of its own."""
    market = picked(rng.random(size), np.array([one["share"] for one in markets], dtype=np.float64))
    return np.where(rng.random(size) < ON_MARKETPLACE, market, -1)


def _numbers(rng: np.random.Generator, market: Ints, markets: int, seed: int) -> dict[str, pl.Series]:
    """Scheme numbers: a marketplace has one for all its sellers, a shop its own; at the end those that nobody holds."""
    holder = np.where(market >= 0, market, markets + np.arange(len(market)))
    drawn = rng.choice(9_000_000, markets + len(market), replace=False) + 1_000_000
    place = rng.integers(0, len(IOSS_COUNTRIES), len(drawn))
    unknown = draws(seed, 11)
    strays = np.setdiff1d(unknown.integers(1_000_000, 10_000_000, 2 * STRAYS), drawn)
    drawn = np.concatenate((drawn, unknown.permutation(strays)[:STRAYS]))
    place = np.concatenate((place, unknown.integers(0, len(IOSS_COUNTRIES), STRAYS)))
    holder = np.concatenate((holder, markets + len(market) + np.arange(STRAYS)))
    ioss = [f"IM{IOSS_COUNTRIES[at]}{number}" for at, number in zip(place.tolist(), drawn.tolist(), strict=True)]
    british = [gb_vat_number(number) for number in drawn.tolist()]
    return {"IOSS": pick(ioss, holder), "UKVAT": pick(british, holder)}
