"""A database as a file, and back: dumped in one moment, restored beside the old one, compared row for row."""

import hashlib
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tidewaiter.model.errors import BackupRefused, DatabaseFault
from tidewaiter.store.counting import go_on_counting
from tidewaiter.store.postgres.binaries import Binaries, tools_for
from tidewaiter.store.postgres.roles import Row, require_version

Tables = dict[str, dict[str, int | str]]
LATER_WORD: Final = "transaction_timeout"
"""Programs of version 17 and later say it to every server; an older one refuses the word, and nothing is lost by it."""
SESSION: Final = (
    "set timezone to 'UTC'",
    "set datestyle to 'ISO'",
    "set extra_float_digits to 3",
    "set bytea_output to 'hex'",
)


@dataclass(frozen=True)
class Dump:
    """What was dumped: rows and hash of each table, and the server's major version."""

    tables: Tables
    major: int


def dump(address: str, to: Path, programs: Path | None = None) -> Dump:
    """Write the database at the owner's ``address`` into the file ``to``; hashes and file show the same moment."""
    with _one_moment(address) as connection:
        row = connection.execute("select pg_export_snapshot()").fetchone()
        major = require_version(connection)
        command = ["--format=custom", "--no-owner", f"--snapshot={row[0] if row else ''}", f"--file={to}"]
        _run(tools_for(major, programs), "pg_dump", address, command)
        return Dump(hashes(connection), major)


def load(keeper: str, owner: str, name: str, source: Path, programs: Path | None = None) -> Tables:
    """Restore the file ``source`` into the database ``name``, as its owner, and give the hash of each table there.

    ``keeper`` and ``owner`` are addresses; the database was made by the keeper and is empty.
    """
    with psycopg.connect(make_conninfo(keeper, dbname=name)) as connection:
        major = require_version(connection)
    address = make_conninfo(owner, dbname=name)
    _run(tools_for(major, programs), "pg_restore", address, ["--no-owner", str(source)])
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        go_on_counting(cursor, whole=True)
    with _one_moment(address) as connection:
        return hashes(connection)


@contextmanager
def _one_moment(address: str) -> Iterator[Connection[Row]]:
    with psycopg.connect(address) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        for text in SESSION:
            connection.execute(text)
        yield connection


def hashes(connection: Connection[Row]) -> Tables:
    """Rows and SHA-256 of every table: its rows as text, in an order that hangs neither on keys nor on the machine."""
    names = connection.execute(
        "select tablename from pg_tables where schemaname = 'public' order by tablename collate \"C\""
    ).fetchall()
    return {str(name): _hash(connection, str(name)) for (name,) in names}


def _hash(connection: Connection[Row], table: str) -> dict[str, int | str]:
    rows = sql.SQL('copy (select t::text from {} t order by t::text collate "C") to stdout')
    digest, count = hashlib.sha256(), 0
    with connection.cursor().copy(rows.format(sql.Identifier(table))) as lines:
        for line in lines:
            digest.update(line)
            count += 1
    return {"rows": count, "sha256": digest.hexdigest()}


def put_in_place(keeper: str, name: str, restored: str, kept: str) -> None:
    """Give the restored database its name; the one that had it is kept under another. Both, or neither."""
    with psycopg.connect(make_conninfo(keeper, dbname="postgres"), autocommit=True) as connection:
        _end_sessions(connection, name, restored)
        with connection.transaction():
            rename = sql.SQL("alter database {} rename to {}")
            connection.execute(rename.format(sql.Identifier(name), sql.Identifier(kept)))
            connection.execute(rename.format(sql.Identifier(restored), sql.Identifier(name)))


def _end_sessions(connection: Connection[Row], *names: str) -> None:
    connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = any(%s)", [[*names]])


def is_empty(address: str) -> bool:
    """True where the database has no table with rows beside those every schema begins with."""
    with psycopg.connect(address) as connection:
        row = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
        return row == (0,)


def _run(tools: Binaries, program: str, address: str, words: list[str]) -> None:
    """The password goes by the environment: words of a command can be read by every account of the machine."""
    parts = conninfo_to_dict(address)
    password = str(parts.pop("password", ""))
    bare = make_conninfo("", **{key: value for key, value in parts.items() if value is not None})
    environment = {"PGPASSWORD": password, "LC_ALL": "C", "PATH": os.defpath}
    command = [tools[program], f"--dbname={bare}", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    faults = [line for line in done.stderr.splitlines() if re.search(r": error: ", line) and LATER_WORD not in line]
    if faults or (done.returncode and LATER_WORD not in done.stderr):
        said = faults[0] if faults else (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        kind = BackupRefused if program == "pg_restore" else DatabaseFault
        raise kind(f"{program} stopped: {said}")
