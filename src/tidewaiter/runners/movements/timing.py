"""Timing: how many filings were decided by the time their parcel arrived, by the measured duration of the run."""

from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final

import numpy as np
import polars as pl

from tidewaiter.measure.timing import timing

SECONDS_MAX: Final = 7 * 86_400
"""Margins are counted by whole seconds up to a week; no run takes longer."""


@dataclass
class Margins:
    """Filings by the whole seconds from acceptance to arrival; ``late`` ones were accepted after it."""

    by_second: np.ndarray = field(default_factory=lambda: np.zeros(SECONDS_MAX + 1, dtype=np.int64))
    late: int = 0
    unknown: int = 0

    def add(self, accepted_at: pl.Series, arrival: pl.Series) -> None:
        """Count filings; one without acceptance or arrival is unknown."""
        margin = (arrival - accepted_at).dt.total_microseconds().drop_nulls().to_numpy() // 1_000_000
        self.unknown += len(arrival) - len(margin)
        on_time = margin[margin >= 0]
        self.late += len(margin) - len(on_time)
        self.by_second += np.bincount(np.minimum(on_time, SECONDS_MAX), minlength=SECONDS_MAX + 1)

    def told(self, duration_s: float) -> dict[str, Any]:
        """Counts before and after arrival, and the share before it in whole per mille, rounded down.

        The duration is rounded up to whole seconds. A run of more than a week decided nothing in time.
        """
        seconds = ceil(duration_s)
        before = int(self.by_second[seconds:].sum()) if seconds <= SECONDS_MAX else 0
        known = int(self.by_second.sum()) + self.late
        return timing(seconds, before, known, self.unknown)
