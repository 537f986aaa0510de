"""CSV rows: blocks of text become frames of text; every record becomes a row or a reject."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, pairwise
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tidewaiter.kit.format import SenderSheet
from tidewaiter.runners.reading.carrier import Carrier, Raw, Unread
from tidewaiter.runners.reading.csv_header import header_of, split_header
from tidewaiter.runners.reading.csv_marks import RETURN, Places
from tidewaiter.runners.reading.csv_odd import OddReader
from tidewaiter.runners.reading.csv_records import BROKEN, FIELD_MAX, WHOLE, Layout, Records, records_of
from tidewaiter.runners.reading.encodings import is_utf8
from tidewaiter.runners.reading.rejects import Rejects
from tidewaiter.runners.reading.sheet_choice import asked_for, chosen_sheet, spelled_as
from tidewaiter.runners.reading.text import Text
from tidewaiter.runners.reading.tidying import tidy

Flags = NDArray[np.bool_]
LINES_MAX: Final = 1 << 20
"""A block of more lines is looked at in parts: each line takes memory beside its bytes."""


class CsvRows(Carrier):
    """One CSV file being read."""

    name = "csv"

    def __init__(self, text: Text, sheets: Sequence[SenderSheet], wanted: str | None, block_bytes: int) -> None:
        """Read the header; raises ``UnusableInput`` where it makes no sense."""
        self._text = text
        self._blocks = text.blocks(block_bytes)
        line, self._rest = split_header(self._blocks, text.name)
        self.columns, self.delimiter = header_of(line, asked_for(sheets, wanted), text.name)
        spelled = [spelled_as(self.columns, sheet) for sheet in sheets]
        self.sheet = chosen_sheet(self.columns, spelled, wanted, text.name)
        self._schema = dict.fromkeys(self.columns, pl.String())
        self._odd = OddReader(self.columns, self.delimiter, self.sheet)

    @property
    def encoding(self) -> str:
        """As far as it is known by now."""
        return self._text.encoding

    def pieces(self) -> Iterator[Unread]:
        """One batch a block, and one for what is open at the end."""
        layout, waiting, is_wary = Layout(self.delimiter, len(self.columns)), b"", False
        parts = chain.from_iterable(map(_in_parts, chain([self._rest], self._blocks)))
        for block, is_end in chain(((part, False) for part in parts), [(b"", True)]):
            if not waiting and not is_end and not block.strip(b"\r\n") and b"\r\r" not in block:
                continue
            text = b"".join((waiting, block)) if waiting else block
            records = records_of(text, layout, is_end=is_end, is_wary=is_wary)
            waiting, is_wary = text[records.consumed :], records.is_wary
            if len(records.ends):
                is_record = _is_record(records)
                yield partial(self._batch, records, is_record, self.records, self.encoding)
                self.records += int(is_record.sum())

    def _batch(self, records: Records, is_record: Flags, before: int, encoding: str) -> Raw:
        """Rows and rejects of some records, numbered on from those ``before``."""
        width = records.ends - records.starts
        numbers = before + np.cumsum(is_record)
        is_good = is_record & (records.shapes == WHOLE) & (records.fields == len(self.columns)) & (width <= FIELD_MAX)
        is_good &= ~_with_nul(records)
        rows = self._parsed(records, is_good)
        if rows is None:
            is_good &= _is_clean(records)
            rows = self._parsed(records, is_good)
        if rows is None:
            is_good[:] = False
            rows = pl.DataFrame(schema=self._schema)
        odd = np.flatnonzero(is_record & ~is_good)
        return self._completed(rows, records, odd, numbers, numbers[is_good], encoding)

    def _parsed(self, records: Records, is_good: Flags) -> pl.DataFrame | None:
        """Good records by the fast parser; None where it does not agree with us about them."""
        if not is_good.any():
            return pl.DataFrame(schema=self._schema)
        text = b"".join(_stretches(records, is_good))
        quote = '"' if b'"' in text else None
        try:
            rows = pl.read_csv(
                text, has_header=False, schema=self._schema, separator=self.delimiter, quote_char=quote,
                infer_schema=False,
            )  # fmt: skip
        except pl.exceptions.PolarsError:
            return None
        return tidy(rows, self._untidy(records)) if rows.height == is_good.sum() else None

    def _untidy(self, records: Records) -> list[str]:
        """Columns in which some field has white space at an edge or is quoted and empty."""
        if records.marks is None:
            return self.columns
        at = records.marks.untidy()
        at = at[at < records.consumed]
        before = records.marks.fields.before
        found = np.bincount(before(at) - before(records.starts[np.searchsorted(records.ends, at)]))
        return [self.columns[column] for column in np.flatnonzero(found) if column < len(self.columns)]

    def _completed(
        self, rows: pl.DataFrame, records: Records, odd: Places, numbers: Places, good: Places, encoding: str
    ) -> Raw:
        """The rows so far, and what reading the odd records one by one adds."""
        rejects, mended, positions = Rejects(), [], []
        for at in map(int, odd):
            record, number = records.block[records.starts[at] : records.ends[at]], int(numbers[at])
            is_broken = records.shapes[at] == BROKEN
            fields = self._odd.fields(number, record, rejects, encoding=encoding, is_broken=is_broken)
            if fields is not None:
                mended.append(fields)
                positions.append(number)
        if mended:
            more = tidy(pl.DataFrame(mended, schema=self._schema, orient="row"), self.columns)
            good = np.concatenate((good, positions))
            order = np.argsort(good, kind="stable")
            rows, good = pl.concat([rows, more])[order], good[order]
        return Raw(rows, pl.Series(good, dtype=pl.Int64), rejects.frame())


def _in_parts(block: bytes) -> Iterator[bytes]:
    """A block of whole lines in parts that are such blocks and have no more than ``LINES_MAX`` lines."""
    if len(block) <= LINES_MAX or block.count(b"\n") <= LINES_MAX:
        yield block
        return
    start = 0
    while start < len(block):
        stop = block.find(b"\n", min(start + LINES_MAX, len(block)) - 1) + 1
        yield block[start : stop or len(block)]
        start = stop or len(block)


def _is_record(records: Records) -> Flags:
    """True for records that are more than an empty line."""
    width = records.ends - records.starts
    data = np.frombuffer(records.block, dtype=np.uint8)
    found: Flags = (width > 1) | ((width == 1) & (data[records.starts] != RETURN))
    return found


def _stretches(records: Records, is_good: Flags) -> Iterator[bytes]:
    """The bytes of good records, those that follow each other without a line of nothing between them in one piece."""
    good = np.flatnonzero(is_good)
    starts, ends = records.starts[good], records.ends[good]
    breaks = np.flatnonzero(starts[1:] != ends[:-1] + 1) + 1
    for first, stop in pairwise([0, *breaks.tolist(), len(good)]):
        yield records.block[starts[first] : ends[stop - 1] + 1]


def _with_nul(records: Records) -> Flags:
    """Records that hold a NUL byte."""
    found = np.zeros(len(records.ends), dtype=np.bool_)
    if b"\0" in records.block:
        at = np.flatnonzero(np.frombuffer(records.block, dtype=np.uint8) == 0)
        found[np.searchsorted(records.ends, at[at < records.consumed])] = True
    return found


def _is_clean(records: Records) -> Flags:
    """Records that are valid UTF-8."""
    clean = np.ones(len(records.ends), dtype=np.bool_)
    at = np.flatnonzero(np.frombuffer(records.block, dtype=np.uint8) >= 0x80)  # noqa: PLR2004 - the first byte beyond ASCII
    for number in np.unique(np.searchsorted(records.ends, at[at < records.consumed])):
        clean[number] = is_utf8(records.block[records.starts[number] : records.ends[number]])
    return clean
