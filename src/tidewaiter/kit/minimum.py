"""Minimum: what is due on a filing and comes to too little to be collected."""

from collections.abc import Mapping
from typing import Final

import polars as pl

DUE: Final = ("estimated", "definitive", "provisional")
"""Statuses of a charge that is due at once."""

BELOW: Final = "below_minimum"


def spare_little(items: pl.LazyFrame, charges: Mapping[str, str], limit: str) -> pl.LazyFrame:
    """Make nil what is due on a filing where it comes to no more than ``limit`` in all.

    ``charges``: the column of an amount to that of its status; what is due becomes 0 with the status
    ``below_minimum``. Nothing is spared where one of them is ``unresolved``, nor without a ``limit`` (a column of the
    item, in minor units). Rows are kept; takes ``filing_row``.
    """
    due = [pl.when(pl.col(status).is_in(DUE)).then(pl.col(amount)).otherwise(0) for amount, status in charges.items()]
    is_open = pl.any_horizontal(pl.col(status) == "unresolved" for status in charges.values()).fill_null(value=False)
    whole = pl.sum_horizontal(due).sum().over("filing_row")
    is_little = (whole <= pl.col(limit)).fill_null(value=False) & ~is_open.any().over("filing_row")
    marked = items.with_columns(is_little=is_little)
    spared = {
        amount: pl.when(pl.col("is_little") & pl.col(status).is_in(DUE)).then(0).otherwise(amount)
        for amount, status in charges.items()
    }
    words = {
        status: pl.when(pl.col("is_little") & pl.col(status).is_in(DUE)).then(pl.lit(BELOW)).otherwise(status)
        for status in charges.values()
    }
    return marked.with_columns(**spared, **words).drop("is_little")
