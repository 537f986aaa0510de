"""Tidying: text without white space at its edges; a text of nothing is no text."""

from collections.abc import Sequence

import polars as pl


def tidy(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """White space at the edges of these columns gone; what is empty then is null."""
    stripped = [pl.col(column).str.strip_chars() for column in columns]
    return rows.with_columns(pl.when(text != "").then(text) for text in stripped)
