"""XML nodes: the elements of a block of records as columns: what each is, whose it is, and the text it holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from threading import Lock
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from tidewaiter.runners.reading.xml_shapes import Cuts, Found, Known, Shapes
from tidewaiter.runners.reading.xml_tags import (
    CLOSE,
    EMPTY,
    ENTITY,
    LONGEST,
    OPEN,
    SLASH,
    WORD,
    NotPlain,
    Numbers,
    Places,
    Tags,
    Words,
    are_ends,
)

LESS, MORE = 0x3C, 0x3E
LINE_END, TAB = 0x0A, 0x09
SPACE: Final = 0x20
SEEN: Final = (0x21, 0x7E - 0x21)
"""The first of the bytes of signs that are seen and no part of longer ones, and how many more there are."""

DEPTH_MAX: Final = 100
INLINE: Final = 12
"""Texts up to 12 bytes stand in their view itself."""

Bools = NDArray[np.bool_]


@dataclass
class Paths:
    """The paths of a file, numbered as they are met: of each the parent's and the name. Path 0 is the outside."""

    tags: Tags = field(default_factory=Tags)
    shapes: Shapes = field(default_factory=Shapes)
    told: list[tuple[int, str]] = field(default_factory=lambda: [(-1, "")])
    _numbers: dict[tuple[int, str], int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def child(self, path: int, name: str) -> int:
        """The number of an element of that name within a path."""
        with self._lock:
            number = self._numbers.setdefault((path, name), len(self.told))
            if number == len(self.told):
                self.told.append((path, name))
            return number

    def find(self, path: str) -> int:
        """The number of ``a/b/c`` from the outside; -1 where none was met."""
        number = 0
        for name in path.split("/"):
            number = self._numbers.get((number, name), -1)
            if number < 0:
                return -1
        return number

    def spelled(self, number: int) -> str:
        """``a/b/c`` of a path's number."""
        names: list[str] = []
        while number > 0:
            number, name = self.told[number]
            names.append(name)
        return "/".join(reversed(names))


@dataclass(frozen=True)
class Nodes:
    """Elements in the order of the text. ``parents`` are places in the same columns, -1 for records themselves.

    ``path`` numbers are those of ``paths``; ``tag`` tells the attributes; a leaf has ``start`` and ``size`` of its
    text in ``block``, which is raw: entities stand as written.
    """

    block: bytes
    paths: Paths
    tag: Numbers
    path: Numbers
    parent: Places
    is_leaf: Bools
    start: Places
    size: Places
    records: Places

    def of(self, path: int) -> Places:
        """Places of the elements of a path, in order."""
        first, last = self._by_path[1][path : path + 2] if 0 <= path < len(self._by_path[1]) - 1 else (0, 0)
        return self._by_path[0][first:last]

    @cached_property
    def _by_path(self) -> tuple[Places, Places]:
        order = np.argsort(self.path.astype(np.uint16), kind="stable")
        counts = np.bincount(self.path, minlength=len(self.paths.told))
        return order, np.concatenate(([0], np.cumsum(counts)))

    @cached_property
    def _views(self) -> Words:
        return _viewed(self.block, self.start, self.size)

    @cached_property
    def _buffer(self) -> pa.Buffer:
        return pa.py_buffer(self.block)

    @cached_property
    def _has_entity(self) -> Bools | None:
        """True for elements whose text must be unescaped; None where there is none."""
        return self.holding(b"&") if b"&" in self.block else None

    @cached_property
    def is_tidy(self) -> Bools:
        """True for elements whose text is of something, and begins and ends with a sign that is seen."""
        data = np.frombuffer(self.block, dtype=np.uint8)
        last = np.maximum(self.start + self.size - 1, 0)
        first = np.minimum(self.start, len(data) - 1)
        is_seen = (data[first] - np.uint8(SEEN[0]) <= SEEN[1]) & (data[last] - np.uint8(SEEN[0]) <= SEEN[1])
        is_tidy: Bools = self.is_leaf & (self.size > 0) & is_seen
        return is_tidy

    def saying(self, text: str, at: Places) -> Bools | None:
        """True where the text of an element is this one; None where that cannot be told by its view alone."""
        raw = text.encode()
        if not raw or len(raw) > INLINE or (self._has_entity is not None and self._has_entity[at].any()):
            return None
        low = np.uint64(len(raw) | int.from_bytes(raw[:4], "little") << 32)
        views = self._views[at]
        is_said: Bools = (views[:, 0] == low) & (views[:, 1] == np.uint64(int.from_bytes(raw[4:], "little")))
        return is_said

    def holding(self, *signs: bytes) -> Bools:
        """True for leaves that hold one of these signs."""
        data = np.frombuffer(self.block, dtype=np.uint8)
        is_held = np.zeros(len(self.path), dtype=np.bool_)
        for sign in signs:
            if sign in self.block:
                places = np.flatnonzero(data == sign[0])
                holder = np.searchsorted(self.start, places, side="right") - 1
                is_in = (holder >= 0) & (places < self.start[holder] + self.size[holder])
                is_held[holder[is_in]] = True
        return is_held & self.is_leaf

    def text(self, at: Places) -> pl.Series:
        """The texts of elements at these places; null for the place -1 and for an element that is no leaf."""
        is_told = (at >= 0) & self.is_leaf[at]
        told = _series(self._views[at], is_told, self._buffer)
        return unescaped(told) if self._has_entity is not None and self._has_entity[at[is_told]].any() else told

    def attribute(self, name: str, at: Places) -> pl.Series:
        """An attribute of elements at these places; null where it is not given, and for the place -1."""
        words = pl.Series([dict(tag.attributes).get(name) for tag in self.paths.tags.tags], dtype=pl.String)
        return words.append(pl.Series([None], dtype=pl.String)).gather(np.where(at < 0, len(words) - 1, self.tag[at]))


ENTITIES: Final = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}


