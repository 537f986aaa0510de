"""Import of the United States tariff: the official export becomes a dated edition, or is refused with its faults."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

import polars as pl

from tidewaiter.kit.rates.dialects.dialect import plain
from tidewaiter.kit.rates.expression import COMPUTABLE, Expression, Unresolved
from tidewaiter.kit.rates.parse import parse
from tidewaiter.model.errors import PublicationRefused, UnusableInput
from tidewaiter.reference.importing import changed_from, in_force_before
from tidewaiter.reference.shelf import Manifest, Shelf
from tidewaiter.reference.tariff_lines import LINES, Rate, rate
from tidewaiter.reference.us_hts_faults import SPECIAL_PROVISIONS, WHOLE_DIGITS, Fault, faults, summary
from tidewaiter.reference.us_hts_file import Export, Line, read_export
from tidewaiter.reference.us_hts_repair import Repaired, repaired

SHELF: Final = "us-hts"
DIALECT: Final = "us"
ORIGIN: Final = "United States International Trade Commission, export of the Harmonized Tariff Schedule"
LICENCE: Final = "Public domain (work of the United States government)"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. ``kinds`` counts the 8- and 10-digit lines by kind of rate and adds up to ``lines``.

    ``unresolved`` lists by name every line whose rate is not known, ``references`` every line whose rate stands
    elsewhere: commodity_code, rate_text, unresolved_reason. ``before`` names the edition that was in force on the first
    day (empty: none), ``changes`` tells what is different from it. ``replaced`` names the editions that went out of
    use; ``was_there`` says that the same edition had been imported before; ``faults`` are those of a repaired file.
    """

    manifest: Manifest
    lines: int
    kinds: Mapping[str, int]
    unresolved: pl.DataFrame
    references: pl.DataFrame
    before: str
    changes: pl.DataFrame
    replaced: tuple[str, ...]
    was_there: bool
    faults: tuple[str, ...] = ()


def import_us_hts(file: Path, home: Path, effective: date | None = None, *, repair: bool = False) -> ImportReport:
    """Read, check, store, then take into use; ``effective`` is the day from which the edition is law.

    The export itself names no day. Without ``effective`` the edition answers for every day that no dated edition
    covers, and each answer says that its start is assumed. Raises ``PublicationRefused`` with every fault found; the
    shelf is then as before. With ``repair`` a damaged file is taken as far as it is certain, the rest of its lines are
    unresolved, and the edition says that it was repaired.
    """
    export = _read(file)
    found = faults(export.lines)
    if found and not repair:
        raise PublicationRefused(
            f"{file.name} is damaged and was not imported: {summary(found)}. Download the CSV again and do not open it "
            "in a spreadsheet program before importing, or load what is certain of it with --repair.",
            tuple(_worded(found)),
        )
    sound = repaired(export.lines, found) if found else Repaired(export.lines, {})
    lines = tariff_lines(sound.lines, sound.doubts)
    manifest = _manifest(file, export, effective, lines, is_repaired=bool(found))
    shelf = Shelf(home, SHELF)
    was_there = any(edition.edition == manifest.edition for edition in shelf.editions())
    before = in_force_before(shelf, effective)
    changes = changed_from(shelf, before, lines, manifest)
    stored = shelf.put(lines, manifest)
    replaced = _taken_into_use(shelf, stored, lines)
    kinds = dict(lines["duty_kind"].value_counts().sort("duty_kind").iter_rows())
    unresolved, references = (
        lines.filter(pl.col("duty_kind") == kind).select("commodity_code", "rate_text", "unresolved_reason")
        for kind in ("unresolved", "reference")
    )
    return ImportReport(
        stored, lines.height, kinds, unresolved, references, before.edition if before else "", changes, replaced,
        was_there, tuple(_worded(found)),
    )  # fmt: skip


