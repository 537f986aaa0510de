"""XLSX rows: the first visible sheet with a header we know, as text under the sender's names."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Final

import msgspec
import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.columns import BY_DOOR, Kind
from tidewaiter.model.words import counted
from tidewaiter.runners.reading.carrier import Carrier, Raw, Unread
from tidewaiter.runners.reading.csv_records import FIELD_MAX
from tidewaiter.runners.reading.rejects import Rejects, wrong_count
from tidewaiter.runners.reading.sheet_choice import asked_for, chosen_sheet, spelled_as
from tidewaiter.runners.reading.tidying import tidy
from tidewaiter.runners.reading.xlsx_cells import Cell, Row
from tidewaiter.runners.reading.xlsx_dates import day_text, number_text
from tidewaiter.runners.reading.xlsx_header import header_in, name_of, names_of, plain_text
from tidewaiter.runners.reading.xlsx_package import open_workbook

STRAY: Final = 100
"""So far to the right of the header a cell is kept as of a column nobody knows; farther it belongs to no list."""

CELLS: Final = 400_000
ROWS: Final = 65_536
DIGITS: Final = frozenset({Kind.CODE, Kind.TEXT})
UTF8_MAX: Final = 4
"""Bytes that a letter has in UTF-8, at most."""

TRUTH: Final = {"1": "true", "0": "false"}


class XlsxRows(Carrier):
    """One workbook being read; ``source_position`` is the number beside the row."""

    name = "xlsx"
    encoding = "utf-8"

    def __init__(self, file: Path | IO[bytes], name: str, sheets: Sequence[SenderSheet], wanted: str | None) -> None:
        """Find the header; raises ``UnusableInput`` where no visible sheet has one that is known."""
        self._called = name
        self._book = open_workbook(file, name)
        self._cells, self._rows, head = header_in(self._book, asked_for(sheets, wanted))
        self.columns = names_of({cell.column: plain_text(self._book, cell) for cell in head.cells}, name)
        spelled = [spelled_as(self.columns, sheet) for sheet in sheets]
        self.sheet = chosen_sheet(self.columns, spelled, wanted, name)
        self._width, self._above, self._formulas = len(self.columns), head.number - 1, 0
        self._digits = {at for at in range(self._width) if self._has_digits(at)}
        self._numeric: dict[str, int] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of how the sheet was read; complete when it is."""
        return tuple(self._notes())

    def pieces(self) -> Iterator[Unread]:
        """Batches of rows, read at once: they come out of one stream."""
        held: list[Row] = []
        size = 0
        for row in self._rows:
            held.append(row)
            size += len(self.columns) + len(row.cells)
            if size >= CELLS or len(held) >= ROWS:
                yield self._piece(held)
                held, size = [], 0
        if held:
            yield self._piece(held)

    def _piece(self, rows: list[Row]) -> Unread:
        self.records += len(rows)
        return partial(_same, self._batch(rows))

    def _batch(self, rows: list[Row]) -> Raw:
        rejects = Rejects()
        good: list[int] = []
        told: dict[int, list[str | None]] = {at: [] for at in range(len(self.columns))}
        for row in rows:
            texts, fault = self._read(row)
            if fault:
                self._reject(row, texts, fault, rejects)
                continue
            for at in texts.keys() - told.keys():
                told[at] = [None] * len(good)
            for at, values in told.items():
                values.append(texts.get(at))
            good.append(row.number)
        while len(self.columns) <= max(told):
            self.columns.append(name_of(len(self.columns), self.columns))
        frame = pl.DataFrame(
            [pl.Series(self.columns[at], values, dtype=pl.String) for at, values in sorted(told.items())]
        )
        return Raw(tidy(frame, frame.columns), pl.Series(good, dtype=pl.Int64), rejects.frame())

    def _read(self, row: Row) -> tuple[dict[int, str], tuple[str, int] | None]:
        """Texts of a row by column; with them code and column of the first fault in a column that is known."""
        texts: dict[int, str] = {}
        first: tuple[str, int] | None = None
        for cell in row.cells:
            text, code = self._text(cell)
            texts[cell.column] = text
            if cell.column >= self._width + STRAY:
                return texts, ("ROW-01", cell.column)
            if code and first is None and self._fills(cell.column):
                first = (code, cell.column)
        return texts, first

    def _text(self, cell: Cell) -> tuple[str, str]:
        """Text of a cell, and the code of what is wrong with it."""
        text, code = cell.text, ""
        if cell.is_formula and not text:
            return "", "CEL-01"
        self._formulas += cell.is_formula
        if cell.kind == "s":
            shared = self._book.text(text)
            text, code = (text, "CEL-04") if shared is None else (shared, "")
        elif cell.kind == "e":
            code = "CEL-02"
        elif cell.kind == "b":
            text = TRUTH.get(text, text)
        elif cell.kind == "n":
            text, code = self._number(cell)
        if "\0" in text:
            code = "ROW-03"
        is_long = len(text) > FIELD_MAX // UTF8_MAX and len(text.encode()) > FIELD_MAX
        return text, "ROW-05" if is_long else code

    def _number(self, cell: Cell) -> tuple[str, str]:
        if cell.style in self._book.dates:
            day = day_text(cell.text, since_1904=self._book.since_1904)
            if day is not None:
                return day, ""
        text = number_text(cell.text)
        if text is None:
            return cell.text, "CEL-03"
        if cell.column in self._digits:
            name = self.columns[cell.column]
            self._numeric[name] = self._numeric.get(name, 0) + 1
        return text.replace(".", ",") if self.sheet.decimal == "," else text, ""

    def _has_digits(self, column: int) -> bool:
        """True where digits are a code or a name, in which a zero at the start counts."""
        return any(BY_DOOR[name].kind in DIGITS for name in self._fills(column) if name in BY_DOOR)

    def _fills(self, column: int) -> tuple[str, ...]:
        return self.sheet.fills(self.columns[column]) if column < len(self.columns) else ()

    def _reject(self, row: Row, texts: dict[int, str], fault: tuple[str, int], rejects: Rejects) -> None:
        code, column = fault
        said = {self.columns[at] if at < len(self.columns) else f"column {at + 1}": text for at, text in texts.items()}
        named = (text for at, text in texts.items() if self.sheet.key in self._fills(at))
        rejects.add(
            row.number,
            code,
            msgspec.json.encode(said),
            consignment_id=next((text.strip() or None for text in named), None),
            pointer=next(iter(self._fills(column)), ""),
            value=texts[column] or None,
            message=wrong_count(column + 1, self._width) if code == "ROW-01" else "",
        )

    def _notes(self) -> Iterator[str]:
        others = [listed.name for listed in self._book.sheets if listed is not self._cells.listed]
        if others:
            yield f"Only the sheet '{self._cells.listed.name}' was read, not {', '.join(others[:5])}."
        counts = (
            (self._above, "row", "Passed over above the header"),
            (self._cells.hidden_rows, "row", "Hidden, and read like all others"),
            (self._cells.hidden_columns, "column", "Hidden, and read like all others"),
            (self._cells.merged, "area", "Merged cells, of which only the first says something"),
            (self._formulas, "formula", "Computed when the file was saved, and taken so"),
        )
        yield from (f"{sentence}: {counted(count, noun)}." for count, noun, sentence in counts if count)
        for name, count in self._numeric.items():
            yield (
                f"Column {name} holds numbers ({counted(count, 'cell')}): zeros at the start are lost, if there were "
                "any. Format such columns as text."
            )


def _same(raw: Raw) -> Raw:
    return raw
