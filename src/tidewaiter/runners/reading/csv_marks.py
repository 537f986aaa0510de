"""Marks: where quotes, delimiters and line ends of a block stand, as packed bits to be reckoned with 64 at a time."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
Bytes = NDArray[np.uint8]
Signed = NDArray[np.int8]
Places = NDArray[np.int64]

QUOTE: Final = 0x22
NEWLINE: Final = 0x0A
RETURN: Final = 0x0D
SPACE: Final = 0x20
ONE: Final = np.uint64(1)
TOP: Final = np.uint64(63)
STRETCH: Final = 1 << 18
"""Bytes looked at in one go: so many stay in the cache of a core."""

FAR_BLANKS: Final = (0xC285, 0xC2A0, 0xE19A, 0xE280, 0xE281, 0xE380)
"""First two bytes of the white space beyond ASCII, and of some other signs."""


@dataclass(frozen=True)
class Marks:
    """One bit a byte of a block. ``returns`` are carriage returns right before a newline, part of the line's end.

    ``inside`` is set from an opening quote up to the byte before the closing one, if the block starts outside a quote.
    ``odd`` are white space, control characters and all beyond ASCII.
    """

    block: bytes
    quotes: Bits
    delimiters: Bits
    newlines: Bits
    returns: Bits
    odd: Bits
    inside: Bits

    @cached_property
    def fields(self) -> "Ranks":
        """Ranks of the delimiters between fields."""
        return Ranks(self.delimiters & ~self.inside)

    def lines(self) -> tuple[Places, Places, int]:
        """Where lines that say something start and end outside of quotes, and how many bytes whole lines take.

        Lines of nothing are left out 64 at a time: a file may hold millions of them.
        """
        ends = self.newlines & ~self.inside
        after = up(ends)
        after[:1] |= ONE
        returns = self.returns & after
        blanks = ends & (after | up(returns))
        starts = places(after & ~blanks & ~(returns & down(blanks)))
        said = places(ends & ~blanks)
        last = np.flatnonzero(ends)[-1:]
        consumed = int(places(ends[last])[-1]) + 64 * int(last[0]) + 1 if len(last) else 0
        return starts[: len(said)], said, consumed

    def loose_if(self, inside: Bits) -> Bits:
        """Quotes that neither open nor close a field nor stand for one within it, if that is what is inside."""
        before = up(self.delimiters | self.newlines | self.quotes)
        before[:1] |= ONE
        after = down(self.delimiters | self.newlines | self.returns | self.quotes)
        return self.quotes & ((inside & ~before) | (~inside & ~after))

    def untidy(self) -> Places:
        """Where white space stands at the edge of a field, and where a quoted field is empty."""
        parts = (self.delimiters | self.newlines | self.returns) & ~self.inside
        edges = parts | self.quotes
        beside = up(edges) | down(edges)
        beside[:1] |= ONE
        at = places(self.odd & ~parts & beside)
        data = np.frombuffer(self.block, dtype=np.uint8)
        empty = places(self.quotes & self.inside & down(self.quotes & ~self.inside))
        return np.concatenate((at[(data[at] <= SPACE) | _is_far(data, at)], empty))


def marks_of(block: bytes, delimiter: str) -> Marks:
    """The marks of a block."""
    data = np.frombuffer(block, dtype=np.uint8)
    newlines, delimiters = _bits(data, (np.equal, NEWLINE), (np.equal, ord(delimiter)))
    odd = _bits(data.view(np.int8), (np.less_equal, SPACE))[0]
    none = np.zeros_like(newlines)
    quotes = _bits(data, (np.equal, QUOTE))[0] if b'"' in block else none
    returns = _bits(data, (np.equal, RETURN))[0] & down(newlines) if b"\r" in block else none
    return Marks(block, quotes, delimiters, newlines, returns, odd, _parity(quotes))


def _bits(data: Bytes | Signed, *tests: tuple[np.ufunc, int]) -> Bits:
    """Per test a row of bits, one for each byte that compares so; the first one the lowest bit of the first word."""
    bits = np.zeros((len(tests), -(-len(data) // 64)), dtype="<u8")
    packed = bits.view(np.uint8)
    for start in range(0, len(data), STRETCH):
        stretch = data[start : start + STRETCH]
        for row, (compare, value) in enumerate(tests):
            found = np.packbits(compare(stretch, value), bitorder="little")
            packed[row, start >> 3 : (start >> 3) + len(found)] = found
    return bits


def places(bits: Bits) -> Places:
    """Positions of the set bits, in order."""
    words = np.flatnonzero(bits)
    rest = bits[words]
    found: list[Places] = []
    while len(words):
        found.append(words * 64 + np.bitwise_count((rest & -rest) - ONE))
        rest = rest & (rest - ONE)
        words, rest = words[rest != 0], rest[rest != 0]
    if len(found) == 1:
        return found[0]
    return np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)


def up(bits: Bits) -> Bits:
    """Each bit moved to the byte after."""
    moved = bits << ONE
    moved[1:] |= bits[:-1] >> TOP
    return moved


def down(bits: Bits) -> Bits:
    """Each bit moved to the byte before."""
    moved = bits >> ONE
    moved[:-1] |= bits[1:] << TOP
    return moved


class Ranks:
    """How many bits are set before a position."""

    def __init__(self, bits: Bits) -> None:
        """Count once, ask often."""
        self._bits = np.append(bits, np.uint64(0))
        self._before = np.concatenate(([0], np.cumsum(np.bitwise_count(bits), dtype=np.int64)))

    def before(self, positions: Places) -> Places:
        """The count before each position."""
        word = positions >> 6
        below = (ONE << (positions & 63).astype(np.uint64)) - ONE
        ranks: Places = self._before[word] + np.bitwise_count(self._bits[word] & below)
        return ranks


def _parity(quotes: Bits) -> Bits:
    """Bits set where the number of quotes so far, the own one counted, is odd."""
    odd = quotes.copy()
    for step in (1, 2, 4, 8, 16, 32):
        odd ^= odd << np.uint64(step)
    carried = np.bitwise_xor.accumulate(odd >> TOP)
    odd[1:] ^= np.uint64(0) - carried[:-1]
    return odd


def _is_far(data: Bytes, at: Places) -> NDArray[np.bool_]:
    """True for bytes of white space beyond ASCII, or of what looks much like it."""
    padded = np.concatenate((np.zeros(2, np.uint8), data, np.zeros(1, np.uint8))) if len(at) else data
    found = np.zeros(len(at), dtype=np.bool_)
    for before in range(3):
        found |= _FAR[padded[at + 2 - before].astype(np.uint16) << np.uint16(8) | padded[at + 3 - before]]
    return found


_FAR: Final = np.isin(np.arange(1 << 16), FAR_BLANKS)
