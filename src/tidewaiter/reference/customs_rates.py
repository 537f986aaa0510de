"""Exchange rates that a customs administration sets for a time: own CSV, exact fractions, dated by their spans."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

import polars as pl

from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.reference.cells import Dated, number_of, refuse_overlaps, span_of
from tidewaiter.reference.faults import Faults
from tidewaiter.reference.importing import Order, Staged
from tidewaiter.reference.shelf import Shelf
from tidewaiter.reference.tables import Columns, Row, read_rows

SOURCE: Final = "customs-rates"
COLUMNS: Final = Columns(("currency", "valid_from", "valid_to"), ("rate", "units_per_own"))
"""``rate``: own currency for one unit of ``currency``; ``units_per_own``: the other way round, as some print it."""

LARGEST: Final = 2**40
"""Numerators and denominators stay below this, so that products with amounts fit 128 bits."""

RATES: Final = {
    "currency": pl.String(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "rate_num": pl.Int64(),
    "rate_den": pl.Int64(),
    "as_printed": pl.String(),
}
"""``rate_num / rate_den`` units of the own currency for one unit of ``currency``; both days count."""

Line = tuple[str, date, date | None, int, int, str]
EDITION: Final = {**RATES, "title": pl.String(), "starts": pl.Date()}


def staged(order: Order) -> Staged:
    """Read and check the files; a rate without an end, twice for a day, or of an unknown currency is a fault."""
    sources, faults = order.sources(), order.faults
    rows = [row for file in order.files for row in read_rows(file, COLUMNS, faults)]
    read = [(row, _read(row, faults)) for row in rows]
    spans: list[Dated] = [(row.place, (one[0],), one[1], one[2]) for row, one in read if one]
    refuse_overlaps(spans, faults)
    faults.refuse(sources)
    frame = pl.DataFrame([one for _, one in read], schema=RATES, orient="row").sort("currency", "valid_from")
    start = min(start for _, _, start, _ in spans)
    return Staged(
        shelf=order.shelf_of(SOURCE), title=f"customs exchange rates of {order.jurisdiction}, {order.names}",
        origin=f"customs administration of {order.jurisdiction}, {order.names}",
        licence=order.licence or "not stated", sources=sources, rows=frame,
        key=("currency", "valid_from", "valid_to"), says=("as_printed",), valid_from=order.valid_from or start,
    )  # fmt: skip


def customs_rates(home: Path, jurisdiction: str) -> pl.DataFrame:
    """All rates of the editions in use, in the columns of ``EDITION``; ``starts`` is the edition's first day."""
    shelf = Shelf(home, f"{SOURCE}-{jurisdiction.lower()}")
    found = [
        shelf.read(one.edition).with_columns(
            title=pl.lit(one.title), starts=pl.lit(one.valid_from, dtype=pl.Date)
        )
        for one in shelf.in_use()
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(schema=EDITION), *found])


def editions(home: Path, jurisdiction: str) -> dict[str, str]:
    """Title and hash of each edition in use."""
    used = Shelf(home, f"{SOURCE}-{jurisdiction.lower()}").in_use()
    return {f"{one.title} from {one.valid_from}": one.hash for one in used}


def _read(row: Row, faults: Faults) -> Line | None:
    before = len(faults.found)
    if row["currency"] not in CURRENCY_DIGITS:
        faults.add(row.place, f"nobody knows the currency '{row['currency']}'", "Write its ISO code, like USD.")
    start, end = span_of(row, faults)
    if start and not row["valid_to"]:
        faults.add(row.place, "valid_to is empty", "A customs rate holds for a time: give its last day.")
    rate = _rate(row, faults)
    if len(faults.found) > before or rate is None or start is None:
        return None
    printed = row["rate"] or f"{row['units_per_own']} to one"
    return (row["currency"], start, end, rate.numerator, rate.denominator, printed)


def _rate(row: Row, faults: Faults) -> Fraction | None:
    if bool(row["rate"]) == bool(row["units_per_own"]):
        faults.add(row.place, "exactly one of rate and units_per_own is needed", "Fill the one that was published.")
        return None
    number = number_of(row, "rate" if row["rate"] else "units_per_own", faults)
    if number is None:
        return None
    rate = number if row["rate"] else 1 / number
    if max(rate.numerator, rate.denominator) >= LARGEST:
        faults.add(row.place, "the rate has more digits than can be computed with", "Round it as the law prints it.")
        return None
    return rate
