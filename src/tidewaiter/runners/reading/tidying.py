"""Tidying: text without white space at its edges; a text of nothing is no text."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import polars as pl

KEPT: Final = 1_024
"""So many expressions are kept ready: senders name their columns as they like."""

FEW: Final = 64
"""Rows up to which it costs less to look for what is untidy than to tidy all."""

WHITE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""White space as Unicode has it."""


def tidy(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """White space at the edges of these columns gone; what is empty then is null."""
    if rows.height <= FEW:
        columns = [name for name in columns if any(map(_is_untidy, rows.get_column(name).to_list()))]
        if not columns:
            return rows
    return rows.with_columns(_tidied(column) for column in columns)


def _is_untidy(text: str | None) -> bool:
    return text is not None and (not text or text.strip(WHITE) != text)


@lru_cache(maxsize=KEPT)
def _tidied(column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars()
    return pl.when(text != "").then(text)
