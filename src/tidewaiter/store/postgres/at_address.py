"""A server that somebody else runs: which of its accounts own, work and audit, and whether they are bound."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import Connection

from tidewaiter.model.errors import DatabaseFault
from tidewaiter.store.postgres.database import APP, AUDIT, Database, without_password
from tidewaiter.store.postgres.roles import Row, prepared, require_version


def at_address(address: str, passwords: Path, *, app: str = "", audit: str = "") -> Database:
    """The database at an address, with its roles.

    An account that may make roles makes owner, app and audit as they are missing; another one is the owner itself, and
    then the addresses of app and audit must be given. Either way the app is bound by row-level security.
    """
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            require_version(connection)
            may_make_roles = _may_make_roles(connection)
        if may_make_roles and not (app and audit):
            found = prepared(address, passwords, "address")
        elif app and audit:
            found = Database(owner=address, app=app, audit=audit, source="address")
        else:
            raise DatabaseFault(
                f"The account of {without_password(address)} may not make roles. Name the addresses of the roles by "
                f"TIDEWAITER_DATABASE_APP_URL and TIDEWAITER_DATABASE_AUDIT_URL; they are called {APP} and {AUDIT}."
            )
        _require_bound(found)
    except psycopg.OperationalError as unreachable:
        raise DatabaseFault(
            f"The database at {without_password(address)} cannot be reached: {_reason(unreachable)}. Check "
            "TIDEWAITER_DATABASE_URL, and that the server runs."
        ) from unreachable
    return found


def _may_make_roles(connection: Connection[Row]) -> bool:
    row = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    return bool(row and row[0])


def _require_bound(found: Database) -> None:
    """App and audit carry their names, and neither may pass by row-level security."""
    with psycopg.connect(found.app) as app, psycopg.connect(found.audit) as audit:
        faults = [*_faults(app, APP), *_faults(audit, AUDIT)]
    if faults:
        raise DatabaseFault(" ".join(faults))


def _faults(connection: Connection[Row], role: str) -> Iterator[str]:
    found = connection.execute(
        "select rolname, "
        "exists (select from pg_roles other where (other.rolsuper or other.rolbypassrls) "
        "and pg_has_role(pg_roles.oid, other.oid, 'member')), "
        "exists (select from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') "
        "and pg_has_role(pg_roles.oid, relowner, 'member')), "
        "exists (select from pg_database where datname = current_database() "
        "and pg_has_role(pg_roles.oid, datdba, 'member')) "
        "from pg_roles where rolname = current_user"
    ).fetchone()
    name, may_bypass, owns_tables, is_owner = found or ("", True, True, True)
    if name != role:
        yield f"The account of {role} is called {name}; policies and grants name it {role}."
    if may_bypass or owns_tables or is_owner:
        yield (
            f"{name} is a superuser, the owner, or may pass by row-level security, itself or through another role: "
            "it must be none of these."
        )


def _reason(error: psycopg.OperationalError) -> str:
    return str(error).strip().splitlines()[-1].rstrip(".")
