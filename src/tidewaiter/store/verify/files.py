"""The folder of a log: tiles and bundles of entries as C2SP lays them out, checkpoints, batch files."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tidewaiter.store.verify.batches import Find
from tidewaiter.store.verify.hashes import Entry
from tidewaiter.store.verify.report import Report

WIDTH: Final = 256
"""Hashes of a full tile, entries of a full bundle."""
HEAD_BYTES: Final = 40
"""Hash of the entry before and number, in front of each payload."""


def tile_name(level: int | str, index: int, width: int = WIDTH) -> str:
    """Place of a tile: three digits a folder, ``x`` before all but the last, ``.p/W`` where it is not full."""
    digits = f"{index:0{-(-len(str(index)) // 3) * 3}d}"
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{name}" + ("" if width == WIDTH else f".p/{width}")


def read_tile(folder: Path, level: int, index: int, width: int) -> list[bytes]:
    """Hashes of a tile; raises OSError or ValueError."""
    data = (folder / tile_name(level, index, width)).read_bytes()
    if len(data) != 32 * width:
        raise ValueError(f"has {len(data)} bytes instead of {32 * width}")
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def read_bundle(folder: Path, index: int, width: int) -> Iterator[bytes]:
    """Entries (hash of the one before, number, payload, end to end) of a bundle; raises OSError or ValueError."""
    data, at = (folder / tile_name("entries", index, width)).read_bytes(), 0
    for _ in range(width):
        length = int.from_bytes(data[at : at + 2])
        if length < HEAD_BYTES or at + 2 + length > len(data):
            raise ValueError(f"is damaged at byte {at}")
        yield data[at + 2 : at + 2 + length]
        at += 2 + length
    if at != len(data):
        raise ValueError(f"goes on after its {width} entries")


def entries_of(folder: Path, size: int, report: Report) -> Iterator[Entry]:
    """Entries of a log's folder in order; a file that cannot be read is a fault, and the next one goes on."""
    for index in range(-(-size // WIDTH)):
        width = min(WIDTH, size - index * WIDTH)
        name = tile_name(0, index, width)
        try:
            hashes, name = read_tile(folder, 0, index, width), tile_name("entries", index, width)
            told = list(read_bundle(folder, index, width))
        except FileNotFoundError:
            report.add(f"file {name}", "is missing")
        except (OSError, ValueError) as fault:
            report.add(f"file {name}", str(fault))
        else:
            for leaf, one in zip(hashes, told, strict=True):
                yield Entry(int.from_bytes(one[32:HEAD_BYTES], signed=True), one[:32], leaf, one[HEAD_BYTES:])


def notes_of(folder: Path, report: Report) -> list[tuple[str, str]]:
    """Checkpoints of a log's folder, each with its place: the newest, and those kept day by day."""
    found: list[tuple[str, str]] = []
    for path in (folder / "checkpoint", *sorted((folder / "checkpoints").glob("*.ndjson"))):
        if path.is_file():
            found += notes_in(path, path.relative_to(folder).as_posix(), report)
    return found


def notes_in(path: Path, name: str, report: Report) -> list[tuple[str, str]]:
    """Checkpoints of one file: one as it is, or many as JSON texts, one a line."""
    text = path.read_bytes().decode(errors="replace")
    if not text.startswith('"'):
        return [(f"file {name}", text)]
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            found.append((f"file {name} line {number}", str(json.loads(line))))
        except ValueError:
            report.add(f"file {name} line {number}", "is no checkpoint")
    return found


def batch_bytes(folder: Path, report: Report) -> Find:
    """How batch files are found by SHA-256: each on its own, or many small ones in an archive."""
    packed: dict[str, Path] = {}
    for path in sorted((folder / "batches").glob("*.zip")):
        try:
            with zipfile.ZipFile(path) as archive:
                packed |= dict.fromkeys(archive.namelist(), path)
        except (OSError, zipfile.BadZipFile):
            report.add(f"file batches/{path.name}", "is no archive that can be read")

    def found(_batch: str, digest: str) -> bytes | None:
        name = f"{digest}.parquet"
        if name not in packed:
            place = folder / "batches" / digest[:2] / name
            return place.read_bytes() if place.is_file() else None
        with zipfile.ZipFile(packed[name]) as archive:
            return _unpacked(archive, name)

    return found


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member as it lies there, damaged or not: members are stored as they are, and their own hash tells."""
    member = archive.getinfo(name)
    if archive.fp is None or member.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{name} is packed")
    archive.fp.seek(member.header_offset)
    head = archive.fp.read(30)
    archive.fp.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
    return archive.fp.read(member.file_size)
