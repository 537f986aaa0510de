"""Parts: the answers of one chunk on disk, there whole or not at all; at the end all parts become the lake's files."""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

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

    def write(self, number: int, frames: Mapping[str, pl.DataFrame]) -> None:
        """Write a chunk's tables; once this returns they outlive a crash of process and machine."""
        ready, half = self._path(number), self.folder / f"{number:06d}.half"
        with told_plainly(self.folder):
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir(parents=True)
            for name, frame in frames.items():
                write_table(half / f"{name}.parquet", frame)
            sync_folder(half)
            half.rename(ready)
            sync_folder(self.folder, is_deep=False)

    def table(self, number: int, name: str) -> Path:
        """The file of one chunk's table."""
        return self._path(number) / f"{name}.parquet"

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06d}"


def write_table(path: Path, frame: pl.DataFrame) -> None:
    """One frame as a Parquet file."""
    frame.write_parquet(path, compression="zstd", compression_level=1)


def join_parts(parts: Parts, count: int, names: tuple[str, ...], folder: Path) -> None:
    """Lay the parts of each table end to end into ``folder/<name>.parquet``; parts go as they are copied."""
    with told_plainly(folder):
        for name in names:
            _join([parts.table(number, name) for number in range(count)], folder / f"{name}.parquet")


def _join(files: list[Path], target: Path) -> None:
    footers, moved_by = [], []
    with target.open("wb") as whole:
        whole.write(MAGIC)
        for file in files:
            with file.open("rb") as part:
                footer, pages = _footer(part)
                moved_by.append(whole.tell() - len(MAGIC))
                footers.append(footer)
                part.seek(len(MAGIC))
                for block in _blocks(part, pages - len(MAGIC)):
                    whole.write(block)
        footer = joined_footer(footers, moved_by)
        whole.write(footer + len(footer).to_bytes(4, "little") + MAGIC)


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
