"""Exceptions: rows that could not be accepted, by code, with the first of each."""

from typing import Any, Final

import polars as pl

from tidewaiter.measure.lake import Lake, measured

EXAMPLES: Final = 3


def exceptions(lake: Lake) -> list[dict[str, Any]]:
    """A record a code, the commonest first: ``code``, ``rows`` and ``examples`` in the order of the files."""
    rows = lake.scan("quarantine")
    counts = measured(rows.group_by("code").agg(rows=pl.len()).sort("rows", "code", descending=[True, False]))
    return [
        {**count, "examples": measured(rows.filter(pl.col("code") == count["code"]).head(EXAMPLES)).to_dicts()}
        for count in counts.to_dicts()
    ]
