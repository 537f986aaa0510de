"""Footings from shelves: opened once for each state of the shelves, changed for whole chunks and never inside one."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

from tidewaiter.pipeline.clearance import Clearance
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.reference.customs_rates import SOURCE
from tidewaiter.reference.ecb_file import SHELF
from tidewaiter.reference.in_use import InUse, in_use, is_there, lend
from tidewaiter.runners.footing import Footing

OPEN_AT_ONCE: Final = 4
"""Footings kept open: chunks still at work on an earlier one hold it themselves."""

Opener = Callable[[Path], tuple[Clearance, Shelves]]
"""Opens plans and shelves from a home."""


class ShelfFootings:
    """Footings of the shelves under a home.

    A run that does not follow stays on the one it began with. One that does gets what is in use when a chunk begins;
    exchange rates stay as they were at the beginning, since filings were compared with each other by them.
    """

    def __init__(self, home: Path, opened: Opener, *, is_followed: bool = False) -> None:
        """Nothing is opened yet."""
        self.is_followed = is_followed
        self._home, self._opened = home, opened
        self._lock = Lock()
        self._known: dict[str, Footing] = {}
        self._first: Footing | None = None

    def begin(self, kept: Mapping[str, Sequence[str]] | None = None) -> Footing:
        """The footing of what is in use, or of what was in use when the run began before and is still there."""
        with self._lock:
            is_kept = kept is not None and is_there(self._home, kept)
            self._first = self._footing(kept if is_kept and kept is not None else in_use(self._home))
            return self._first

    def now(self) -> Footing:
        """The footing of a chunk that begins now: one look at all shelves decides, for every thread alike."""
        first = self._first or self.begin()
        if not self.is_followed:
            return first
        with self._lock:
            found = in_use(self._home)
            followed = {name: editions for name, editions in found.items() if not _stays(name)}
            return self._footing(followed | {name: told for name, told in first.in_use.items() if _stays(name)})

    def _footing(self, used: InUse) -> Footing:
        """Opened from a home that lends exactly these editions: whatever is activated meanwhile is not seen."""
        key = str(sorted((name, tuple(editions)) for name, editions in used.items()))
        found = self._known.pop(key, None)
        if found is None:
            with TemporaryDirectory(prefix="tidewaiter-") as folder:
                clearance, shelves = self._opened(lend(self._home, used, Path(folder)))
            found = Footing(clearance, shelves, {name: list(editions) for name, editions in sorted(used.items())})
        self._known[key] = found
        while len(self._known) > OPEN_AT_ONCE:
            del self._known[next(iter(self._known))]
        return found


def _stays(shelf: str) -> bool:
    return shelf == SHELF or shelf.startswith(f"{SOURCE}-")
