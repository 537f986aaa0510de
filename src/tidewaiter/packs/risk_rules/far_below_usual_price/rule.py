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
    """True where the line's value for its mass lies below a share of what such goods usually cost."""
    value = pl.col("line_value_minor").cast(WIDE) * CENTS_OF_PARITY * MG_PER_KG * PERCENT
    parity = _looked_up(pl.col("destination_country"), column_of(thresholds, "parity", "per_1000"))
    usual = _of_goods(column_of(thresholds, "price", "usual"))
    return value < _mass_mg().cast(WIDE) * parity * usual * thresholds["usual_percent"]


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
