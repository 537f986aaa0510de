"""Text views: texts that stand in a block become columns that point into it; nothing is copied."""

from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.uint64]

WORD: Final = 8
INLINE: Final = 12
"""Texts of so many bytes stand in the view itself."""

PADDING: Final = bytes(INLINE + WORD)
"""Stands behind a block, so that a word may be taken at each of its bytes."""

LONG: Final = INLINE + 1
LOW: Final = np.array([(1 << (8 * size)) - 1 for size in range(WORD + 1)], dtype=np.uint64)
"""Keeps the first so many bytes of a word."""

_HALF: Final = np.uint64(32)
_FIRST: Final = LOW[np.minimum(np.arange(LONG + 1), 4)]
_REST: Final = np.append(LOW[np.clip(np.arange(LONG) - 4, 0, WORD)], np.uint64(0))


def words_of(padded: bytes) -> Words:
    """Eight bytes from every byte of a padded block on, little end first."""
    return np.ndarray((len(padded) - WORD + 1,), dtype="<u8", buffer=padded, strides=(1,))


def views_of(words: Words, start: Places, size: Places) -> Words:
    """Texts by their first byte and their size as views, two words each.

    A view is the size, and either the text itself, up to 12 bytes, or its first four bytes, the number of its buffer
    (0) and where in it the text stands (Arrow's binary view layout).
    """
    kind = np.minimum(size, LONG)
    views = np.empty((len(start), 2), dtype=np.uint64)
    views[:, 0] = ((words[start] & _FIRST[kind]) << _HALF) | size.view(np.uint64)
    views[:, 1] = words[start + 4] & _REST[kind]
    is_long = np.flatnonzero(kind == LONG)
    views[is_long, 1] = start[is_long].view(np.uint64) << _HALF
    return views


def column_of(views: Words, is_told: Flags, buffer: pa.Buffer) -> pl.Series:
    """A column of texts of its views on a buffer; null where nothing is told."""
    validity = None if is_told.all() else pa.py_buffer(np.packbits(is_told, bitorder="little"))
    told = pa.py_buffer(np.ascontiguousarray(views))
    return pl.Series(pa.Array.from_buffers(pa.string_view(), len(views), [validity, told, buffer]))
