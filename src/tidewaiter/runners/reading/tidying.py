"""Tidying: text without white space at its edges; a text of nothing is no text."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import polars as pl

KEPT: Final = 1_024
"""So many expressions are kept ready: senders name their columns as they like."""


def tidy(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """White space at the edges of these columns gone; what is empty then is null."""
    return rows.with_columns(_tidied(column) for column in columns)


@lru_cache(maxsize=KEPT)
def _tidied(column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars()
    return pl.when(text != "").then(text)
