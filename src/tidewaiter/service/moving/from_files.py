"""Events of a file in any form that is read, part by part, each as a call of the API would tell it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tidewaiter.kit.event_sheet import EventSheet
from tidewaiter.model.codes import EVENTS
from tidewaiter.model.errors import UnusableInput
from tidewaiter.model.events import EVENT_FIELDS
from tidewaiter.runners.reading import Batch, Reading, Source, open_source
from tidewaiter.service.movements import event_sheets_of
from tidewaiter.stages.movements.told import typed_events

PART_EVENTS: Final = 1_000
"""As many as a call may tell."""

Told = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """Some events of a file, each with its ``position``, and what could not be read, each with its place and why.

    Several events of one message share its position; ``row`` parts them where they could not be read.
    """

    events: Sequence[Told]
    refused: Sequence[Told]


def event_forms() -> frozenset[str]:
    """Names of the forms in which events are told."""
    return frozenset(sheet.layout.name for sheet in event_sheets_of())


def holds_events(path: Path, name: str, form: str | None = None) -> bool:
    """Whether a file tells events: it is said to, or it is in one of their forms."""
    if form is not None:
        return form in event_forms()
    try:
        _opened(path, name, None)
    except UnusableInput:
        return False
    return True


def events_in(path: Path, name: str, form: str | None = None) -> Iterator[Part]:
    """The events of a file in its order; memory is a batch. ``UnusableInput`` for one that must be refused whole.

    What comes before such a fault was given already: whoever keeps events reads the file to its end first.
    """
    reading, codes = _opened(path, name, form)
    for batch in reading.batches():
        yield from _parts(batch, codes[reading.sheet_name])


def _opened(path: Path, name: str, form: str | None) -> tuple[Reading, dict[str, EventSheet]]:
    sheets = {sheet.layout.name: sheet for sheet in event_sheets_of()}
    return open_source(Source(path, name), [sheet.layout for sheet in sheets.values()], form), sheets


def _parts(batch: Batch, sheet: EventSheet) -> Iterator[Part]:
    read = typed_events(batch.rows, sheet.codes)
    position = batch.rows["source_position"]
    faults = read.faults.with_columns(position=position.gather(read.faults["at_row"]))
    refused = [_refused({**row, "row": row["at_row"] + 1}) for row in faults.iter_rows(named=True)]
    refused += [_refused({**row, "position": row["source_position"]}) for row in batch.rejects.iter_rows(named=True)]
    for start in range(0, max(read.events.height, 1), PART_EVENTS):
        some = read.events.slice(start, PART_EVENTS)
        yield Part([_event(row) for row in some.iter_rows(named=True)], refused if not start else ())


def _event(row: Mapping[str, Any]) -> Told:
    told = {**row, "event": EVENTS[row["event_no"]], "at": row["at"].isoformat(), "position": row["source_position"]}
    return {name: told[name] for name in (*(one.name for one in EVENT_FIELDS), "position") if told[name] is not None}


def _refused(row: Mapping[str, Any]) -> Told:
    names = ("position", "row", "code", "pointer", "value", "message")
    return {name: row[name] for name in names if row.get(name) not in (None, "")}
