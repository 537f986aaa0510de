"""CSV records: where each one of a block begins and ends and how many fields it has, exactly.

Quotes are read as CSV has them: they enclose a field, two of them stand for one, and lines within them belong to the
field. A quote in the middle of a field is a character like any other. A quote that does not close rightly loses its
own line only: reading goes on at the next one, where from then on only flawless rows are trusted until one has come.
"""

import csv
import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tidewaiter.runners.reading.csv_marks import Marks, Places, Ranks, marks_of, places
from tidewaiter.runners.reading.text import LINE_MAX

FIELD_MAX: Final = 1 << 16
"""A field longer than 65,536 bytes is refused with its row."""

WHOLE, LOOSE, BROKEN = 0, 1, 2
"""Shapes: flawless; to be read leniently by itself; a line whose quotes cannot be made sense of."""

UNDECIDED: Final = -1
FLAWED: Final = -2


@dataclass(frozen=True)
class Records:
    """Records of a block: bytes ``starts`` to ``ends`` (its newline excluded), number of fields, shape.

    Lines of nothing may be among them or not: they are no records.

    ``consumed`` bytes are settled, the rest waits for the next block. ``marks`` is None where quotes in the middle of
    fields make them no help any more. ``is_wary``: only flawless rows are trusted for now.
    """

    block: bytes
    starts: Places
    ends: Places
    fields: Places
    shapes: NDArray[np.uint8]
    consumed: int
    marks: Marks | None
    is_wary: bool


@dataclass(frozen=True)
class Layout:
    """What every record should be."""

    delimiter: str
    fields: int


def records_of(block: bytes, layout: Layout, *, is_end: bool, is_wary: bool) -> Records:
    """Cut a block of whole lines that starts with a record."""
    marks = marks_of(block, layout.delimiter)
    starts, ends, consumed = marks.lines()
    if is_wary or not _is_plain(marks, starts, ends, consumed, is_end=is_end):
        return _Walk(marks, layout, is_end=is_end).records(is_wary=is_wary)
    fields = marks.fields.before(ends) - marks.fields.before(starts) + 1
    return Records(block, starts, ends, fields, np.zeros(len(ends), np.uint8), consumed, marks, is_wary=False)


def _is_plain(marks: Marks, starts: Places, ends: Places, consumed: int, *, is_end: bool) -> bool:
    """True where no quote is out of place and none stays open longer than a field may be."""
    if not marks.quotes.any():
        return True
    waiting = len(marks.block) - consumed
    if marks.loose_if(marks.inside).any() or (waiting and (is_end or waiting > FIELD_MAX)):
        return False
    return not (marks.newlines & marks.inside).any() or not len(ends) or int((ends - starts).max()) <= FIELD_MAX


