"""Sheet choice: which sender's layout a file is in, by the one named or by the names of its columns."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tidewaiter.kit.format import CANONICAL, OF_EVENTS, SenderSheet
from tidewaiter.model.errors import UnusableInput
from tidewaiter.model.events import ABOUT

KNOWN_SHARE_PERCENT: Final = 80
"""A sender's layout is taken for a file's when it knows at least this share of the file's columns."""

SHOWN: Final = 8


def asked_for(sheets: Sequence[SenderSheet], wanted: str | None) -> list[SenderSheet]:
    """All sheets, or the one named; ``UnusableInput`` where there is none of that name."""
    named = [sheet for sheet in sheets if wanted in {None, sheet.name}]
    if not named:
        raise UnusableInput(f"There is no format '{wanted}'. Known: {', '.join(sorted(s.name for s in sheets))}.")
    return named


def chosen_sheet(columns: Sequence[str], sheets: Sequence[SenderSheet], wanted: str | None, source: str) -> SenderSheet:
    """The sheet named, or the one that knows most of the columns; ``UnusableInput`` where none fits."""
    ranked = sorted(asked_for(sheets, wanted), key=lambda sheet: (-known(sheet, columns), sheet.name))
    fitting = [sheet for sheet in ranked if (_has_key if wanted else _fits)(sheet, columns)]
    if fitting:
        return fitting[0]
    if wanted or ranked[0].about:
        raise UnusableInput(_not_in(ranked[0], columns, source))
    if {"event", "at"} <= set(map(_folded, columns)):
        raise UnusableInput(f"{source} holds movement events, no filings. Name it with --events and the filings alone.")
    closest = ranked[0]
    strange = [column for column in columns if not closest.fills(column)][:SHOWN]
    missing = "" if _has_key(closest, columns) else " None of them names the filing (consignment_id)."
    raise UnusableInput(
        f"{source} has columns no sender sheet knows well enough. Closest is '{closest.name}', which knows "
        f"{known(closest, columns)} of {len(columns)}, not: {', '.join(strange) or 'none'}.{missing} "
        "Write a sender sheet for it, or name one with --format."
    )


def spelled_as(columns: Sequence[str], sheet: SenderSheet) -> SenderSheet:
    """The sheet, knowing a header's columns also in another case or with blanks around them.

    A column the sheet names exactly goes first, and two that differ in case alone are nobody's: neither is guessed at.
    """
    plain = Counter(map(_folded, columns))
    meant = Counter(map(_folded, sheet.columns))
    by_plain = {_folded(name): fields for name, fields in sheet.columns.items() if meant[_folded(name)] == 1}
    strange = (column for column in columns if not sheet.fills(column) and plain[_folded(column)] == 1)
    more = {column: by_plain[_folded(column)] for column in strange if _folded(column) in by_plain}
    return replace(sheet, columns={**sheet.columns, **more}) if more else sheet


def _folded(name: str) -> str:
    return name.strip().casefold()


def _not_in(sheet: SenderSheet, columns: Sequence[str], source: str) -> str:
    """What to say of a file that is not in the layout named for it."""
    naming = [column for column, fields in sheet.columns.items() if sheet.key in fields]
    if sheet.about == OF_EVENTS:
        return (
            f"{source} holds no events: it has no column {', '.join(_unsaid(sheet, columns))}, but "
            f"{', '.join(columns[:SHOWN])}. Call the columns {', '.join(sheet.columns)}."
        )
    return (
        f"{source} is not in the format '{sheet.name}': it has no column that names the filing (there "
        f"{' or '.join(naming)}), but {', '.join(columns[:SHOWN])}. Name the format it is in."
    )


def known(sheet: SenderSheet, columns: Sequence[str]) -> int:
    """How many of the columns the sheet knows."""
    return sum(1 for column in columns if sheet.fills(column))


def _fits(sheet: SenderSheet, columns: Sequence[str]) -> bool:
    """The file names its filings; of a sender's own layout most columns are known, beside ours any may stand."""
    least = 0 if sheet.name == CANONICAL or sheet.about else KNOWN_SHARE_PERCENT * len(columns)
    return _has_key(sheet, columns) and 100 * known(sheet, columns) >= least


def _has_key(sheet: SenderSheet, columns: Sequence[str]) -> bool:
    return not _unsaid(sheet, columns)


def _unsaid(sheet: SenderSheet, columns: Sequence[str]) -> list[str]:
    """What a file has to say and these columns do not: of filings which one, of events about what, which and when."""
    said = {name for column in columns for name in sheet.fills(column)} | set(sheet.constants)
    if sheet.about != OF_EVENTS:
        return [] if sheet.key in said else [sheet.key]
    about = [] if set(ABOUT) & said else [sheet.key]
    return about if sheet.carrier else about + [name for name in ("event", "at") if name not in said]
