"""The job of a file that was handed over: cleared like any other, its run kept, its result told."""

from datetime import UTC
from typing import Any, Final
from uuid import UUID

from django.db import connection

from tidewaiter.exchange import uploads
from tidewaiter.service.clearing_apart import FileRefused, clear_apart
from tidewaiter.service.loading import load
from tidewaiter.service.outbox import tell
from tidewaiter.service.settings import home_folder, settings
from tidewaiter.service.uploads import TASK, place_of
from tidewaiter.service.work import SERVICE, Turn, task
from tidewaiter.store.access import acting

RUNS: Final = "runs"


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
        told, state = _cleared(found), uploads.DONE
        load(home_folder() / RUNS / str(name), now=turn.clock())
    except FileRefused as fault:
        told, state = {"code": fault.code, "sentence": str(fault)}, uploads.REFUSED
    with turn.once() as is_first:
        if is_first:
            uploads.note(name, found.received, state, turn.clock(), told)
            tell(connection, f"file.{state}", str(name), {"job": str(name)}, found.submitter)


def _cleared(found: uploads.Upload) -> dict[str, Any]:
    home = home_folder()
    return clear_apart(
        place_of(found.id, home),
        home / RUNS / str(found.id),
        jurisdiction=settings().text("TIDEWAITER_JURISDICTION"),
        on=found.made_at.astimezone(UTC).date().isoformat(),
        format_name=found.form,
        submitter=found.submitter,
        home=str(home),
    )
