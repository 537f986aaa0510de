"""Facts: what events say of the parcel of each accepted filing, at hand by the filing's number for both passes."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from tidewaiter.model.columns import INSTANT
from tidewaiter.runners.workspace import told_plainly

NEVER: Final = np.iinfo(np.int64).min
FILLED: Final = {"arrival_est": "arrived", "presented_at": "presented"}
"""What a filing may leave open and an event then says."""

Moments = np.ndarray


@dataclass(frozen=True)
class MovementFacts:
    """Microseconds of the first arrival and the first presentation by ``filing_no``, on disk, mapped; and the horizon.

    Of an event after the horizon nothing is known.
    """

    arrived: Moments
    presented: Moments
    horizon: datetime | None

    def fill(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Spooled rows of whole filings, with the moments that their messages leave open filled by events."""
        at = rows["filing_no"].to_numpy()
        there = [name for name in FILLED if name in rows.columns]
        filled = [rows[name].zip_with(rows[name].is_not_null(), self._moments(FILLED[name], at)) for name in there]
        return rows.with_columns(filled)

    def beside(self, filings: pl.DataFrame) -> pl.DataFrame:
        """Filings of a chunk with what the events themselves say (``stages.movements.waiting.BESIDE``)."""
        at = filings["filing_no"].to_numpy()
        return filings.with_columns(
            self._moments("arrived", at).alias("arrived_event_at"),
            self._moments("presented", at).alias("presented_event_at"),
            pl.lit(self.horizon, dtype=INSTANT).alias("horizon_at"),
        )

    def _moments(self, word: str, at: np.ndarray) -> pl.Series:
        told = pl.DataFrame({"us": np.asarray((self.arrived if word == "arrived" else self.presented)[at])})
        return told.select(pl.when(pl.col("us") != NEVER).then("us").cast(INSTANT)).to_series()


def blank_moments(path: Path, filings: int) -> Moments:
    """As many moments as there are filings, none of them known, in a file of their own."""
    with told_plainly(path):
        moments = np.memmap(path, dtype=np.int64, mode="w+", shape=(max(filings, 1),))
        moments[:] = NEVER
    return moments


def put(moments: Moments, filing_no: pl.Series, at: pl.Series) -> None:
    """Set the moments of some filings; those that are empty stay as they are."""
    is_known = at.is_not_null()
    places = filing_no.filter(is_known).to_numpy()
    moments[places] = at.filter(is_known).dt.epoch("us").to_numpy()
