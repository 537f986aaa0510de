"""Moments: an order comes before its filing, a parcel is posted before it arrives, and neither lies years away."""

from datetime import timedelta
from typing import Final

import polars as pl

from tidewaiter.model.findings import FindingKind
from tidewaiter.stages.quality.check import Check

SLACK: Final = timedelta(days=1)
"""Senders write local time, or a bare day, which reads as its first moment: a day is no contradiction."""

YEAR: Final = timedelta(days=366)

_LODGED = pl.min_horizontal("lodged_at", "accepted_at")
_ARRIVED = pl.coalesce("presented_at", "arrival_est")
_FILED = pl.coalesce("lodged_at", "accepted_at")
_ARRIVALS = (pl.col("arrival_est"), pl.col("presented_at"))

FILING_CHECKS: Final = (
    Check(
        FindingKind(
            "DAT-01",
            "Ordered after it was filed",
            "The order is of {order_at}, later than the filing about it. Check both dates.",
            "note",
            "filing",
            pointer="order_at",
            evidence=("order_at", "lodged_at", "accepted_at"),
        ),
        pl.col("order_at") > _LODGED + SLACK,
    ),
    Check(
        FindingKind(
            "DAT-02",
            "Posted after it arrived",
            "The parcel was posted on {posted_at}, later than it arrived. Check both dates.",
            "note",
            "filing",
            pointer="posted_at",
            evidence=("posted_at", "arrival_est", "presented_at"),
        ),
        pl.col("posted_at") > _ARRIVED + SLACK,
    ),
    Check(
        FindingKind(
            "DAT-03",
            "Ordered more than a year ago",
            "The order is of {order_at}, more than a year before the duty point {duty_day}. Check its date.",
            "note",
            "filing",
            pointer="order_at",
            evidence=("order_at", "duty_day"),
        ),
        pl.col("order_at").dt.date() < pl.col("duty_day") - YEAR,
    ),
    Check(
        FindingKind(
            "DAT-04",
            "Arrival is more than a year away",
            "Between the filing and the arrival lies more than a year. Check the year of both dates.",
            "ask",
            "filing",
            pointer="arrival_est",
            evidence=("lodged_at", "arrival_est", "presented_at"),
        ),
        pl.any_horizontal((at - _FILED).abs() > YEAR for at in _ARRIVALS),
    ),
)
