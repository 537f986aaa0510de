"""Senders: the posts and express firms that carry parcels and send us files, from ``senders.toml``."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from tidewaiter.world.chance import Flags, Ints, Reals, Words, part, picked
from tidewaiter.world.lists import read
from tidewaiter.world.orders import LETTERS


@dataclass(frozen=True)
class Senders:
    """All senders; one is its position. ``other`` takes what a sender cannot carry, itself where it carries all."""

    names: list[str]
    layouts: list[str]
    forms: list[str]
    is_post: Flags
    only_ioss: Flags
    other: Ints
    shares: Reals
    carriers: pl.Series
    first_letter: Ints
    letter_count: Ints

    def drawn(self, chance: Reals, is_ioss: Flags) -> Ints:
        """The sender of each parcel, told by chance alone, but for what a sender's layout has no words for."""
        sender = picked(chance, self.shares)
        return np.where(self.only_ioss[sender] & ~is_ioss, self.other[sender], sender)

    def carriage(self, sender: Ints, word: Words) -> Ints:
        """Letters that begin each barcode, as positions in ``LETTERS``."""
        return self.first_letter[sender] + part(word, 0, self.letter_count[sender])


@cache
def senders() -> Senders:
    """The senders of the house's sheet."""
    told = read("senders")["sender"]
    names = [one["name"] for one in told]
    letters = [one["letters"].split() for one in told]
    return Senders(
        names=names,
        layouts=[one["layout"] for one in told],
        forms=[one["form"] for one in told],
        is_post=np.array([one["mode"] == "post" for one in told]),
        only_ioss=np.array([one.get("carries") == "ioss" for one in told]),
        other=np.array([names.index(one.get("else", one["name"])) for one in told], dtype=np.int64),
        shares=np.array([one["share"] for one in told], dtype=np.float64),
        carriers=pl.Series([some[0] for some in letters]),
        first_letter=np.array([LETTERS.index(some[0]) for some in letters], dtype=np.int64),
        letter_count=np.array([len(some) for some in letters], dtype=np.int64),
    )
