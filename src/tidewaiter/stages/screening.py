"""Screening: every risk rule's question asked of every filing or item, the answers as flags."""

from collections.abc import Sequence

import polars as pl

from tidewaiter.kit.risk_rule import RiskRule


def screen(frame: pl.LazyFrame, rules: Sequence[RiskRule]) -> pl.LazyFrame:
    """Add one flag per rule; "cannot be told" is no hit."""
    return frame.with_columns(rule.hit(rule.thresholds).fill_null(value=False).alias(rule.finding.flag) for rule in rules)
