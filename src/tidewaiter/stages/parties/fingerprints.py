"""Fingerprints: a stable 64-bit number for each text, made on whole columns at once.

Not cryptographic: a bucket for windows, the same on every machine and with every version of every library, because
history keeps it. Texts are read as little-endian 64-bit words and mixed by multiplication and shifts (the finaliser
of SplitMix64).
"""

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple, Self

import numpy as np
import polars as pl

Words = np.ndarray
Ints = np.ndarray
Bools = np.ndarray

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
_WORD = 8
_KEEP = np.array([(1 << (8 * n)) - 1 for n in range(_WORD)] + [0xFFFFFFFFFFFFFFFF], dtype=np.uint64)
"""Mask that keeps the first n bytes of a word."""

_GAP, _DIGIT, _LETTER = 0, 1, 2
_KIND = np.full(256, _LETTER, dtype=np.uint8)
_KIND[:128] = [_DIGIT if chr(byte).isdigit() else _LETTER if chr(byte).isalpha() else _GAP for byte in range(128)]
"""What a byte of UTF-8 is part of; all beyond ASCII counts as letters."""


class Prints(NamedTuple):
    """Fingerprints of a column: unsigned numbers, and which of them are known; the others mean nothing."""

    numbers: Words
    is_known: Bools

    @classmethod
    def of(cls, keys: pl.Series) -> Self:
        """Those of a column of Int64."""
        return cls(keys.fill_null(0).to_numpy().view(np.uint64), keys.is_not_null().to_numpy())

    def where(self, is_counted: Bools) -> Self:
        """The same, unknown where they do not count."""
        return self._replace(is_known=self.is_known & is_counted)

    def told(self, name: str) -> pl.Series:
        """As a column of Int64, null where unknown."""
        made = pl.Series(name, self.numbers.view(np.int64))
        return made if self.is_known.all() else made.set(pl.Series(~self.is_known), None)


class Laid(NamedTuple):
    """Texts end to end: ``at`` holds where each starts, and at last where the last one ends."""

    at: Ints
    data: Words


def fingerprints(texts: pl.Series) -> pl.Series:
    """Int64 per text, in order; null stays null. Equal texts have equal numbers for ever."""
    return prints_of(texts)[0].told(texts.name)


def prints_of(*columns: pl.Series) -> list[Prints]:
    """The fingerprints of each of these columns of texts, all of them worked at once; null is unknown."""
    texts = _end_to_end(columns)
    laid = _laid(texts)
    mixed, is_known = _mixed(laid.at[:-1], np.diff(laid.at), laid.data), _is_there(texts)
    return [Prints(mixed[low:high], is_known[low:high]) for low, high in _cuts(columns)]


def word_prints_of(*columns: tuple[pl.Series, Words]) -> list[Prints]:
    """Per text of each column a number that does not depend on the order of its words; unknown where none is left.

    Words are runs of letters and runs of digits. Those whose fingerprints stand beside the column count nothing, and
    single letters alone name nobody.
    """
    laid = _laid(_end_to_end([texts for texts, _ in columns]))
    start, length = _words(laid)
    mixed = _mixed(start, length, laid.data)
    names = (length > 1) | (_KIND[laid.data[start]] == _DIGIT)
    cut = np.searchsorted(start, laid.at)
    counts = np.empty(len(mixed), dtype=bool)
    cuts = _cuts([texts for texts, _ in columns])
    for (low, high), (_, ignored) in zip(cuts, columns, strict=True):
        own = slice(cut[low], cut[high])
        counts[own] = ~np.isin(mixed[own], ignored)
    total = _between(np.where(counts, mixed, np.uint64(0)), cut)
    is_known = _between((names & counts).astype(np.int64), cut) > 0
    finished = _finished(total)
    return [Prints(finished[low:high], is_known[low:high]) for low, high in cuts]


