"""Hashes of entries, trees and paths (RFC 6962, RFC 9162)."""

import hashlib
from typing import NamedTuple


class Entry(NamedTuple):
    """An entry as it is stored: ``leaf`` is the stored hash."""

    seq: int
    prev: bytes
    leaf: bytes
    payload: bytes


def sha256(*parts: bytes) -> bytes:
    """SHA-256 over bytes end to end."""
    return hashlib.sha256(b"".join(parts)).digest()


def entry_hash(entry: Entry) -> bytes:
    """The hash of an entry is its place in the chain and its leaf in the tree."""
    return sha256(b"\x00", entry.prev, entry.seq.to_bytes(8, signed=True), entry.payload)


class Growing:
    """Root over leaves added in order; keeps one hash a level."""

    def __init__(self) -> None:
        self.alone: list[bytes] = []

    def extend(self, hashes: list[bytes]) -> None:
        """Add leaf hashes."""
        level = 0
        while hashes:
            if level == len(self.alone):
                self.alone.append(b"")
            waiting = [self.alone[level], *hashes] if self.alone[level] else hashes
            self.alone[level] = waiting[-1] if len(waiting) % 2 else b""
            digest, pairs = hashlib.sha256, iter(waiting)
            hashes = [digest(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
            level += 1

    def root(self) -> bytes:
        """Root over all leaves so far."""
        joined = b""
        for alone in filter(None, self.alone):
            joined = sha256(b"\x01", alone, joined) if joined else alone
        return joined or sha256()


def root_by_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a path leads to from a leaf; raises ValueError where it has another length than it must."""
    last, joined, steps = size - 1, leaf, iter(path)
    while last > 0:
        if index % 2 or index < last:
            sibling = next(steps, b"")
            if len(sibling) != len(leaf):
                raise ValueError("the path is too short")
            joined = sha256(b"\x01", sibling, joined) if index % 2 else sha256(b"\x01", joined, sibling)
        index, last = index // 2, last // 2
    if next(steps, None) is not None or index:
        raise ValueError("the path has another length than its tree")
    return joined
