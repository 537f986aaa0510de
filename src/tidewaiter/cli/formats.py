"""``tidewaiter formats``."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from tidewaiter.cli.words import columns, heading, plain, show, show_json
from tidewaiter.model.words import counted

if TYPE_CHECKING:
    from tidewaiter.service.formats import Checked

WIDEST: Final = 28


def check(
    sheet: Annotated[str, Parameter(name="SHEET")],
    file: Annotated[Path | None, Parameter(name="FILE")] = None,
    /,
    *,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Say what is wrong with a sender sheet; with a file, how its rows read by it.

    Args:
        sheet: The sheet's file, its folder, or the name of a known one.
        file: A file of the sender.
        json: The same as JSON.
    """
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
