"""Leave of agencies: which goods lines another agency has to let in before they are released."""

from collections.abc import Mapping
from typing import Final

import polars as pl

ENTERING: Final = "import"
"""Filings that bring goods in; others of the parcel, for security or when it leaves, ask for no leave."""


def flag_leave(items: pl.LazyFrame, waits: Mapping[str, str]) -> pl.LazyFrame:
    """Add a flag for each finding of ``waits``, true where an entering line is on its list of goods; never empty.

    A line without a code is on no list: what it is has to be asked first, and is by the checks of quality.
    """
    enters = pl.col("filing_kind").fill_null(ENTERING) == ENTERING
    return items.with_columns(
        (pl.col(listed).fill_null(value=False) & enters).alias(flag) for flag, listed in waits.items()
    )
