"""Marking: what risk rules notice of filings before windows, so that windows can count it."""

from collections.abc import Sequence

import polars as pl


def mark_filings(items: pl.LazyFrame, marks: Sequence[pl.Expr]) -> pl.LazyFrame:
    """One row for each filing that has a marked item: one flag a mark, true where any of its items is marked.

    ``marks``: named boolean expressions over items, never empty. Filings without a marked item get no row.
    """
    marked = items.select("filing_row", *marks)
    names = [mark.meta.output_name() for mark in marks]
    return marked.filter(pl.any_horizontal(names)).group_by("filing_row", maintain_order=True).agg(pl.col(names).any())
