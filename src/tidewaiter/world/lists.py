"""Lists: the world's word lists, read once from the TOML files beside this module, laid end to end for picking."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import numpy as np
import polars as pl

from tidewaiter.world.chance import Ints, Words, part
from tidewaiter.world.wording import pick

DIGITS = "0123456789"
LETTERS = "ADEHNRTWXY"
"""Letters that every country with letters in its postcodes uses in any place."""

DRAWN = {"#": DIGITS, "@": LETTERS}
MOST_DRAWN = 3


@cache
def read(name: str) -> dict[str, Any]:
    """One of the world's files."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Lists:
    """Several lists of words end to end: list ``n`` has ``size[n]`` words from ``start[n]`` on."""

    words: pl.Series
    start: Ints
    size: Ints

    def pick(self, which: Ints, word: Words, number: int) -> pl.Series:
        """A word of each list ``which``, told by a part of the chance ``word``."""
        return pick(self.words, self.start[which] + part(word, number, self.size[which]))


def laid_out(lists: Iterable[Sequence[str]]) -> Lists:
    """Lay lists end to end; none is empty."""
    kept = [list(words) for words in lists]
    size = np.array([len(words) for words in kept], dtype=np.int64)
    return Lists(
        pl.Series([word for words in kept for word in words], dtype=pl.String),
        np.concatenate(([0], np.cumsum(size)[:-1])).astype(np.int64),
        size,
    )


def spellings(pattern: str) -> list[str]:
    """Every text a pattern of ``#`` (digit) and ``@`` (letter) stands for."""
    return ["".join(text) for text in product(*(DRAWN.get(mark, mark) for mark in pattern))]


def halves(pattern: str) -> tuple[str, str]:
    """Cut a pattern so that its end has at most three drawn places and its front the rest."""
    drawn = [place for place, mark in enumerate(pattern) if mark in DRAWN]
    cut = drawn[-MOST_DRAWN] if len(drawn) > MOST_DRAWN else 0
    return pattern[:cut], pattern[cut:]
