"""Merkle trees as RFC 6962 builds them: leaves, roots, proofs that a row is in, proofs that a log only grew."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

EMPTY_ROOT: Final = sha256(b"").digest()
HASH_BYTES: Final = 32
BLIND_BYTES: Final = 16
"""Random bytes in front of each row of a batch: without them the hash of a neighbour could be guessed."""

Nodes = Callable[[int, int], bytes]
"""The root of the complete subtree of 2^level leaves at ``index``: ``nodes(level, index)``."""

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """Hash of one leaf: SHA-256 over a zero byte and the data."""
    return sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256 over a one byte and both children."""
    return sha256(_NODE + left + right).digest()


def blinded_hashes(rows: Sequence[bytes], block: bytes) -> list[bytes]:
    """Leaf hashes of a batch; row ``i`` has bytes ``16 i`` to ``16 i + 16`` of the random ``block`` in front of it."""
    if len(block) != BLIND_BYTES * len(rows):
        raise ValueError(f"{len(rows):,} rows need {BLIND_BYTES * len(rows):,} random bytes, not {len(block):,}")
    return [sha256(_LEAF + blind + row).digest() for blind, row in zip(blinds(block), rows, strict=True)]


def blinds(block: bytes) -> Iterator[bytes]:
    """The random bytes of each row of a batch."""
    return (block[at : at + BLIND_BYTES] for at in range(0, len(block), BLIND_BYTES))


def root(hashes: Sequence[bytes]) -> bytes:
    """Root over leaf hashes: neighbours are joined level by level, an odd last one goes up as it is."""
    level = list(hashes)
    while len(level) > 1:
        level = _joined(level) + level[len(level) & ~1 :]
    return level[0] if level else EMPTY_ROOT


def _joined(level: Sequence[bytes]) -> list[bytes]:
    """The level above, of complete pairs."""
    pairs = iter(level)
    return [sha256(_NODE + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


class Tree:
    """A tree held in memory: all complete subtrees, level by level, over leaf hashes given once."""

    def __init__(self, hashes: Iterable[bytes]) -> None:
        self._levels = [list(hashes)]
        while len(self._levels[-1]) > 1:
            self._levels.append(_joined(self._levels[-1]))

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    def node(self, level: int, index: int) -> bytes:
        """Root of the complete subtree of 2^level leaves at ``index``."""
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """Root over the first ``size`` leaves, or over all."""
        return root_of(self.size if size is None else size, self.node)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Proof that the leaf at ``index`` is in the tree of the first ``size`` leaves."""
        return inclusion(index, self.size if size is None else size, self.node)

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """Proof that the tree of ``old`` leaves is the beginning of that of ``new`` leaves."""
        return consistency(old, self.size if new is None else new, self.node)


class Frontier:
    """A tree that only grows: what has no partner yet, one hash a level at most, whatever the number of leaves."""

    def __init__(self) -> None:
        self._alone: list[bytes | None] = []

    def extend(self, hashes: Sequence[bytes]) -> None:
        """Add leaf hashes at the end."""
        level, rising = 0, list(hashes)
        while rising:
            if level == len(self._alone):
                self._alone.append(None)
            alone = self._alone[level]
            waiting = rising if alone is None else [alone, *rising]
            self._alone[level] = waiting[-1] if len(waiting) & 1 else None
            level, rising = level + 1, _joined(waiting)

    def root(self) -> bytes:
        """Root over all leaves so far."""
        joined: bytes | None = None
        for alone in self._alone:
            if alone is not None:
                joined = alone if joined is None else node_hash(alone, joined)
        return EMPTY_ROOT if joined is None else joined


def root_of(size: int, nodes: Nodes) -> bytes:
    """Root over the first ``size`` leaves, from complete subtrees."""
    return _range_root(0, size, nodes) if size else EMPTY_ROOT


def inclusion(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """Sibling hashes from the leaf at ``index`` up to the root over ``size`` leaves (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} among {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(middle, end, nodes))
            end = middle
        else:
            path.append(_range_root(start, middle, nodes))
            start = middle
    return path[::-1]


def consistency(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """Hashes that join the root over ``old`` leaves to the root over ``new`` leaves (RFC 6962, 2.1.2)."""
    if not 0 < old <= new:
        raise ValueError(f"no proof leads from {old} to {new} leaves")
    path: list[bytes] = []
    start, end, is_old_root = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_root(middle, end, nodes))
            end = middle
        else:
            path.append(_range_root(start, middle, nodes))
            start, is_old_root = middle, False
    return ([] if is_old_root else [_range_root(start, end, nodes)]) + path[::-1]


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_root(start: int, end: int, nodes: Nodes) -> bytes:
    """Root over leaves ``start`` to ``end`` of a range as the tree cuts it: aligned subtrees, the largest first."""
    hashes: list[bytes] = []
    while start < end:
        level = (end - start).bit_length() - 1
        hashes.append(nodes(level, start >> level))
        start += 1 << level
    joined = hashes.pop()
    while hashes:
        joined = node_hash(hashes.pop(), joined)
    return joined


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """True where ``path`` leads from the leaf hash at ``index`` to the root of ``size`` leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, joined = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            joined = node_hash(sibling, joined)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            joined = node_hash(joined, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and joined == expected


def is_grown(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """True where ``path`` proves that ``new`` leaves begin with the ``old`` ones (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if not 0 < old < new:
        return False
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not hashes:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_joined = new_joined = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old_joined, new_joined = node_hash(sibling, old_joined), node_hash(sibling, new_joined)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new_joined = node_hash(new_joined, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old_joined == old_root and new_joined == new_root
