"""``tidewaiter clear``."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from tidewaiter.cli.numbers import Whole
from tidewaiter.cli.progress import shown_progress
from tidewaiter.cli.summary import summary_lines
from tidewaiter.cli.words import show, show_json
from tidewaiter.model.errors import WrongUse
from tidewaiter.model.words import counted

CHUNK_ROWS = 65_536  # as in runners.local, which is too slow to load for --help
CHUNK_ROWS_MIN = 64
"""Smaller chunks give the same answer, and a run that hardly ends."""

THREADS_MAX = 1_024


def clear(
    inputs: Annotated[list[str], Parameter(name="INPUT", negative=(), allow_leading_hyphen=True)],
    /,
    *,
    to: Path,
    as_: Annotated[str, Parameter(name="--as")],
    on: str | None = None,
    format_: Annotated[str | None, Parameter(name="--format")] = None,
    history: Path | None = None,
    packs: Path | None = None,
    events: Annotated[list[str] | None, Parameter(negative=())] = None,
    as_of: str | None = None,
    assertions: Annotated[list[str] | None, Parameter(negative=())] = None,
    chunk_rows: Whole = CHUNK_ROWS,
    threads: Whole | None = None,
    shards: Whole | None = None,
    follow_shelf: Annotated[bool, Parameter(negative=())] = False,
    strict: Annotated[bool, Parameter(negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Give every filing of the inputs a decision, charges and reasons.

    Args:
        inputs: Files, folders (all readable files in them, except truth*) or - for what comes in.
        to: Folder to write; a used one is refused unless it holds this very run.
        as_: Jurisdiction: EU, EU/DE (office in Germany), GB, US, AU, CA, CH, NZ or one from --packs.
        on: Day for filings that carry none, like 2026-10-20; or accepted, arrival: each filing's own.
        format_: Name of the sender sheet; guessed by column names when not given.
        history: Folder of earlier runs: duplicates, amendments and windows look back on them.
        packs: Folder of packs outside the house.
        events: File or folder of movement events (arrived, presented ...); --events once for each.
        as_of: Moment up to which events are known, like 2026-10-20T14:30:00Z; else the last one they tell.
        assertions: File or folder of what platforms, payment firms and carriers claim; --assertions once for each.
        chunk_rows: Goods lines cleared at a time: memory against speed, never the answer.
        threads: Threads to use.
        shards: Parts that windows are worked out in: memory against files on disk, never the answer.
        follow_shelf: Decide each chunk with the editions in use when it begins, not all with those in use now.
        strict: Exit with 1 where a row, an event or an assertion was quarantined.
        json: The summary as JSON.
    """
    use_threads(threads)
    if on is None:
        raise WrongUse(
            "Say with --on on which day filings are judged that carry none, like --on 2026-10-20; or let each have its "
            "own with --on accepted or --on arrival."
        )
    if chunk_rows < CHUNK_ROWS_MIN:
        raise WrongUse(
            f"--chunk-rows is how many goods lines are cleared at a time: {CHUNK_ROWS_MIN} or more, not {chunk_rows}."
        )
    from tidewaiter.service.clear import clear_files

    with shown_progress() as progress:
        done = clear_files(
            inputs, as_, to, on=on, format_name=format_, history=history, packs=packs, events=events or (),
            as_of=as_of, assertions=assertions or (), chunk_rows=chunk_rows, shards=shards, follow_shelf=follow_shelf,
            progress=progress,
        )  # fmt: skip
    if json:
        show_json(done.summary)
    else:
        from tidewaiter.service.review import review

        show(summary_lines(done.summary, review(done.folder)))
        if done.was_there:
            show([f"\n  This very run was there already; nothing was changed in {done.folder}."])
        if done.skipped:
            show([f"\n  Not read: {counted(len(done.skipped), 'file')} beside them ({', '.join(done.skipped[:3])})."])
    return 1 if strict and set_aside(done.summary) else 0


def set_aside(summary: Mapping[str, Any]) -> int:
    """How many filings, events and assertions could not be taken."""
    events: int = summary["movements"]["events"]["quarantined"] if "movements" in summary else 0
    claimed: int = summary["assertions"]["rows"]["quarantined"] if "assertions" in summary else 0
    return int(summary["consignments"]["quarantined"]) + events + claimed


def use_threads(threads: int | None) -> None:
    """Bound the engine's threads; it takes the figure when it is first loaded, so before anything that loads it."""
    if threads is None:
        return
    if not 1 <= threads <= THREADS_MAX:
        raise WrongUse(f"--threads is 1 to {THREADS_MAX:,}, not {threads:,}.")
    os.environ["POLARS_MAX_THREADS"] = str(threads)
