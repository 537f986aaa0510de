"""``tidewaiter formats check``."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from tidewaiter.cli.words import columns, heading, plain, show, show_json
from tidewaiter.model.errors import WrongUse
from tidewaiter.model.words import counted

if TYPE_CHECKING:
    from tidewaiter.model.faults import Fault
    from tidewaiter.service.file_check import CheckedFile
    from tidewaiter.service.formats import Checked

WIDEST: Final = 28
SHOWN: Final = 3
"""Faults of one code that are told in words; ``--json`` has all."""


def check(
    given: Annotated[str, Parameter(name="FILE")],
    file: Annotated[Path | None, Parameter(name="OF_SENDER")] = None,
    /,
    *,
    sheet: str | None = None,
    as_: Annotated[str | None, Parameter(name="--as")] = None,
    on: str | None = None,
    packs: Path | None = None,
    strict: Annotated[bool, Parameter(negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Say what would be accepted of a file and what is wrong with it, before anything is lodged.

    Of a sender sheet: what is wrong with the sheet; with a file beside it, how its rows read by it.

    Args:
        given: A file to be lodged; or a sheet's file, its folder, or the name of a known one.
        file: With a sheet: a file of the sender.
        sheet: The sheet to read the file by; guessed when not given.
        as_: Also make the checks of this jurisdiction: EU, EU/DE, GB ...
        on: Day for filings that carry none, as for clear; each filing's own when not given.
        packs: Folder of packs outside the house.
        strict: Exit with 1 where something would not be accepted.
        json: The faults as JSON, of a sheet what is told of it.
    """
    from tidewaiter.service.formats import is_sheet

    if file is not None or (sheet is None and is_sheet(given)):
        if sheet or as_ or on or packs or strict:
            raise WrongUse("A sheet is checked by itself: name the file to be lodged, and its sheet with --sheet.")
        return _sheet_checked(given, file, json=json)
    from tidewaiter.service.file_check import check_file

    told = check_file(Path(given), sheet=sheet, jurisdiction=as_, on=on, packs=packs)
    if json:
        show_json([fault.checked() for fault in told.faults])
    if told.refused:
        if not json:
            raise told.refused
        return told.refused.exit_code
    if not json:
        show(_found_lines(told, as_))
    return 1 if strict and told.consignments["quarantined"] else 0


def _found_lines(told: "CheckedFile", jurisdiction: str | None) -> Iterator[str]:
    counts = told.consignments
    yield heading(told.file)
    for source in told.sources:
        yield (
            f"    {plain(source['name'])}: {counted(source['rows'], 'record')}, {source['carrier']}, in the format "
            f"'{plain(source['sheet'])}'"
        )
        if source["unknown_columns"]:
            yield f"    unknown columns: {plain(', '.join(source['unknown_columns']))}"
        yield from (f"    {plain(note)}" for note in source["notes"])
    yield (
        f"    {counted(counts['accepted'], 'filing')} would be accepted, {counts['quarantined']:,} not, "
        f"{counts['duplicates']:,} told twice."
    )
    by_code: dict[str, list[Fault]] = {}
    for fault in told.faults:
        by_code.setdefault(fault.code, []).append(fault)
    for faults in by_code.values():
        yield from _code_lines(faults)
    if jurisdiction is None:
        yield "\n    Its form alone was looked at. With --as EU (or GB, US ...) codes, sums and law are checked too."
    yield ""


def _code_lines(faults: list["Fault"]) -> Iterator[str]:
    """The first faults of one code, each with its place and what mends it."""
    yield heading(f"{faults[0].code} ({faults[0].severity}), {counted(len(faults), 'time')}")
    for fault in faults[:SHOWN]:
        value = f" = '{_cut(fault.value)}'" if fault.value is not None else ""
        yield f"    {plain(fault.consignment_id or '(no reference)')}, {plain(fault.pointer.native + value)}"
        yield f"      {plain(fault.sentence)}"


def _sheet_checked(sheet: str, file: Path | None, *, json: bool) -> int:
    from tidewaiter.service.formats import check_format

    told = check_format(sheet, file)
    if json:
        show_json(asdict(told))
    else:
        show(_lines(told))
    return 0


def _lines(told: "Checked") -> Iterator[str]:
    sheet = told.sheet
    filled = len({name for names in sheet.columns.values() for name in names})
    yield f"\n  [bold]{plain(sheet.name)}[/]: {plain(sheet.title)}"
    yield f"  The sheet is right: {counted(len(sheet.columns), 'column')} fill {counted(filled, 'field')}."
    if told.file:
        yield from _file_lines(told)
    yield ""


def _file_lines(told: "Checked") -> Iterator[str]:
    yield heading(told.file)
    rows = [(told.carrier, counted(told.rows, "record")), ("are no rows", f"{told.unreadable:,}")]
    rows.append(("unknown columns", ", ".join(told.unknown_columns) or "none"))
    yield from columns(rows)
    if told.faults:
        yield heading("Values that cannot be taken, the first of each kind")
        yield from (f"    {plain(fault)}" for fault in told.faults)
    if told.first:
        names = dict.fromkeys(name for row in told.first for name in row if name != "source_position")
        head = ("first rows as read", *(f"row {number}" for number in range(1, len(told.first) + 1)))
        yield ""
        yield from columns([head, *((name, *(_cut(row.get(name)) for row in told.first)) for name in names)])


def _cut(value: object) -> str:
    """A value as long as a column of the screen bears it."""
    text = "" if value is None else str(value)
    return text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."
