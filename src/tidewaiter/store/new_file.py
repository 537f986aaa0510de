"""A file of secrets that is whole or not there: written beside its place, synced, then given its name."""

import os
import secrets
from pathlib import Path

SECRET_MODE = 0o600


def put_new(path: Path, data: bytes) -> None:
    """Put ``data`` into the new file ``path``, 0600, on the disk when this returns.

    Of two at once one wins; a process that dies leaves no file that is empty or cut.

    Raises:
        FileExistsError: the file is there, and was left as it was.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.new")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_MODE), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(beside)
    finally:
        beside.unlink(missing_ok=True)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
