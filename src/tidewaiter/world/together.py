"""Together: which parcels belong to one order, scattered over the traffic so that no neighbour gives an order away."""

from dataclasses import dataclass

import numpy as np

from tidewaiter.world.chance import Flags, Ints, told_by
from tidewaiter.world.sheet import WorldSheet

HONEST_PARTS = np.array([0.0, 0.0, 0.7, 0.2, 0.07, 0.03])
"""How many honest orders in several parcels come in two, three, four and five."""


@dataclass(frozen=True)
class Together:
    """One value a parcel: ``lead`` is the position of the order's first one, ``number`` of ``of`` its own place."""

    lead: Ints
    number: Ints
    of: Ints
    is_split: Flags

    @property
    def is_joint(self) -> Flags:
        """True for parcels of an order that comes in several."""
        return self.of > 1


def together(rng: np.random.Generator, sheet: WorldSheet, split_share: float, size: int) -> Together:
    """Draw orders of several parcels, honest ones and those of the scheme, and lay them over positions at random."""
    low, high = (round(end) for end in sheet.span("split_order", "parcels"))
    honest = _parts(rng, HONEST_PARTS / HONEST_PARTS.sum(), sheet.of("trade", "split_honestly") * size)
    dishonest = _parts(rng, np.array([0.0] * low + [1.0] * (high - low + 1)) / (high - low + 1), split_share * size)
    parts = np.concatenate((dishonest, honest))
    kept = parts[np.cumsum(parts) <= size]
    is_dishonest = np.arange(len(kept)) < len(dishonest)
    position = rng.permutation(size)[: int(kept.sum())]
    start = np.cumsum(kept) - kept
    lead, number, of = np.arange(size, dtype=np.int64), np.ones(size, dtype=np.int64), np.ones(size, dtype=np.int64)
    is_split = np.zeros(size, dtype=np.bool_)
    lead[position] = np.repeat(position[start], kept)
    number[position] = np.arange(len(position), dtype=np.int64) - np.repeat(start, kept) + 1
    of[position] = np.repeat(kept, kept)
    is_split[position] = np.repeat(is_dishonest, kept)
    return Together(lead, number, of, is_split)


def _parts(rng: np.random.Generator, chances: np.ndarray, parcels: float) -> Ints:
    """Parts of as many orders as make up about so many parcels; the fraction of an order is left to chance."""
    mean = float((np.arange(len(chances)) * chances).sum())
    orders = int(parcels / mean + rng.random())
    return rng.choice(len(chances), orders, p=chances).astype(np.int64)


def scattered(numbers: Ints, salt: int) -> Ints:
    """Numbers of order below ten thousand million, told by the number of the order; they say nothing of its time."""
    return (told_by(numbers, salt) % np.uint64(10_000_000_000)).astype(np.int64)
