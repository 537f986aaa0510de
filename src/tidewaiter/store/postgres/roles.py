"""Roles: one owns, one works, one audits; none of them is a superuser or may pass by row-level security."""

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict

from tidewaiter.model.errors import DatabaseFault
from tidewaiter.store.locks import MAKING_ROLES
from tidewaiter.store.postgres.binaries import OLDEST
from tidewaiter.store.postgres.database import APP, AUDIT, OWNER, Database, Source
from tidewaiter.store.postgres.place import make_secrets

ROLES: Final = (OWNER, APP, AUDIT)
LIMITS: Final = {
    APP: {"statement_timeout": "30s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s"},
    AUDIT: {"default_transaction_read_only": "on", "statement_timeout": "10min"},
}
"""What a session of a role begins with: bounded waits for the service, reading alone for the auditor."""
PASSWORD_BYTES: Final = 32
VERSION_STEP: Final = 10_000
Row = tuple[object, ...]


def prepared(keeper: str, passwords: Path, source: Source) -> Database:
    """The database with its roles, made as far as they are missing; ``keeper`` is the address of one who may make them.

    The second call changes nothing. Passwords are made here, 256 bits each, and kept in a file of mode 0600.
    """
    with psycopg.connect(keeper, autocommit=True) as connection:
        require_version(connection)
        connection.execute("select pg_advisory_lock(%s)", [MAKING_ROLES])
        known = _known(connection, passwords)
        name = connection.info.dbname
        _close_to_others(connection, name)
    return Database(**{field: _address(keeper, name, role, known[role]) for field, role in _fields()}, source=source)


def _fields() -> Iterator[tuple[str, str]]:
    return zip(("owner", "app", "audit"), ROLES, strict=True)


def require_version(connection: Connection[Row]) -> int:
    """Major version of the server; one that is too old is refused."""
    major = connection.info.server_version // VERSION_STEP
    if major < OLDEST:
        raise DatabaseFault(f"The server is PostgreSQL {major}; {OLDEST} or later is needed.")
    return major


def _known(connection: Connection[Row], kept: Path) -> dict[str, str]:
    """Passwords by role: those that are kept, and new ones for roles that are new."""
    known: dict[str, str] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    there = {
        str(row[0]) for row in connection.execute("select rolname from pg_roles where rolname = any(%s)", [[*ROLES]])
    }
    strangers = there - known.keys()
    if strangers:
        raise DatabaseFault(
            f"The server has the roles {', '.join(sorted(strangers))}, and their passwords are not in {kept}. Bring "
            "that file from where they were made, or drop the roles if no installation uses them."
        )
    missing = [role for role in ROLES if role not in there]
    if missing:
        known |= {role: secrets.token_urlsafe(PASSWORD_BYTES) for role in missing if role not in known}
        _keep(kept, known)
    for role in missing:
        _make_role(connection, role, known[role])
    return known


def _keep(path: Path, known: dict[str, str]) -> None:
    """Passwords are on the disk before a role has one: a role whose password is lost is lost."""
    make_secrets(path.parent)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(known, file)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)


def _make_role(connection: Connection[Row], role: str, password: str) -> None:
    """The server is told the proof of a password, never the password: it could stand in its log."""
    proof = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    make = sql.SQL(
        "create role {} login nosuperuser nobypassrls nocreatedb nocreaterole noinherit noreplication password {}"
    )
    with connection.transaction():
        connection.execute(make.format(sql.Identifier(role), sql.Literal(proof)))
        for name, value in LIMITS.get(role, {}).items():
            limit = sql.SQL("alter role {} set {} = {}")
            connection.execute(limit.format(sql.Identifier(role), sql.Identifier(name), sql.Literal(value)))


def _close_to_others(connection: Connection[Row], name: str) -> None:
    """The database belongs to the owner role; app and audit may connect and see its schema, nobody else anything."""
    if _owner_of(connection, name) == OWNER:
        return
    names = {"database": name, "owner": OWNER, "app": APP, "audit": AUDIT}
    told = {word: sql.Identifier(value) for word, value in names.items()}
    with connection.transaction():
        for text in (
            "alter database {database} owner to {owner}",
            "revoke all on database {database} from public",
            "grant connect on database {database} to {app}, {audit}",
            "alter schema public owner to {owner}",
            "revoke all on schema public from public",
            "grant usage on schema public to {app}, {audit}",
        ):
            connection.execute(sql.SQL(text).format(**told))


def _owner_of(connection: Connection[Row], name: str) -> str:
    row = connection.execute(
        "select pg_get_userbyid(datdba), has_schema_privilege(%s, 'public', 'usage') "
        "from pg_database where datname = %s",
        [APP, name],
    ).fetchone()
    return str(row[0]) if row and row[1] else ""


def _address(like: str, name: str, role: str, password: str) -> str:
    """The address of a role in the database that ``like`` leads to."""
    parts = {key: str(value) for key, value in conninfo_to_dict(like).items() if value is not None}
    host, port = parts.pop("host", ""), parts.pop("port", "5432")
    for given in ("user", "password", "dbname"):
        parts.pop(given, None)
    words = "".join(f"&{key}={quote(value, safe='')}" for key, value in sorted(parts.items()))
    return (
        f"postgresql://{quote(role, safe='')}:{quote(password, safe='')}@/{quote(name, safe='')}"
        f"?host={quote(host, safe='')}&port={port}{words}"
    )
