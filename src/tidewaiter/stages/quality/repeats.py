"""Repeats: lines of one filing that say the same goods twice."""

from typing import Final

import polars as pl

from tidewaiter.model.findings import FindingKind
from tidewaiter.stages.quality.check import Check

SAID: Final = ("description", "commodity_code", "value_micro", "quantity_micro", "product_id")
"""What two lines must share to be the same: everything that tells goods apart."""


def _is_repeated() -> pl.Expr:
    """True on every line that has a twin in its filing, in whatever order they stand."""
    return pl.struct("filing_row", *SAID).is_duplicated() & pl.col("description").is_not_null()


ITEM_CHECKS: Final = (
    Check(
        FindingKind(
            "DUP-04",
            "Two lines say the same",
            "Another line of the filing has the same description, code, value and quantity. "
            "If they are one, put them together.",
            "note",
            "item",
            pointer="item_no",
            evidence=("item_no",),
        ),
        _is_repeated(),
    ),
)
