"""JSON columns: pairs of a block's plain lines, gathered by their names into columns of text, one row a goods line."""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa

from tidewaiter.kit.format import SenderSheet
from tidewaiter.runners.reading.carrier import Raw
from tidewaiter.runners.reading.json_cuts import Cuts, cut
from tidewaiter.runners.reading.rejects import Rejects
from tidewaiter.runners.reading.text_views import LOW, WORD, Flags, Places, Words, column_of, views_of
from tidewaiter.runners.reading.tidying import tidy

PLAIN_EDGES: Final = (0x21, 0x7E)
"""A text that begins and ends with a byte from here to there has no white space at its edges."""

NAMES_MAX: Final = 1_000
"""No list has so many columns: each name is one, over all rows."""

NONE: Final = np.zeros(0, dtype=np.int64)
MIX: Final = np.uint64(0x9E3779B97F4A7C15)
"""An odd number that spreads bits: names that are not the same are rarely taken for one, and then told apart."""


class ManyNamesError(Exception):
    """The objects use more names than any list has."""


def plain_rows(block: bytes, before: int, sheet: SenderSheet) -> tuple[Raw, Flags]:
    """Rows of the plain lines of a block, numbered on from those ``before``, and which of its lines were plain."""
    cuts = cut(block, sheet.items)
    heads, items = _levels(cuts)
    odd = np.union1d(heads.refused(sheet.items), items.refused(""))
    if len(odd):
        cuts = cuts.without(odd)
        heads, items = _levels(cuts)
    of_lines = sheet.on_item("")
    told = {f"filing.{name}" if name.startswith(of_lines) else name: column for name, column in heads.columns()}
    goods = {of_lines + name: column for name, column in items.columns()}
    owners = cuts.owners if sheet.items else np.arange(len(cuts.lines))
    of_filings = pl.DataFrame(told)[owners].to_dict() if told else {}
    positions = pl.Series(cuts.lines[owners] + (before + 1))
    return Raw(pl.DataFrame({**of_filings, **goods}), positions, Rejects().frame()), cuts.is_plain


def _levels(cuts: Cuts) -> tuple["_Level", "_Level"]:
    is_head = cuts.item < 0
    heads, goods = np.flatnonzero(is_head), np.flatnonzero(~is_head)
    return (
        _Level(cuts, heads, cuts.line[heads], len(cuts.lines)),
        _Level(cuts, goods, cuts.item[goods], len(cuts.owners)),
    )


