"""Start, stop and status of the server under a home folder: any number of processes may ask at once."""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from tidewaiter.model.errors import DatabaseFault
from tidewaiter.store.postgres.account import Account, server_account
from tidewaiter.store.postgres.binaries import binaries, within_reach
from tidewaiter.store.postgres.cluster import KEEPER, lay_out, major_of, write_settings
from tidewaiter.store.postgres.database import NAME, Database
from tidewaiter.store.postgres.options import Options
from tidewaiter.store.postgres.place import Place, make_place, place_of, socket_folder
from tidewaiter.store.postgres.process import Postmaster, clear_stale, postmaster
from tidewaiter.store.postgres.roles import prepared

PAUSE_S: Final = 0.05
CONNECT_S: Final = 5
FIRST_LOG: Final = "start.log"


@dataclass(frozen=True)
class Status:
    """The server under a home folder: ``pid`` is None where it does not run."""

    folder: Path
    pid: int | None
    answers: bool
    major: int | None


def running(home: Path, options: Options | None = None) -> Database:
    """Addresses of the database under ``home``; its server is laid out and started where it is not running."""
    asked = options or Options()
    account = server_account()
    place = make_place(home, account)
    with _alone(place):
        keeper = _brought_up(place, account, asked)
        try:
            _make_database(keeper)
            return prepared(f"{keeper} dbname={NAME}", place.passwords, "embedded")
        except psycopg.OperationalError as gone:
            raise DatabaseFault(
                f"The database answered and went away again ({str(gone).strip()}). Ask again in a moment. Its log "
                f"stands in {place.log}."
            ) from gone


def keeper_address(home: Path) -> str:
    """How the account that keeps the server connects as its superuser; ``DatabaseFault`` where it does not run."""
    found = postmaster(place_of(home, server_account()).data)
    if found is None:
        raise DatabaseFault("The database is not running. Start it: tidewaiter db start")
    return _keeper(found)


def status(home: Path) -> Status:
    """What is known of the server under ``home`` without starting anything."""
    place = place_of(home, server_account())
    if not place.is_laid_out:
        return Status(place.root, None, answers=False, major=None)
    found = postmaster(place.data)
    answers = found is not None and _answers(found)
    return Status(place.root, found.pid if found else None, answers, major_of(place.data))


def is_running(home: Path) -> bool:
    """True where the server's process lives; asks it nothing."""
    place = place_of(home, server_account())
    return place.is_laid_out and postmaster(place.data) is not None


def stop(home: Path, options: Options | None = None) -> bool:
    """Stop the server under ``home``: open work is broken off, nothing committed is lost. False where none ran."""
    asked = options or Options()
    place = place_of(home, server_account())
    if not place.is_laid_out:
        return False
    with _alone(place):
        found = postmaster(place.data)
        if found is None:
            return False
        for word, limit_s in ((signal.SIGINT, asked.stop_s), (signal.SIGQUIT, asked.stop_s)):
            os.kill(found.pid, word)
            if _is_gone(place, limit_s):
                return True
    raise DatabaseFault(f"The database (process {found.pid}) does not stop. Its log stands in {place.log}.")


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """One process at a time starts or stops; the lock ends with the process that holds it."""
    with place.lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _brought_up(place: Place, account: Account, asked: Options) -> str:
    """The keeper's address as soon as the server answers a question; it may have a long recovery before it.

    Backends of a killed server need a moment to notice; until then their memory keeps a new one out.
    """
    until = time.monotonic() + asked.start_s
    process: subprocess.Popen[bytes] | None = None
    while True:
        found = postmaster(place.data) if place.is_laid_out else None
        if found is not None and _answers(found):
            return _keeper(found)
        ended = process.poll() if process is not None else None
        if found is None and (process is None or ended is not None):
            if ended is not None and ended >= 0 and not _is_waiting_for_others(place):
                raise DatabaseFault(f"The database does not start: {_said(place)} Its log stands in {place.log}.")
            process = _launched(place, account, asked)
        if time.monotonic() > until:
            raise DatabaseFault(
                f"The database is still recovering after {asked.start_s:.0f} s and goes on; nothing was broken off. "
                f"Ask again: tidewaiter db status. Its log stands in {place.log}."
            )
        time.sleep(PAUSE_S)


def _launched(place: Place, account: Account, asked: Options) -> "subprocess.Popen[bytes]":
    """The server's process, begun and not waited for."""
    programs = within_reach(account, binaries(asked.binaries, major_of(place.data) if place.is_laid_out else None))
    if not place.is_laid_out:
        lay_out(place, programs, account)
    sockets = socket_folder(place, account)
    clear_stale(place.data, sockets)
    write_settings(place, sockets, account, asked.server)
    with (place.log / FIRST_LOG).open("wb") as log:
        command = [programs["postgres"], "-D", str(place.data)]
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **account.gives())  # noqa: S603 - our own words


def _is_waiting_for_others(place: Place) -> bool:
    return "shared memory block" in _said(place)


def _said(place: Place) -> str:
    """The last thing the server said before it had a log."""
    lines = (place.log / FIRST_LOG).read_text(encoding="utf-8", errors="replace").splitlines()
    told = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    return f"{told[-1]}." if told else (f"{lines[-1]}." if lines else "it said nothing.")


def _keeper(found: Postmaster) -> str:
    return f"host='{found.sockets}' port={found.port} user={KEEPER} connect_timeout={CONNECT_S}"


def _answers(found: Postmaster) -> bool:
    """True where the server answers a real question: a process that lives may still refuse."""
    if found.sockets is None:
        return False
    try:
        with psycopg.connect(f"{_keeper(found)} dbname=postgres") as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def _make_database(keeper: str) -> None:
    with psycopg.connect(f"{keeper} dbname=postgres", autocommit=True) as connection:
        there = connection.execute("select 1 from pg_database where datname = %s", [NAME]).fetchone()
        if there is None:
            connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(NAME)))


def _is_gone(place: Place, limit_s: float) -> bool:
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        if postmaster(place.data) is None:
            return True
        time.sleep(PAUSE_S)
    return False