def unescaped(texts: pl.Series) -> pl.Series:
    """Texts with the five entities of XML resolved, once."""
    return texts.str.replace_many(ENTITIES)


def nodes_of(block: bytes, paths: Paths) -> Nodes:
    """The elements of a block of whole records; ``NotPlain`` where it has to be read the slow way, or not at all."""
    _refuse_odd_signs(block)
    data = np.frombuffer(block + bytes(LONGEST + WORD), dtype=np.uint8)
    words = np.ndarray(shape=(len(data) - WORD + 1,), dtype="<u8", buffer=data, strides=(1,))
    less, more = np.flatnonzero(data == LESS), np.flatnonzero(data == MORE)
    if len(less) != len(more) or not len(less) or (less > more).any() or (more[:-1] > less[1:]).any():
        raise NotPlain("signs between tags")
    cuts = Cuts(block, words, less + 1, more - less - 1)
    found = paths.shapes.found(cuts, lambda record: _known(record, paths)) if paths.shapes.is_on else None
    if found is None:
        found = _found(cuts, data, paths)
    _refuse_loose_text(data[: len(block)], less, more, found.is_told)
    ends = np.append(less[1:], len(block))
    start = more[found.at] + 1
    size = np.where(paths.tags.kinds(found.tag) == EMPTY, 0, ends[found.at] - start)
    return Nodes(block, paths, found.tag, found.path, found.parent, found.is_leaf, start, size, found.records)


def _known(record: bytes, paths: Paths) -> Known:
    """The shape of one record; ``NotPlain`` where it has to be read otherwise."""
    data = np.frombuffer(record + bytes(LONGEST + WORD), dtype=np.uint8)
    words = np.ndarray(shape=(len(data) - WORD + 1,), dtype="<u8", buffer=data, strides=(1,))
    less, more = np.flatnonzero(data == LESS), np.flatnonzero(data == MORE)
    found = _found(Cuts(record, words, less + 1, more - less - 1), data, paths)
    if len(found.records) != 1:
        raise NotPlain("records within records")
    return Known(found.tag, found.path, found.parent, found.is_leaf, found.is_told, found.at)


def _found(cuts: Cuts, data: NDArray[np.uint8], paths: Paths) -> Found:
    """The elements of a block whatever their order."""
    starts, sizes, words = cuts.starts, cuts.sizes, cuts.words
    is_node = data[starts] != SLASH
    at = np.flatnonzero(is_node)
    tags = paths.tags.numbers(cuts.block, words, starts[at], sizes[at])
    kinds = np.full(len(starts), CLOSE, dtype=np.int8)
    kinds[at] = paths.tags.kinds(tags)
    depth = np.cumsum(_STEPS[kinds], dtype=np.int32)
    if depth[-1] or depth.min() < 0:
        raise NotPlain("elements that do not close")
    own = depth + _ABOVE[kinds]
    if int(own.max()) > DEPTH_MAX:
        raise NotPlain("deeper than any filing")
    order = np.argsort(own.astype(np.uint8), kind="stable")
    paired = order[kinds[order] != EMPTY]
    opens, ends = paired[0::2], paired[1::2]
    number = np.cumsum(is_node) - 1
    if (kinds[opens] != OPEN).any() or (kinds[ends] != CLOSE).any():
        raise NotPlain("elements that close each other")
    named = paths.tags.name_sizes(tags[number[opens]])
    if (sizes[ends] != named + 1).any() or not are_ends(words, starts[ends] + 1, starts[opens], named):
        raise NotPlain("elements that close each other")
    closes = np.full(len(kinds), -1, dtype=np.int64)
    closes[opens] = ends
    names = np.full(len(kinds), -1, dtype=np.int32)
    names[at] = paths.tags.name_of(tags)
    is_leaf = (kinds == EMPTY) | ((kinds == OPEN) & (closes == np.arange(len(kinds)) + 1))
    parent, path = _placed(order[is_node[order]], own, names, paths)
    parent = np.where(parent[at] >= 0, number[parent[at]], -1)
    is_told = is_leaf & (kinds == OPEN)
    return Found(tags, path[at], parent, is_leaf[at], is_told, at, np.flatnonzero(parent < 0))


