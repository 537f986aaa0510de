"""The plan of clearance: which stages, in which order, for one jurisdiction and one set of rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tidewaiter.kit.jurisdiction import REGIME, Jurisdiction, Parameter, law_table, list_parameters
from tidewaiter.kit.risk_rule import RiskRule
from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.model.columns import FILING_SCHEMA, INSTANT, ITEM_SCHEMA, Schema
from tidewaiter.model.errors import PlanError
from tidewaiter.model.findings import FindingKind
from tidewaiter.pipeline.plan import Carry, Plan, Step, Supply, prove, taken
from tidewaiter.pipeline.shelves import Shelves, days_of, goods_lists, tax_rates
from tidewaiter.pipeline.stage import ROW, Stage, Table
from tidewaiter.stages import duty, fees, goods, law, parties, quality, screening, tax, totals, value
from tidewaiter.stages.decide import strongest_first

FLAG = pl.Boolean()
"""Type of every finding's column."""

FILINGS: Schema = {
    ROW: pl.UInt32(),
    **FILING_SCHEMA,
    "filing_no": pl.Int64(),
    "source_file": pl.String(),
    "source_position": pl.Int64(),
    "submitter": pl.String(),
    "run_accepted_at": INSTANT,
    "defaulted": pl.String(),
    "office_country": pl.String(),
}
ITEMS: Schema = {ROW: pl.UInt32(), **ITEM_SCHEMA, "unmapped": pl.String()}

LIMIT = "low_value_limit_minor"
WATCHED = (LIMIT, "flat_duty_limit_minor", "ioss_limit_minor")
"""Parameters that set the value up to which low-value rules hold, the first in force counts; risk rules watch it."""


@dataclass(frozen=True)
class Clearance:
    """Plans of the two passes and every kind of finding they can make, strongest first."""

    jurisdiction: Jurisdiction
    narrow: Plan
    wide: Plan
    kinds: tuple[FindingKind, ...]
    rules: tuple[RiskRule, ...]


def clearance(jurisdiction: Jurisdiction, rules: Sequence[RiskRule], shelves: Shelves) -> Clearance:
    """Assemble and prove both plans; ``PlanError`` or ``LawMissing`` before any row is read."""
    supplies = _supplies(jurisdiction, shelves)
    facts = {window.fact: pl.Int64() for rule in rules for window in rule.windows} | {
        "person_day_value_minor": pl.Int64()
    }
    kinds = _kinds(jurisdiction, rules)
    valuing = _valuing(jurisdiction)
    narrow = _narrow((*valuing, *_keys()), supplies)
    wide = prove((*valuing, *_assessing(jurisdiction, rules)), {**FILINGS, **facts}, ITEMS, supplies)
    return Clearance(jurisdiction, narrow, wide, tuple(strongest_first(kinds)), tuple(rules))


def _narrow(steps: Sequence[Step], supplies: Mapping[str, Supply]) -> Plan:
    """A plan over no more columns than its steps take, so that no more of a filing is read for it."""
    tables: tuple[tuple[Table, Schema], ...] = (("filings", FILINGS), ("items", ITEMS))
    read = [{name: every[name] for name in every if name in taken(steps, table)} for table, every in tables]
    return prove(steps, {ROW: FILINGS[ROW], **read[0]}, {ROW: ITEMS[ROW], **read[1]}, supplies)


def _kinds(jurisdiction: Jurisdiction, rules: Sequence[RiskRule]) -> list[FindingKind]:
    return [
        *law.KINDS,
        *value.FILING_KINDS,
        *value.ITEM_KINDS,
        *quality.KINDS,
        *jurisdiction.findings,
        *duty.ITEM_KINDS,
        *tax.ITEM_KINDS,
        fees.NO_FEE_RATE,
        *totals.KINDS,
        *(rule.finding for rule in rules),
    ]


def _supplies(jurisdiction: Jurisdiction, shelves: Shelves) -> Mapping[str, Supply]:
    table = law_table(jurisdiction)
    starts = table["valid_from"].to_list()
    law_columns = table.drop("valid_from", "valid_to").lazy()
    lists = _lists(jurisdiction)
    nomenclature = shelves.nomenclature.lazy()
    return {
        "law": lambda _filings, _items: law_columns,
        "exchange_rates": lambda filings, _items: shelves.rates(days_of(filings)).lazy(),
        "goods_lists": lambda _filings, items: goods_lists(lists, starts, items).lazy(),
        "tariff": lambda _filings, items: shelves.tariff.look_up(items).lazy(),
        "tax_rates": lambda filings, _items: tax_rates(jurisdiction, days_of(filings)).lazy(),
        "nomenclature": lambda _filings, _items: nomenclature,
    }


