"""Fingerprints: a stable 64-bit number for each text, made on whole columns at once.

Not cryptographic: a bucket for windows, the same on every machine and with every version of every library, because
history keeps it. Texts are read as little-endian 64-bit words and mixed by multiplication and shifts (the finaliser
of SplitMix64).
"""

from typing import NamedTuple

import numpy as np
import polars as pl

Words = np.ndarray
Ints = np.ndarray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_WORD = 8
_KEEP = np.array([(1 << (8 * n)) - 1 for n in range(_WORD)] + [0xFFFFFFFFFFFFFFFF], dtype=np.uint64)
"""Mask that keeps the first n bytes of a word."""

_GAP, _DIGIT, _LETTER = 0, 1, 2
_KIND = np.full(256, _LETTER, dtype=np.uint8)
_KIND[:128] = [_DIGIT if chr(byte).isdigit() else _LETTER if chr(byte).isalpha() else _GAP for byte in range(128)]
"""What a byte of UTF-8 is part of; all beyond ASCII counts as letters."""


class Laid(NamedTuple):
    """Texts end to end: ``at`` holds where each starts, and at last where the last one ends."""

    at: Ints
    data: Words


def fingerprints(texts: pl.Series) -> pl.Series:
    """Int64 per text, in order; null stays null. Equal texts have equal numbers for ever."""
    laid = _laid(texts)
    mixed = _mixed(laid.at[:-1], np.diff(laid.at), laid.data)
    return _where(texts.is_not_null(), mixed, texts.name)


def word_fingerprints(texts: pl.Series, ignored: pl.Series) -> pl.Series:
    """Int64 per text that does not depend on the order of its words; null where no word is left.

    Words are runs of letters and runs of digits. Those ``ignored`` count nothing, and single letters alone name
    nobody.
    """
    laid = _laid(texts)
    start, length = _words(laid)
    mixed = _mixed(start, length, laid.data)
    counts = ~np.isin(mixed, fingerprints(ignored).to_numpy().view(np.uint64))
    names = counts & ((length > 1) | (_KIND[laid.data[start]] == _DIGIT))
    cut = np.searchsorted(start, laid.at)
    total = _between(np.where(counts, mixed, np.uint64(0)), cut)
    is_known = pl.Series(_between(names.astype(np.int64), cut) > 0)
    return _where(is_known, _finished(total), texts.name)


def combined(*keys: pl.Series) -> pl.Series:
    """One number for several fingerprints in order; null as soon as one is."""
    total = np.full(len(keys[0]), _GOLDEN, dtype=np.uint64)
    is_known = np.ones(len(keys[0]), dtype=bool)
    for key in keys:
        is_known &= key.is_not_null().to_numpy()
        total = _finished(total ^ key.fill_null(0).to_numpy().view(np.uint64)) * _GOLDEN
    return _where(pl.Series(is_known), _finished(total), keys[0].name)


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
    mixed = _finished((length.astype(np.uint64) + np.uint64(1)) * _GOLDEN)
    active = np.flatnonzero(length > 0)
    done = 0
    while len(active):
        rest = np.minimum(length[active] - done, _WORD)
        word = words[start[active] + done] & _KEEP[rest]
        mixed[active] = _finished(mixed[active] ^ word) * _GOLDEN
        done += _WORD
        active = active[length[active] > done]
    return _finished(mixed)


def _finished(value: Words) -> Words:
    """The finaliser: every bit in depends on every bit out."""
    value = (value ^ (value >> np.uint64(30))) * _FIRST
    value = (value ^ (value >> np.uint64(27))) * _SECOND
    last: Words = value ^ (value >> np.uint64(31))
    return last


def _where(is_known: pl.Series, numbers: Words, name: str) -> pl.Series:
    made = pl.Series(name, numbers.view(np.int64))
    return made if is_known.all() else pl.select(pl.when(is_known).then(made)).to_series().alias(name)
