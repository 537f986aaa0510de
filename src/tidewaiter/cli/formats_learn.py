"""``tidewaiter formats learn``."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from cyclopts import Parameter

from tidewaiter.cli.words import columns, heading, plain, show, show_json
from tidewaiter.model.errors import WrongUse
from tidewaiter.model.words import counted

if TYPE_CHECKING:
    from tidewaiter.runners.learning.proposing import Proposed
    from tidewaiter.service.learning import Learned

SURE: Final = 0.8
"""A proposal that is surer than this is not asked about."""

WIDEST: Final = 40


def learn(
    file: Annotated[Path, Parameter(name="FILE")],
    /,
    *,
    to: Path | None = None,
    name: str = "",
    yes: Annotated[bool, Parameter(negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Propose a sender sheet for a file, from the names over its columns and the values below them.

    Args:
        file: A file of the sender, with some rows.
        to: Sheet to write when the proposal is confirmed, like sheet.toml.
        name: What the sheet is called; after the file when not given.
        yes: Write the proposal as it is, without asking.
        json: The proposal as JSON.
    """
    from tidewaiter.service.learning import learn_format, write_sheet

    is_asking = to is not None and not yes
    if is_asking and (json or not sys.stdin.isatty()):
        raise WrongUse("Nobody is there to confirm the proposal. Look it over without --to, then write it with --yes.")
    told = learn_format(file, name)
    if json:
        show_json(_as_json(told))
    else:
        show(_lines(told))
    if to is None:
        return 0
    if is_asking:
        told = told.decided(dict(_asked(told)))
    write_sheet(told, to)
    if not json:
        show(
            [f"  The sheet is in {plain(to)}. See how the file reads by it: tidewaiter formats check {plain(to)} FILE"]
        )
    return 0


def _asked(told: "Learned") -> Iterator[tuple[str, str]]:
    """What the person says of each column that is not sure; an empty line keeps the proposal, - means none."""
    show(["\n  Enter keeps what is proposed; another field's name takes its place; - leaves the column out."])
    for one in told.proposals:
        if one.sure >= SURE:
            continue
        others = f" (or {', '.join(one.others)})" if one.others else ""
        said = input(f"    {one.column} [{one.fields[0] if one.fields else '-'}]{others}: ").strip()
        if said:
            yield one.column, "" if said == "-" else said


def _as_json(told: "Learned") -> dict[str, Any]:
    return {
        "file": told.file,
        "carrier": told.carrier,
        "rows": told.rows,
        "columns": [
            {"column": one.column, "fields": one.fields, "confidence": one.sure, "examples": one.examples,
             "others": one.others}
            for one in told.proposals
        ],
        "unmapped": [one.column for one in told.proposals if not one.fields],
        "decimal": told.draft.decimal,
        "dates": told.draft.dates,
        "units": told.draft.units,
        "values": told.draft.values,
        "constants": told.draft.constants,
        "notes": told.draft.notes,
        "missing": told.missing,
        "sheet": told.text,
    }  # fmt: skip


def _lines(told: "Learned") -> Iterator[str]:
    yield heading(f"{told.file}: {told.carrier}, {counted(told.rows, 'row')} looked at")
    mapped = [one for one in told.proposals if one.fields]
    head = ("column", "means", "sure", "examples")
    yield from columns([head, *((one.column, ", ".join(one.fields), f"{one.sure:.0%}", _shown(one)) for one in mapped)])
    strange = [one for one in told.proposals if not one.fields]
    if strange:
        yield heading("Nobody knows")
        yield from columns([(one.column, _shown(one)) for one in strange])
    if told.draft.notes or told.missing:
        yield heading("Look at")
        yield from (f"    {plain(note)}" for note in (*told.draft.notes, *filter(None, [told.missing])))
    yield ""


def _shown(one: "Proposed") -> str:
    text = "; ".join(one.examples)
    return text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."
