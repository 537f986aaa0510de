"""A stage: what it takes, what it adds, and the function between; the plan joins and proves them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from tidewaiter.model.columns import Schema

Table = Literal["filings", "items"]
Tables = Mapping[str, pl.LazyFrame]
"""Reference tables by name, already cut to the chunk."""

Run = Callable[[pl.LazyFrame, Tables], pl.LazyFrame]
ROW = "filing_row"
"""Position of a filing in its chunk; items carry it too. Both tables are sorted by it."""


@dataclass(frozen=True)
class Stage:
    """One stage on one table.

    ``table`` is what ``run`` gets and whose rows it keeps: same rows, same order, ``adds`` more columns.
    A roll-up (``to="filings"`` with ``table="items"``) returns one row per ``filing_row`` with ``adds``; the plan
    joins them to the filings, filings without a row get nulls. ``needs`` names the reference tables ``run`` reads.
    """

    name: str
    table: Table
    takes: Schema
    adds: Schema
    run: Run
    needs: tuple[str, ...] = ()
    to: Table | None = None

    @property
    def is_rollup(self) -> bool:
        """True where rows become fewer: items gathered into their filing."""
        return self.to is not None and self.to != self.table
