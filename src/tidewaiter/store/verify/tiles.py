"""Tiles of a log against its entries: the tree's hashes as they lie in files."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tidewaiter.store.verify.files import WIDTH, read_tile, tile_name
from tidewaiter.store.verify.hashes import Growing


class _Tile(NamedTuple):
    level: int
    nth: int
    hashes: list[bytes]


class Tiles:
    """Gathers leaf hashes of the first ``size`` entries into tiles and compares each with its file."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder, self._left = folder, size
        self._open: list[tuple[int, list[bytes]]] = []

    def add(self, leaf: bytes) -> Iterator[str]:
        """Take the next leaf hash; gives the names of tiles that it completes and that are not as they must be."""
        if self._left <= 0:
            return
        self._left -= 1
        level, rising = 0, leaf
        while True:
            if level == len(self._open):
                self._open.append((0, []))
            nth, hashes = self._open[level]
            hashes.append(rising)
            if len(hashes) < WIDTH:
                return
            yield from self._other(_Tile(level, nth, hashes))
            tile = Growing()
            tile.extend(hashes)
            self._open[level] = (nth + 1, [])
            level, rising = level + 1, tile.root()

    def rest(self) -> Iterator[str]:
        """Names of tiles that are not full and not as they must be."""
        for level, (nth, hashes) in enumerate(self._open):
            if hashes:
                yield from self._other(_Tile(level, nth, hashes))

    def _other(self, tile: _Tile) -> Iterator[str]:
        width = len(tile.hashes)
        try:
            is_same = read_tile(self._folder, tile.level, tile.nth, width) == tile.hashes
        except (OSError, ValueError):
            is_same = False
        if not is_same:
            yield tile_name(tile.level, tile.nth, width)
