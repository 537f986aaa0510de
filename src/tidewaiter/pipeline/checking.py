"""The steps that find things: quality of data, and risk rules."""

from collections.abc import Sequence

import polars as pl

from tidewaiter.kit.jurisdiction import Jurisdiction
from tidewaiter.kit.risk_rule import RiskRule
from tidewaiter.model.assertions import FACTS
from tidewaiter.model.errors import PlanError
from tidewaiter.pipeline.plan import Carry, Step
from tidewaiter.pipeline.stage import Stage, Table
from tidewaiter.pipeline.tables import RULE_COLUMNS, SEEN_BY_RULES, flags
from tidewaiter.stages import quality, screening


def checking(jurisdiction: Jurisdiction) -> tuple[Step, ...]:
    """Data quality: every item, the sums of a filing's items, every filing."""
    required = jurisdiction.requirements
    return (
        Carry(("reduced_set_used", "nature")),
        Stage(
            "quality of items", "items", quality.ITEM_TAKES, quality.ITEM_ADDS,
            lambda items, _tables: quality.check_items(items, required),
        ),
        Stage(
            "sums of items", "items", quality.ITEM_TAKES, quality.SUMS, lambda items, _tables: quality.sum_items(items),
            to="filings",
        ),
        Stage(
            "quality of filings", "filings", {**quality.FILING_TAKES, **quality.SUMS}, quality.FILING_ADDS,
            lambda filings, _tables: quality.check_filings(filings, required, jurisdiction.places, jurisdiction.sets),
        ),
    )  # fmt: skip


def screens(rules: Sequence[RiskRule]) -> tuple[Step, ...]:
    """One stage per table; what a rule takes is looked up where it runs, and items carry the facts of their filing."""
    of_items = dict.fromkeys(window.fact for rule in rules if rule.finding.level == "item" for window in rule.windows)
    return (
        _screen("risk of filings", "filings", rules, "filing"),
        Carry(tuple(of_items)),
        _screen("risk of items", "items", rules, "item"),
    )


def _screen(name: str, table: Table, rules: Sequence[RiskRule], level: str) -> Stage:
    own = [rule for rule in rules if rule.finding.level == level]
    takes = {column: _rule_column(rule, column) for rule in own for column in rule.takes}
    takes |= {window.fact: pl.Int64() for rule in own for window in rule.windows}
    adds = flags([rule.finding for rule in own])
    return Stage(name, table, takes, adds, lambda frame, _tables: screening.screen(frame, own))


def _rule_column(rule: RiskRule, column: str) -> pl.DataType:
    if column not in RULE_COLUMNS:
        raise PlanError(
            f"Risk rule {rule.finding.code} takes '{column}', which rules cannot see. "
            f"They see what a filing and an item say and {', '.join((*SEEN_BY_RULES, *FACTS))}."
        )
    return RULE_COLUMNS[column]
