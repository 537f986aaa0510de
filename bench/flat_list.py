"""Traffic as a courier's flat list: the columns of the sheet ``courier_flat``, one row a goods line."""

from datetime import date
from pathlib import Path

import polars as pl

from tidewaiter.service import discovery
from tidewaiter.world.day import sample_days_chunks


def write_flat(path: Path, parcels: int, seed: int, on: date) -> Path:
    """Write an EU day in the courier's own words and say where."""
    sheet = discovery.sender_sheets()["courier_flat"]
    with path.open("wb") as file:
        for number, rows in enumerate(sample_days_chunks(parcels, seed, "EU", on)):
            told = rows.select(_column(rows, names).alias(column) for column, names in sheet.columns.items())
            told.write_csv(file, include_header=number == 0)
    return path


def _column(rows: pl.DataFrame, names: tuple[str, ...]) -> pl.Expr:
    """The first of the canonical fields a column fills that the traffic has."""
    return next((pl.col(name) for name in names if name in rows.columns), pl.lit(None, dtype=pl.String))
