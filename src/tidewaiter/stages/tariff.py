"""Tariff: which answer of the tariff is that of an item."""

import polars as pl

from tidewaiter.kit.noting import is_noting
from tidewaiter.model.columns import Schema

ADDS: Schema = {"tariff_row": pl.UInt32()}
"""The number of the tariff's answer; empty where the item names no code."""


def look_up_tariff(items: pl.LazyFrame, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Add ``tariff_row``: ``rows`` has that of each item, in their order."""
    if is_noting():
        return pl.concat([items, rows], how="horizontal")
    return items.with_columns(rows.collect(engine="in-memory")["tariff_row"])
