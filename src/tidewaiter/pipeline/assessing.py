"""The wide pass after valuing: goods, costs, regime, quality, duty, tax, fees, totals, risk."""

from collections.abc import Sequence

import polars as pl

from tidewaiter.kit.jurisdiction import REGIME, Jurisdiction
from tidewaiter.kit.risk_rule import RiskRule
from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.model.columns import Schema
from tidewaiter.pipeline.charging import charging, may_add
from tidewaiter.pipeline.checking import checking, screens
from tidewaiter.pipeline.lines import telling
from tidewaiter.pipeline.plan import Carry, Step, Withhold
from tidewaiter.pipeline.stage import Stage
from tidewaiter.pipeline.supplies import leave_lists, lists_of
from tidewaiter.pipeline.tables import FLAG, flags
from tidewaiter.stages import goods, law, leave, value
from tidewaiter.stages.quality import closed_lists

ITEM_LIST_KEYS: Schema = {"law_period": pl.Int32(), "commodity_code": pl.String(), "origin": pl.String()}


def assessing(jurisdiction: Jurisdiction, rules: Sequence[RiskRule]) -> tuple[Step, ...]:
    """The wide pass after valuing: quality, regime, duty, tax, fees, totals, risk."""
    digits = CURRENCY_DIGITS[jurisdiction.currency]
    names, leaves = tuple(lists_of(jurisdiction)), tuple(leave_lists(jurisdiction))
    waits = {kind.flag: f"is_leave_{kind.flag}" for kind in jurisdiction.leave_findings}
    extra = may_add(jurisdiction)
    regime_adds = {**REGIME, **extra, **flags(jurisdiction.findings)}
    return (
        Stage(
            "words that decide", "filings", dict.fromkeys(closed_lists.DECIDING, pl.String()), closed_lists.ADDS,
            lambda filings, _tables: closed_lists.tell_unknown(filings),
        ),
        Withhold("filings", closed_lists.DECIDING),
        Stage(
            "filings nobody can assess", "filings",
            {"law_period": pl.Int32(), "duty_day": pl.Date(), "filing_kind": pl.String(), "function": pl.String(),
             "defaulted": pl.String()},
            flags(law.KINDS), lambda filings, _tables: law.flag_unassessable(filings, jurisdiction.known_until),
        ),
        Stage(
            "lists of goods", "items", {name: ITEM_LIST_KEYS[name] for name in goods.KEYS},
            {f"is_{name}": FLAG for name in (*names, *leaves)},
            lambda items, tables: goods.mark_goods(items, tables["goods_lists"], (*names, *leaves)),
            needs=("goods_lists",),
        ),
        Carry(("filing_kind",)),
        Stage(
            "leave of agencies", "items", {"filing_kind": pl.String(), **dict.fromkeys(waits.values(), FLAG)},
            dict.fromkeys(waits, FLAG), lambda items, _tables: leave.flag_leave(items, waits),
        ),
        Stage(
            "goods of filings", "items",
            {f"is_{name}": FLAG for name in names}
            | dict.fromkeys(("preference", "commodity_code", "origin"), pl.String()),
            {f"has_{name}": FLAG for name in names} | dict.fromkeys(goods.OF_FILING, FLAG),
            lambda items, _tables: goods.mark_filings(items, names), to="filings",
        ),
        *telling(jurisdiction),
        Stage(
            "freight and insurance", "filings",
            {"freight_micro": pl.Int64(), "insurance_micro": pl.Int64(), "other_costs_micro": pl.Int64(),
             "duty_day": pl.Date(), "law_customs_value_includes_freight": FLAG,
             "law_tax_base_includes_freight": FLAG},
            {**value.COSTS, **flags(value.FILING_KINDS)},
            lambda filings, tables: value.value_costs(filings, tables["exchange_rates"], digits),
            needs=("exchange_rates",),
        ),
        Carry(("dutiable_costs_minor", "has_assumed_costs", "intrinsic_value_minor")),
        Stage(
            "customs value", "items",
            {**value.LINE, "intrinsic_value_minor": pl.Int64(), "dutiable_costs_minor": pl.Int64(),
             "has_assumed_costs": FLAG},
            value.CUSTOMS_VALUE, lambda items, _tables: value.value_for_customs(items),
        ),
        Stage(
            "customs value of filings", "items", {"customs_value_minor": pl.Int64()},
            {"customs_value_minor": pl.Int64()}, lambda items, _tables: value.total_customs_value(items), to="filings",
        ),
        Stage("regime", "filings", {}, regime_adds, lambda filings, _tables: jurisdiction.regime(filings)),
        *checking(jurisdiction),
        *charging(jurisdiction, extra),
        *screens(rules),
    )  # fmt: skip
