"""Noting: a query is being written down, to be worked out later on rows that nobody can look at yet.

What looks at its rows to be quick on many of them gives its plain query instead: the same answers, without a look.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import polars as pl

UNSURE: Final = "__unsure"
"""Begins the name of a column that is true where the plain query does not tell all."""

FILLED: Final = "__filled"
"""Begins the name of a column of a table without whose rows the plain query does not tell all."""

_IS_NOTING: ContextVar[bool] = ContextVar("is_noting", default=False)


def is_noting() -> bool:
    """True while a query is written down: there are no rows to look at."""
    return _IS_NOTING.get()


@contextmanager
def noting() -> Iterator[None]:
    """Within, queries are written down."""
    token = _IS_NOTING.set(True)
    try:
        yield
    finally:
        _IS_NOTING.reset(token)


def filled(table: pl.LazyFrame) -> pl.LazyFrame:
    """A table of a query that is written down; without any row in it the query does not tell all."""
    return table.with_columns(pl.lit(value=True).alias(FILLED))


def unsure(rows: pl.LazyFrame, name: str, holds: pl.Expr) -> pl.LazyFrame:
    """Rows of a query that is written down; where ``holds`` is true of any of them it does not tell all."""
    return rows.with_columns(holds.alias(f"{UNSURE}_{name}"))
