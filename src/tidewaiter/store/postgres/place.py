"""Where a server of our own keeps its data, sockets, logs and passwords."""

import hashlib
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tidewaiter.model.errors import DatabaseFault
from tidewaiter.store.postgres.account import Account

ELSEWHERE: Final = Path("/var/lib/tidewaiter")
LONGEST_SOCKET: Final = 90
"""Bytes of a socket's folder: the system allows 107 for the whole address (``sun_path``)."""
SECRETS: Final = "secrets"
PASSWORDS: Final = "database.json"


@dataclass(frozen=True)
class Place:
    """Folders of one server; all of them are closed to other accounts (0700)."""

    root: Path
    passwords: Path

    @property
    def data(self) -> Path:
        """What PostgreSQL calls its data directory."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """The server's own log, seven days of it."""
        return self.root / "log"

    @property
    def lock(self) -> Path:
        """Held while a process starts or stops the server."""
        return self.root / "lock"

    @property
    def is_laid_out(self) -> bool:
        """True where a data directory is complete."""
        return (self.data / "PG_VERSION").is_file()


def place_of(home: Path, account: Account) -> Place:
    """``home/database``, or the folder below /var/lib that it leads to."""
    near = home.absolute() / "database"
    place = Place(near.resolve(), home.absolute() / SECRETS / PASSWORDS)
    if place.is_laid_out and not account.may_reach(place.root):
        raise DatabaseFault(
            f"The database lies in {place.root}, and the system user '{account.name}' cannot walk there. Let it pass "
            "(chmod o+x on the folders above), or set TIDEWAITER_HOME to another folder."
        )
    return place


def make_place(home: Path, account: Account) -> Place:
    """Make the folders of a place; those that are there stay as they are.

    Where the server's account cannot walk to ``home``, as to root's own, ``home/database`` leads elsewhere.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not account.may_reach(home.absolute()):
            _lead_elsewhere(home / "database", account)
        place = place_of(home, account)
        for folder in (place.root, place.log):
            folder.mkdir(mode=0o700, exist_ok=True)
            account.owns(folder)
        make_secrets(place.passwords.parent)
    except PermissionError as closed:
        raise DatabaseFault(
            f"{closed.filename} cannot be made or belongs to another account. Run as the account that made it, or set "
            "TIDEWAITER_HOME to a folder of your own."
        ) from closed
    return place


def _lead_elsewhere(near: Path, account: Account) -> None:
    """A closed folder of a name of its own, so that a home that was wiped and made anew begins anew."""
    if near.exists():
        return
    ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
    far = ELSEWHERE / f"database-{secrets.token_hex(8)}"
    far.mkdir(mode=0o700)
    account.owns(far)
    try:
        near.symlink_to(far)
    except FileExistsError:  # another process was quicker, or what it led to is gone
        far.rmdir()


def make_secrets(folder: Path) -> None:
    """The folder of passwords and keys, open to its owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def socket_folder(place: Place, account: Account) -> Path:
    """A folder for the server's socket: inside the place, or a closed one with a short name where that is too long."""
    inside = place.root / "socket"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET:
        folder = inside
    else:
        digest = hashlib.sha256(os.fsencode(place.root)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"tidewaiter-{account.uid}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    account.owns(folder)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or stat.S_IMODE(found.st_mode) != stat.S_IRWXU:
        raise DatabaseFault(f"{folder} is for the database's socket, and is not a closed folder of {account.name}.")
    return folder
