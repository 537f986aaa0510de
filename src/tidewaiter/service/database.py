"""Use case: the database of this installation, our own or one that an address names; started, stopped, migrated."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tidewaiter.model.errors import WrongUse
from tidewaiter.service.bootstrap import begin
from tidewaiter.service.settings import Settings, home_folder, settings
from tidewaiter.store import postgres
from tidewaiter.store.postgres import Database, Options, Status
from tidewaiter.store.postgres.at_address import at_address
from tidewaiter.store.postgres.place import PASSWORDS, SECRETS

if TYPE_CHECKING:
    from tidewaiter.store.schema import Schema

APP_VARIABLE: Final = "TIDEWAITER_DATABASE_APP_URL"


def database(home: Path | None = None) -> Database:
    """The database with its three addresses, its server started where it is ours and not running."""
    told, where = settings(), home or home_folder()
    named = told.text("TIDEWAITER_DATABASE_URL")
    if not named:
        return postgres.running(where, options(told))
    given = {
        "app": told.text(APP_VARIABLE),
        "audit": told.text("TIDEWAITER_DATABASE_AUDIT_URL"),
    }
    return at_address(named, where / SECRETS / PASSWORDS, **given)


@contextmanager
def for_one_act(home: Path | None = None) -> Iterator[Database]:
    """The database for one act: a server of our own that was not running is stopped again when the act is over."""
    where = home or home_folder()
    is_ours = not settings().text("TIDEWAITER_DATABASE_URL") and postgres.status(where).pid is None
    try:
        yield database(where)
    finally:
        if is_ours:
            stop(where)


def options(told: Settings) -> Options:
    """What is set of a server of our own."""
    return Options(
        binaries=told.path("TIDEWAITER_POSTGRES_BINARIES"), start_s=float(told.whole("TIDEWAITER_DATABASE_START_S"))
    )


def app_address() -> str:
    """Where the service works: as it was told, else in the database of this installation."""
    return settings().text(APP_VARIABLE) or database().app


def migrate(told: Callable[[str], None] = lambda _step: None, home: Path | None = None) -> "Schema":
    """Bring the database's schema to this edition, as its owner; a process of its own, since it wakes Django so."""
    begin(database(home).owner)
    from tidewaiter.store.schema import migrate as take_steps  # noqa: PLC0415 - Django is awake from here on

    found = take_steps(told)
    _keep_agencies()
    return found


def _keep_agencies() -> None:
    """The agencies of this edition's packs: their officers' accounts name them, and cases wait for them."""
    from django.db import connection, transaction  # noqa: PLC0415 - the same

    from tidewaiter.registry.agencies import AgencyLeave, keep_agencies  # noqa: PLC0415 - the same
    from tidewaiter.service.discovery import jurisdictions  # noqa: PLC0415 - the same

    told = [
        AgencyLeave(
            pack.code, one.code, one.agency, one.authority, one.permit, one.goods, one.valid_from, one.valid_to,
            one.source, one.evidence,
        )
        for pack in jurisdictions().values()
        for one in pack.leaves
    ]  # fmt: skip
    with transaction.atomic():
        keep_agencies(connection, told)


def stop(home: Path | None = None) -> bool:
    """Stop the server of our own; False where none ran. A server at an address is not ours to stop."""
    told = settings()
    _require_own(told, "stopped")
    return postgres.stop(home or home_folder(), options(told))


def status(home: Path | None = None) -> Status:
    """What is known of the server of our own."""
    _require_own(settings(), "asked about here")
    return postgres.status(home or home_folder())


def _require_own(told: Settings, what: str) -> None:
    if told.text("TIDEWAITER_DATABASE_URL"):
        raise WrongUse(f"The database is at an address (TIDEWAITER_DATABASE_URL) and cannot be {what}.")
