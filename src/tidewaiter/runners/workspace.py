"""A run's folder: written beside, synced, renamed; visible only when complete, and never written twice."""

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tidewaiter.model.errors import EnvironmentFault, OutputInUse

RECEIPT = "receipt.json"
UNDER_WAY = ".under-way.json"
"""Says which order a scratch folder belongs to; gone when the run is complete."""

REMEDY: Final = {
    errno.ENOSPC: "Free some space or name another folder.",
    errno.EDQUOT: "Free some space or name another folder.",
    errno.ENOENT: "There is no such folder and none can be made there; name another one.",
    errno.EEXIST: "A file stands where a folder should be; name another folder.",
    errno.ENOTDIR: "A file stands where a folder should be; name another folder.",
    errno.EACCES: "Ask for the right to write there, or name another folder.",
    errno.EPERM: "Ask for the right to write there, or name another folder.",
    errno.EROFS: "Nothing can be written to that disk; name another folder.",
    errno.ENAMETOOLONG: "Give the folder a shorter name.",
}
"""What to do where the machine refuses, by the number of its fault."""


@contextmanager
def workspace(target: Path, identity: dict[str, Any], way: dict[str, Any] | None = None) -> Iterator[Path | None]:
    """Give a scratch folder beside ``target`` and put it in place on success; ``None`` where the run is done already.

    ``identity`` is what makes a run the same run (inputs by hash, arguments): a finished ``target`` with the same
    identity is left as it is, anything else in its place is refused. The scratch folder of a run that was killed is
    given again to the same run going the same ``way`` (how the work is cut), so that it goes on where it stopped;
    to any other it is thrown away. One that is being written by another process is waited for by nobody: the call is
    refused. A run that fails leaves nothing; one that is interrupted by hand leaves what the next can go on from.
    """
    if is_finished(target, identity):
        yield None
        return
    _refuse_if_used(target)
    scratch = _scratch(target)
    with _held(target.parent / f".{target.name}.lock", target):
        try:
            _prepared(scratch, {"run": identity, "way": way})
            yield scratch
            with told_plainly(scratch):
                (scratch / UNDER_WAY).unlink()
                sync_folder(scratch)
                if target.exists():
                    target.rmdir()
                scratch.rename(target)
                sync_folder(target.parent, is_deep=False)
        except KeyboardInterrupt:
            raise
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise


def under_way(target: Path) -> dict[str, Any]:
    """What the run into ``target`` that did not end notes of itself (``run``, ``way``); empty where there is none."""
    note = _scratch(target) / UNDER_WAY
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _scratch(target: Path) -> Path:
    return target.parent / f".{target.name}.partial"


def _prepared(scratch: Path, order: dict[str, Any]) -> None:
    """Keep the scratch folder of the same order that did not end; else begin an empty one."""
    note = scratch / UNDER_WAY
    with told_plainly(scratch):
        if note.is_file() and note.read_text(encoding="utf-8") == json.dumps(order):
            return
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        half = scratch / f"{UNDER_WAY}.half"
        half.write_text(json.dumps(order), encoding="utf-8")
        half.rename(note)


def is_finished(target: Path, identity: dict[str, Any]) -> bool:
    """True where ``target`` holds the complete result of this very run."""
    receipt = target / RECEIPT
    if not receipt.is_file():
        return False
    try:
        found = json.loads(receipt.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise _damaged(receipt, str(fault)) from fault
    if not isinstance(found, dict):
        raise _damaged(receipt, "it is no object")
    return bool(found.get("run") == identity)


def _damaged(receipt: Path, fault: str) -> OutputInUse:
    return OutputInUse(
        f"{receipt} is damaged ({fault}), so nobody can tell which run the folder holds. "
        "Name another folder with --to, or move the old one away."
    )


def _refuse_if_used(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise OutputInUse(
            f"{target} is in use: it holds something else than this very run. "
            "Name another folder with --to, or move the old one away."
        )


@contextmanager
def _held(path: Path, target: Path) -> Iterator[None]:
    """Hold the folder's lock; the kernel lets go of it when a process dies, however it dies."""
    with told_plainly(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("w")
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_ours = os.fstat(handle.fileno()).st_ino == path.stat().st_ino
        except OSError:
            is_ours = False
        if not is_ours:
            raise OutputInUse(f"Another run is writing {target} now. Wait for it, or name another folder.")
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Turn what the machine refuses into a sentence that says what to do."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = REMEDY.get(error.errno or 0, "Look after the disk or name another folder.")
        raise EnvironmentFault(f"Cannot write {path}: {reason}. Nothing was left behind. {remedy}") from error


def sync_folder(folder: Path, *, is_deep: bool = True) -> None:
    """Force a folder to the disk, with every file below it where ``is_deep``."""
    for path in sorted(folder.rglob("*")) if is_deep else ():
        if path.is_file():
            with path.open("rb") as handle:
                os.fsync(handle.fileno())
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