class _Walk:
    """The careful way: line by line where quotes are out of place, in one sweep everywhere else."""

    def __init__(self, marks: Marks, layout: Layout, *, is_end: bool) -> None:
        self._block, self._layout, self._is_end = marks.block, layout, is_end
        self.ends = places(marks.newlines)
        self.starts = np.concatenate((np.zeros(min(len(self.ends), 1), dtype=np.int64), self.ends[:-1] + 1))
        quotes = Ranks(marks.quotes).before
        is_inside = (quotes(self.starts) & 1).astype(np.bool_)
        is_closed = (quotes(self.ends) - quotes(self.starts)) % 2 == 0
        loose = np.where(
            is_inside, self._within(marks.loose_if(~marks.inside)), self._within(marks.loose_if(marks.inside))
        )
        outside, inside = marks.delimiters & ~marks.inside, marks.delimiters & marks.inside
        self.fields = np.where(is_inside, self._within(inside), self._within(outside)) + 1
        self.is_alone = is_closed & (loose == 0)
        """Lines that are flawless records by themselves, if a record starts with them."""
        width = self.ends - self.starts
        is_blank = (width == 0) | ((width == 1) & (np.frombuffer(self._block, np.uint8)[self.starts] == ord("\r")))
        self.trusted = np.concatenate(([0], np.cumsum(self.is_alone & (self.fields == layout.fields) & ~is_blank)))

    def _within(self, bits: NDArray[np.uint64]) -> Places:
        before = Ranks(bits).before
        return before(self.ends) - before(self.starts)

    def records(self, *, is_wary: bool) -> Records:
        """The records; lines are taken together, set aside or left for the next block."""
        is_record = np.ones(len(self.ends), dtype=np.bool_)
        shapes, last = np.zeros(len(self.ends), dtype=np.uint8), np.arange(len(self.ends))
        stop, resume, broken_at = len(self.ends), 0, 0 if is_wary else UNDECIDED
        for line in map(int, np.flatnonzero(~self.is_alone)):
            if line < resume:
                continue
            wary = broken_at != UNDECIDED and self.trusted[line] == self.trusted[broken_at]
            shape, final = self._read(line, is_wary=wary)
            if shape == UNDECIDED:
                stop = line
                break
            shapes[line], last[line], resume = shape, final, final + 1
            is_record[line + 1 : resume] = False
            if shape == BROKEN:
                broken_at = line + 1
            elif final > line:
                is_trusted = self.fields[line] == self._layout.fields
                broken_at = UNDECIDED if is_trusted or not wary else resume
        is_record[stop:] = False
        is_still_wary = broken_at != UNDECIDED and self.trusted[stop] == self.trusted[broken_at]
        return self._kept(is_record, shapes, last, stop, is_wary=bool(is_still_wary))

    def _kept(
        self, is_record: NDArray[np.bool_], shapes: NDArray[np.uint8], last: Places, stop: int, *, is_wary: bool
    ) -> Records:
        consumed = int(self.ends[stop - 1]) + 1 if stop else 0
        at = np.flatnonzero(is_record)
        ends, fields = self.ends[last[at]], self.fields[at]
        return Records(self._block, self.starts[at], ends, fields, shapes[at], consumed, None, is_wary=is_wary)

    def _read(self, line: int, *, is_wary: bool) -> tuple[int, int]:
        """Shape and last line of the record that begins with a line that is none by itself."""
        start, end = int(self.starts[line]), int(self.ends[line])
        if closes_in_itself(self._block[start:end], self._layout.delimiter):
            return (BROKEN if is_wary else LOOSE), line
        stop, fields = self._flawless_end(start)
        if stop == UNDECIDED:
            return UNDECIDED, line
        if stop == FLAWED:
            return BROKEN, line
        self.fields[line] = fields
        return WHOLE, int(np.searchsorted(self.ends, stop))

    def _flawless_end(self, start: int) -> tuple[int, int]:
        """Where a flawless record over several lines ends, and its number of fields."""
        block, delimiter = self._block, ord(self._layout.delimiter)
        plain = _PLAIN_END[self._layout.delimiter]
        at, fields = start, 1
        while at < len(block) and at - start <= LINE_MAX:
            if block[at] == ord('"'):
                at = self._closing(at)
                if at < 0:
                    return at, fields
            else:
                found = plain.search(block, at)
                at = found.start() if found else len(block)
            sign = block[at : at + 1]
            if sign == b"\n" or block[at : at + 2] == b"\r\n":
                return at + len(sign) + (sign == b"\r") - 1, fields
            if not sign or (sign == b"\r" and at + 1 == len(block)):
                break
            if sign[0] != delimiter:
                return FLAWED, fields
            at, fields = at + 1, fields + 1
        return (FLAWED if self._is_end or at - start > LINE_MAX else UNDECIDED), fields

    def _closing(self, opening: int) -> int:
        """The byte after the quote that closes a field; negative where it is too far or not there yet."""
        at = opening + 1
        while True:
            at = self._block.find(b'"', at, opening + FIELD_MAX + 2)
            if at < 0:
                is_too_far = self._is_end or len(self._block) > opening + FIELD_MAX + 1
                return FLAWED if is_too_far else UNDECIDED
            if self._block[at + 1 : at + 2] != b'"':
                return at + 1
            at += 2


_PLAIN_END: Final = {delimiter: re.compile(rf'["\n{delimiter}]|\r\n'.encode()) for delimiter in ",;\t|"}


def closes_in_itself(line: bytes, delimiter: str) -> bool:
    """True where the quotes of a line, read leniently, are closed at its end."""
    reader = csv.reader([_without_returns(line.decode(errors="replace")), '"'], delimiter=delimiter)
    next(reader, None)
    return reader.line_num == 1


def fields_of(record: str, delimiter: str) -> list[str]:
    """The fields of one record, read leniently."""
    fields = next(csv.reader([_without_returns(record.removesuffix("\r"))], delimiter=delimiter), [])
    return [field.replace(_RETURN, "\r") for field in fields]


_RETURN: Final = "\udc0d"
"""Stands for a carriage return within a record, which the reader of the standard library takes for its end."""


def _without_returns(text: str) -> str:
    return text.replace("\r", _RETURN)


csv.field_size_limit(2 * LINE_MAX)
