"""What VAL-92 looks for."""

from typing import Final

import polars as pl

from tidewaiter.kit.expressions import WIDE
from tidewaiter.kit.risk_rule import Thresholds, column_of

HEADING, CHAPTER = 4, 2
CENTS_OF_PARITY: Final = 1_000
MG_PER_KG: Final = 1_000_000
PERCENT: Final = 100


def hit(thresholds: Thresholds) -> pl.Expr:
    """True where the line is far cheaper than such goods usually are, or cheaper and its seller does so often."""
    is_habit_here = _is_below(thresholds, "habit_usual_percent") & _is_habit(thresholds)
    return _is_below(thresholds, "usual_percent") | is_habit_here


def mark(thresholds: Thresholds) -> pl.Expr:
    """True where the line is as cheap as counts towards a habit."""
    return _is_below(thresholds, "marked_usual_percent")


def _is_habit(thresholds: Thresholds) -> pl.Expr:
    """True where enough of the seller's other parcels are marked; some more that are not weigh against few parcels."""
    others, marked = pl.col("count_seller_key_30d"), pl.col("count_marked_val_92_seller_key_30d")
    is_share = marked * PERCENT >= (others + thresholds["others_added"]) * thresholds["marked_percent"]
    return (others >= thresholds["others_least"]) & is_share


def _is_below(thresholds: Thresholds, percent: str) -> pl.Expr:
    """True where the line's value for its mass lies below this share of what such goods usually cost."""
    value = pl.col("line_value_minor").cast(WIDE) * CENTS_OF_PARITY * MG_PER_KG * PERCENT
    parity = _looked_up(pl.col("destination_country"), column_of(thresholds, "parity", "per_1000"))
    usual = _of_goods(column_of(thresholds, "price", "usual"))
    return value < _mass_mg().cast(WIDE) * parity * usual * thresholds[percent]


def _mass_mg() -> pl.Expr:
    """Net mass of the line, else its gross mass; a mass of nothing is not told."""
    mass = pl.coalesce("net_mass_mg", "gross_mass_mg")
    return pl.when(mass > 0).then(mass)


def _of_goods(prices: dict[str, int]) -> pl.Expr:
    """The price of the line's heading, else of its chapter; null where neither is listed."""
    code = pl.col("commodity_code")
    return pl.coalesce(_looked_up(code.str.slice(0, length), prices) for length in (HEADING, CHAPTER))


def _looked_up(text: pl.Expr, figures: dict[str, int]) -> pl.Expr:
    return text.replace_strict(list(figures), list(figures.values()), default=None, return_dtype=pl.Int64)
