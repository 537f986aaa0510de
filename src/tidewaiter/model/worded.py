"""Columns of few words: each word once, and for every row which of them it says. A word may be a number or a day."""

from collections.abc import Callable
from typing import NamedTuple

import polars as pl


class Worded(NamedTuple):
    """A column kept as its words. Work done word by word is done once for all rows that say it.

    ``words``: values, which may repeat; ``at``: whole numbers, the place of each row's word, null where it says
    nothing.
    """

    words: pl.Series
    at: pl.Series

    def told(self, name: str) -> pl.Series:
        """The value of each row."""
        return self.words.gather(self.at).alias(name)

    def each(self, work: Callable[[pl.Series], pl.Series]) -> "Worded":
        """The same rows, something done to every word."""
        return Worded(work(self.words), self.at)

    def where(self, is_kept: pl.Series) -> "Worded":
        """The rows for which a mask is true."""
        return Worded(self.words, self.at.filter(is_kept))

    def some(self, at: pl.Series) -> "Worded":
        """The rows at these places."""
        return Worded(self.words, self.at.gather(at))
