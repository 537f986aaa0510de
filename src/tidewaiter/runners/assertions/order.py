"""The order of a run that knows what other parties claim: which files, and what summary and receipt say of them."""

from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from tidewaiter.runners.assertions.facts import AssertionFacts
from tidewaiter.runners.assertions.gathering import Gathered, gather
from tidewaiter.runners.assertions.taking import Progress
from tidewaiter.runners.landing import hashed, land
from tidewaiter.runners.movements.gathering import Filed
from tidewaiter.runners.reading import Source


class Assertions:
    """The part of one run that is about assertions, from the hashing of their files to the words about them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """The files are hashed."""
        self._sources = hashed(sources)
        self._gathered: Gathered | None = None
        self.summary: dict[str, Any] = {}
        self.receipt: dict[str, Any] = {}

    def identity(self) -> dict[str, Any]:
        """What assertions add to the identity of a run."""
        told = "\n".join(f"{digest} {source.name}" for source, digest in self._sources)
        return {"assertions_hash": sha256(told.encode()).hexdigest()}

    def gather(self, known: Filed, originals: Path, scratch: Path, progress: Progress | None) -> AssertionFacts:
        """Land the files, take them in, lay them beside the filings."""
        landed = land(self._sources, originals)
        earlier = known.history.folders if known.history else ()
        self._gathered = gather(landed, known.intake.spool, known.accepted, earlier, scratch, progress)
        return self._gathered.facts

    def write(self, folder: Path) -> None:
        """Write the assertions and what summary and receipt say of them."""
        if self._gathered is None:
            return
        self.summary = {"assertions": self._gathered.write(folder)}
        sources = [
            {**asdict(one), "unknown_columns": list(one.unknown_columns)} for one in self._gathered.taken.sources
        ]
        self.receipt = {"assertions": {"rows": self._gathered.rows(), "sources": sources}}
