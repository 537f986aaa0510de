"""The order of a run that knows of events: which files, as of which moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from tidewaiter.kit.event_sheet import EventSheet
from tidewaiter.kit.jurisdiction import Jurisdiction
from tidewaiter.runners.landing import hashed, land
from tidewaiter.runners.movements.events import OWN, Progress
from tidewaiter.runners.movements.facts import MovementFacts
from tidewaiter.runners.movements.gathering import Filed, Gathered, gather
from tidewaiter.runners.movements.written import events_receipt, write_movements
from tidewaiter.runners.reading import Source


@dataclass(frozen=True)
class MovementOrder:
    """Event files, the horizon (none: the last moment they tell), and the sheets that they may be read by."""

    sources: Sequence[Source]
    as_of: datetime | None
    sheets: Sequence[EventSheet] = OWN


class Movements:
    """The part of one run that is about events, from the hashing of their files to what summary and receipt say."""

    def __init__(self, order: MovementOrder) -> None:
        """Event files are hashed."""
        self._order = order
        self._sources = hashed(order.sources)
        self._gathered: Gathered | None = None
        self.summary: dict[str, Any] = {}
        self.receipt: dict[str, Any] = {}

    def identity(self) -> dict[str, Any]:
        """What events add to the identity of a run."""
        told = "\n".join(f"{digest} {source.name}" for source, digest in self._sources)
        as_of = self._order.as_of
        sheets = "\n".join(sorted(sheet.layout.edition for sheet in self._order.sheets if sheet.codes))
        return {
            "events_hash": sha256(told.encode()).hexdigest(),
            "events_sheets": sha256(sheets.encode()).hexdigest(),
            "as_of": as_of.isoformat() if as_of else None,
        }

    def gather(self, known: Filed, originals: Path, scratch: Path, progress: Progress | None) -> MovementFacts:
        """Land the event files, take them in, lay them beside the filings."""
        landed = land(self._sources, originals)
        self._gathered = gather(
            landed, self._order.as_of, known, scratch, progress, self._order.sheets
        )
        return self._gathered.facts

    def write(self, folder: Path, jurisdiction: Jurisdiction, lasted_s: float) -> None:
        """Every filing was decided in ``lasted_s``: write movements and what summary and receipt say of them."""
        if self._gathered is None:
            return
        timing = self._gathered.margins.told(lasted_s)
        self.summary = {"movements": write_movements(self._gathered, folder, jurisdiction), "timing": timing}
        self.receipt = {"events": events_receipt(self._gathered)}