def _lists(jurisdiction: Jurisdiction) -> dict[str, list[Parameter]]:
    """Lists of goods and countries by name; one that stages read of every sheet is empty where a sheet has none."""
    return {name: [] for name in goods.READ_BY_STAGES} | list_parameters(jurisdiction)


def _valuing(jurisdiction: Jurisdiction) -> tuple[Step, ...]:
    """The steps both passes share: the day, its law, and what the goods are worth."""
    starts = law_table(jurisdiction)["valid_from"].to_list()
    digits = CURRENCY_DIGITS[jurisdiction.currency]
    watched = [f"law_{name}" for name in WATCHED if name in jurisdiction.parameter_names]
    law_schema = law_table(jurisdiction).drop("valid_from", "valid_to", "law_period").schema
    return (
        Stage(
            "duty point", "filings",
            {name: INSTANT for name in (*jurisdiction.duty_point, "run_accepted_at")}, law.DUTY_POINT,
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
        Carry(("duty_day", "law_period", "destination_country")),
        Stage(
            "value of lines", "items",
            {"value_micro": pl.Int64(), "value_currency": pl.String(), "duty_day": pl.Date()},
            {**value.LINE, **_flags(value.ITEM_KINDS)},
            lambda items, tables: value.value_lines(items, tables["exchange_rates"], digits), needs=("exchange_rates",),
        ),
        Stage(
            "value of filings", "items", {"line_value_minor": pl.Int64(), "commodity_code": pl.String()}, value.TOTALS,
            lambda items, _tables: value.total_lines(items), to="filings",
        ),
    )  # fmt: skip


def _flags(kinds: Sequence[FindingKind]) -> dict[str, pl.DataType]:
    return {kind.flag: FLAG for kind in kinds}


def _keys() -> tuple[Step, ...]:
    return (
        Stage("parties", "filings", parties.TAKES, parties.ADDS, lambda filings, _tables: parties.party_keys(filings)),
    )


def _screening(rules: Sequence[RiskRule]) -> tuple[Step, ...]:
    """One stage per table; what a rule takes is looked up where it runs."""
    return (_screen("risk of filings", "filings", rules, "filing"), _screen("risk of items", "items", rules, "item"))


def _screen(name: str, table: Table, rules: Sequence[RiskRule], level: str) -> Stage:
    own = [rule for rule in rules if rule.finding.level == level]
    takes = {column: _rule_column(rule, column) for rule in own for column in rule.takes}
    takes |= {window.fact: pl.Int64() for rule in own for window in rule.windows}
    adds = _flags([rule.finding for rule in own])
    return Stage(name, table, takes, adds, lambda frame, _tables: screening.screen(frame, own))


def _rule_column(rule: RiskRule, column: str) -> pl.DataType:
    if column not in RULE_COLUMNS:
        raise PlanError(
            f"Risk rule {rule.finding.code} takes '{column}', which rules cannot see. They see what a filing and an item say and {', '.join(SEEN_BY_RULES)}."
        )
    return RULE_COLUMNS[column]


def _checking(jurisdiction: Jurisdiction) -> tuple[Step, ...]:
    """Data quality: every item, the sums of a filing's items, every filing."""
    required = jurisdiction.requirements
    return (
        Carry(("reduced_set_used", "nature")),
        Stage(
            "quality of items", "items", quality.ITEM_TAKES, quality.ITEM_ADDS,
            lambda items, tables: quality.check_items(items, tables["nomenclature"], required), needs=("nomenclature",),
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


def _assessing(jurisdiction: Jurisdiction, rules: Sequence[RiskRule]) -> tuple[Step, ...]:
    """The wide pass after valuing: quality, regime, duty, tax, fees, totals, risk."""
    digits = CURRENCY_DIGITS[jurisdiction.currency]
    names = tuple(_lists(jurisdiction))
    regime_adds = {**REGIME, **_flags(jurisdiction.findings)}
    return (
        Stage(
            "filings nobody can assess", "filings",
            {"law_period": pl.Int32(), "filing_kind": pl.String(), "function": pl.String(), "defaulted": pl.String()},
            _flags(law.KINDS), lambda filings, _tables: law.flag_unassessable(filings),
        ),
        Stage(
            "lists of goods", "items", {name: ITEM_LIST_KEYS[name] for name in goods.KEYS},
            {f"is_{name}": FLAG for name in names},
            lambda items, tables: goods.mark_goods(items, tables["goods_lists"], names), needs=("goods_lists",),
        ),
        Stage(
            "goods of filings", "items", {f"is_{name}": FLAG for name in names} | {"preference": pl.String()},
            {f"has_{name}": FLAG for name in names} | {"claims_preference": FLAG}, lambda items, _tables: goods.mark_filings(items, names), to="filings",
        ),
        Stage(
            "freight and insurance", "filings",
            {"freight_micro": pl.Int64(), "insurance_micro": pl.Int64(), "other_costs_micro": pl.Int64(),
             "duty_day": pl.Date(), "law_customs_value_includes_freight": FLAG},
            {**value.COSTS, **_flags(value.FILING_KINDS)},
            lambda filings, tables: value.value_costs(filings, tables["exchange_rates"], digits),
            needs=("exchange_rates",),
        ),
        Carry(("dutiable_costs_minor", "has_assumed_costs", "intrinsic_value_minor")),
        Stage(
            "customs value", "items",
            {**value.LINE, "intrinsic_value_minor": pl.Int64(), "dutiable_costs_minor": pl.Int64(), "has_assumed_costs": FLAG},
            value.CUSTOMS_VALUE, lambda items, _tables: value.value_for_customs(items),
        ),
        Stage(
            "customs value of filings", "items", {"customs_value_minor": pl.Int64()}, {"customs_value_minor": pl.Int64()},
            lambda items, _tables: value.total_customs_value(items), to="filings",
        ),
        Stage("regime", "filings", {}, regime_adds, lambda filings, _tables: jurisdiction.regime(filings)),
        *_checking(jurisdiction),
        Carry(("duty_rule", "duty_rule_id", "duty_collected_from", "flat_duty_by_hs6", "tax_rule", "tax_rule_id",
               "law_flat_duty_minor", "duty_paid_by")),
        Stage(
            "tariff", "items", {"commodity_code": pl.String(), "duty_day": pl.Date()}, duty.TARIFF,
            lambda items, tables: duty.look_up_tariff(items, tables["tariff"]), needs=("tariff",),
        ),
        Stage(
            "duty", "items", {"customs_value_minor": pl.Int64(), "duty_rule": pl.String(), **duty.TARIFF},
            {**duty.ADDS, **_flags(duty.ITEM_KINDS)}, lambda items, _tables: duty.assess_duty(items, digits),
        ),
        Stage(
            "tax rates", "items", {"destination_country": pl.String(), "duty_day": pl.Date()}, tax.RATES,
            lambda items, tables: tax.look_up_tax(items, tables["tax_rates"]), needs=("tax_rates",),
        ),
        Stage(
            "tax", "items", {"customs_value_minor": pl.Int64(), "duty_minor": pl.Int64(), "tax_rule": pl.String(), **tax.RATES},
            {**tax.ADDS, **_flags(tax.ITEM_KINDS)}, lambda items, _tables: tax.assess_tax(items),
        ),
        Stage(
            "duty and tax of filings", "items", {"duty_minor": pl.Int64(), "tax_minor": pl.Int64(), "tax_rule": pl.String()},
            totals.SUMS, lambda items, _tables: totals.sum_charges(items), to="filings",
        ),
        Stage(
            "fees", "filings", {"intrinsic_value_minor": pl.Int64(), "item_count": pl.Int64(), "distinct_hs6": pl.Int64()},
            {**{fee.column: pl.Int64() for fee in jurisdiction.fees}, "fee_minor": pl.Int64(), fees.NO_FEE_RATE.flag: FLAG},
            lambda filings, tables: fees.assess_fees(filings, jurisdiction.fees, tables["exchange_rates"], digits),
            needs=("exchange_rates",),
        ),
        Stage(
            "totals", "filings", {"duty_minor": pl.Int64(), "tax_minor": pl.Int64(), "fee_minor": pl.Int64(), **REGIME},
            {**totals.ADDS, **_flags(totals.KINDS)}, lambda filings, _tables: totals.settle(filings),
        ),
        *_screening(rules),
    )  # fmt: skip


SEEN_BY_RULES: Schema = {
    **value.TOTALS,
    **value.LINE,
    "customs_value_minor": pl.Int64(),
    "duty_day": pl.Date(),
    LIMIT: pl.Int64(),
}
RULE_COLUMNS: Schema = {
    **FILING_SCHEMA,
    **ITEM_SCHEMA,
    **SEEN_BY_RULES,
}
"""Columns a risk rule may take, beside the facts of its windows."""

ITEM_LIST_KEYS: Schema = {"law_period": pl.Int32(), "commodity_code": pl.String(), "origin": pl.String()}
