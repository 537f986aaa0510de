"""Timing: how many filings were decided by the time their parcel arrived, given how long deciding took."""

from math import ceil
from typing import Any, Final

import polars as pl

from tidewaiter.measure.lake import Lake, measured

BASIS: Final = (
    "accepted_at of each filing + measured duration of the run up to its decisions, against the event 'arrived', "
    "else arrival_est"
)


def decided_in_time(lake: Lake, duration_s: float) -> dict[str, Any]:
    """Timing of a run without events: against the arrival that each filing estimates."""
    margin = pl.col("arrival_est") - pl.col("accepted_at")
    in_time = margin >= pl.duration(seconds=ceil(duration_s))
    counts = lake.scan("consignments").select(
        before=in_time.sum().cast(pl.Int64),
        known=margin.is_not_null().sum().cast(pl.Int64),
        all=pl.len().cast(pl.Int64),
    )
    before, known, every = measured(counts).row(0)
    return timing(ceil(duration_s), before, known, every - known)


def timing(duration_s: int, before: int, known: int, unknown: int) -> dict[str, Any]:
    """Counts before and after arrival, and the share before it in whole per mille, rounded down."""
    return {
        "decided_at": BASIS,
        "duration_s": duration_s,
        "before_arrival": before,
        "after_arrival": known - before,
        "unknown": unknown,
        "share_before_arrival_per_mille": 1000 * before // known if known else None,
    }
