"""Whole or not at all: folders and files appear under their name only when complete and on disk."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from tidewaiter.model.errors import EnvironmentFault

STAGING = ".staging-"
LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold ``folder`` alone; what a killed writer left half done in it is cleared away first."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for left in folder.glob(f"{STAGING}*"):
                _remove(left)
            yield
    except OSError as fault:
        raise EnvironmentFault(
            f"Cannot write under {folder}: {fault.strerror or fault}. Nothing was changed."
        ) from fault


@contextmanager
def staged_folder(target: Path) -> Iterator[Path]:
    """A folder to fill; it becomes ``target`` when all went well and vanishes otherwise. Use it while locked."""
    staging = Path(mkdtemp(prefix=STAGING, dir=target.parent))
    try:
        yield staging
        for path in staging.iterdir():
            _to_disk(path)
        staging.chmod(0o755)
        _to_disk(staging)
        staging.rename(target)
        _to_disk(target.parent)
    except BaseException:
        _remove(staging)
        raise


def write_whole(target: Path, text: str) -> None:
    """Replace the file ``target`` in one step. Use it while locked."""
    staging = target.with_name(f"{STAGING}{target.name}")
    staging.write_text(text, encoding="utf-8")
    _to_disk(staging)
    staging.replace(target)
    _to_disk(target.parent)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir():
        rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
