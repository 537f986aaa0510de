"""XML shapes: records whose tags are the same, one after the other, have the same elements: these are worked out once.

A record's shape is the row of its tags. Which shape a record may have is told by a number made of its tags; that it has
it is shown by comparing every byte of every tag with the shape's. What is not shown is read the general way.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tidewaiter.runners.reading.xml_tags import FACTOR, MASKS, SLASH, WORD, Numbers, Places, Words

Bools = NDArray[np.bool_]
TAGS_OF_RECORD: Final = 1 << 14
"""Records of more tags are read the general way."""

SHAPES_MAX: Final = 1 << 20
"""Tags of all shapes that are kept."""

NEW_MAX: Final = 4
"""A block in which more than every fourth record is of a new shape is read the general way."""

WEIGHTS: Final = np.random.default_rng(1).integers(1, 1 << 63, TAGS_OF_RECORD, dtype=np.uint64) * np.uint64(
    2
) + np.uint64(1)


class Cuts(NamedTuple):
    """The tags of a block without their brackets: where they begin, how long they are.

    ``words`` are the eight bytes from each byte on.
    """

    block: bytes
    words: Words
    starts: Places
    sizes: Places


class Known(NamedTuple):
    """The elements of one shape: of each its tag, path, parent, whether it is a leaf; ``open`` is its tag's place."""

    tag: Numbers
    path: Numbers
    parent: Places
    is_leaf: Bools
    is_told: Bools
    open: Places


class Found(NamedTuple):
    """The elements of a block, all its shapes known. ``is_told`` says of each tag whether text of a leaf follows it."""

    tag: Numbers
    path: Numbers
    parent: Places
    is_leaf: Bools
    is_told: Bools
    at: Places
    records: Places


