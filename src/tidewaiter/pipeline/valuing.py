"""The steps both passes share: the day, its law, what the goods are worth; and what windows need beside them."""

from collections.abc import Sequence

import polars as pl

from tidewaiter.kit.jurisdiction import Jurisdiction, law_table
from tidewaiter.kit.mark import MARKS_FROM
from tidewaiter.kit.risk_rule import RiskRule
from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.model.columns import INSTANT
from tidewaiter.pipeline.plan import Carry, Step, Withhold
from tidewaiter.pipeline.stage import Stage
from tidewaiter.pipeline.tables import FLAG, LIMIT, flags
from tidewaiter.stages import law, marking, parties, value
from tidewaiter.stages.quality import commodity

WATCHED = (LIMIT, "flat_duty_limit_minor", "ioss_limit_minor")
"""Parameters that set the value up to which low-value rules hold; the first in force counts."""


def valuing(jurisdiction: Jurisdiction) -> tuple[Step, ...]:
    """The steps both passes share: the day, its law, and what the goods are worth."""
    starts = law_table(jurisdiction)["valid_from"].to_list()
    digits = CURRENCY_DIGITS[jurisdiction.currency]
    watched = [f"law_{name}" for name in WATCHED if name in jurisdiction.parameter_names]
    law_schema = law_table(jurisdiction).drop("valid_from", "valid_to", "law_period").schema
    return (
        Stage(
            "duty point", "filings",
            dict.fromkeys((*jurisdiction.duty_point, "run_accepted_at"), INSTANT), law.DUTY_POINT,
            lambda filings, _tables: law.find_duty_point(filings, jurisdiction.duty_point, starts),
        ),
        Stage(
            "law", "filings", {"law_period": pl.Int32()}, dict(law_schema),
            lambda filings, tables: law.lay_law_beside(filings, tables["law"]), needs=("law",),
        ),
        Stage(
            "limit to watch", "filings", {f"law_{name}": pl.Int64() for name in WATCHED if f"law_{name}" in law_schema},
            {LIMIT: pl.Int64()}, lambda filings, _tables: law.watch_limit(filings, watched),
        ),
        Stage(
            "commodity codes", "items", {commodity.CODE: pl.String()}, commodity.ADDS,
            lambda items, tables: commodity.check_codes(items, tables["nomenclature"]), needs=("nomenclature",),
        ),
        Withhold("items", (commodity.CODE,)),
        Carry(("duty_day", "law_period", "destination_country")),
        Stage(
            "value of lines", "items",
            {"value_micro": pl.Int64(), "value_currency": pl.String(), "duty_day": pl.Date()},
            {**value.LINE, **flags(value.ITEM_KINDS)},
            lambda items, tables: value.value_lines(items, tables["exchange_rates"], digits), needs=("exchange_rates",),
        ),
        Stage(
            "value of filings", "items", {"line_value_minor": pl.Int64(), "commodity_code": pl.String()}, value.TOTALS,
            lambda items, _tables: value.total_lines(items), to="filings",
        ),
    )  # fmt: skip


def keys() -> tuple[Step, ...]:
    """The step that tells parties apart, for windows."""
    return (
        Stage("parties", "filings", parties.TAKES, parties.ADDS, lambda filings, _tables: parties.party_keys(filings)),
    )


def marks(rules: Sequence[RiskRule]) -> tuple[Step, ...]:
    """The step that marks filings for the windows of rules that count what they mark; none where no rule does."""
    taken = {name: MARKS_FROM[name] for rule in rules for name in rule.marks_from}
    made = [rule.marked for rule in rules if rule.marked is not None]
    if not made:
        return ()
    return (
        Stage(
            "marks", "items", taken, {mark.meta.output_name(): FLAG for mark in made},
            lambda items, _tables: marking.mark_filings(items, made), to="filings",
        ),
    )  # fmt: skip
