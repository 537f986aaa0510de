"""Worked cases of an event sheet: small made-up files, and the events they must become.

``cases/`` holds each file (``list.edi``) with its answer (``list.edi.toml``): every event in order, and every record
that is none by its place and its code::

    [[event]]
    parcel_id = "LZ900000011XX"
    event = "arrived"
    at = "2026-01-08T06:10:00Z"

    [[reject]]
    position = 2
    code = "EVT-04"
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from tidewaiter.kit.event_sheet import EventSheet
from tidewaiter.model.codes import EVENTS
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading import Batch, Source, open_source
from tidewaiter.service.sheet_cases import Answer, cases_of, faults_of
from tidewaiter.stages.movements.told import TOLD, typed_events

PARTS: Final = ("event", "reject")
MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
Row = dict[str, Any]


def event_faults(pack: Path, sheet: EventSheet) -> Iterator[str]:
    """A sentence for everything the cases of an event sheet show to be wrong; none: it is proven."""
    cases = cases_of(pack, PARTS)
    yield from faults_of(cases, partial(_case_faults, sheet=sheet))
    named = {name for case in cases for event in case.answer.get("event", ()) for name in event}
    filled = {name for names in sheet.layout.columns.values() for name in names}
    yield from (f"{name}: no case has it." for name in sorted(filled - named) if cases)


def events_in(file: Path, sheet: EventSheet) -> tuple[list[Row], list[tuple[int, str]]]:
    """The events of a file, and place and code of what could not be read."""
    events, rejects = list[Row](), list[tuple[int, str]]()
    for batch in open_source(Source(file, file.name), [sheet.layout]).batches():
        rejects += batch.rejects.select("source_position", "code").rows()
        events += _events(batch, sheet, rejects)
    return events, sorted(rejects)


def _events(batch: Batch, sheet: EventSheet, rejects: list[tuple[int, str]]) -> Iterator[Row]:
    read = typed_events(batch.rows, sheet.codes)
    places = batch.rows["source_position"].gather(read.faults["at_row"])
    rejects += zip(places, read.faults["code"], strict=True)
    for row in read.events.iter_rows(named=True):
        told = {**row, "event": EVENTS[row["event_no"]], "at": f"{row['at']:{MOMENT}}"}
        names = ("event", *(name for name in TOLD if name not in {"event_no", "source_position"}))
        yield {name: told[name] for name in names if told[name] is not None}


def _case_faults(file: Path, answer: Answer, sheet: EventSheet) -> Iterator[str]:
    try:
        events, rejects = events_in(file, sheet)
    except UnusableInput as refused:
        yield f"it is refused: {refused}"
        return
    wanted = answer.get("event", [])
    if len(events) != len(wanted):
        yield f"it tells {len(events)} events, not {len(wanted)}"
    for at, (event, told) in enumerate(zip(events, wanted, strict=False), start=1):
        if event != told:
            yield f"event {at} is {event}, not {told}"
    expected = [(row["position"], row["code"]) for row in answer.get("reject", ())]
    if rejects != expected:
        yield f"rejects (position, code) are {rejects}, not {expected}"
