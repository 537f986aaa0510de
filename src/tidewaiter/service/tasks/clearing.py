"""The job of a file that was handed over: cleared like any other, its run kept, its result told."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.db import connection

from tidewaiter.exchange import uploads
from tidewaiter.model.errors import DeclarantRefused, FileRefused
from tidewaiter.registry.clients import files_for
from tidewaiter.runners.workspace import RECEIPT
from tidewaiter.service.clearing_apart import clear_apart
from tidewaiter.service.filing_rights import FIELD, refuse_others
from tidewaiter.service.loading import Loaded, load
from tidewaiter.service.moving.taking_files import read_parts, take_parts
from tidewaiter.service.outbox import tell
from tidewaiter.service.results import open_results
from tidewaiter.service.settings import home_folder, settings
from tidewaiter.service.uploads import TASK, place_of
from tidewaiter.service.work import SERVICE, Turn, task
from tidewaiter.store.access import acting

RUNS: Final = "runs"
ASIDE_MAX: Final = 1_000
"""How many filings of a file that could not be taken its job names one by one."""
AT_WORK: Final = "clearing"
"""Folder of runs that nothing looks back on yet."""


@task(TASK)
def clear_upload(turn: Turn, upload: str) -> None:
    """Clear one file; a run that is finished already is taken as it is, so a second try repeats nothing."""
    name = UUID(upload)
    with acting(SERVICE, [SERVICE]):
        found = uploads.by_id(name)
        if found is None or found.state not in {uploads.RECEIVED, uploads.WORKING}:
            return
        uploads.note(name, found.received, uploads.WORKING, turn.clock())
    try:
        told, state = _dealt_with(found, turn), uploads.DONE
    except FileRefused as fault:
        told, state = {"code": fault.code, "sentence": str(fault)}, uploads.REFUSED
    with turn.once() as is_first:
        if is_first:
            uploads.note(name, found.received, state, turn.clock(), told)
            tell(connection, f"file.{state}", str(name), {"job": str(name)}, found.submitter)


def _dealt_with(found: uploads.Upload, turn: Turn) -> dict[str, Any]:
    """Clear and load a file of filings, or take one of events; gives what its sender is told."""
    told = _cleared(found)
    return _taken(found, turn.clock) if told is None else told | _loaded(found, turn)


def _loaded(found: uploads.Upload, turn: Turn) -> dict[str, Any]:
    loaded = load(home_folder() / RUNS / str(found.id), now=turn.clock())
    return {} if loaded.was_there else _beside(loaded)


def _taken(found: uploads.Upload, clock: Callable[[], datetime]) -> dict[str, Any]:
    """Take the events of a file that was read whole."""
    told = take_parts(found.submitter, read_parts(_said(found)), clock, f"upload/{found.id}")
    _said(found).unlink()
    return told


def _said(found: uploads.Upload) -> Path:
    """Where what a file of events says lies until it is taken."""
    return home_folder() / AT_WORK / f"{found.id}.events"


def _beside(loaded: Loaded) -> dict[str, Any]:
    """What of a file was there already, and what cannot follow on it."""
    aside = [one._asdict() for one in loaded.aside[:ASIDE_MAX]]
    return {"known": loaded.known, "set_aside": len(loaded.aside), "aside": aside}


def _cleared(found: uploads.Upload) -> dict[str, Any] | None:
    """Clear aside, and put the run among the others once its sender may file for all whom it names; gives its figures.

    None for a file of events. A run that is whole is taken as it is, whichever edition cleared it: it was decided then.
    """
    home = home_folder()
    kept, aside = home / RUNS / str(found.id), home / AT_WORK / str(found.id)
    if not kept.is_dir():
        if _clear(found, aside, home):
            return None
        try:
            _refuse_others(found, aside)
        except DeclarantRefused as fault:
            _away(aside)
            raise FileRefused(fault.code, str(fault)) from fault
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside.rename(kept)
    return {"run": kept.name, **open_results(kept).receipt["consignments"]}


def _clear(found: uploads.Upload, aside: Path, home: Path) -> bool:
    """Clear the file aside; True where it tells events instead, which are written down."""
    if (aside / RECEIPT).is_file():
        return False
    if aside.is_dir():
        _away(aside)  # of a run that was refused, and whoever took it away died over it
    return clear_apart(
        place_of(found.id, home),
        aside,
        jurisdiction=settings().text("TIDEWAITER_JURISDICTION"),
        on=found.made_at.astimezone(UTC).date().isoformat(),
        format_name=found.form,
        submitter=found.submitter,
        home=str(home),
        events=str(_said(found)),
        name=found.file_name or "events",
    )


def _away(run: Path) -> None:
    """Delete a run, first what says that it is whole."""
    (run / RECEIPT).unlink(missing_ok=True)
    shutil.rmtree(run)


def _refuse_others(found: uploads.Upload, run: Path) -> None:
    named = open_results(run).rows("consignments", lambda every: every.select(FIELD).unique())
    with acting(SERVICE, [SERVICE]):
        refuse_others(found.submitter, files_for(found.submitter), named[FIELD].sort() if named is not None else ())
