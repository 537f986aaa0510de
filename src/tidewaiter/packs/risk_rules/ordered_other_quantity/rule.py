"""What AST-03 looks for."""

from typing import Final

import polars as pl

from tidewaiter.kit.risk_rule import Thresholds, column_of

OF: Final = "pieces"


def hit(thresholds: Thresholds) -> pl.Expr:
    """True where another number of pieces was ordered than is declared; null where either is not known."""
    most = column_of(thresholds, "slack", "off_micro")[OF]
    off = pl.col("ordered_quantity_micro") - pl.col("ordered_quantity_declared_micro")
    return off.abs() > most
