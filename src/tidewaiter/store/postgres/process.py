"""The server's process, as its ``postmaster.pid`` and the machine tell of it."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PID_FILE: Final = "postmaster.pid"
GONE: Final = frozenset("ZXx")
"""States of a process that only waits to be buried."""
PID, PORT, SOCKETS = 0, 3, 4
PROC: Final = Path("/proc")


@dataclass(frozen=True)
class Postmaster:
    """The first process of a server: its number, and where its socket lies; None until it listens."""

    pid: int
    port: int
    sockets: Path | None


def postmaster(data: Path) -> Postmaster | None:
    """The running postmaster of a data directory; None where its file is stale: dead, a zombie, or another program."""
    told = _told(data)
    return told if told is not None and is_serving(told.pid, data) else None


def clear_stale(data: Path, sockets: Path) -> None:
    """Take away what a postmaster that is gone left: PostgreSQL would take a zombie, or its number's heir, for it.

    The lock beside its socket names it as well; ``sockets`` is a folder of this server alone. Backends that outlived
    their postmaster are no matter of these files: the next one finds their shared memory.
    """
    if postmaster(data) is None:
        (data / PID_FILE).unlink(missing_ok=True)
        for left in sockets.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)


def _told(data: Path) -> Postmaster | None:
    try:
        lines = (data / PID_FILE).read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) <= PORT or not lines[PID].isdecimal():
        return None
    sockets = lines[SOCKETS].strip() if len(lines) > SOCKETS else ""
    return Postmaster(int(lines[PID]), int(lines[PORT]), Path(sockets) if sockets else None)


def is_serving(pid: int, data: Path) -> bool:
    """True where the process lives and is a PostgreSQL that works in ``data``."""
    if not PROC.is_dir():
        return _answers(pid)
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    name, _, rest = stat.partition("(")[2].rpartition(")")
    if rest.split()[0] in GONE:
        return False
    try:
        return (PROC / str(pid) / "cwd").readlink() == data.resolve()
    except (FileNotFoundError, ProcessLookupError):  # it is dying at this moment
        return False
    except PermissionError:
        return name == "postgres"


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
