"""Import of the United States tariff: the official export becomes a dated edition, or is refused with its faults."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from tidewaiter.model.errors import PublicationRefused, UnusableInput
from tidewaiter.reference.rate_text import NOT_UNDERSTOOD, Program, plain, read_rate
from tidewaiter.reference.shelf import Manifest, Shelf
from tidewaiter.reference.tariff_lines import LINES
from tidewaiter.reference.us_hts_faults import SPECIAL_PROVISIONS, WHOLE_DIGITS, faults, summary
from tidewaiter.reference.us_hts_file import Export, Line, read_export

SHELF: Final = "us-hts"
CURRENCY: Final = "USD"
ORIGIN: Final = "United States International Trade Commission, export of the Harmonized Tariff Schedule"
LICENCE: Final = "Public domain (work of the United States government)"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. ``kinds`` counts the 8- and 10-digit lines by kind of rate and adds up to ``lines``.

    ``unresolved`` lists by name every line without a rate: commodity_code, rate_text, unresolved_reason. ``replaced``
    names the editions that went out of use; ``was_there`` says that the same edition had been imported before.
    """

    manifest: Manifest
    lines: int
    kinds: Mapping[str, int]
    unresolved: pl.DataFrame
    replaced: tuple[str, ...]
    was_there: bool


def import_us_hts(file: Path, home: Path, effective: date | None = None) -> ImportReport:
    """Read, check, store, then take into use; ``effective`` is the day from which the edition is law.

    The export itself names no day. Without ``effective`` the edition answers for every day that no dated edition
    covers, and each answer says that its start is assumed. Raises ``PublicationRefused`` with every fault found; the
    shelf is then as before.
    """
    export = _read(file)
    found = faults(export.lines)
    if found:
        raise PublicationRefused(
            f"{file.name} is damaged and was not imported: {summary(found)}. "
            "Download the CSV again and do not open it in a spreadsheet program before importing.",
            tuple(f"{kind}: {where}" for kind, where in found),
        )
    lines = tariff_lines(export)
    manifest = _manifest(file, export, effective, lines)
    shelf = Shelf(home, SHELF)
    was_there = any(edition.edition == manifest.edition for edition in shelf.editions())
    stored = shelf.put(lines, manifest)
    replaced = _taken_into_use(shelf, stored, lines)
    return report(stored, lines, replaced, was_there=was_there)


def report(manifest: Manifest, lines: pl.DataFrame, replaced: tuple[str, ...] = (), *, was_there: bool) -> ImportReport:
    """Count an edition's lines by kind and list what is unresolved."""
    kinds = dict(lines["duty_kind"].value_counts().sort("duty_kind").iter_rows())
    unresolved = lines.filter(pl.col("duty_kind") == "unresolved").select(
        "commodity_code", "rate_text", "unresolved_reason"
    )
    return ImportReport(manifest, lines.height, kinds, unresolved, replaced, was_there)


def tariff_lines(export: Export) -> pl.DataFrame:
    """The 8- and 10-digit lines with their rates; a statistical line has the rate of its 8-digit line."""
    eight = {line.code: plain(line.general) for line in export.lines if len(line.code) == min(WHOLE_DIGITS)}
    known: dict[str, Program] = {}
    rows = []
    for line, path in _with_paths(export.lines):
        if len(line.code) not in WHOLE_DIGITS:
            continue
        is_statistical = line.code[:8] in eight
        rate_code = line.code[:8] if is_statistical else line.code
        text = eight[rate_code] if is_statistical else plain(line.general)
        program = known.setdefault(text, read_rate(text))
        rows.append((line.code, path, line.units, *_told(rate_code, text, program), line.special, line.column_2))
    return pl.DataFrame(rows, schema=LINES, orient="row")


def dotted(code: str) -> str:
    """``0402101000`` as the schedule writes it: ``0402.10.10.00``."""
    return ".".join([code[:4], *(code[at : at + 2] for at in range(4, len(code), 2))])


def _read(file: Path) -> Export:
    try:
        return read_export(file)
    except OSError as fault:
        raise UnusableInput(f"{file} cannot be read: {fault.strerror or fault}.") from fault


def _with_paths(lines: tuple[Line, ...]) -> Iterator[tuple[Line, str]]:
    """Each line with the wording that leads down to it."""
    above: list[tuple[int, str]] = []
    for line in lines:
        depth = int(line.indent)
        above = [(indent, words) for indent, words in above if indent < depth]
        above.append((depth, plain(line.description)))
        yield line, " > ".join(words for _, words in above)


def _told(rate_code: str, text: str, program: Program) -> tuple[str | int | None, ...]:
    """The columns of a program; a special provision is never a rate of its own, whatever its text."""
    chapter = rate_code[:2]
    reason = None
    if chapter in SPECIAL_PROVISIONS:
        program = NOT_UNDERSTOOD
        reason = f"{dotted(rate_code)} is a special provision of chapter {chapter} whose conditions are not checked yet"
    elif program.kind == NOT_UNDERSTOOD.kind:
        reason = f"the rate text '{text}' of {dotted(rate_code)} is not understood yet"
    currency = CURRENCY if program.kind == "specific" else None
    return (program.kind, program.num, program.den, program.e8, currency, program.unit, text or None, rate_code, reason)


def _manifest(file: Path, export: Export, effective: date | None, lines: pl.DataFrame) -> Manifest:
    start = f"in force from {effective}" if effective else "start not given"
    return Manifest(
        shelf=SHELF,
        edition=f"{effective or 'undated'}-{export.content[:12]}",
        title=f"HTSUS export {file.name}, {start}",
        origin=ORIGIN,
        licence=LICENCE,
        sources={file.name: export.content},
        rows=lines.height,
        unresolved=lines.filter(pl.col("duty_kind") == "unresolved").height,
        valid_from=effective,
        imported_from=file.name,
    )


def _taken_into_use(shelf: Shelf, stored: Manifest, lines: pl.DataFrame) -> tuple[str, ...]:
    """Prove that the shelf holds what was read before anything points to it."""
    if not shelf.read(stored.edition).equals(lines):
        raise UnusableInput(
            f"The shelf '{shelf.name}' holds edition '{stored.edition}' with other rows than this reading of the file "
            "gives. Remove its folder and import the file again."
        )
    return shelf.activate(stored.edition)