def tariff_lines(lines: Sequence[Line], doubts: Mapping[int, str] = MappingProxyType({})) -> pl.DataFrame:
    """The 8- and 10-digit lines with their rates; a statistical line has the rate of its 8-digit line.

    ``doubts`` says by row why a line's rate is not certain; such a line and those that take its rate are unresolved.
    A code that stands twice (always in doubt) is one row.
    """
    eight = {line.code: line for line in lines if len(line.code) == min(WHOLE_DIGITS)}
    known: dict[str, Expression] = {}
    rows: dict[str, tuple[object, ...]] = {}
    for line, path in _with_paths(lines):
        if len(line.code) not in WHOLE_DIGITS or line.code in rows:
            continue
        own = eight.get(line.code[:8], line)
        text = plain(own.general)
        doubt = doubts.get(own.row) or doubts.get(line.row)
        expression = known.setdefault(text, parse(text, DIALECT))
        told = _told(own.code, text, expression, doubt)
        rows[line.code] = (line.code, path, line.units, *told, line.special, line.column_2)
    return pl.DataFrame(list(rows.values()), schema=LINES, orient="row")


def dotted(code: str) -> str:
    """``0402101000`` as the schedule writes it: ``0402.10.10.00``."""
    return ".".join([code[:4], *(code[at : at + 2] for at in range(4, len(code), 2))])


def _read(file: Path) -> Export:
    try:
        return read_export(file)
    except OSError as fault:
        raise UnusableInput(f"{file} cannot be read: {fault.strerror or fault}.") from fault


def _with_paths(lines: Sequence[Line]) -> Iterator[tuple[Line, str]]:
    """Each line with the wording that leads down to it."""
    above: list[tuple[int, str]] = []
    for line in lines:
        depth = int(line.indent) if line.indent.isascii() and line.indent.isdecimal() else 0
        above = [(indent, words) for indent, words in above if indent < depth]
        above.append((depth, plain(line.description)))
        yield line, " > ".join(words for _, words in above)


def _told(code: str, text: str, expression: Expression, doubt: str | None) -> Rate:
    """The columns of a rate; a special provision is never a rate of its own, whatever its text."""
    reason = None
    if code[:2] in SPECIAL_PROVISIONS:
        reason = f"{dotted(code)} is a special provision of chapter {code[:2]} whose conditions are not checked yet"
    elif doubt:
        reason = f"the file is damaged where {dotted(code)} stands: {doubt}"
    return rate(Unresolved(text, reason) if reason else expression, text, code, dotted(code), reason)


def _worded(found: Sequence[Fault]) -> Iterator[str]:
    return (f"{fault.kind}: {fault.where}" for fault in found)


def _manifest(
    file: Path, export: Export, effective: date | None, lines: pl.DataFrame, *, is_repaired: bool
) -> Manifest:
    start = f"in force from {effective}" if effective else "start not given"
    return Manifest(
        shelf=SHELF,
        edition=f"{effective or 'undated'}-{export.content[:12]}{'-repaired' if is_repaired else ''}",
        title=f"HTSUS export {file.name}, {start}{', repaired' if is_repaired else ''}",
        origin=ORIGIN,
        licence=LICENCE,
        sources={file.name: export.content},
        rows=lines.height,
        unresolved=lines.filter(~pl.col("duty_kind").is_in(COMPUTABLE)).height,
        valid_from=effective,
        imported_from=file.name,
        key=("commodity_code",),
        says=("rate_text", "special_text", "column_2_text"),
    )


def _taken_into_use(shelf: Shelf, stored: Manifest, lines: pl.DataFrame) -> tuple[str, ...]:
    """Prove that the shelf holds what was read before anything points to it."""
    if not shelf.read(stored.edition).equals(lines):
        raise UnusableInput(
            f"The shelf '{shelf.name}' holds edition '{stored.edition}' with other rows than this reading of the file "
            "gives. Remove its folder and import the file again."
        )
    return shelf.activate(stored.edition)
