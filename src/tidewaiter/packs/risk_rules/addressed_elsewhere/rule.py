"""What AST-04 looks for."""

import polars as pl

from tidewaiter.kit.risk_rule import Thresholds


def hit(_thresholds: Thresholds) -> pl.Expr:
    """True where another party sends the parcel to a country that the filing does not name; null where unknown."""
    claimed = pl.col("addressed_country")
    told = pl.coalesce("consignee_country", "destination_country")
    is_delivered_there = (pl.col("delivery_country") == claimed).fill_null(value=False)
    return (claimed != told) & ~is_delivered_there
