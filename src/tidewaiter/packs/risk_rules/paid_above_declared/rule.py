"""What AST-01 looks for."""

from typing import Final

import polars as pl

from tidewaiter.kit.risk_rule import Thresholds, column_of

OF: Final = "paid"
WHOLE: Final = 1_000


def hit(thresholds: Thresholds) -> pl.Expr:
    """True where more was paid for the order than all filings of it declare, beyond the slack; null where either is not known."""
    per_mille = column_of(thresholds, "slack", "over_per_mille")[OF]
    least = column_of(thresholds, "slack", "over_micro")[OF]
    claimed, declared = (pl.col(name).cast(pl.Int128) for name in ("paid_micro", "paid_declared_micro"))
    return (claimed * WHOLE > declared * (WHOLE + per_mille)) & (claimed - declared > least)
