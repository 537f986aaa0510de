"""What SPL-02 looks for."""

import polars as pl

from tidewaiter.kit.risk_rule import Thresholds

DAYS = ("1d", "7d", "30d")


def hit(thresholds: Thresholds) -> pl.Expr:
    """True where a parcel within the limit is one of many dear ones from one seller to one address."""
    is_within = pl.col("intrinsic_value_minor") <= pl.col("low_value_limit_minor")
    return is_within & pl.any_horizontal(_is_cluster(days, thresholds) for days in DAYS)


def _is_cluster(days: str, thresholds: Thresholds) -> pl.Expr:
    """True where the parcels of these days are many, together above the limit, dear, and mostly of one seller."""
    limit = pl.col("low_value_limit_minor")
    parcels = pl.col(f"count_address_seller_key_{days}") + 1
    worth = pl.col(f"sum_minor_address_seller_key_{days}") + pl.col("intrinsic_value_minor")
    to_address = pl.col(f"count_address_key_{days}") + 1
    is_many = parcels >= thresholds[f"parcels_of_{days}_least"] + _more_for_separate_orders(thresholds)
    is_of_one_seller = 100 * parcels >= thresholds["from_one_seller_percent_least"] * to_address
    is_dear = 100 * worth >= thresholds["mean_of_limit_percent_least"] * limit * parcels
    return is_many & (worth > limit) & is_of_one_seller & is_dear


def _more_for_separate_orders(thresholds: Thresholds) -> pl.Expr:
    """How many parcels more it takes where the parcel carries an order number that no other one has."""
    is_separate = pl.col("count_order_key_30d").eq_missing(pl.lit(0, dtype=pl.Int64))
    return pl.when(is_separate).then(thresholds["separate_orders_more"]).otherwise(0)
