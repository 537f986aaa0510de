"""Whatever a file holds and however it is cut into blocks, every record is read as CSV means it, or named."""

import csv
import io
import tempfile
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders_reading import Told, read_all, written
from tidewaiter.runners.reading import BLOCK_BYTES

COLUMNS = ["consignment_id", "item_description", "consignee_name"]
SIGNS = st.text(alphabet="ab 0,;\"'\t\n\ré界\u00a0\u3000", max_size=8)
SIZES = st.one_of(st.integers(1, 80), st.just(BLOCK_BYTES))


def read_bytes(content: bytes, block_bytes: int) -> Told:
    with tempfile.TemporaryDirectory() as folder:
        return read_all(written(Path(folder), content), block_bytes=block_bytes)


def spelled(field: str, delimiter: str, *, is_quoted: bool) -> str:
    must = any(sign in field for sign in (delimiter, '"', "\n", "\r"))
    return '"' + field.replace('"', '""') + '"' if must or is_quoted else field


@st.composite
def csv_files(draw: st.DrawFn) -> tuple[str, str]:
    """Text of a valid file with mixed quoting, blank lines and line ends, and its delimiter."""
    delimiter = draw(st.sampled_from(",;\t|"))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    rows = draw(st.lists(st.tuples(*([st.tuples(SIGNS, st.booleans())] * len(COLUMNS))), max_size=12))
    lines = [delimiter.join(COLUMNS)]
    for row in rows:
        lines.append(delimiter.join(spelled(field, delimiter, is_quoted=quoted) for field, quoted in row))
        lines += [""] * draw(st.integers(0, 1))
    return end.join(lines) + draw(st.sampled_from(["", end])), delimiter


def by_the_standard_library(text: str, delimiter: str) -> list[tuple[str | None, ...]]:
    told = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [tuple(field.strip() or None for field in row) for row in list(told)[1:] if row]


@settings(max_examples=300, deadline=None)
@given(file=csv_files(), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]), size=SIZES)
def test_a_valid_file_reads_as_the_standard_library_reads_it(file: tuple[str, str], encoding: str, size: int) -> None:
    text, delimiter = file

    told = read_bytes(text.encode(encoding), size)

    expected = by_the_standard_library(text, delimiter)
    assert told.codes == []
    assert (told.rows.select(COLUMNS).rows() if told.rows.height else []) == expected
    assert told.reading.delimiter == delimiter
    assert told.reading.source_rows == len(expected)


PIECES = st.sampled_from(
    [b"a", b",", b",b,", b'"', b'""', b'"x"', b"\n", b"\r\n", b"\r", b" ", b"\xc3\xa9", b"\xff", b"\0", b"A,b,c\n"]
)


@settings(max_examples=500, deadline=None)
@given(pieces=st.lists(PIECES, max_size=60), size=st.integers(1, 40))
def test_the_size_of_blocks_changes_nothing_even_in_garbage(pieces: list[bytes], size: int) -> None:
    content = ",".join(COLUMNS).encode() + b"\n" + b"".join(pieces)

    whole, cut = read_bytes(content, BLOCK_BYTES), read_bytes(content, size)

    assert cut.reading.source_rows == whole.reading.source_rows
    assert cut.rejects.equals(whole.rejects)
    assert cut.rows.equals(whole.rows) if whole.rows.height else not cut.rows.height


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(PIECES, max_size=40), tail=st.integers(1, 3))
def test_flawless_rows_after_garbage_are_never_lost(pieces: list[bytes], tail: int) -> None:
    garbage = ",".join(COLUMNS).encode() + b"\n" + b"".join(pieces)
    flawless = [(f"Z{number}", "shirt", "A. Person") for number in range(tail)]

    told = read_bytes(garbage + b"\n" + b"".join(",".join(row).encode() + b"\n" for row in flawless), BLOCK_BYTES)

    lost = set(flawless) - set(told.rows.select(COLUMNS).rows() if told.rows.height else [])
    held = "".join(told.rejects["original"]) + "".join(str(row) for row in told.rows.rows()) if lost else ""
    assert all(row[0] in held for row in lost)


def test_the_frame_of_no_rows_has_the_columns_of_rejects() -> None:
    told = read_bytes((",".join(COLUMNS) + "\n").encode(), BLOCK_BYTES)

    assert told.rejects.schema["source_position"] == pl.Int64
