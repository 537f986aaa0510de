"""Tariff: which answer of the tariff is that of an item."""

import polars as pl

from tidewaiter.model.columns import Schema

ADDS: Schema = {"tariff_row": pl.UInt32()}
"""The number of the tariff's answer; empty where the item names no code."""

USUALLY_SILENT = ("preference", "additional_codes")
"""Keys that most items leave empty."""


def look_up_tariff(items: pl.LazyFrame, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Add ``tariff_row`` to each item that names a code.

    ``rows``: code, origin, day, preference and additional codes of the chunk, each with its ``tariff_row``. Where no
    item of the chunk names a preference or an additional code, those are not compared.
    """
    found, known = items.collect(), rows.collect()
    silent = [name for name in USUALLY_SILENT if found[name].null_count() == found.height]
    keys = [name for name in known.columns if name not in {"tariff_row", *silent}]
    known = known.filter(pl.col(name).is_null() for name in silent).select(*keys, "tariff_row")
    return found.lazy().join(known.lazy(), on=keys, how="left", nulls_equal=True, maintain_order="left")
