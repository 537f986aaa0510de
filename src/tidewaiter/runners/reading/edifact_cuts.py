"""EDIFACT cuts: where segments, elements and components of a block stand, found for the whole block at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from tidewaiter.runners.reading.edifact_signs import Signs
from tidewaiter.runners.reading.text_views import (
    LOW,
    PADDING,
    WORD,
    Flags,
    Places,
    Words,
    column_of,
    views_of,
    words_of,
)

BLANKS: Final = b"\r\n \t"
TAG: Final = 3
NONE: Final = 0
"""Tag of a segment that has none."""

_IS_BLANK: Final = np.isin(np.arange(256), list(BLANKS))
_MAY_BE_BLANK: Final = np.isin(np.arange(256), [*range(ord(" ") + 1), *range(0x80, 0x100)])
"""Bytes that white space, also such beyond ASCII, begins or ends with."""

_IS_TAG: Final = np.isin(np.arange(256), list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))


def code(tag: str) -> int:
    """A tag as one number."""
    return int.from_bytes(tag.encode(), "big")


def tag_of(number: int) -> str:
    """The tag of such a number."""
    return int(number).to_bytes(TAG, "big").decode("ascii", "replace")


@dataclass(frozen=True)
class Cuts:
    """A block of whole segments; a token is what stands between two separators, and an element one or more tokens.

    ``starts`` and ``ends`` are the bytes of each token; ``elements`` the last token of each element; ``heads`` the
    place in ``elements`` of each segment's tag, and of the end; ``tags`` as numbers, 0 for none. ``rest`` is what
    follows the last terminator. ``is_released``: tokens with a release character, None where there are none at all.
    """

    block: bytes
    signs: Signs
    starts: Places
    ends: Places
    elements: Places
    heads: Places
    tags: Places
    is_released: Flags | None
    rest: bytes

    @cached_property
    def words(self) -> Words:
        """Eight bytes from every byte on, little end first."""
        return words_of(self.block)

    @cached_property
    def _buffer(self) -> pa.Buffer:
        return pa.py_buffer(self.block)

    @cached_property
    def bytes(self) -> NDArray[np.uint8]:
        """The block as numbers."""
        return np.frombuffer(self.block, dtype=np.uint8)

    @property
    def segments(self) -> int:
        """How many there are."""
        return len(self.tags)

    @cached_property
    def has_comma(self) -> bool:
        """True where some number may be written with a comma."""
        return b"," in self.block

    def each_element(self, segments: Places) -> Iterator[tuple[int, Places, Places]]:
        """Each element (from 1) that some of the segments have: its first and last tokens as ``element`` tells them."""
        if not len(segments):
            return
        begins, ends = self.heads[segments], self.heads[segments + 1]
        sizes = ends - begins
        before, least = self.elements[begins], int(sizes.min())
        for element in range(1, int(sizes.max())):
            at = begins + element
            last = (
                self.elements[at]
                if element < least
                else np.where(at < ends, self.elements[np.minimum(at, ends - 1)], before)
            )
            yield element, before + 1, last
            before = last

    def token(self, segments: Places, element: int, component: int = 0) -> Places:
        """The token at an element (from 1; 0 is the tag) and component (from 0) of segments; -1 where there is none."""
        first, last = self.element(segments, element)
        return component_of(first, last, component)

    def element(self, segments: Places, element: int) -> tuple[Places, Places]:
        """First and last token of an element (from 1; 0 is the tag) of segments; the last before the first for none."""
        at = self.heads[segments] + element
        is_there = at < self.heads[segments + 1]
        at = np.where(is_there, at, 0)
        first = self.elements[at - 1] + 1 if element else np.where(at > 0, self.elements[at - 1] + 1, 0)
        return first, np.where(is_there, self.elements[at], first - 1)

    def text(self, token: int) -> str:
        """One token as text, released."""
        if token < 0:
            return ""
        told = self.block[self.starts[token] : self.ends[token]]
        return _released(told.decode("utf-8", "replace"), self.signs)

    def texts(self, tokens: Places) -> pl.Series:
        """Tokens as texts; null where there is none and where it is empty."""
        is_all = not len(tokens) or int(tokens.min()) >= 0
        there = tokens if is_all else np.maximum(tokens, 0)
        starts = self.starts[there]
        sizes = self.ends[there] - starts
        sizes = sizes if is_all else np.where(tokens < 0, 0, sizes)
        told = column_of(views_of(self.words, starts, sizes), sizes > 0, self._buffer)
        if self.is_released is None or not (self.is_released[there] & (tokens >= 0)).any():
            return told
        sign = f"\\x{self.signs.release:02x}"
        return told.str.replace_all(f"(?s){sign}(.)", "${1}")

    def keys(self, tokens: Places) -> Words:
        """The first eight bytes of tokens as numbers that compare alike where the texts do; 0 for none."""
        there = np.maximum(tokens, 0)
        starts = self.starts[there]
        sizes = np.where(tokens < 0, 0, np.minimum(self.ends[there] - starts, WORD))
        found: Words = self.words[starts] & LOW[sizes]
        return found

    @cached_property
    def _edged(self) -> Flags | None:
        """Tokens that may begin or end with white space; None where no token does."""
        is_any = self.ends > self.starts
        first, last = _MAY_BE_BLANK[self.bytes[self.starts]], _MAY_BE_BLANK[self.bytes[self.ends - 1]]
        found: Flags = (first | last) & is_any
        return found if found.any() else None

    def has_edges(self, tokens: Places) -> bool:
        """True where some token may begin or end with white space."""
        return self._edged is not None and bool((self._edged[tokens] & (tokens >= 0)).any())


def component_of(first: Places, last: Places, component: int) -> Places:
    """The token of a component (from 0) of elements with these first and last tokens; -1 where there is none."""
    at = first + component if component else first
    is_there = at <= last
    return at if is_there.all() else np.where(is_there, at, -1)


def cut(block: bytes, signs: Signs) -> Cuts:
    """Cut a block that begins with a segment."""
    data = np.frombuffer(block, dtype=np.uint8)
    is_cut = (data == signs.terminator) | (data == signs.element) | (data == signs.component)
    releases = _releases(data, signs, is_cut)
    ends = np.flatnonzero(is_cut)
    kinds = data[ends]
    last = np.flatnonzero(kinds == signs.terminator)
    used = int(last[-1]) + 1 if len(last) else 0
    ends, kinds = ends[:used], kinds[:used]
    starts = np.concatenate((np.zeros(min(used, 1), dtype=np.int64), ends[:-1] + 1))
    elements = np.flatnonzero(kinds != signs.component)
    closing = np.flatnonzero(kinds[elements] == signs.terminator)
    heads = np.concatenate(([0], closing + 1))
    firsts = np.concatenate((np.zeros(min(len(last), 1), dtype=np.int64), last[:-1] + 1))
    tags, starts[firsts] = _tags(block, data, starts[firsts], ends[firsts])
    is_released = None
    if len(releases) and used:
        is_released = np.zeros(used, dtype=np.bool_)
        at = np.searchsorted(ends, releases)
        is_released[at[at < used]] = True
    rest = block[int(ends[-1]) + 1 :] if used else block
    return Cuts(block + PADDING, signs, starts, ends, elements, heads, tags, is_released, rest)


def _releases(data: NDArray[np.uint8], signs: Signs, is_cut: Flags) -> Places:
    """Where release characters release the byte after them; such bytes separate nothing."""
    if signs.release < 0:
        return np.zeros(0, dtype=np.int64)
    at = np.flatnonzero(data == signs.release)
    if not len(at):
        return at
    opens = np.concatenate(([True], np.diff(at) != 1))
    in_run = np.arange(len(at)) - np.maximum.accumulate(np.where(opens, np.arange(len(at)), 0))
    releasing: Places = at[in_run % 2 == 0]
    released = releasing + 1
    is_cut[released[released < len(data)]] = False
    return releasing


def _tags(block: bytes, data: NDArray[np.uint8], starts: Places, ends: Places) -> tuple[Places, Places]:
    """Tags of segments as numbers, and where they start: blanks between segments mean nothing."""
    if not len(starts):
        return starts, starts
    lead = ends - TAG - starts
    is_tag = lead >= 0
    at = np.where(is_tag, ends - TAG, 0)
    signs = [data[np.minimum(at + place, len(data) - 1)] for place in range(TAG)]
    for sign in signs:
        is_tag &= _IS_TAG[sign]
    for place in range(min(int(lead.max()), WORD)):
        is_tag &= (lead <= place) | _IS_BLANK[data[np.minimum(starts + place, len(data) - 1)]]
    for number in np.flatnonzero(is_tag & (lead > WORD)):
        is_tag[number] = not block[starts[number] : at[number]].strip(BLANKS)
    first, second, third = (sign.astype(np.int64) for sign in signs)
    return np.where(is_tag, first << 16 | second << 8 | third, NONE), np.where(is_tag, at, starts)


def kinds(keys: NDArray[np.uint64] | Places, most: int = 32) -> Iterator[tuple[int, Places]]:
    """Each key there is and the places that have it: few keys without sorting, many by sorting once."""
    at = np.arange(len(keys))
    for _ in range(most):
        if not len(at):
            return
        key = keys[at[0]]
        is_same = keys[at] == key
        yield int(key), at[is_same]
        at = at[~is_same]
    if len(at):
        order = np.argsort(keys[at], kind="stable")
        rest = keys[at][order]
        edges = np.flatnonzero(np.concatenate(([True], rest[1:] != rest[:-1], [True])))
        for start, stop in pairwise(edges):
            yield int(rest[start]), at[order[start:stop]]


def _released(text: str, signs: Signs) -> str:
    if signs.release < 0:
        return text
    sign, told, is_open = chr(signs.release), [], False
    for letter in text:
        is_open = letter == sign and not is_open
        if not is_open:
            told.append(letter)
    return "".join(told)
