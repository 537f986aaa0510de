"""Row-level security as operations of migrations: guarded tables, policies, grants, triggers."""

import re
from collections.abc import Iterable
from typing import Final

from django.db.migrations import RunSQL

from tidewaiter.store.postgres.database import APP, AUDIT

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
COMMANDS: Final = frozenset({"all", "select", "insert", "update", "delete"})
PRIVILEGES: Final = frozenset({"select", "insert", "update", "delete"})
TO_APP: Final = (APP,)
TO_READERS: Final = (APP, AUDIT)


def guarded(table: str) -> RunSQL:
    """Put a table under row-level security: from now on the service sees a row only where a policy lets it."""
    _named(table)
    return RunSQL(f"alter table {table} enable row level security", f"alter table {table} disable row level security")


def policy(
    table: str,
    name: str,
    *,
    using: str = "",
    check: str = "",
    command: str = "all",
    roles: Iterable[str] = TO_APP,
) -> RunSQL:
    """Let ``roles`` see rows where ``using`` holds, and leave rows behind where ``check`` holds.

    Both are conditions in SQL over the table's columns. What they ask of who acts: ``acting_person()``,
    ``acting_has_role('officer')``, ``acting_agency()``, ``acting_office()``, ``acting_filer()``.
    """
    held = ", ".join(_named(role) for role in roles)
    if command not in COMMANDS:
        raise ValueError(f"A policy is for one of {', '.join(sorted(COMMANDS))}, not {command}.")
    rows = f" using ({using})" if using else ""
    rows += f" with check ({check})" if check else ""
    return RunSQL(
        f"create policy {_named(name)} on {_named(table)} for {command} to {held}{rows}",
        f"drop policy {name} on {table}",
    )


def grant(table: str, privileges: Iterable[str], roles: Iterable[str] = TO_APP) -> RunSQL:
    """Let ``roles`` do what is named, row-level security permitting; a table without a grant is closed to all."""
    told, held = list(privileges), ", ".join(_named(role) for role in roles)
    strange = set(told) - PRIVILEGES
    if strange:
        raise ValueError(f"No privilege of ours: {', '.join(sorted(strange))}.")
    what = ", ".join(told)
    return RunSQL(f"grant {what} on {_named(table)} to {held}", f"revoke {what} on {table} from {held}")


def append_only(table: str) -> RunSQL:
    """Refuse every change and removal of a row, whoever asks; a correction is another row."""
    _named(table)
    return RunSQL(
        f"create trigger {table}_append_only before update or delete or truncate on {table} "
        "for each statement execute function refuse_change()",
        f"drop trigger {table}_append_only on {table}",
    )


def _named(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a table, a policy or a role.")
    return name
