"""Parts: the answers of one chunk on disk, there whole or not at all; at the end all parts become the lake's files."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Self

import polars as pl

from tidewaiter.runners.parquet_footer import joined_footer
from tidewaiter.runners.workspace import sync_folder, told_plainly

MAGIC = b"PAR1"
TAIL = 8
"""A Parquet file ends in the length of its footer (4 bytes) and ``PAR1``."""
BLOCK = 1 << 24


@dataclass(frozen=True)
class Parts:
    """A folder with one folder a chunk, each with a Parquet file a table: a run's checkpoints."""

    folder: Path

    def has(self, number: int) -> bool:
        """True where this chunk's answers are complete on disk."""
        return self._path(number).is_dir()

    def write(
        self, number: int, frames: Mapping[str, pl.DataFrame], notes: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        """Write a chunk's tables and notes; once this returns they outlive a crash of process and machine."""
        ready, half = self._path(number), self.folder / f"{number:06d}.half"
        with told_plainly(self.folder):
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir(parents=True)
            for name, frame in frames.items():
                write_table(half / f"{name}.parquet", frame)
            for name, told in (notes or {}).items():
                (half / f"{name}.json").write_text(json.dumps(told), encoding="utf-8")
            sync_folder(half)
            half.rename(ready)
            sync_folder(self.folder, is_deep=False)

    def table(self, number: int, name: str) -> Path:
        """The file of one chunk's table."""
        return self._path(number) / f"{name}.parquet"

    def note(self, number: int, name: str) -> dict[str, str]:
        """What was noted beside the answers of one chunk; ``{}`` where nothing was."""
        path = self._path(number) / f"{name}.json"
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06d}"


def write_table(path: Path, frame: pl.DataFrame) -> None:
    """One frame as a Parquet file."""
    frame.write_parquet(path, compression="zstd", compression_level=1)


class Joining:
    """Files of the lake while they grow: parts of each table are laid end to end as their chunks are done, in order."""

    def __init__(self, parts: Parts, names: Sequence[str], folder: Path) -> None:
        """Begin ``folder/<name>.parquet`` for each table; what stood there is written anew."""
        self._parts, self._folder = parts, folder
        with told_plainly(folder):
            self._tables = {name: _Growing((folder / f"{name}.parquet").open("wb")) for name in names}
            for table in self._tables.values():
                table.file.write(MAGIC)

    def add(self, number: int) -> None:
        """Lay down the parts of the next chunk."""
        with told_plainly(self._folder):
            for name, table in self._tables.items():
                table.lay(self._parts.table(number, name))

    def finish(self) -> None:
        """Close the files with their footers: from now on they can be read."""
        with told_plainly(self._folder):
            for table in self._tables.values():
                footer = joined_footer(table.footers, table.moved_by)
                table.file.write(footer + len(footer).to_bytes(4, "little") + MAGIC)
                table.file.close()

    def __enter__(self) -> Self:
        """Ready to take parts."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close what is open; files that were not finished cannot be read."""
        for table in self._tables.values():
            table.file.close()


@dataclass
class _Growing:
    """A file that grows, the footers of the parts in it, and how far the pages of each were moved."""

    file: BinaryIO
    footers: list[bytes] = field(default_factory=list)
    moved_by: list[int] = field(default_factory=list)

    def lay(self, path: Path) -> None:
        with path.open("rb") as part:
            footer, pages = _footer(part)
            self.moved_by.append(self.file.tell() - len(MAGIC))
            self.footers.append(footer)
            part.seek(len(MAGIC))
            for block in _blocks(part, pages - len(MAGIC)):
                self.file.write(block)


def _footer(part: BinaryIO) -> tuple[bytes, int]:
    """A file's footer and where its pages end."""
    size = part.seek(0, os.SEEK_END)
    part.seek(size - TAIL)
    length = int.from_bytes(part.read(4), "little")
    pages = size - TAIL - length
    part.seek(pages)
    return part.read(length), pages


def _blocks(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0:
        block = file.read(min(BLOCK, size))
        size -= len(block)
        yield block
