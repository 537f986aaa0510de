"""The queue as a file, line by line: CSV that a spreadsheet opens without harm, or NDJSON."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

import msgspec

from tidewaiter.service.queue import Row

Form = Literal["csv", "ndjson"]
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula; such a text gets an apostrophe in front."""
AT_ONCE: Final = 1_000


def lines(rows: Iterable[Row], form: Form) -> Iterator[bytes]:
    """Parts of the file, some thousand rows each; instants in UTC, amounts in minor units, empty where unknown."""
    return _csv(rows) if form == "csv" else _ndjson(rows)


def _ndjson(rows: Iterable[Row]) -> Iterator[bytes]:
    for part in _parts(rows):
        yield b"".join(msgspec.json.encode(row._asdict()) + b"\n" for row in part)


def _csv(rows: Iterable[Row]) -> Iterator[bytes]:
    yield ",".join(Row._fields).encode() + b"\r\n"
    for part in _parts(rows):
        text = io.StringIO()
        csv.writer(text).writerows([_cell(value) for value in row] for row in part)
        yield text.getvalue().encode()


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _cell(value: Any) -> str:  # noqa: ANN401 - any value of a row
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ";".join(value)
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
