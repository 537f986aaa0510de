"""Campaigns: which sellers lie, in which way, from which day to which and how much.

A seller is an ordinary one that now and then does it. In every scheme and country campaigns follow one another
without a gap, so that neither a day nor a country says anything about a scheme.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from tidewaiter.world.chance import RANK_TOP, Ints, draws
from tidewaiter.world.sellers import Sellers, sellers
from tidewaiter.world.sheet import WorldSheet

LANES = 10
"""Campaigns that one scheme has side by side; each country has its share of them, and at least one."""


class Scheme(IntEnum):
    """What a parcel is part of."""

    NONE = 0
    SPLIT_ORDER = 1
    UNDERVALUATION = 2
    VAGUE_TEXT = 3
    HS_SWAP = 4
    GIFT_FROM_COMPANY = 5
    SCHEME_NUMBER_ABUSE = 6

    @property
    def word(self) -> str:
        """The scheme as sheets and truth name it."""
        return self.name.lower()


@dataclass(frozen=True)
class Campaign:
    """A seller's time in a scheme; days count from the first of the traffic, both ends count."""

    scheme: Scheme
    seller: int
    start: int
    end: int
    intensity: float


@dataclass(frozen=True)
class Campaigns:
    """``seller_of[scheme, country, lane, day]`` is who does it; ``lanes`` counts the lanes of each country."""

    told: tuple[Campaign, ...]
    seller_of: Ints
    lanes: Ints
    schemes: tuple[Scheme, ...]


def schemes_to(destination: str) -> tuple[Scheme, ...]:
    """The schemes there are on the way to a destination: where no scheme numbers are, none is abused."""
    has_numbers = destination != "US"
    return tuple(one for one in Scheme if one and (has_numbers or one is not Scheme.SCHEME_NUMBER_ABUSE))


def planned(destination: str, seed: int, sheet: WorldSheet, days: int) -> Campaigns:
    """All campaigns of the whole time."""
    known = sellers(destination, seed)
    shares = np.array(list(known.country_shares.values()))
    lanes = np.maximum(1, np.rint(LANES * shares / shares.sum())).astype(np.int64)
    seller_of = np.zeros((len(Scheme), len(lanes), int(lanes.max()), days), dtype=np.int64)
    schemes = schemes_to(destination)
    told: list[Campaign] = []
    for scheme in schemes:
        share = sheet.scheme_share(scheme.word, tuple(one.word for one in schemes))
        for country, count in enumerate(lanes.tolist()):
            for lane in range(count):
                rng = draws(seed, 9, int(scheme), country, lane)
                one_after_another = _relay(rng, scheme, known, country, share / count, sheet, days)
                for campaign in one_after_another:
                    seller_of[scheme, country, lane, max(0, campaign.start) : campaign.end + 1] = campaign.seller
                told += one_after_another
    return Campaigns(tuple(told), seller_of, lanes, schemes)


def _relay(
    rng: np.random.Generator, scheme: Scheme, known: Sellers, country: int, share: float, sheet: WorldSheet, days: int
) -> list[Campaign]:
    """Campaigns that take turns until the last day; the first may have begun before the traffic does."""
    low, high = sheet.span("schemes", "campaign_days")
    told: list[Campaign] = []
    start = -int(rng.integers(0, max(1, round(low)) + 1))
    while start < days:
        length = max(1, round(rng.uniform(low, high)))
        intensity = float(rng.uniform(*sheet.span("schemes", "intensity")))
        seller = int(known.first[country]) + _rank(rng, int(known.count[country]), share, intensity)
        told.append(Campaign(scheme, seller, start, min(start + length, days) - 1, intensity))
        start += length
    return told


def _rank(rng: np.random.Generator, size: int, share: float, intensity: float) -> int:
    """Rank of a seller whose honest trade is so large that the lies are ``intensity`` of all it sends."""
    honest = max(share * (1.0 - intensity) / max(intensity, 0.01), 1e-9)
    wanted = 1.0 / (honest * np.log(size / RANK_TOP + 1.0)) - RANK_TOP
    return int(np.clip(wanted * rng.uniform(0.8, 1.25), 0, size - 1))
