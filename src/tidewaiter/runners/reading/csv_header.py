"""CSV header: the names of the columns, and the delimiter that makes most sense of them."""

import csv
from collections.abc import Iterator, Sequence
from typing import Final

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.encodings import is_utf8
from tidewaiter.runners.reading.sheet_choice import known as known_of
from tidewaiter.runners.reading.sheet_choice import spelled_as

DELIMITERS: Final = ",;\t|"
SHOWN: Final = 80


def header_of(first_line: str, sheets: Sequence[SenderSheet], name: str) -> tuple[list[str], str]:
    """Column names and delimiter; ``UnusableInput`` where no name is known or one stands twice.

    A column without a name is called after its place.
    """
    read = {delimiter: _names(first_line, delimiter) for delimiter in DELIMITERS}
    known = {
        delimiter: max(known_of(spelled_as(columns, sheet), columns) for sheet in sheets)
        for delimiter, columns in read.items()
    }
    best = max(DELIMITERS, key=lambda delimiter: (known[delimiter], len(read[delimiter])))
    columns = read[best]
    if not known[best]:
        raise UnusableInput(_unknown(first_line, name))
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise UnusableInput(f"{name} has the column {', '.join(twice)} more than once. Give every column its own name.")
    return columns, best


def split_header(blocks: Iterator[bytes], name: str) -> tuple[str, bytes]:
    """The first line that says something, and what follows it in its block."""
    text = next(said for block in blocks if (said := block.lstrip(b"\r\n")))
    line, _, rest = text.partition(b"\n")
    if not is_utf8(line):
        raise UnusableInput(f"{name} has a header that is no text in any one encoding. Save the file as UTF-8.")
    return line.decode().rstrip("\r"), rest


def _names(line: str, delimiter: str) -> list[str]:
    names = next(csv.reader([line.replace("\r", " ")], delimiter=delimiter), [])
    return [name.strip() or f"column {place}" for place, name in enumerate(names, start=1)]


def _unknown(line: str, name: str) -> str:
    shown = line[:SHOWN]
    if not shown.isprintable():
        return f"{name} is no text file that we know. Send CSV, NDJSON or Parquet."
    return f"{name} starts with no header we know: '{shown}'. The first line must name the columns."