@dataclass
class Shapes:
    """The shapes of a file, growing as it is read; safe to use from several threads."""

    is_on: bool = True
    _lock: Lock = field(default_factory=Lock)
    _numbers: dict[int, int] = field(default_factory=dict)
    _tags: Places = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    _nodes: Places = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    _sizes: Places = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _parts: list[Words] = field(default_factory=list)
    _known: Known | None = None

    def found(self, cuts: Cuts, learn: Callable[[bytes], Known]) -> Found | None:
        """The elements of a block; None where it has to be read the general way."""
        ends = _ends(cuts)
        if ends is None:
            return None
        first = np.concatenate(([0], ends[:-1] + 1))
        height = ends - first + 1
        if int(height.max()) > TAGS_OF_RECORD:
            return None
        begins = cuts.words[cuts.starts] & MASKS[np.minimum(cuts.sizes, WORD)]
        numbers = self._numbered(cuts, begins, first, height, learn)
        return None if numbers is None else self._laid_out(cuts, begins, first, height, numbers)

    def _numbered(
        self, cuts: Cuts, begins: Words, first: Places, height: Places, learn: Callable[[bytes], Known]
    ) -> Places | None:
        """The shape that each record may have; ``begins`` are the first eight bytes of each tag."""
        place = np.arange(len(begins)) - np.repeat(first, height)
        mixed = (begins ^ (cuts.sizes.astype(np.uint64) << np.uint64(56))) * FACTOR
        keys = np.add.reduceat(mixed * WEIGHTS[place], first)
        distinct, example, which = np.unique(keys, return_index=True, return_inverse=True)
        told = distinct.tolist()
        new = [at for at, key in enumerate(told) if key not in self._numbers]
        if new and (len(new) * NEW_MAX > len(first) + NEW_MAX or len(self._sizes) > SHAPES_MAX):
            self.is_on = False
            return None
        for at in new:
            record = int(example[at])
            self._learn(told[at], cuts, int(first[record]), int(height[record]), learn)
        return np.array([self._numbers[key] for key in told], dtype=np.int64)[which]

    def _learn(self, key: int, cuts: Cuts, first: int, height: int, learn: Callable[[bytes], Known]) -> None:
        starts, sizes = cuts.starts[first : first + height], cuts.sizes[first : first + height]
        known = learn(cuts.block[int(starts[0]) - 1 : int(starts[-1] + sizes[-1]) + 1])
        with self._lock:
            if key in self._numbers:
                return
            depth = -(-int(sizes.max()) // WORD)
            while len(self._parts) < depth:
                self._parts.append(np.zeros(len(self._sizes), dtype=np.uint64))
            self._parts = [
                np.concatenate((part, _part(cuts.words, starts, sizes, place)))
                for place, part in enumerate(self._parts)
            ]
            self._sizes = np.concatenate((self._sizes, sizes))
            own = self._known
            self._known = (
                known if own is None else Known(*(np.concatenate(pair) for pair in zip(own, known, strict=True)))
            )
            self._tags = np.append(self._tags, self._tags[-1] + height)
            self._nodes = np.append(self._nodes, self._nodes[-1] + len(known.tag))
            self._numbers[key] = len(self._tags) - 2

    def _laid_out(self, cuts: Cuts, begins: Words, first: Places, height: Places, numbers: Places) -> Found | None:
        with self._lock:
            known, tags, nodes, sizes, parts = self._known, self._tags, self._nodes, self._sizes, list(self._parts)
        if known is None or (tags[numbers + 1] - tags[numbers] != height).any():
            return None
        at = np.arange(len(cuts.starts)) + np.repeat(tags[numbers] - first, height)
        if (sizes[at] != cuts.sizes).any() or not _are_same(cuts, begins, at, parts):
            return None
        count = nodes[numbers + 1] - nodes[numbers]
        records = np.concatenate(([0], np.cumsum(count)[:-1]))
        node = np.arange(int(count.sum())) + np.repeat(nodes[numbers] - records, count)
        parent = known.parent[node]
        parent = np.where(parent < 0, parent, parent + np.repeat(records, count))
        return Found(
            known.tag[node],
            known.path[node],
            parent,
            known.is_leaf[node],
            known.is_told[at],
            known.open[node] + np.repeat(first, count),
            records,
        )


def _are_same(cuts: Cuts, begins: Words, at: Places, parts: list[Words]) -> bool:
    """True where every tag has the bytes of its shape's, whose size it has."""
    if (begins != parts[0][at]).any():
        return False
    rows = np.flatnonzero(cuts.sizes > WORD)
    starts, sizes, at = cuts.starts[rows], cuts.sizes[rows], at[rows]
    for place, part in enumerate(parts[1:], start=1):
        told = cuts.words[starts + place * WORD] ^ part[at]
        if (told & MASKS[np.minimum(sizes - place * WORD, WORD)]).any():
            return False
        is_longer = sizes > (place + 1) * WORD
        starts, sizes, at = starts[is_longer], sizes[is_longer], at[is_longer]
        if not len(at):
            break
    return True


def _part(words: Words, starts: Places, sizes: Places, place: int) -> Words:
    """Eight bytes of each tag, those behind its end left out; the last bytes of a block have nothing behind them."""
    left = np.clip(sizes - place * WORD, 0, WORD)
    return words[np.where(left > 0, starts + place * WORD, 0)] & MASKS[left]


def _ends(cuts: Cuts) -> Places | None:
    """Places of the tags that close records, named as the first tag; None where the last is none of them."""
    start = int(cuts.starts[0])
    name = cuts.block[start : start + int(cuts.sizes[0])].split(None, 1)[0] if cuts.sizes[0] else b""
    end = bytes([SLASH]) + name
    ends = np.flatnonzero(cuts.sizes == len(end))
    for place in range(0, len(end), WORD):
        part = end[place : place + WORD]
        told = cuts.words[cuts.starts[ends] + place] & MASKS[len(part)]
        ends = ends[told == np.uint64(int.from_bytes(part, "little"))]
    return ends if len(ends) and ends[-1] == len(cuts.starts) - 1 else None
