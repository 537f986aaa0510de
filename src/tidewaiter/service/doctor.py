"""Use case: what the service stands on, looked at one by one; each fault with the way to mend it."""

import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tidewaiter.model.errors import TidewaiterError
from tidewaiter.service.clock import now
from tidewaiter.service.doctor_door import of_door
from tidewaiter.service.settings import Settings, home_folder, read_settings
from tidewaiter.service.soundness import Finding

LEAST_FREE: Final = 1 << 30
"""Bytes below which a day's log and backups have no room."""
PARTS: Final = ("django", "granian", "psycopg", "prometheus_client", "cryptography")


def findings() -> Iterator[Finding]:
    """All that can be seen without starting anything."""
    told, faults = read_settings()
    mend = "Correct it in the environment or in tidewaiter.toml; all of them: tidewaiter config check" if faults else ""
    yield Finding("settings", not faults, " ".join(faults) or "All are known and mean something.", mend)
    lacking = [part for part in PARTS if find_spec(part) is None]
    yield Finding(
        "packages", not lacking, f"Missing: {', '.join(lacking)}." if lacking else "All of the service are there.",
        "pip install 'tidewaiter[service]'" if lacking else "",
    )  # fmt: skip
    yield _home(home_folder())
    yield _room(home_folder())
    yield _secrets(home_folder() / "secrets")
    if not lacking and not faults:
        yield from _database(told)
        yield _port(told)
        yield from of_door(told, now())


def _home(home: Path) -> Finding:
    there = next(path for path in (home, *home.parents) if path.exists())
    probe = there / ".tidewaiter-doctor"
    try:
        probe.touch()
        probe.unlink()
    except OSError as fault:
        mend = "Give it to the account that runs the service, or set TIDEWAITER_HOME to another folder."
        return Finding("home", False, f"{there} cannot be written ({fault.strerror}).", mend)  # noqa: FBT003 - a field
    return Finding("home", True, f"{home} can be written.")  # noqa: FBT003 - the same


def _room(home: Path) -> Finding:
    there = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(there).free
    is_sound = free >= LEAST_FREE
    mend = "" if is_sound else "Free some, or set TIDEWAITER_HOME to a folder on a larger disk."
    return Finding("room", is_sound, f"{free >> 20:,} MiB are free.", mend)


def _secrets(folder: Path) -> Finding:
    if not folder.exists():
        return Finding("secrets", True, "There are none yet.")  # noqa: FBT003 - a field
    open_to_others = [path for path in (folder, *folder.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_to_others:
        mend = f"chmod -R go= {folder}"
        return Finding("secrets", False, f"{open_to_others[0]} is open to others.", mend)  # noqa: FBT003 - the same
    return Finding("secrets", True, "They are closed to others.")  # noqa: FBT003 - the same


def _database(told: Settings) -> Iterator[Finding]:
    if told.text("TIDEWAITER_DATABASE_URL"):
        yield _tried("database", _at_address, "Check TIDEWAITER_DATABASE_URL, its account, and that the server runs.")
        return
    yield _tried(
        "programs", lambda: _programs(told), "pip install 'tidewaiter[service]', or apt-get install postgresql"
    )
    yield _tried("database", _own, "tidewaiter db start; its log stands in the folder 'log' beside its data.")


def _tried(name: str, look: Callable[[], tuple[bool, str]], mend: str) -> Finding:
    try:
        is_sound, told = look()
    except TidewaiterError as fault:
        return Finding(name, False, str(fault), mend)  # noqa: FBT003 - a field
    return Finding(name, is_sound, told, "" if is_sound else mend)


def _programs(told: Settings) -> tuple[bool, str]:
    from tidewaiter.store.postgres.binaries import binaries  # noqa: PLC0415 - the service's packages are optional

    found = binaries(told.path("TIDEWAITER_POSTGRES_BINARIES"))
    return True, f"PostgreSQL {found.major} in {found.folder} ({found.source})."


def _own() -> tuple[bool, str]:
    from tidewaiter.store.postgres import status  # noqa: PLC0415 - the same

    found = status(home_folder())
    if found.major is None:
        return True, "It is not laid out yet; the first start does that."
    if found.pid is None:
        return False, "It does not run."
    return found.answers, "It answers." if found.answers else "It runs and does not answer."


def _at_address() -> tuple[bool, str]:
    from tidewaiter.service.database import database  # noqa: PLC0415 - the same
    from tidewaiter.store.postgres.database import without_password  # noqa: PLC0415 - the same

    return True, f"It answers at {without_password(database().app)}."


def _port(told: Settings) -> Finding:
    host, port = told.text("TIDEWAITER_HOST"), told.whole("TIDEWAITER_PORT")
    with socket.socket() as one:
        one.settimeout(1)
        is_taken = one.connect_ex((host, port)) == 0
    if is_taken and not (home_folder() / "serve.pid").exists():
        mend = "Stop what listens there, or choose another: tidewaiter serve --port"
        return Finding("port", False, f"{host}:{port} is taken by another program.", mend)  # noqa: FBT003 - a field
    python = ".".join(map(str, sys.version_info[:3]))
    return Finding("port", True, f"{host}:{port} is ours or free (Python {python}).")  # noqa: FBT003 - the same