def joined(several: Sequence[Nodes]) -> Nodes:
    """The elements of blocks that follow each other, as those of one."""
    if len(several) == 1:
        return several[0]
    ahead = np.cumsum([0, *(len(nodes.path) for nodes in several)])[:-1]
    bytes_ahead = np.cumsum([0, *(len(nodes.block) for nodes in several)])[:-1]
    shifted = list(zip(several, ahead, bytes_ahead, strict=True))
    return Nodes(
        b"".join(nodes.block for nodes in several),
        several[0].paths,
        np.concatenate([nodes.tag for nodes in several]),
        np.concatenate([nodes.path for nodes in several]),
        np.concatenate([np.where(nodes.parent < 0, -1, nodes.parent + shift) for nodes, shift, _ in shifted]),
        np.concatenate([nodes.is_leaf for nodes in several]),
        np.concatenate([nodes.start + shift for nodes, _, shift in shifted]),
        np.concatenate([nodes.size for nodes in several]),
        np.concatenate([nodes.records + shift for nodes, shift, _ in shifted]),
    )


_STEPS: Final = np.array([1, -1, 0], dtype=np.int32)
_ABOVE: Final = np.array([0, 1, 1], dtype=np.int32)


def _refuse_odd_signs(block: bytes) -> None:
    """Raise for signs that XML does not have, and for references to others than the five entities."""
    data = np.frombuffer(block, dtype=np.uint8)
    low = data[data < SPACE]
    if ((low != LINE_END) & (low != TAB)).any():
        raise NotPlain("control signs")
    if b"\xef" in block and (b"\xef\xbf\xbe" in block or b"\xef\xbf\xbf" in block):
        raise NotPlain("signs that are none")
    if b"&" in block and ENTITY.search(block):
        raise NotPlain("references")


def _placed(order: Places, own: Numbers, names: Numbers, paths: Paths) -> tuple[Places, Numbers]:
    """The place of each element's parent and the number of its path, level by level."""
    parent = np.full(len(own), -1, dtype=np.int64)
    path = np.zeros(len(own), dtype=np.int32)
    bounds = np.searchsorted(own[order], np.arange(1, int(own.max()) + 2))
    spelled = list(paths.tags.names)
    above: Places | None = None
    for first, last in pairwise(bounds):
        level = order[first:last]
        if above is not None:
            parent[level] = above[np.searchsorted(above, level) - 1]
        outer = path[parent[level]] if above is not None else np.zeros(len(level), dtype=np.int32)
        keys = outer.astype(np.int64) * len(spelled) + names[level]
        table = np.zeros(int(keys.max()) + 1, dtype=np.int32)
        for key in np.flatnonzero(np.bincount(keys)):
            table[key] = paths.child(int(key) // len(spelled), spelled[int(key) % len(spelled)])
        path[level] = table[keys]
        above = level
    return parent, path


def _refuse_loose_text(data: NDArray[np.uint8], less: Places, more: Places, is_told: Bools) -> None:
    """Raise where there is anything but white space outside of leaves."""
    starts = np.concatenate(([0], more + 1))
    ends = np.append(less, len(data))
    sizes = np.where(np.concatenate(([False], is_told)), 0, ends - starts)
    held = np.flatnonzero(sizes)
    if not len(held):
        return
    starts, sizes = starts[held], sizes[held]
    places = np.arange(int(sizes.sum())) + np.repeat(starts - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes)
    if (data[places] > SPACE).any():
        raise NotPlain("text between elements")


def _viewed(block: bytes, start: Places, size: Places) -> Words:
    """Texts as views into the block, two words each: nothing is copied.

    A view is the size, and either the text itself, up to 12 bytes, or its first four bytes, the number of its buffer
    and where in it the text stands (Arrow's binary view layout).
    """
    padded = np.frombuffer(block + bytes(INLINE + WORD), dtype=np.uint8)
    words = np.ndarray(shape=(len(padded) - WORD + 1,), dtype="<u8", buffer=padded, strides=(1,))
    inside = words[start] & _LOW[np.minimum(size, WORD)]
    views = np.empty((len(start), 2), dtype="<u8")
    views[:, 0] = (inside << np.uint64(32)) | size.astype(np.uint64)
    is_long = size > INLINE
    rest = words[start + 4] & _LOW[np.clip(size - 4, 0, WORD)]
    views[:, 1] = np.where(is_long, start.astype(np.uint64) << np.uint64(32), rest)
    return views


def _series(views: Words, is_told: Bools, buffer: pa.Buffer) -> pl.Series:
    """A column of texts of its views."""
    validity = None if is_told.all() else pa.py_buffer(np.packbits(is_told, bitorder="little").tobytes())
    return pl.Series(pa.Array.from_buffers(pa.string_view(), len(views), [validity, pa.py_buffer(views), buffer]))


_LOW: Final = np.array([(1 << (8 * size)) - 1 for size in range(WORD + 1)], dtype=np.uint64)
