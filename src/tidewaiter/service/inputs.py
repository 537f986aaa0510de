"""Inputs as they are named: files, folders, or what comes in on a stream."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final

from tidewaiter.model.errors import WrongUse
from tidewaiter.runners.reading import Survey, survey
from tidewaiter.runners.workspace import told_plainly

STREAM: Final = "-"
STREAM_NAME: Final = "stdin"


@contextmanager
def surveyed(inputs: Sequence[str], stream: BinaryIO | None = None) -> Iterator[Survey]:
    """What was named, as sources to read; ``-`` is kept as a file while the run reads it, since it is read twice."""
    if not inputs:
        raise WrongUse("Name at least one file or folder to clear, or - for what comes in.")
    if STREAM not in inputs:
        yield survey(inputs)
        return
    if list(inputs).count(STREAM) > 1:
        raise WrongUse("What comes in can be read once only: name - once.")
    with TemporaryDirectory(prefix="tidewaiter-") as folder:
        kept = Path(folder) / STREAM_NAME
        with told_plainly(kept), kept.open("wb") as file:
            shutil.copyfileobj(stream or sys.stdin.buffer, file)
        yield survey([kept if given == STREAM else given for given in inputs])
