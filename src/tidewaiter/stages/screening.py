"""Screening: every risk rule's question asked of every filing or item, the answers as flags."""

from collections.abc import Sequence

import polars as pl

from tidewaiter.kit.risk_rule import RiskRule
from tidewaiter.model.errors import PlanError


def screen(frame: pl.LazyFrame, rules: Sequence[RiskRule]) -> pl.LazyFrame:
    """Add one flag per rule, never empty: "cannot be told" is no hit. ``PlanError`` where a rule's column is missing.

    The plan runs every stage on no rows before it reads one, so a rule that cannot work is refused by then.
    """
    have = frozenset(frame.collect_schema())
    for rule in rules:
        missing = sorted(rule.columns - have)
        if missing:
            raise PlanError(f"Risk rule {rule.finding.code} takes {', '.join(missing)}, which no step before it adds.")
    return frame.with_columns(rule.flag for rule in rules)
