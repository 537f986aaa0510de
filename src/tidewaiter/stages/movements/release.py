"""Release: from which moment a decision that releases takes effect on the parcel."""

from typing import Final

import polars as pl

from tidewaiter.model.columns import INSTANT, Schema

TAKES: Final[Schema] = {
    "is_released": pl.Boolean(), "awaited": pl.String(), "accepted_at": INSTANT, "arrived_at": INSTANT,
    "presented_at": INSTANT,
}  # fmt: skip
MOVEMENTS: Final[Schema] = {
    "parcel_id": pl.String(),
    "consignment_id": pl.String(),
    "departed_at": INSTANT,
    "arrived_at": INSTANT,
    "presented_at": INSTANT,
    "place": pl.String(),
    "flight": pl.String(),
    "verdict": pl.String(),
    "released_at": INSTANT,
}
"""Columns of ``movements.parquet``."""


def date_release(parcels: pl.LazyFrame) -> pl.LazyFrame:
    """Add ``released_at``: the later of acceptance and the event that the law awaits; empty where it does not release.

    ``awaited`` is ``presented``, ``arrived`` or empty. The time a run takes is not in it, so that the same inputs give
    the same moment.
    """
    arrived = pl.min_horizontal("arrived_at", "presented_at")
    event = pl.when(pl.col("awaited") == "arrived").then(arrived).otherwise("presented_at")
    moment = pl.when(pl.col("awaited").is_null()).then("accepted_at").otherwise(event)
    is_released = pl.col("is_released").fill_null(value=False) & moment.is_not_null()
    return parcels.with_columns(released_at=pl.when(is_released).then(pl.max_horizontal("accepted_at", moment)))
