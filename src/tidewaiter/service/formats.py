"""Use case: is a sender sheet right, and what does a file say when it is read by it."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any, Final

import polars as pl

from tidewaiter.kit.format import SenderSheet, canonical_sheet, read_sender_sheet
from tidewaiter.model.errors import SheetRefused, WrongUse
from tidewaiter.runners.reading import find_sources, open_source
from tidewaiter.service import discovery
from tidewaiter.stages.typed import typed

SHOWN: Final = 3


@dataclass(frozen=True)
class Checked:
    """A sheet that is right; with a file, how its rows read: ``first`` holds the first ones, field by field."""

    sheet: SenderSheet
    file: str = ""
    carrier: str = ""
    rows: int = 0
    unreadable: int = 0
    unknown_columns: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    first: tuple[dict[str, Any], ...] = ()


def check_format(sheet: str, file: Path | None = None) -> Checked:
    """Read a sheet (a file, a pack's folder, or the name of a known one) and, with it, a file of the sender.

    ``SheetRefused`` lists all that is wrong with the sheet; ``UnusableInput`` says why the file cannot be read whole.
    ``unreadable`` counts records that are no rows, ``faults`` says what is wrong with values, the first of each kind.
    """
    found = sheet_named(sheet)
    if file is None:
        return Checked(found)
    source = find_sources([file])[0]
    reading = open_source(source, [found], found.name)
    first: list[dict[str, Any]] = []
    unreadable, faults = 0, dict[str, str]()
    for batch in reading.batches():
        unreadable += batch.rejects["source_position"].n_unique()
        if batch.rows.height:
            first += islice(_said(batch.rows), SHOWN - len(first))
            for code, pointer, value, message in _faults(batch.rows):
                faults.setdefault(f"{code} {pointer}", f"{pointer} = '{value}': {message}")
    return Checked(
        found, source.name, reading.carrier, reading.source_rows, unreadable, reading.unknown_columns,
        tuple(faults.values()), tuple(first),
    )  # fmt: skip


def sheet_named(name: str, packs: Path | None = None) -> SenderSheet:
    """The sheet of a file, of a pack's folder, or known by name; ``WrongUse`` says which there are."""
    path = Path(name)
    path = path / "sheet.toml" if path.is_dir() else path
    if path.is_file():
        try:
            return _read(path)
        except (TOMLDecodeError, UnicodeDecodeError) as fault:
            raise SheetRefused(f"{path} is no TOML: {fault}.") from fault
    known = {canonical_sheet().name: canonical_sheet(), **discovery.sender_sheets(packs)}
    if name not in known:
        raise WrongUse(f"There is no sheet {name}: no such file, and known by name are {', '.join(sorted(known))}.")
    return known[name]


def _read(path: Path) -> SenderSheet:
    sheet = read_sender_sheet(path.read_text(encoding="utf-8"))
    return discovery.sender_sheet_in(path.parent) if sheet.constraints and path.name == "sheet.toml" else sheet


def _said(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """The first rows with the fields that say something."""
    return [{name: value for name, value in row.items() if value is not None} for row in rows.head(SHOWN).to_dicts()]


def _faults(rows: pl.DataFrame) -> list[tuple[str, ...]]:
    found = typed(rows).faults
    return (
        found.unique(["code", "pointer"], keep="first", maintain_order=True)
        .select("code", "pointer", "value", "message")
        .rows()
    )


def is_sheet(name: str) -> bool:
    """True for what can only be meant as a sheet: a TOML file, a pack's folder, or a name where no file lies."""
    path = Path(name)
    return path.suffix == ".toml" or (path / "sheet.toml").is_file() or not path.exists()
