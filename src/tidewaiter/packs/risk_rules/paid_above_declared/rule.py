"""What AST-01 looks for."""

from typing import Final

import polars as pl

from tidewaiter.kit.risk_rule import Thresholds, column_of

OF: Final = "paid"
WHOLE: Final = 1_000


def hit(thresholds: Thresholds) -> pl.Expr:
    """True where the claim is above what all filings of the order declare, beyond the slack; null where unknown."""
    per_mille = column_of(thresholds, "slack", "over_per_mille")[OF]
    least = column_of(thresholds, "slack", "over_micro")[OF]
    claimed, declared = (pl.col(f"{OF}{of}_micro").cast(pl.Int128) for of in ("", "_declared"))
    return (claimed * WHOLE > declared * (WHOLE + per_mille)) & (claimed - declared > least)
