"""A tariff of one's own: CSV of codes, spans and rate texts in one of the dialects, for any jurisdiction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from tidewaiter.kit.rates.expression import COMPUTABLE, Expression
from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.program import cells
from tidewaiter.reference.cells import Dated, code_of, refuse_overlaps, span_of
from tidewaiter.reference.faults import Faults
from tidewaiter.reference.importing import Order, Staged
from tidewaiter.reference.programmes.claims import Beside
from tidewaiter.reference.shelf import Manifest, Shelf
from tidewaiter.reference.tables import Columns, Row, read_rows
from tidewaiter.reference.tariff_lines import RATE, compiled, rate

SOURCE: Final = "tariff"
COLUMNS: Final = Columns(("code", "valid_from", "rate"), ("valid_to", "dialect", "parent", "description", "source"))
DIALECTS: Final = ("canonical", "taric", "us", "au")
DIGITS: Final = (6, 8, 10)
LINES: Final = {
    "commodity_code": pl.String(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "rate_text": pl.String(),
    "dialect": pl.String(),
    "description": pl.String(),
    "source": pl.String(),
}
"""A row is the rate of a code from a day to a day, both included, as it was written."""

Line = tuple[str, date, date | None, str, str, str, str]
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class OwnTariff:
    """An edition of one's own tariff; its rows say themselves on which days they hold.

    ``marked``: rates beside the general ones on a day, where the tariff prints any.
    """

    manifest: Manifest
    lines: pl.DataFrame
    marked: Callable[[date], Beside] | None = None

    def changes(self) -> list[date]:
        """Days on which any rate starts or is gone."""
        ends = self.lines["valid_to"].drop_nulls()
        return sorted({*self.lines["valid_from"], *(day + _ONE_DAY for day in ends)})

    def beside(self, day: date) -> Beside | None:
        """The rates beside the general ones on a day."""
        return self.marked(day) if self.marked else None

    def on(self, day: date) -> pl.DataFrame:
        """The rates in force on a day, compiled for look-up."""
        held = self.lines.filter(holds_on(day))
        known: dict[tuple[str, str], Expression] = {}
        rows = [
            (code, *rate(_read(known, text, dialect), text, code, code))
            for code, text, dialect in held.select("commodity_code", "rate_text", "dialect").iter_rows()
        ]
        return compiled(pl.DataFrame(rows, schema={"commodity_code": pl.String(), **RATE}, orient="row"))


def holds_on(day: date) -> pl.Expr:
    """True for rows in force on a day."""
    is_open = pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
    return (pl.col("valid_from") <= day) & is_open


def staged(order: Order) -> Staged:
    """Read and check; a rate text that is not understood is unresolved and listed, never zero.

    Faults: overlapping spans of a code, a code twice from one day, a code a spreadsheet program spoiled, an unknown
    dialect, and, where the file has a column ``parent``, a parent that has no row and is no start of the code.
    """
    sources, faults = order.sources(), order.faults
    shelf = order.shelf_of(SOURCE)
    rows = [row for file in order.files for row in read_rows(file, COLUMNS, faults)]
    read = [(row, _line(row, faults)) for row in rows]
    spans: list[Dated] = [(row.place, (line[0],), line[1], line[2]) for row, line in read if line]
    refuse_overlaps(spans, faults)
    _refuse_orphans(rows, faults)
    faults.refuse(sources)
    frame = pl.DataFrame([line for _, line in read if line], schema=LINES, orient="row")
    frame = frame.sort("commodity_code", "valid_from")
    return Staged(
        shelf=shelf, title=f"tariff of {order.jurisdiction}, {order.names}", origin=order.names,
        licence=order.licence or "not stated", sources=sources, rows=frame, key=("commodity_code", "valid_from"),
        says=("rate_text", "valid_to", "dialect"), valid_from=order.valid_from, unresolved=_unresolved(frame),
    )  # fmt: skip


def open_own(home: Path, jurisdiction: str) -> list[OwnTariff]:
    """The editions in use of one's own tariff of a jurisdiction, the first to start first."""
    shelf = Shelf(home, f"{SOURCE}-{jurisdiction.lower()}")
    return [OwnTariff(one, shelf.read(one.edition)) for one in shelf.in_use()]


def _line(row: Row, faults: Faults) -> Line | None:
    before = len(faults.found)
    code = code_of(row, "code", DIGITS, faults)
    start, end = span_of(row, faults)
    dialect = row["dialect"] or "canonical"
    if dialect not in DIALECTS:
        faults.add(row.place, f"nobody knows the dialect '{dialect}'", f"It is one of {', '.join(DIALECTS)}.")
    if not row["rate"]:
        faults.add(row.place, f"{code} has no rate", "Write it as the law prints it; free goods are 'free'.")
    if len(faults.found) > before or start is None:
        return None
    return (code, start, end, row["rate"], dialect, row["description"], row["source"])


def _refuse_orphans(rows: list[Row], faults: Faults) -> None:
    """A parent that is told must lead to the code and stand in the file or be a chapter, a heading or a subheading."""
    there = {row["code"].replace(".", "") for row in rows}
    for row in rows:
        parent, code = row["parent"].replace(".", ""), row["code"].replace(".", "")
        if not parent:
            continue
        if not code.startswith(parent) or len(parent) >= len(code):
            faults.add(row.place, f"parent: {code} does not stand below {parent}", "Mend one of the codes.")
        elif parent not in there:
            faults.add(row.place, f"parent: {parent} has no row", "Add its row, or leave the cell empty.")


def _unresolved(rows: pl.DataFrame) -> pl.DataFrame:
    told = list(_not_understood(rows))
    return pl.DataFrame(told, schema={"key": pl.String, "reason": pl.String}, orient="row")


def _not_understood(rows: pl.DataFrame) -> Iterator[tuple[str, str]]:
    for code, text, dialect in rows.select("commodity_code", "rate_text", "dialect").iter_rows():
        expression = parse(text, dialect)
        if cells(expression)[0] not in COMPUTABLE:
            yield code, str(rate(expression, text, code, code)[-1])


def _read(known: dict[tuple[str, str], Expression], text: str, dialect: str) -> Expression:
    if (text, dialect) not in known:
        known[text, dialect] = parse(text, dialect)
    return known[text, dialect]
