"""Flat rules: the rate or the money that the parameter named by a filing's duty rule says, beside the filing."""

import polars as pl

from tidewaiter.kit.jurisdiction import FLAT_RULE

USED_BY = ("flat_rate", "per_item", "per_filing")
"""Duty rules that take their rate or their money from the parameter they rest on."""


def look_up_flat_rules(filings: pl.LazyFrame, rules: pl.LazyFrame) -> pl.LazyFrame:
    """Add the columns of ``FLAT_RULE``; empty where another duty rule decides, or the law says nothing on the day.

    ``rules``: duty_rule_id, law_period and the columns of ``FLAT_RULE``.
    """
    is_used = pl.col("duty_rule").is_in(USED_BY)
    beside = filings.with_columns(flat_rule_id=pl.when(is_used).then("duty_rule_id")).join(
        rules, left_on=["flat_rule_id", "law_period"], right_on=["duty_rule_id", "law_period"], how="left",
        maintain_order="left",
    )  # fmt: skip
    return beside.with_columns(pl.col(name) for name in FLAT_RULE).drop("flat_rule_id")
