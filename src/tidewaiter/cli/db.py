"""``tidewaiter db``."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from tidewaiter.cli.words import columns, plain, show, show_json

Role = Literal["owner", "app", "audit"]


def start() -> int:
    """Start the database and leave it running; one that runs already stays as it is."""
    from tidewaiter.service.database import database
    from tidewaiter.store.postgres.database import without_password

    show(["", f"  The database answers at {plain(without_password(database().app))}.", ""])
    return 0


def stop() -> int:
    """Stop the database; what was committed stays, open work is broken off."""
    from tidewaiter.service.database import stop as end

    show(["", "  Stopped." if end() else "  It was not running.", ""])
    return 0


def status(*, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Tell whether the database runs and answers; exit code 1 where it does not.

    Args:
        json: The same as JSON.
    """
    from tidewaiter.service.database import status as look

    found = look()
    if json:
        show_json(asdict(found))
    else:
        version = "not laid out yet" if found.major is None else f"PostgreSQL {found.major}"
        runs = f"process {found.pid}" if found.pid else "no"
        answers = "yes" if found.answers else "no"
        show(
            [
                "",
                *columns([("folder", str(found.folder)), ("version", version), ("runs", runs), ("answers", answers)]),
                "",
            ]
        )
    return 0 if found.answers else 1


def migrate(*, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Bring the schema to this edition, step by step; a second call changes nothing.

    Args:
        json: Steps taken and steps there, as JSON.
    """
    from tidewaiter.service.database import migrate as take

    taken: list[str] = []
    found = take(taken.append)
    if json:
        show_json({"taken": taken, **asdict(found)})
    else:
        lines = [f"  {plain(step)}" for step in taken] or ["  Nothing to do: the schema is this edition's."]
        show(["", *lines, ""])
    return 0


def url(role: Annotated[Role, Parameter(name="ROLE")] = "app", /) -> int:
    """Print the address of the database for a role, with its password: for psql and tools, not for mails.

    Args:
        role: owner, app or audit.
    """
    from tidewaiter.service.database import database

    print(getattr(database(), role))
    return 0


def backup(
    to: Annotated[Path, Parameter(name="DIR")],
    /,
    *,
    with_keys: Annotated[bool, Parameter(negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Write database and home folder into a new folder, with the hash of every table and file.

    Args:
        to: Folder to make; one that is there is refused.
        with_keys: Write the vault's key along, which opens bodies of messages.
        json: The manifest as JSON.
    """
    from tidewaiter.service.backup import backup as write

    told = write(to, with_keys=with_keys)
    if json:
        show_json(told)
    else:
        rows = sum(table["rows"] for table in told["tables"].values())
        show(
            ["", f"  {rows:,} rows of {len(told['tables'])} tables and {len(told['files'])} files in {plain(to)}.", ""]
        )
        if told["vault_key"] and not told["has_vault_key"]:
            show(["  The vault's key (secrets/vault.key) is not in it: no restore works without it.", ""])
    return 0


def restore(
    source: Annotated[Path, Parameter(name="DIR")],
    /,
    *,
    replace: Annotated[bool, Parameter(negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Check a backup, restore it beside what is there, compare every row, and only then put it in its place.

    Args:
        source: Folder that ``tidewaiter db backup`` made.
        replace: Put it in the place of a database that holds something; that one is kept under another name.
        json: What was restored, as JSON.
    """
    from tidewaiter.service.backup import restore as take

    told = take(source, replace=replace)
    if json:
        show_json(told)
    else:
        rows = sum(table["rows"] for table in told["tables"].values())
        kept = f" What was there is kept as the database {plain(told['kept'])}." if told["kept"] else ""
        show(["", f"  {rows:,} rows of {len(told['tables'])} tables restored and compared.{kept}", ""])
    return 0