class _Level:
    """The pairs of all filings, or of all goods lines: ``owner`` ascends and is below ``height``."""

    def __init__(self, cuts: Cuts, pairs: Places, owner: Places, height: int) -> None:
        self._cuts, self._pairs, self._owner, self._height = cuts, pairs, owner, height

    def refused(self, taken: str) -> Places:
        """Lines with a key told twice, or one that is ``taken``, or two that look like one at a glance."""
        found = [at for name, at in self._by_name if taken and name == taken.encode()]
        if not self._alike:
            for name, at in self._by_name:
                again = self._owner[at[1:]] == self._owner[at[:-1]]
                found += [at[~self._are_called(at, name)], at[1:][again]]
        lines = self._cuts.line[self._pairs[np.concatenate(found)]] if found else NONE
        return np.unique(lines)

    def columns(self) -> Iterator[tuple[str, pl.Series]]:
        """One column a name, in the order in which names come."""
        buffer = pa.py_buffer(self._cuts.block)
        views = views_of(self._cuts.words, self._cuts.start[self._pairs], self._cuts.size[self._pairs])
        for name, at in self._by_name:
            yield name.decode(), self._column(name.decode(), at, views, buffer)

    def _column(self, name: str, at: Places, views: Words, buffer: pa.Buffer) -> pl.Series:
        pairs = self._pairs[at]
        is_told = self._cuts.size[pairs] > 0
        rows = self._owner[at]
        if len(at) == self._height:
            told = column_of(views[at], is_told, buffer)
        else:
            all_views, all_told = np.zeros((self._height, 2), dtype=np.uint64), np.zeros(self._height, dtype=np.bool_)
            all_views[rows], all_told[rows] = views[at], is_told
            told = column_of(all_views, all_told, buffer)
        told = told.alias(name)
        escapes = self._escapes(pairs)
        if len(escapes):
            texts = [self._cuts.texts[number] for number in escapes]
            told = told.scatter(rows[np.searchsorted(pairs, self._cuts.escaped[escapes])], texts)
        is_edged = len(escapes) or self._has_edges(pairs[is_told])
        return tidy(told.to_frame(), [name]).to_series() if is_edged else told

    def _escapes(self, pairs: Places) -> Places:
        """Which of the texts with escapes are those of some pairs."""
        return (
            np.flatnonzero(np.isin(self._cuts.escaped, pairs, assume_unique=True)) if len(self._cuts.escaped) else NONE
        )

    def _has_edges(self, pairs: Places) -> bool:
        """True where some text may begin or end with white space."""
        data, start = np.frombuffer(self._cuts.block, dtype=np.uint8), self._cuts.start[pairs]
        least, most = PLAIN_EDGES
        ends = (data[start], data[start + self._cuts.size[pairs] - 1])
        return any(len(end) and (end.min() < least or end.max() > most) for end in ends)

    @cached_property
    def _by_name(self) -> list[tuple[bytes, Places]]:
        """Names and the pairs that seem to have them, in the order of their first."""
        found = (self._alike or self._grouped()) if len(self._pairs) else []
        if len(found) > NAMES_MAX:
            raise ManyNamesError
        return found

    @cached_property
    def _alike(self) -> list[tuple[bytes, Places]]:
        """Where all objects have the names of the first, in its order; else nothing."""
        width, rest = divmod(len(self._pairs), max(self._height, 1))
        if rest or not width or (self._owner.reshape(-1, width) != np.arange(self._height)[:, None]).any():
            return []
        names = [self._name(place) for place in range(width)]
        keys, sizes = (
            self._cuts.key[self._pairs].reshape(-1, width),
            self._cuts.key_size[self._pairs].reshape(-1, width),
        )
        if len(set(names)) < width or (sizes != sizes[0]).any():
            return []
        for place in range(0, int(sizes[0].max()), WORD):
            longer = np.flatnonzero(sizes[0] > place)
            parts = self._cuts.words[keys[:, longer] + place] & LOW[np.minimum(sizes[0, longer] - place, WORD)]
            if (parts != parts[0]).any():
                return []
        return [(name, np.arange(place, len(self._pairs), width)) for place, name in enumerate(names)]

    def _grouped(self) -> list[tuple[bytes, Places]]:
        keys, sizes = self._cuts.key[self._pairs], self._cuts.key_size[self._pairs]
        mixed = sizes.view(np.uint64).copy()
        for place in range(0, int(sizes.max()), WORD):
            at = np.flatnonzero(sizes > place)
            part = self._cuts.words[keys[at] + place] & LOW[np.minimum(sizes[at] - place, WORD)]
            mixed[at] = (mixed[at] ^ part) * MIX
        groups = pl.DataFrame({"name": mixed}).with_row_index("at").group_by("name", maintain_order=True).agg("at")
        if groups.height > NAMES_MAX:
            raise ManyNamesError
        return [(self._name(int(at[0])), at.to_numpy().astype(np.int64)) for at in groups["at"]]

    def _name(self, at: int) -> bytes:
        key = int(self._cuts.key[self._pairs[at]])
        return self._cuts.block[key : key + int(self._cuts.key_size[self._pairs[at]])]

    def _are_called(self, at: Places, name: bytes) -> Flags:
        pairs = self._pairs[at]
        is_called: Flags = self._cuts.key_size[pairs] == len(name)
        keys = self._cuts.key[pairs]
        for place in range(0, len(name), WORD):
            part = name[place : place + WORD]
            there = np.minimum(keys + place, len(self._cuts.words) - 1)
            is_called &= (self._cuts.words[there] & LOW[len(part)]) == np.uint64(int.from_bytes(part, "little"))
        return is_called
