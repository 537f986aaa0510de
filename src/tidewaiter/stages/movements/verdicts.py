"""Verdicts: what became of each parcel, read off its filings, its events and the flights that came in."""

from datetime import datetime, timedelta
from typing import Final

import polars as pl

from tidewaiter.model.columns import INSTANT, Schema
from tidewaiter.stages.movements.parcels import ACCEPTED, EARLIER, KNOWN, OF_EVENTS, QUARANTINED

TAKES: Final[Schema] = {**OF_EVENTS, **KNOWN}
"""A parcel that an event or a filing names: what both say, empty where there is none (``standing``, ``has_moved``)."""

ADDS: Final[Schema] = {"flight": pl.String(), "presented_at": INSTANT, "verdict": pl.String()}

FLIGHTS: Final[Schema] = {"flight": pl.String(), "flight_arrived_at": INSTANT}
MASTERS: Final[Schema] = {"master_document": pl.String(), "master_arrived_at": INSTANT}
"""Flights and master documents of which a parcel arrived, with the last moment at which one did."""

SAME_FLIGHT: Final = timedelta(hours=12)
"""A flight number comes back every day: an arrival this long before the one expected is another day's flight."""


def with_flight(parcels: pl.LazyFrame) -> pl.LazyFrame:
    """Add ``flight``: the one a parcel came with, else left with, else any an event names, else the filing's."""
    return parcels.with_columns(flight=pl.coalesce("arrived_flight", "departed_flight", "named_flight", "filed_flight"))


def arrivals(parcels: pl.LazyFrame, by: str) -> pl.LazyFrame:
    """The last arrival by ``flight`` or ``master_document``, of parcels that have one."""
    here = pl.coalesce("arrived_at", "presented_at")
    arrived = parcels.select(by, here.alias(f"{by.removesuffix('_document')}_arrived_at")).drop_nulls()
    return arrived.group_by(by).agg(pl.all().max())


def judge(
    parcels: pl.LazyFrame, flights: pl.LazyFrame, masters: pl.LazyFrame, horizon: datetime | None
) -> pl.LazyFrame:
    """Add ``presented_at`` (the event's, else the filing's) and ``verdict`` as of ``horizon``; rows keep their order.

    ``parcels`` has ``TAKES`` and ``flight``; without a horizon no moment has passed, and nothing is due.
    """
    now = pl.lit(horizon, dtype=INSTANT)
    told = pl.col("told_presented_at")
    return (
        parcels.join(flights, on="flight", how="left", maintain_order="left")
        .join(masters, on="master_document", how="left", maintain_order="left")
        .with_columns(presented_at=pl.coalesce("presented_at", pl.when(told <= now).then(told)))
        .with_columns(verdict=_verdict(now))
        .drop("flight_arrived_at", "master_arrived_at")
    )


def _verdict(now: pl.Expr) -> pl.Expr:
    """The word for a parcel: the first of these that fits."""
    standing = pl.col("standing")
    is_filed = standing.is_in([ACCEPTED, EARLIER]).fill_null(value=False)
    is_here = pl.col("arrived_at").is_not_null() | pl.col("presented_at").is_not_null()
    has_moved = pl.col("has_moved").fill_null(value=False)
    others_came = _flight_came() | pl.col("master_arrived_at").is_not_null()
    is_overdue = (pl.col("arrival_est") < now).fill_null(value=False)
    is_on_its_way = pl.col("departed_at").is_not_null()
    return (
        pl.when((standing == QUARANTINED).fill_null(value=False))
        .then(pl.lit("data_in_quarantine"))
        .when(is_here & ~is_filed)
        .then(pl.lit("arrived_without_data"))
        .when(is_here & pl.col("presented_at").is_null())
        .then(pl.lit("not_presented"))
        .when(is_here)
        .then(pl.lit("as_declared"))
        .when((is_on_its_way & others_came) | pl.col("missing_at").is_not_null())
        .then(pl.lit("short"))
        .when(~has_moved & is_filed & (others_came | is_overdue))
        .then(pl.lit("data_without_parcel"))
        .otherwise(pl.lit("expected"))
    )


def _flight_came() -> pl.Expr:
    """True where others of the parcel's own flight arrived: after it left, or about when it was expected."""
    since = pl.coalesce("departed_at", pl.col("arrival_est") - SAME_FLIGHT)
    came = pl.col("flight_arrived_at")
    return came.is_not_null() & (since.is_null() | (came >= since))
