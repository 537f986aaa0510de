"""The USITC's export of the Harmonized Tariff Schedule as a file: bytes in, lines out, nothing judged yet."""

import csv
import gzip
import zlib
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Final

from tidewaiter.model.errors import PublicationRefused

COLUMNS: Final = (
    "HTS Number",
    "Indent",
    "Description",
    "Unit of Quantity",
    "General Rate of Duty",
    "Special Rate of Duty",
    "Column 2 Rate of Duty",
)
"""Columns every edition has; later ones (quota quantity, additional duties) come and go."""

RATE_COLUMNS: Final = COLUMNS[4:]

LARGEST_FILE: Final = 200_000_000
"""Bytes after unpacking; the whole schedule takes five million, so more than this is no schedule."""

GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Line:
    """One record: where it starts in the file, its number as published, how deep it stands, its texts."""

    row: int
    number: str
    indent: str
    description: str
    units: str
    general: str
    special: str
    column_2: str

    @property
    def code(self) -> str:
        """Digits of the number; empty for a line that only groups others."""
        return self.number.replace(".", "")

    @property
    def place(self) -> str:
        """How a person finds the line."""
        return f"line {self.row} ({self.number or self.description[:40]})"


@dataclass(frozen=True, slots=True)
class Export:
    """All lines of a file and the SHA-256 of its unpacked bytes."""

    lines: tuple[Line, ...]
    content: str


def read_export(file: Path) -> Export:
    """Read the official CSV, plain or gzipped, with or without byte order mark.

    Raises ``PublicationRefused`` where it cannot be read as such a table; the faults name what is wrong.
    """
    raw = _unpacked(file)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as damage:
        raise _refused(file, f"byte {damage.start} is not UTF-8: the file was saved in another encoding") from damage
    if "\x00" in text:
        raise _refused(file, f"character {text.index(chr(0))} is NUL: this is no text")
    return Export(_lines(file, text), sha256(raw).hexdigest())


def _unpacked(file: Path) -> bytes:
    with file.open("rb") as whole:
        raw = _bounded(file, whole.read(LARGEST_FILE + 1))
    if not raw.startswith(GZIP):
        return raw
    try:
        with gzip.open(BytesIO(raw)) as packed:
            return _bounded(file, packed.read(LARGEST_FILE + 1))
    except (EOFError, OSError, zlib.error) as damage:
        raise _refused(file, f"the gzip file is cut or damaged ({damage})") from damage


def _bounded(file: Path, raw: bytes) -> bytes:
    if len(raw) > LARGEST_FILE:
        raise _refused(file, f"more than {LARGEST_FILE} bytes")
    return raw


def _lines(file: Path, text: str) -> tuple[Line, ...]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        head = [name.strip() for name in next(reader, [])]
        _refuse_head(file, head)
        at = [head.index(name) for name in COLUMNS]
        lines, faults, start = [], [], reader.line_num + 1
        for record in reader:
            if len(record) != len(head):
                faults.append(f"line {start}: {len(record)} fields under {len(head)} columns")
            else:
                lines.append(Line(start, *(record[position] for position in at)))
            start = reader.line_num + 1
    except csv.Error as damage:
        raise _refused(file, f"line {reader.line_num}: {damage}") from damage
    if faults or not lines:
        raise _refused(file, *(faults or ["no line below the column names"]))
    return tuple(lines)


def _refuse_head(file: Path, head: list[str]) -> None:
    faults = [f"column '{name}' is missing" for name in COLUMNS if name not in head]
    faults += [f"column '{name}' stands {head.count(name)} times" for name in COLUMNS if head.count(name) > 1]
    if faults:
        faults.append(f"columns found: {', '.join(head) or 'none'}")
        raise _refused(file, *faults)


def _refused(file: Path, *faults: str) -> PublicationRefused:
    return PublicationRefused(
        f"{file.name} is no export of the Harmonized Tariff Schedule as the USITC publishes it: {faults[0]}. "
        "Download the CSV again and do not open it in a spreadsheet program before importing.",
        faults,
    )
