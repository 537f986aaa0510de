"""Tables of publications as they came: CSV, plain or gzipped, or Parquet, every cell as text with its place."""

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Final

import polars as pl

from tidewaiter.model.errors import UnusableInput
from tidewaiter.reference.faults import Faults, Place

LARGEST_FILE: Final = 500_000_000
"""Bytes after unpacking; no table of law is near it."""

GZIP: Final = b"\x1f\x8b"
PARQUET: Final = b"PAR1"
DELIMITERS: Final = ",;\t|"


FREE_TEXT: Final = "description"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a table must have and may have; any other is a fault, so that no fact is left behind unseen.

    ``nothing`` are words that the publication writes into an empty cell (NA is Namibia elsewhere).
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its place, and its cells by column; an empty cell and an absent column are the empty text."""

    place: Place
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def bytes_of(file: Path) -> bytes:
    """The unpacked bytes of a file; ``UnusableInput`` says why there are none."""
    try:
        raw = file.read_bytes()
        return gzip.open(BytesIO(raw)).read(LARGEST_FILE + 1) if raw.startswith(GZIP) else raw
    except (OSError, EOFError, zlib.error) as fault:
        raise UnusableInput(f"{file} cannot be read ({fault}). Check the name, or fetch it again.") from fault


def hash_of(file: Path) -> str:
    """SHA-256 of the unpacked bytes."""
    return sha256(bytes_of(file)).hexdigest()


def read_rows(file: Path, columns: Columns, faults: Faults) -> list[Row]:
    """The rows of a table; what is wrong with its head or its shape goes to ``faults``, and such rows are left out."""
    raw, before = bytes_of(file), len(faults.found)
    if raw.startswith(PARQUET):
        head, rows = _of_parquet(file, raw)
    else:
        text = _text(file, raw, faults)
        if not text:
            return []
        head, rows = _of_csv(file, text, faults)
    if not _is_head_sound(file, head, columns, faults):
        return []
    found = list(_whole(file, head, rows, columns, faults))
    if not found and len(faults.found) == before:
        faults.add(Place(file.name), "no row stands below the column names", "Fetch the file again.")
    return found


def read_text(file: Path, faults: Faults) -> str:
    """A file in UTF-8; one that is not is a fault."""
    return _text(file, bytes_of(file), faults)


def _text(file: Path, raw: bytes, faults: Faults) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as damage:
        faults.add(Place(file.name), f"byte {damage.start} is not UTF-8", "Save the file as UTF-8.")
        return ""
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        faults.add(Place(file.name, line), "a NUL stands there: this is no text", "Fetch the file again.")
        return ""
    if not text.strip():
        faults.add(Place(file.name), "the file holds no text", "Fetch the file again.")
        return ""
    return text


def _of_csv(file: Path, text: str, faults: Faults) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    first = text.splitlines()[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found, start = [], 1
    try:
        for record in reader:
            if record:
                found.append((start, [cell.strip() for cell in record]))
            start = reader.line_num + 1
    except csv.Error as damage:
        faults.add(Place(file.name, reader.line_num), f"no CSV ({damage})", "Mend the quotation marks.")
    head = found[0][1] if found else []
    return head, iter(found[1:])


def _of_parquet(file: Path, raw: bytes) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    try:
        frame = pl.read_parquet(raw)
        rows = frame.with_columns(pl.all().cast(pl.String)).rows()
    except (pl.exceptions.PolarsError, OSError) as damage:
        raise UnusableInput(f"{file} is no sound Parquet file ({damage}). Fetch it again.") from damage
    texts = ([cell if cell is not None else "" for cell in row] for row in rows)
    return frame.columns, enumerate(texts, start=2)


def _is_head_sound(file: Path, head: Sequence[str], columns: Columns, faults: Faults) -> bool:
    place, before = Place(file.name, 1), len(faults.found)
    for name in columns.required:
        if name not in head:
            faults.add(place, f"the column '{name}' is missing", f"The columns are {', '.join(columns.known)}.")
    for name in dict.fromkeys(head):
        if name not in columns.known:
            faults.add(place, f"nobody knows the column '{name}'", f"The columns are {', '.join(columns.known)}.")
        if list(head).count(name) > 1:
            faults.add(place, f"the column '{name}' stands {list(head).count(name)} times", "Keep one of them.")
    return len(faults.found) == before


def _whole(
    file: Path, head: Sequence[str], rows: Iterator[tuple[int, list[str]]], columns: Columns, faults: Faults
) -> Iterator[Row]:
    for line, found in rows:
        place, cells = Place(file.name, line), found
        if place in faults.left_out:
            continue
        if faults.is_repair and len(cells) > len(head) and head[-1] == FREE_TEXT:
            # Free text at the end may hold commas; what stands before it is certain.
            cells = [*cells[: len(head) - 1], ",".join(cells[len(head) - 1 :])]
        if len(cells) != len(head):
            faults.add(
                Place(file.name, line), f"{len(cells)} cells under {len(head)} columns",
                "Put cells that hold a comma into quotation marks.",
            )  # fmt: skip
            continue
        texts = ("" if cell in columns.nothing else cell for cell in cells)
        yield Row(place, dict(zip(head, texts, strict=True)))
