"""``tidewaiter answer``."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tidewaiter.model.errors import OutputInUse


def answer(
    folder: Annotated[Path, Parameter(name="DIR")],
    /,
    *,
    dialect: str = "json",
    to: Path | None = None,
    packs: Path | None = None,
) -> int:
    """Tell the sender what became of each filing of a run, and what is wrong with it.

    Args:
        folder: Folder that a run wrote.
        dialect: How it is told; docs/reference/answers.md lists the dialects.
        to: File to write; when not given, what is written goes to the screen or pipe.
        packs: Folder of packs outside the house, as the run was given.
    """
    from tidewaiter.service.answers import answered

    return write_out(answered(folder, dialect, packs), to)


def write_out(pieces: Iterable[bytes], to: Path | None) -> int:
    """Write pieces to a new file, which is there when it is whole, or to the screen or pipe."""
    if to is None:
        sys.stdout.flush()
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return 0
    if to.exists():
        raise OutputInUse(f"{to} is there already. Name another file with --to, or move it away.")
    half = to.with_name(f".{to.name}.half")
    try:
        with half.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        half.rename(to)
    finally:
        half.unlink(missing_ok=True)
    return 0
