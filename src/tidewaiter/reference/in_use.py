"""What is in use on all shelves at one moment, and a home on which it stays in use."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from tidewaiter.reference.shelf import CURRENT, MANIFEST, Shelf

InUse = Mapping[str, Sequence[str]]
"""Names of the editions in use by the name of their shelf."""

_Seen = dict[str, tuple[str, int, int]]


def in_use(home: Path) -> InUse:
    """What is in use on every shelf under ``home``, as it all stood at one moment.

    Each shelf changes in one step; two may change one after the other while they are read. So they are read until two
    readings find the same files.
    """
    seen = _seen(home)
    while (again := _seen(home)) != seen:
        seen = again
    return {name: tuple(text.split()) for name, (text, _, _) in seen.items()}


def is_there(home: Path, named: InUse) -> bool:
    """True where every edition that is named still lies on its shelf."""
    return all(
        (Shelf(home, name).folder / edition / MANIFEST).is_file()
        for name, editions in named.items()
        for edition in editions
    )


def lend(home: Path, named: InUse, folder: Path) -> Path:
    """Make ``folder`` a home on whose shelves exactly these editions are in use; nothing is copied."""
    for name, editions in named.items():
        shelf = Shelf(home, name)
        lent = folder / "reference" / name
        lent.mkdir(parents=True, exist_ok=True)
        for edition in editions:
            if (shelf.folder / edition / MANIFEST).is_file() and not (lent / edition).exists():
                (lent / edition).symlink_to((shelf.folder / edition).resolve(), target_is_directory=True)
        (lent / CURRENT).write_text("".join(f"{edition}\n" for edition in editions), encoding="utf-8")
    return folder


def _seen(home: Path) -> _Seen:
    """What each shelf's list says, with the file it stands in: the same words in another file are another state."""
    found: _Seen = {}
    for path in sorted((home / "reference").glob(f"[!.]*/{CURRENT}")):
        with path.open(encoding="utf-8") as file:
            told = os.fstat(file.fileno())
            found[path.parent.name] = (file.read(), told.st_ino, told.st_mtime_ns)
    return found
