"""The wide pass after valuing: goods, costs, regime, quality, duty, tax, fees, totals, risk."""

from collections.abc import Sequence

import polars as pl

from tidewaiter.kit.jurisdiction import REGIME, Jurisdiction
from tidewaiter.kit.risk_rule import RiskRule
from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.model.columns import Schema
from tidewaiter.pipeline.checking import checking, screens
from tidewaiter.pipeline.lines import telling
from tidewaiter.pipeline.plan import Carry, Step
from tidewaiter.pipeline.stage import Stage
from tidewaiter.pipeline.supplies import lists_of
from tidewaiter.pipeline.tables import FLAG, flags
from tidewaiter.stages import duty, fees, goods, law, tax, totals, value

ITEM_LIST_KEYS: Schema = {"law_period": pl.Int32(), "commodity_code": pl.String(), "origin": pl.String()}


def assessing(jurisdiction: Jurisdiction, rules: Sequence[RiskRule]) -> tuple[Step, ...]:
    """The wide pass after valuing: quality, regime, duty, tax, fees, totals, risk."""
    digits = CURRENCY_DIGITS[jurisdiction.currency]
    names = tuple(lists_of(jurisdiction))
    regime_adds = {**REGIME, **flags(jurisdiction.findings)}
    return (
        Stage(
            "filings nobody can assess", "filings",
            {"law_period": pl.Int32(), "filing_kind": pl.String(), "function": pl.String(), "defaulted": pl.String()},
            flags(law.KINDS), lambda filings, _tables: law.flag_unassessable(filings),
        ),
        Stage(
            "lists of goods", "items", {name: ITEM_LIST_KEYS[name] for name in goods.KEYS},
            {f"is_{name}": FLAG for name in names},
            lambda items, tables: goods.mark_goods(items, tables["goods_lists"], names), needs=("goods_lists",),
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
             "duty_day": pl.Date(), "law_customs_value_includes_freight": FLAG},
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
        Carry(("duty_rule", "duty_rule_id", "duty_collected_from", "flat_duty_by_hs6", "tax_rule", "tax_rule_id",
               "law_flat_duty_minor", "duty_paid_by")),
        Stage(
            "tariff", "items", {"commodity_code": pl.String(), "duty_day": pl.Date()}, duty.TARIFF,
            lambda items, tables: duty.look_up_tariff(items, tables["tariff"], jurisdiction.currency),
            needs=("tariff",),
        ),
        Stage(
            "duty", "items", {"customs_value_minor": pl.Int64(), "duty_rule": pl.String(), **duty.TARIFF},
            {**duty.ADDS, **flags(duty.ITEM_KINDS)}, lambda items, _tables: duty.assess_duty(items, digits),
        ),
        Stage(
            "tax rates", "items", {"destination_country": pl.String(), "duty_day": pl.Date()}, tax.RATES,
            lambda items, tables: tax.look_up_tax(items, tables["tax_rates"]), needs=("tax_rates",),
        ),
        Stage(
            "tax", "items",
            {"customs_value_minor": pl.Int64(), "duty_minor": pl.Int64(), "tax_rule": pl.String(), **tax.RATES},
            {**tax.ADDS, **flags(tax.ITEM_KINDS)}, lambda items, _tables: tax.assess_tax(items),
        ),
        Stage(
            "duty and tax of filings", "items",
            {"duty_minor": pl.Int64(), "tax_minor": pl.Int64(), "tax_rule": pl.String()}, totals.SUMS,
            lambda items, _tables: totals.sum_charges(items), to="filings",
        ),
        Stage(
            "fees", "filings",
            {"intrinsic_value_minor": pl.Int64(), "item_count": pl.Int64(), "distinct_hs6": pl.Int64()},
            {**{fee.column: pl.Int64() for fee in jurisdiction.fees}, "fee_minor": pl.Int64(),
             fees.NO_FEE_RATE.flag: FLAG},
            lambda filings, tables: fees.assess_fees(filings, jurisdiction.fees, tables["exchange_rates"], digits),
            needs=("exchange_rates",),
        ),
        Stage(
            "totals", "filings", {"duty_minor": pl.Int64(), "tax_minor": pl.Int64(), "fee_minor": pl.Int64(), **REGIME},
            {**totals.ADDS, **flags(totals.KINDS)}, lambda filings, _tables: totals.settle(filings),
        ),
        *screens(rules),
    )  # fmt: skip
