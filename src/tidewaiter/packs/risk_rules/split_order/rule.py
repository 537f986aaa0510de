"""What SPL-01 looks for."""

import polars as pl

from tidewaiter.kit.risk_rule import Thresholds


def hit(thresholds: Thresholds) -> pl.Expr:
    """True where a parcel within the limit belongs to an order that is above it as a whole."""
    value, limit = pl.col("intrinsic_value_minor"), pl.col("low_value_limit_minor")
    is_above_together = value + pl.col("sum_minor_order_key_30d") > limit
    is_one_order = pl.col("count_order_key_30d") <= thresholds["other_parcels_most"]
    return (value <= limit) & is_above_together & is_one_order