def combined(*keys: Prints) -> Prints:
    """One number for several fingerprints in order; unknown as soon as one is."""
    total = np.full(len(keys[0].numbers), GOLDEN, dtype=np.uint64)
    for key in keys:
        total = _finished(total ^ np.where(key.is_known, key.numbers, np.uint64(0))) * GOLDEN
    return Prints(_finished(total), np.logical_and.reduce([key.is_known for key in keys]))


def first_known(*keys: Prints) -> Prints:
    """The first of these that is known."""
    numbers, is_known = keys[-1]
    for key in reversed(keys[:-1]):
        numbers, is_known = np.where(key.is_known, key.numbers, numbers), key.is_known | is_known
    return Prints(numbers, is_known)


def at_once(work: Callable[[pl.Series], pl.Series], *columns: pl.Series) -> list[pl.Series]:
    """What ``work`` makes of each of these columns, all of them laid end to end for one call."""
    made = work(_end_to_end(columns))
    return [made.slice(low, high - low) for low, high in _cuts(columns)]


def _end_to_end(columns: Sequence[pl.Series]) -> pl.Series:
    return columns[0] if len(columns) == 1 else pl.concat([column.alias("") for column in columns])


def _cuts(columns: Sequence[pl.Series]) -> list[tuple[int, int]]:
    """Where each of these columns begins and ends when they are laid end to end."""
    return list(pairwise(accumulate(map(len, columns), initial=0)))


def _is_there(texts: pl.Series) -> Bools:
    there: Bools = texts.is_not_null().to_numpy() if texts.null_count() else np.ones(len(texts), dtype=bool)
    return there


def _laid(texts: pl.Series) -> Laid:
    plain = texts.fill_null("").cast(pl.Binary).rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = plain.buffers()
    at = np.frombuffer(offsets, dtype=np.int64)[plain.offset : plain.offset + len(plain) + 1]
    whole = np.frombuffer(data, dtype=np.uint8) if data else np.zeros(0, dtype=np.uint8)
    return Laid(at - at[0], whole[at[0] : at[-1]])


def _words(laid: Laid) -> tuple[Ints, Ints]:
    """Where each word of the texts starts and how many bytes it has."""
    if not len(laid.data):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    kind = _KIND[laid.data]
    changes = np.concatenate(([True], kind[1:] != kind[:-1]))
    changes[laid.at[:-1][np.diff(laid.at) > 0]] = True
    start = np.flatnonzero(changes)
    length = np.diff(start, append=len(kind))
    is_word = kind[start] != _GAP
    return start[is_word], length[is_word]


def _between(values: Ints, cut: Ints) -> Ints:
    """Sum of the values between each cut and the next."""
    upto = np.concatenate((np.zeros(1, dtype=values.dtype), np.cumsum(values, dtype=values.dtype)))
    sums: Ints = upto[cut[1:]] - upto[cut[:-1]]
    return sums


def _mixed(start: Ints, length: Ints, data: Words) -> Words:
    """Walk all texts word by word; texts that are done drop out."""
    padded = np.concatenate((data, np.zeros(2 * _WORD, dtype=np.uint8)))
    words = np.ndarray(shape=(len(padded) - _WORD + 1,), dtype="<u8", buffer=padded, strides=(1,))
    mixed = _finished((length.astype(np.uint64) + np.uint64(1)) * GOLDEN)
    active = np.flatnonzero(length > 0)
    done = 0
    while len(active):
        rest = np.minimum(length[active] - done, _WORD)
        word = words[start[active] + done] & _KEEP[rest]
        mixed[active] = _finished(mixed[active] ^ word) * GOLDEN
        done += _WORD
        active = active[length[active] > done]
    return _finished(mixed)


def _finished(value: Words) -> Words:
    """The finaliser: every bit in depends on every bit out."""
    value = (value ^ (value >> np.uint64(30))) * FIRST
    value = (value ^ (value >> np.uint64(27))) * SECOND
    last: Words = value ^ (value >> np.uint64(31))
    return last
