"""The outcome of a filing: its decision, with those holds told apart that only wait for an answer."""

from typing import Final

import polars as pl

OUTCOMES: Final = ("release", "release_conditional", "ask", "hold", "refuse")
"""From what may go to what may not; every filing has one of them."""


def outcome() -> pl.Expr:
    """The decision, but ``ask`` where a held filing's route is to ask; a column ``outcome``."""
    is_asked = (pl.col("decision") == "hold") & (pl.col("route") == "ask")
    return pl.when(is_asked).then(pl.lit("ask")).otherwise("decision").alias("outcome")
