"""Cells of a sheet, row by row as the file comes in; what is hidden or merged is counted on the way."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from string import digits
from typing import Final, NamedTuple

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.csv_records import FIELD_MAX
from tidewaiter.runners.reading.xlsx_package import DAMAGED, Listed, Workbook
from tidewaiter.runners.reading.xlsx_xml import Parsing, parsed

ROWS_MAX: Final = 1 << 20
COLUMNS_MAX: Final = 1 << 14
"""A sheet has no more rows and columns (Excel's own limits)."""

LETTERED: Final = re.compile("[A-Z]{1,3}")
LETTERS: Final = 26


class Cell(NamedTuple):
    """A cell that says something: its column from 0, its kind (``n`` number, ``s`` shared text, ...), style and text.

    ``is_formula``: what stands there was computed; with an empty text it was not.
    """

    column: int
    kind: str
    style: int
    text: str
    is_formula: bool


class Row(NamedTuple):
    """A row by the number beside it, with the cells that say something."""

    number: int
    cells: list[Cell]


@dataclass
class Cells:
    """One sheet being read. ``hidden`` and ``merged`` grow until the rows are exhausted."""

    workbook: Workbook
    listed: Listed
    hidden_rows: int = 0
    hidden_columns: int = 0
    merged: int = 0
    _ready: list[Row] = field(default_factory=list, repr=False)
    _cells: list[Cell] = field(default_factory=list, repr=False)
    _parts: list[str] = field(default_factory=list, repr=False)
    _row: int = 0
    _column: int = -1
    _kind: str = "n"
    _style: int = 0
    _long: int = 0
    _hints: int = 0
    _is_formula: bool = False
    _is_taken: bool = False

    def rows(self) -> Iterator[Row]:
        """The rows that have a cell, in order; ``UnusableInput`` where the sheet turns out to be none."""
        parsing = Parsing(self.workbook.name, self._started, self._ended, self._said)
        try:
            for _ in parsed(self.workbook.sheet(self.listed), parsing):
                yield from self._ready
                self._ready.clear()
        except DAMAGED as error:
            raise UnusableInput(f"{self.workbook.name} is damaged ({error}). Send it again, complete.") from error

    def _started(self, name: str, told: dict[str, str]) -> None:
        if name in {"v", "t"}:
            self._is_taken = not self._hints
        elif name == "c":
            self._begin_cell(told)
        elif name == "row":
            self._begin_row(told)
        elif name == "f":
            self._is_formula = True
        elif name == "rPh":
            self._hints += 1
        elif name == "col" and told.get("hidden") in {"1", "true"}:
            self.hidden_columns += self._number(told.get("max", "")) - self._number(told.get("min", "")) + 1
        elif name == "mergeCell":
            self.merged += 1

    def _ended(self, name: str) -> None:
        if name in {"v", "t"}:
            self._is_taken = False
        elif name == "c":
            text = "".join(self._parts)
            if text or self._is_formula:
                self._cells.append(Cell(self._column, self._kind, self._style, text, self._is_formula))
        elif name == "row":
            if self._cells:
                self._ready.append(Row(self._row, self._cells))
                self._cells = []
        elif name == "rPh":
            self._hints -= 1

    def _said(self, text: str) -> None:
        if self._is_taken and self._long <= FIELD_MAX:
            self._parts.append(text)
            self._long += len(text)

    def _begin_row(self, told: dict[str, str]) -> None:
        number = self._number(told["r"]) if "r" in told else self._row + 1
        if number <= self._row or number > ROWS_MAX:
            raise UnusableInput(f"{self.workbook.name} has row {number:,} after row {self._row:,}. Save it again.")
        self._row, self._column = number, -1
        self._cells = []
        self.hidden_rows += told.get("hidden") in {"1", "true"}

    def _begin_cell(self, told: dict[str, str]) -> None:
        column = _column_of(told["r"].rstrip(digits)) if "r" in told else self._column + 1
        if not self._column < column < COLUMNS_MAX:
            place = told.get("r", "too far to the right")
            raise UnusableInput(f"{self.workbook.name} has a cell in no order ({place[:20]}). Save it again.")
        self._column, self._kind = column, told.get("t", "n")
        self._style = self._number(told["s"]) if "s" in told else 0
        self._parts, self._long, self._is_formula = [], 0, False

    def _number(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - digits of a plain number
            raise UnusableInput(f"{self.workbook.name} has '{text[:20]}' for a number. Save it again.")
        return int(text)


@lru_cache(maxsize=COLUMNS_MAX)
def _column_of(letters: str) -> int:
    """Column of its letters, from 0: ``AB`` is 27; -1 for no letters of a column."""
    if not LETTERED.fullmatch(letters):
        return -1
    number = 0
    for letter in letters:
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number - 1
