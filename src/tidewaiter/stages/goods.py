"""Goods lists: which lines fall under the law's lists of goods and countries, and which filings hold such a line."""

from collections.abc import Sequence

import polars as pl

from tidewaiter.kit.filing_sums import flags_of_filings
from tidewaiter.kit.noting import is_noting

KEYS = ("law_period", "commodity_code", "origin")
READ_BY_STAGES = ("reduced_rate_goods",)
"""Lists that stages read of every jurisdiction, whether its sheet has them or not."""

OF_FILING = ("claims_preference", "lacks_code", "lacks_origin")
"""What the lines of a filing say of it beside the lists they are on."""

MOST_FAVOURED = "1"
"""Preference codes that begin so claim none."""


def mark_goods(items: pl.LazyFrame, lists: pl.LazyFrame, names: Sequence[str]) -> pl.LazyFrame:
    """Add ``is_<name>`` per list: true where the line's code or origin is on it at the duty point, else false.

    ``lists`` has a row for each item, in their order.
    """
    told = lists.select(pl.col(f"is_{name}").fill_null(value=False) for name in names)
    made = told if is_noting() else told.collect(engine="in-memory").lazy()
    return pl.concat([items, made], how="horizontal")


def mark_filings(items: pl.LazyFrame, names: Sequence[str]) -> pl.LazyFrame:
    """One row a filing: ``has_<name>`` where any line is on the list, ``claims_preference`` where any claims one.

    ``lacks_code``, ``lacks_origin``: a line names none, so that nobody can tell which lists it is on.
    """
    claims = ~pl.col("preference").str.starts_with(MOST_FAVOURED)
    told = items.select(
        "filing_row",
        *(pl.col(f"is_{name}").alias(f"has_{name}") for name in names),
        claims_preference=claims,
        lacks_code=pl.col("commodity_code").is_null(),
        lacks_origin=pl.col("origin").is_null(),
    )
    return flags_of_filings(told)
