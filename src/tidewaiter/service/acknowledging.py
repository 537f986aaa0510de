"""Use case: an EDIFACT file is acknowledged, or refused, by its syntax alone."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from tidewaiter.model.errors import WrongUse
from tidewaiter.runners.answers.contrl import contrl
from tidewaiter.runners.reading import find_sources


def acknowledged(file: Path, now: datetime) -> Iterator[bytes]:
    """CONTRL for each interchange of a file; ``UnusableInput`` for one that is no EDIFACT, ``WrongUse`` for several."""
    sources = find_sources([file])
    if len(sources) != 1:
        raise WrongUse(f"{file} holds {len(sources)} files, and each is acknowledged by itself. Name one.")
    return contrl(sources[0], now)
