"""Tiles: the log's tree and entries as plain files, in the layout of C2SP's static logs."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple

from tidewaiter.model.errors import LogBroken
from tidewaiter.model.tree import HASH_BYTES, leaf_hash, root
from tidewaiter.store.new_file import sync

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
ENTRIES: Final = "entries"
SYNCED_ALONE: Final = 32
"""Above so many new files the whole disk is synced once instead."""


class Entry(NamedTuple):
    """A row of the log."""

    seq: int
    prev: bytes
    leaf: bytes
    payload: bytes

    @property
    def data(self) -> bytes:
        """What the leaf hash is over, and what a bundle of entries holds."""
        return self.prev + self.seq.to_bytes(8) + self.payload


def tile_path(level: int | str, nth: int, width: int = WIDTH) -> Path:
    """Place of a tile below the log's folder: ``tile/0/x001/234``, with ``.p/W`` where it has W of 256 hashes."""
    groups: list[str] = []
    while True:
        nth, rest = divmod(nth, 1000)
        groups.insert(0, f"x{rest:03d}" if groups else f"{rest:03d}")
        if not nth:
            break
    full = Path("tile", str(level), *groups)
    return full if width == WIDTH else full.with_name(f"{full.name}.p") / str(width)


def nodes_of(folder: Path, size: int) -> Callable[[int, int], bytes]:
    """Complete subtrees of the tree over ``size`` entries, read from tiles; for roots and proofs."""
    kept: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        row, rise = divmod(level, HEIGHT)
        nth, at = divmod(index << rise, WIDTH)
        if (row, nth) not in kept:
            width = min(WIDTH, (size >> HEIGHT * row) - nth * WIDTH)
            kept[row, nth] = (folder / tile_path(row, nth, width)).read_bytes()
        data = kept[row, nth]
        hashes = [data[place * HASH_BYTES : (place + 1) * HASH_BYTES] for place in range(at, at + (1 << rise))]
        if len(hashes[-1]) != HASH_BYTES:
            raise LogBroken(f"{folder / tile_path(row, nth)} is shorter than it was. Restore it, then verify the log.")
        return root(hashes)

    return node


class TileWriter:
    """Extends the tiles of ``size`` entries; entries come from the last full tile on, so that old ones come again."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder, self._old = folder, size
        self.start = size - size % WIDTH
        self.size = self.start
        self._open: list[list[bytes]] = [[]]
        self._bundle: list[bytes] = []
        self._written: list[Path] = []
        self._known = _hashes(folder, 0, size // WIDTH, size % WIDTH)
        self.last = _last_of(folder, self.start)
        count = size >> HEIGHT
        while count:
            self._open.append(_hashes(folder, len(self._open), count // WIDTH, count % WIDTH))
            count >>= HEIGHT

    def extend(self, entries: Iterable[Entry]) -> None:
        """Take entries in order; refuses one that does not follow the one before, or is another than it was."""
        for entry in entries:
            self._check(entry)
            self._bundle.append(len(entry.data).to_bytes(2) + entry.data)
            self.size = entry.seq
            self._rise(entry.leaf)

    def _check(self, entry: Entry) -> None:
        nth = entry.seq - 1 - self.start
        is_other = nth < len(self._known) and self._known[nth] != entry.leaf
        is_loose = self.last is not None and entry.prev != self.last
        if entry.seq != self.size + 1 or is_other or is_loose or leaf_hash(entry.data) != entry.leaf:
            raise LogBroken(
                f"Entry {self.size + 1} of the log is not what it was when it was written. Nothing is signed until "
                "this is understood: tidewaiter audit verify"
            )
        self.last = entry.leaf

    def _rise(self, leaf: bytes) -> None:
        level, rising = 0, leaf
        while True:
            if level == len(self._open):
                self._open.append([])
            self._open[level].append(rising)
            if len(self._open[level]) < WIDTH:
                return
            count = self.size >> HEIGHT * level
            self._write(tile_path(level, count // WIDTH - 1), b"".join(self._open[level]))
            if level == 0:
                self._write(tile_path(ENTRIES, count // WIDTH - 1), b"".join(self._bundle))
                self._bundle = []
            rising, self._open[level] = root(self._open[level]), []
            level += 1

    def close(self) -> None:
        """Write tiles that are not full, and force all to the disk."""
        for level, hashes in enumerate(self._open):
            nth = self.size >> HEIGHT * (level + 1)
            if hashes:
                self._write(tile_path(level, nth, len(hashes)), b"".join(hashes))
            if hashes and level == 0:
                self._write(tile_path(ENTRIES, nth, len(hashes)), b"".join(self._bundle))
        if len(self._written) > SYNCED_ALONE:
            os.sync()
            return
        above = {folder for path in self._written for folder in path.parents if folder.is_relative_to(self._folder)}
        for path in (*self._written, *above):
            sync(path)

    def forget(self, size: int) -> None:
        """Take away tiles that were not full at ``size``, which is no longer the newest, where they grew since."""
        names: list[tuple[int | str, int]] = [(ENTRIES, 0), *((level, level) for level in range(len(self._open)))]
        for name, level in names:
            count = size >> HEIGHT * level
            if count % WIDTH and count != self.size >> HEIGHT * level:
                (self._folder / tile_path(name, count // WIDTH, count % WIDTH)).unlink(missing_ok=True)

    def _write(self, name: Path, data: bytes) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.half")
        half.write_bytes(data)
        half.rename(path)
        self._written.append(path)


def _hashes(folder: Path, level: int, nth: int, width: int) -> list[bytes]:
    if not width:
        return []
    data = (folder / tile_path(level, nth, width)).read_bytes()
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def _last_of(folder: Path, start: int) -> bytes | None:
    """Hash of the last entry before ``start``, which ends a full tile."""
    return (folder / tile_path(0, start // WIDTH - 1)).read_bytes()[-HASH_BYTES:] if start else bytes(HASH_BYTES)
