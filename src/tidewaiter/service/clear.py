"""Use case: clear files for a jurisdiction into a folder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, cast

import polars as pl

from tidewaiter import __version__
from tidewaiter.kit.format import SenderSheet
from tidewaiter.kit.jurisdiction import Jurisdiction
from tidewaiter.model.dates import FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR
from tidewaiter.model.errors import WrongUse
from tidewaiter.pipeline.clearance import Clearance, clearance
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.runners.chunks import TOLD, Moment
from tidewaiter.runners.history import History, load_history
from tidewaiter.runners.local import CHUNK_ROWS, Order, Progress, clear
from tidewaiter.runners.workspace import RECEIPT
from tidewaiter.service import discovery
from tidewaiter.service.footings import ShelfFootings
from tidewaiter.service.inputs import surveyed
from tidewaiter.service.movements import assertion_sources, movement_order, without
from tidewaiter.service.results import open_results
from tidewaiter.service.settings import home_folder
from tidewaiter.service.shelves import law_with_shelves, open_shelves

SHARDS_MAX = 1_024
"""Each shard is a file of its own."""


@dataclass(frozen=True)
class Cleared:
    """A finished run: its folder, its summary, files that were not read, and whether it had been there before."""

    folder: Path
    summary: dict[str, Any]
    skipped: tuple[str, ...]
    was_there: bool


def clear_files(
    inputs: Sequence[str],
    jurisdiction: str,
    target: Path,
    *,
    on: str,
    format_name: str | None = None,
    history: Path | None = None,
    packs: Path | None = None,
    sheets: Sequence[SenderSheet] | None = None,
    events: Sequence[str] = (),
    as_of: str | None = None,
    assertions: Sequence[str] = (),
    follow_shelf: bool = False,
    clock: Callable[[], float] = monotonic,
    chunk_rows: int = CHUNK_ROWS,
    shards: int | None = None,
    submitter: str = "",
    home: Path | None = None,
    stream: BinaryIO | None = None,
    progress: Progress | None = None,
) -> Cleared:
    """Clear what ``inputs`` name into ``target``; a finished run of the same order is left as it is.

    ``jurisdiction`` is ``EU`` or, with the office's country, ``EU/DE``; ``on`` is a day, or ``accepted`` or ``arrival``
    for the moment each filing gives itself. ``events`` are files of movement events, known up to ``as_of`` (none: up
    to the last one they tell); ``assertions`` are files of what other parties claim; ``sheets`` are the layouts to read
    by (none: those of all packs); ``clock`` measures how long deciding takes. ``follow_shelf``: each
    chunk is decided with the editions in use when it begins, not all with those in use when the run began. Raises
    ``WrongUse`` before anything is touched.
    """
    sheet, office = jurisdiction_of(jurisdiction, packs)
    if chunk_rows < 1:
        raise WrongUse(f"--chunk-rows is how many goods lines are cleared at a time: 1 or more, not {chunk_rows}.")
    if shards is not None and not 1 <= shards <= SHARDS_MAX:
        raise WrongUse(f"--shards is 1 to {SHARDS_MAX:,}, not {shards:,}.")
    moment = moment_of(on)
    rules = list(discovery.risk_rules(packs).values())
    layouts = list(discovery.sender_sheets(packs).values() if sheets is None else sheets)
    earlier = _earlier(history, target, sheet.code) if history else None
    movements = movement_order(events, as_of, packs)
    asserted = assertion_sources(assertions, earlier)

    def opened(where: Path) -> tuple[Clearance, Shelves]:
        law = law_with_shelves(sheet, where)
        shelves = open_shelves(law, rules, layouts, where)
        return clearance(
            law, rules, shelves, with_events=movements is not None, with_assertions=asserted is not None
        ), shelves

    with surveyed(inputs, stream) as found:
        order = Order(
            sources=without(found.sources, [*(movements.sources if movements else ()), *(asserted or ())]),
            target=target,
            footings=ShelfFootings(home or home_folder(), opened, is_followed=follow_shelf),
            sheets=layouts,
            office=office,
            accepted_at=moment,
            arguments={
                "jurisdiction": f"{sheet.code}/{office}" if office else sheet.code,
                "on": on,
                "format": format_name,
                "packs": _hash_of(packs) if packs else None,
                "history": _receipts(earlier) if earlier else [],
                "tidewaiter": __version__,
                **({"follow_shelf": True} if follow_shelf else {}),
            },
            format_name=format_name,
            history=earlier,
            submitter=submitter,
            chunk_rows=chunk_rows,
            shards=shards,
            movements=movements,
            assertions=asserted,
            clock=clock,
        )
        was_there = (target / RECEIPT).is_file()
        folder = clear(order, progress)
    return Cleared(folder, open_results(folder).summary, tuple(found.skipped), was_there)


def jurisdiction_of(name: str, packs: Path | None = None) -> tuple[Jurisdiction, str | None]:
    """The jurisdiction and the office's country that ``EU/DE`` names; ``WrongUse`` says which there are."""
    code, _, office = name.upper().partition("/")
    known = discovery.jurisdictions(packs)
    if code not in known:
        raise WrongUse(f"No jurisdiction is called '{name}'. There are: {', '.join(known)}; --packs DIR adds others.")
    if office and office not in known[code].places:
        raise WrongUse(f"'{office}' is no place of {code}. There are: {', '.join(known[code].places)}.")
    return known[code], office or None


def moment_of(on: str) -> Moment:
    """A day's first moment in UTC, or the word for the moment each filing gives itself."""
    if on in TOLD:
        return cast("Moment", on)
    try:
        day = date.fromisoformat(on)
    except ValueError as fault:
        raise WrongUse(f"'{on}' is no day. Write it like 2026-10-20, or one of: {', '.join(TOLD)}.") from fault
    if not FIRST_PLAUSIBLE_YEAR <= day.year <= LAST_PLAUSIBLE_YEAR:
        raise WrongUse(f"'{on}' is no day of parcels: --on lies in {FIRST_PLAUSIBLE_YEAR} to {LAST_PLAUSIBLE_YEAR}.")
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _earlier(folder: Path, target: Path, jurisdiction: str) -> History:
    """Runs to look back on; the run that is to be written is none of them, though it may lie among them."""
    found = load_history(folder, jurisdiction)
    own = [number for number, run in enumerate(found.folders) if run.resolve() == target.resolve()]
    return replace(found, rows=found.rows.filter(~pl.col("run_no").is_in(own))) if own else found


def _receipts(history: History) -> list[str]:
    """Hashes of the receipts of the runs that are looked back on."""
    used = history.rows["run_no"].unique().to_list()
    return sorted(sha256((history.folders[number] / RECEIPT).read_bytes()).hexdigest() for number in used)


def _hash_of(packs: Path) -> str:
    """One hash over every file of packs outside the house, sheets and code alike."""
    files = sorted(path for path in packs.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    told = [f"{path.relative_to(packs).as_posix()}\t{sha256(path.read_bytes()).hexdigest()}" for path in files]
    return sha256("\n".join(told).encode()).hexdigest()
