"""Worked cases of a sender sheet: small made-up files, and the canonical rows they must become.

``cases/`` holds each file (``list.csv``) with its answer (``list.csv.toml``). A row starts from ``[facts]`` and names
every canonical field that is not empty, ``defaulted`` and ``unmapped`` among them; a reject names its record::

    [facts]
    party_relation = "B2C"
    defaulted = "party_relation"

    [[row]]
    consignment_id = "H-1"
    gross_mass_kg = "0.250"

    [[reject]]
    position = 2
    code = "ROW-02"
"""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading import Source, open_source
from tidewaiter.service.sheet_cases import Answer, Case, cases_of, faults_of

PARTS: Final = ("facts", "row", "reject")

Row = Mapping[str, Any]


def format_faults(pack: Path, sheet: SenderSheet) -> Iterator[str]:
    """A sentence for everything the cases of a sender sheet show to be wrong; none: it is proven."""
    cases = cases_of(pack, PARTS)
    yield from faults_of(cases, partial(_case_faults, sheet=sheet))
    yield from (f"{name}: no case has it." for name in _unproven(cases, sheet))


def _case_faults(file: Path, answer: Answer, sheet: SenderSheet) -> Iterator[str]:
    """How the reading of one file differs from its answer."""
    try:
        reading = open_source(Source(file, file.name), [sheet])
        batches = list(reading.batches())
    except UnusableInput as refused:
        yield f"it is refused: {refused}"
        return
    if reading.sheet_name != sheet.name:
        yield f"it is taken for the layout {reading.sheet_name}"
    made = [_told(row) for batch in batches for row in batch.rows.iter_rows(named=True)]
    wanted = [{**answer.get("facts", {}), **row} for row in answer.get("row", ())]
    yield from _differences(made, wanted)
    rejects = [
        (row["source_position"], row["code"]) for batch in batches for row in batch.rejects.iter_rows(named=True)
    ]
    expected = [(row["position"], row["code"]) for row in answer.get("reject", ())]
    if rejects != expected:
        yield f"rejects (position, code) are {rejects}, not {expected}"


def _told(row: Row) -> dict[str, Any]:
    """What a row says, without its place."""
    return {name: value for name, value in row.items() if value is not None and name != "source_position"}


def _differences(made: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> Iterator[str]:
    if len(made) != len(wanted):
        yield f"it has {len(made)} rows, not {len(wanted)}"
    for at, (row, answer) in enumerate(zip(made, wanted, strict=False), start=1):
        for name in sorted({*row, *answer}):
            if row.get(name) != answer.get(name):
                yield f"row {at}: {name} is {_shown(row, name)}, not {_shown(answer, name)}"


def _shown(row: Row, name: str) -> str:
    return f"'{row[name]}'" if name in row else "empty"


def _unproven(cases: list[Case], sheet: SenderSheet) -> Iterator[str]:
    """Fields the sheet fills that no answer names."""
    told = [case.answer for case in cases]
    named = {name for answer in told for row in (answer.get("facts", {}), *answer.get("row", ())) for name in row}
    filled = {*(name for names in sheet.columns.values() for name in names), *sheet.constants, *sheet.defaults}
    yield from sorted(filled - named) if cases else ()
