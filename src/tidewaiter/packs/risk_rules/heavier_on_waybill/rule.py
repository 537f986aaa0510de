"""What AST-05 looks for."""

from typing import Final

import polars as pl

from tidewaiter.kit.risk_rule import Thresholds, column_of

OF: Final = "mass"
WHOLE: Final = 1_000


def hit(thresholds: Thresholds) -> pl.Expr:
    """True where the carrier weighed more than is declared, beyond the slack; null where either is not known."""
    per_mille = column_of(thresholds, "slack", "over_per_mille")[OF]
    least = column_of(thresholds, "slack", "over_mg")[OF]
    weighed, declared = (pl.col(name).cast(pl.Int128) for name in ("weighed_mg", "gross_mass_mg"))
    return (weighed * WHOLE > declared * (WHOLE + per_mille)) & (weighed - declared > least)
