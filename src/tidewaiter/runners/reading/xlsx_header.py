"""XLSX header: the first visible sheet with a row that names columns we know; titles above it are passed over."""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import Final

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.sheet_choice import known, spelled_as
from tidewaiter.runners.reading.xlsx_cells import Cell, Cells, Row
from tidewaiter.runners.reading.xlsx_package import Workbook

HEADER_WITHIN: Final = 50
"""So many rows are looked through for the header; above it stand titles."""

TEXTS: Final = frozenset({"s", "str", "inlineStr"})


def header_in(book: Workbook, sheets: Sequence[SenderSheet]) -> tuple[Cells, Iterator[Row], Row]:
    """The first visible sheet with a row that names columns we know, the rows below that one, and the row itself."""
    seen = []
    for listed in book.sheets:
        if not listed.is_visible:
            continue
        cells = Cells(book, listed)
        rows = cells.rows()
        head: list[Row] = []
        for row in rows:
            head.append(row)
            if len(head) == HEADER_WITHIN:
                break
        ranked = [(_known(book, row, sheets), -at) for at, row in enumerate(head)]
        best, at = max(ranked, default=(0, 0))
        if best:
            return cells, chain(head[1 - at :], rows), head[-at]
        seen.append(listed.name)
    shown = ", ".join(seen) or "there is none"
    raise UnusableInput(f"{book.name} has no row that names columns we know, in any visible sheet ({shown}).")


def _known(book: Workbook, row: Row, sheets: Sequence[SenderSheet]) -> int:
    """How many of a row's cells the sheet that knows most of them knows as names; a number is no name."""
    names = [plain_text(book, cell).strip() for cell in row.cells if cell.kind in TEXTS]
    return max((known(spelled_as(names, sheet), names) for sheet in sheets), default=0)


def plain_text(book: Workbook, cell: Cell) -> str:
    """What stands in a cell, a shared text looked up."""
    return (book.text(cell.text) if cell.kind == "s" else None) or cell.text


def names_of(head: dict[int, str], name: str) -> list[str]:
    """Names of the columns; one without a name is called after its place."""
    names = [" ".join(head.get(at, "").split()) or name_of(at, head.values()) for at in range(max(head) + 1)]
    twice = sorted({column for column in names if names.count(column) > 1})
    if twice:
        raise UnusableInput(f"{name} has the column {', '.join(twice)} more than once. Give every column its own name.")
    return names


def name_of(place: int, taken: Collection[str]) -> str:
    """What a column without a name is called, so that no other is called so."""
    name = f"column {place + 1}"
    while name in taken:
        name += "'"
    return name
