"""Fingerprints: a stable 64-bit number for each text, made on whole columns at once.

Not cryptographic: a bucket for windows, the same on every machine and with every version of every library, because
history keeps it. Texts are read as little-endian 64-bit words and mixed by multiplication and shifts (the finaliser
of SplitMix64).
"""

import numpy as np
import polars as pl

Words = np.ndarray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_WORD = 8
_KEEP = np.array([(1 << (8 * n)) - 1 for n in range(_WORD)] + [0xFFFFFFFFFFFFFFFF], dtype=np.uint64)
"""Mask that keeps the first n bytes of a word."""


def fingerprints(texts: pl.Series) -> pl.Series:
    """Int64 per text, in order; null stays null. Equal texts have equal numbers for ever."""
    plain = texts.fill_null("").cast(pl.Binary).rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = plain.buffers()
    at = np.frombuffer(offsets, dtype=np.int64)[plain.offset : plain.offset + len(plain) + 1]
    mixed = _mixed(at[:-1], np.diff(at), np.frombuffer(data, dtype=np.uint8) if data else np.zeros(0, dtype=np.uint8))
    made = pl.Series(texts.name, mixed.view(np.int64))
    return pl.select(pl.when(texts.is_not_null()).then(made)).to_series().alias(texts.name)


def combined(*keys: pl.Series) -> pl.Series:
    """One number for several fingerprints in order; null as soon as one is."""
    total = np.full(len(keys[0]), _GOLDEN, dtype=np.uint64)
    is_known = np.ones(len(keys[0]), dtype=bool)
    for key in keys:
        is_known &= key.is_not_null().to_numpy()
        total = _finished(total ^ key.fill_null(0).to_numpy().view(np.uint64)) * _GOLDEN
    made = pl.Series(keys[0].name, _finished(total).view(np.int64))
    return pl.select(pl.when(pl.Series(is_known)).then(made)).to_series()


def _mixed(start: Words, length: Words, data: Words) -> Words:
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
    return value ^ (value >> np.uint64(31))
