"""Words to lines of a nomenclature: a small index that ranks by BM25 over a line's own words and those above it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

NOT_MEANT: Final = r"\b(?:other than|excluding|except|not)\b[^,;:()]*"
"""What a line says it does not cover, up to the next comma: such words must not find it."""

WORD: Final = r"[\p{L}\p{N}]+"
STOP: Final = (
    "a", "an", "and", "any", "as", "at", "by", "for", "from", "in", "into", "kind", "like", "n", "nes", "nesoi", "no",
    "of", "on", "or", "other", "s", "similar", "such", "than", "the", "their", "this", "thereof", "to", "whether",
    "which", "with",
)  # fmt: skip
ENDINGS: Final = ((r"^(.{2,})ies$", "${1}y"), (r"^(.+(?:ss|x|ch|sh|z))es$", "$1"), (r"^(.{2,}[^su])s$", "$1"))
"""Plurals of English, and what stands in their place."""

ABOVE: Final = 0.4
"""What a word in the wording above a line counts beside one of its own."""

SATURATION: Final = 1.2
LENGTH: Final = 0.5
"""``k1`` and ``b`` of BM25."""

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class WordIndex:
    """``starts`` tells for each word where its postings begin: rows of ``places`` with their ``weights``."""

    size: int
    words: dict[str, int]
    starts: Places
    places: Places
    weights: Numbers
    rarity: Numbers

    def scores(self, asked: list[str]) -> Numbers:
        """One score a line; a line that holds few of the words asked for counts for less."""
        total, held = np.zeros(self.size), np.zeros(self.size)
        known = [self.words[word] for word in asked if word in self.words]
        for word in known:
            span = slice(self.starts[word], self.starts[word + 1])
            at = self.places[span]
            total[at] += self.weights[span]
            held[at] += self.rarity[word]
        whole = float(self.rarity[known].sum()) if known else 1.0
        return total * held / whole

    def unknown(self, asked: list[str]) -> list[str]:
        """Words that no line holds."""
        return [word for word in asked if word not in self.words]


def words_of(text: str) -> list[str]:
    """The words of a question as the index has them, each once."""
    return list(dict.fromkeys(_words(pl.Series([text]))["word"].to_list()))


def word_index(own: pl.Series, above: pl.Series) -> WordIndex:
    """An index over lines: their own wording and all wording above them, in one order."""
    size = len(own)
    counted = pl.concat([
        _words(own.str.to_lowercase().str.replace_all(NOT_MEANT, " ")).with_columns(share=pl.lit(1.0)),
        _words(above.str.to_lowercase().str.replace_all(NOT_MEANT, " ")).unique().with_columns(share=pl.lit(ABOVE)),
    ])  # fmt: skip
    held = counted.group_by("word", "place").agg(share=pl.col("share").sum()).sort("word", "place")
    lengths = np.bincount(held["place"].to_numpy(), held["share"].to_numpy(), minlength=size)
    usual = lengths.sum() / max(1, size)
    words = held["word"].rle().struct.unnest()
    count = words["len"].to_numpy().astype(np.float64)
    rarity = np.log(1 + (size - count + 0.5) / (count + 0.5))
    share, places = held["share"].to_numpy(), held["place"].to_numpy().astype(np.int64)
    damped = share + SATURATION * (1 - LENGTH + LENGTH * lengths[places] / (usual or 1))
    weights = np.repeat(rarity, words["len"].to_numpy()) * share * (SATURATION + 1) / damped
    starts = np.concatenate([[0], np.cumsum(words["len"].to_numpy())]).astype(np.int64)
    numbers = {word: at for at, word in enumerate(words["value"].to_list())}
    return WordIndex(size, numbers, starts, places, weights, rarity)


def _words(texts: pl.Series) -> pl.DataFrame:
    """A row a word that tells something: ``place`` of its text and the ``word`` without its plural."""
    plain = pl.col("text").fill_null("").str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    word = pl.col("word")
    for ending, singular in ENDINGS:
        word = word.str.replace(ending, singular)
    return (
        pl.DataFrame({"text": texts})
        .lazy()
        .with_row_index("place")
        .select("place", word=plain.str.extract_all(WORD))
        .explode("word", empty_as_null=True)
        .filter(pl.col("word").is_not_null() & ~pl.col("word").is_in(STOP))
        .with_columns(word)
        .collect()
    )
