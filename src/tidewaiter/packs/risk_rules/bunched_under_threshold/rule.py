"""What VAL-90 looks for."""

import polars as pl

from tidewaiter.kit.risk_rule import Thresholds


def hit(thresholds: Thresholds) -> pl.Expr:
    """True where a parcel just under the limit comes from a seller most of whose dear parcels do."""
    value, limit = pl.col("intrinsic_value_minor"), pl.col("low_value_limit_minor")
    in_band, above = pl.col("count_in_band_seller_key_30d"), pl.col("count_above_band_seller_key_30d")
    is_in_band = (100 * value >= thresholds["band_from_percent"] * limit) & (value <= limit)
    is_frequent = in_band >= thresholds["in_band_least"]
    is_bunched = 100 * in_band >= thresholds["in_band_percent_least"] * pl.col("count_seller_key_30d")
    is_walled = in_band >= thresholds["in_band_per_above_least"] * above
    return is_in_band & is_frequent & is_bunched & is_walled
