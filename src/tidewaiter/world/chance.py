"""Chance that can be repeated: numbers told by a key and a seed, never by the order in which they are asked for."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]

RANK_TOP = 10.0
"""Ranks of about this many first ones differ little from each other."""

_GOLDEN = 0x9E3779B97F4A7C15
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_WORD = 1 << 64
_BITS = 21
_PARTS = 3


def draws(*path: int) -> np.random.Generator:
    """A generator of its own for each path (seed, room, chunk): one more draw here moves nothing there."""
    return np.random.default_rng(path)


def told_by(keys: Ints | Words, salt: int) -> Words:
    """64 bits per key, always the same for the same key and salt (the finaliser of SplitMix64)."""
    word = keys.astype(np.uint64) * np.uint64(_GOLDEN) + np.uint64((salt * _GOLDEN * 2 + 1) % _WORD)
    word = (word ^ (word >> np.uint64(30))) * _FIRST
    word = (word ^ (word >> np.uint64(27))) * _SECOND
    return word ^ (word >> np.uint64(31))


def part(word: Words, number: int, size: int | Ints) -> Ints:
    """A whole number below ``size`` (under two million) from the first, second or third 21 bits of a word."""
    if not 0 <= number < _PARTS:
        raise ValueError(f"A word has {_PARTS} parts, there is no number {number}.")
    bits = (word >> np.uint64(_BITS * number)) & np.uint64((1 << _BITS) - 1)
    return (bits.astype(np.int64) * size) >> _BITS


def shared_out(rng: np.random.Generator, shares: Mapping[str, float], size: int) -> Ints:
    """``size`` positions in ``shares``, each as likely as its share."""
    return picked(rng.random(size), np.array(list(shares.values()), dtype=np.float64))


def picked(chance: Reals, shares: Reals) -> Ints:
    """Position of the share into which each chance (0 to 1) falls."""
    bounds: Reals = np.cumsum(shares) / shares.sum()
    place: Ints = np.searchsorted(bounds, chance, side="right").astype(np.int64)
    return np.minimum(place, len(shares) - 1)


def ranked(chance: Reals, size: int | Ints) -> Ints:
    """Ranks below ``size``, the first ones far more often than the last: few big sellers, many small ones."""
    whole = np.asarray(size, dtype=np.int64)
    rank: Ints = (RANK_TOP * (np.power(whole / RANK_TOP + 1.0, chance) - 1.0)).astype(np.int64)
    return np.minimum(rank, whole - 1)
