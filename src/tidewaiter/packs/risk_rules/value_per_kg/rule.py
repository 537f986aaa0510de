"""What VAL-91 looks for."""

from typing import Final

import polars as pl

from tidewaiter.kit.expressions import WIDE
from tidewaiter.kit.risk_rule import Thresholds, column_of

HEADING, CHAPTER = 4, 2
CENTS_OF_PARITY: Final = 1_000
MG_PER_KG: Final = 1_000_000


def hit(thresholds: Thresholds) -> pl.Expr:
    """True where the line's value lies below the floor or above the ceiling of its kind, for the mass it declares."""
    value = pl.col("line_value_minor").cast(WIDE) * CENTS_OF_PARITY * MG_PER_KG
    scale = _mass_mg().cast(WIDE) * _looked_up("destination_country", column_of(thresholds, "parity", "per_1000"))
    is_below = value < scale * _of_goods(column_of(thresholds, "price", "floor"))
    is_above = value > scale * _of_goods(column_of(thresholds, "price", "ceiling"))
    return is_below | is_above


def _mass_mg() -> pl.Expr:
    """Net mass of the line, else its gross mass; a mass of nothing is not told."""
    mass = pl.coalesce("net_mass_mg", "gross_mass_mg")
    return pl.when(mass > 0).then(mass)


def _of_goods(prices: dict[str, int]) -> pl.Expr:
    """The figure of the line's heading, else of its chapter; null where neither is listed."""
    by_length = (_looked_up(pl.col("commodity_code").str.slice(0, length), prices) for length in (HEADING, CHAPTER))
    return pl.coalesce(*by_length)


def _looked_up(text: str | pl.Expr, figures: dict[str, int]) -> pl.Expr:
    column = pl.col(text) if isinstance(text, str) else text
    return column.replace_strict(list(figures), list(figures.values()), default=None, return_dtype=pl.Int64)
