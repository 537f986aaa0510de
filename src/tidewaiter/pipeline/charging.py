"""What is owed: rates looked up, duty with what is stacked on it, fees, tax, totals."""

from collections.abc import Callable, Mapping, Sequence

import polars as pl
from polars.exceptions import ColumnNotFoundError

from tidewaiter.kit import certainty as sure
from tidewaiter.kit.cases import FACTS, with_law
from tidewaiter.kit.jurisdiction import FLAT_RULE, REGIME, REGIME_MAY, Jurisdiction, periods_of, roundings
from tidewaiter.kit.minimum import spare_little
from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.pipeline.plan import Carry, Step
from tidewaiter.pipeline.stage import ROW, Stage, Tables
from tidewaiter.pipeline.tables import FLAG, flags
from tidewaiter.pipeline.tariff_index import TAKES
from tidewaiter.stages import duty, fees, flat_rules, tariff, tax, totals, value

RULES = ("duty_rule", "duty_rule_id", "duty_collected_from", "flat_duty_by_hs6", "tax_rule", "tax_rule_id",
         "law_flat_duty_minor", "duty_paid_by", "duty_is_unsure", "tax_is_unsure", *FLAT_RULE)  # fmt: skip
ON_ITEMS = ("duty_held_as", "tax_held_as", "tax_place")
"""Columns of ``REGIME_MAY`` that items are assessed by; the others are words of the answer."""

RELIEVED = "relieved_value_minor"
"""The column of ``REGIME_MAY`` that takes a part of the value off what is charged."""

TOGETHER = "minimum_collectable_minor"
MINIMUMS = ("duty_minimum_minor", "tax_minimum_minor", TOGETHER)


def may_add(jurisdiction: Jurisdiction) -> dict[str, pl.DataType]:
    """Those columns of ``REGIME_MAY`` that the law of a jurisdiction adds, told by a run on no rows.

    None where the law looks for what is not there: the proof of the plan says so with its name.
    """
    empty = with_law(pl.DataFrame(schema={ROW: pl.UInt32, **FACTS}), jurisdiction, ())
    try:
        made = jurisdiction.regime(empty.lazy()).collect_schema()
    except ColumnNotFoundError:
        return {}
    return {name: dtype for name, dtype in REGIME_MAY.items() if name in made}


def charging(jurisdiction: Jurisdiction, extra: Mapping[str, pl.DataType]) -> tuple[Step, ...]:
    """The steps from the regime to the totals; ``extra`` are the columns that the law adds beyond what it must."""
    digits, has = CURRENCY_DIGITS[jurisdiction.currency], set(jurisdiction.parameter_names)
    shared = [name for name, is_there in (
        ("taxable_costs_minor", "tax_base_includes_freight" in has),
        ("taxed_fees_minor", any(fee.in_tax_base for fee in jurisdiction.fees)),
    ) if is_there]  # fmt: skip
    limits = [f"law_{name}" for name in MINIMUMS if name in has]
    fee_adds = {**{fee.column: pl.Int64() for fee in jurisdiction.fees}, "fee_minor": pl.Int64(),
                "taxed_fees_minor": pl.Int64(), fees.NO_FEE_RATE.flag: FLAG}  # fmt: skip
    known = sure.certainty(jurisdiction)
    return (
        Stage(
            "certainty", "filings", {**REGIME, **dict.fromkeys(sure.DECLARED_COSTS, pl.Int64())}, sure.ADDS,
            lambda filings, _tables: sure.tell_certainty(filings, known, _only_regime(jurisdiction, extra)),
        ),
        Stage(
            "flat rules", "filings", {"duty_rule": pl.String(), "duty_rule_id": pl.String()}, FLAT_RULE,
            lambda filings, tables: flat_rules.look_up_flat_rules(filings, tables["flat_rules"]),
            needs=("flat_rules",),
        ),
        Stage(
            "fees", "filings",
            {"intrinsic_value_minor": pl.Int64(), "item_count": pl.Int64(), "distinct_hs6": pl.Int64()}, fee_adds,
            lambda filings, tables: fees.assess_fees(
                filings, jurisdiction.fees, tables["exchange_rates"], digits, roundings(jurisdiction, "fee")
            ),
            needs=("exchange_rates",),
        ),
        Carry((*RULES, *(name for name in (*ON_ITEMS, RELIEVED) if name in extra), *shared, *limits)),
        *([_relief_of_a_part()] if RELIEVED in extra else []),
        Stage(
            "parts of the value", "items", {**value.PARTS_DECLARED, "value_currency": pl.String()}, value.PARTS,
            lambda items, tables: value.value_parts(items, tables["exchange_rates"], digits),
            needs=("exchange_rates",),
        ),
        Stage(
            "tariff", "items", TAKES, tariff.ADDS,
            lambda items, tables: tariff.look_up_tariff(items, tables["tariff"]), needs=("tariff",),
        ),
        *_duty_and_tax(jurisdiction, digits),
        Stage(
            "duty and tax of filings", "items",
            {"duty_minor": pl.Int64(), "tax_minor": pl.Int64(), "tax_rule": pl.String()}, totals.SUMS,
            lambda items, _tables: totals.sum_charges(items), to="filings",
        ),
        Stage(
            "totals", "filings", {"duty_minor": pl.Int64(), "tax_minor": pl.Int64(), "fee_minor": pl.Int64(), **REGIME},
            {**totals.ADDS, **flags(totals.KINDS)}, lambda filings, _tables: totals.settle(filings),
        ),
    )  # fmt: skip


def _only_regime(
    jurisdiction: Jurisdiction, extra: Mapping[str, pl.DataType]
) -> Callable[[pl.LazyFrame], pl.LazyFrame]:
    """The regime asked once more, of filings that have its answers already."""
    told = [*extra, *(kind.flag for kind in jurisdiction.findings)]
    return lambda filings: jurisdiction.regime(filings.drop(told, strict=False))


def _relief_of_a_part() -> Stage:
    return Stage(
        "relief of a part", "items", {RELIEVED: pl.Int64(), "line_value_minor": pl.Int64()}, value.RELIEVED,
        lambda items, _tables: value.relieve_part(items),
    )  # fmt: skip


def _duty_and_tax(jurisdiction: Jurisdiction, digits: int) -> Sequence[Stage]:
    """Duty, tax rates and tax; in one stage where the law spares what is little of both together."""
    has = jurisdiction.parameter_names
    law = duty.DutyLaw(
        jurisdiction.currency, digits, roundings(jurisdiction, "duty"), roundings(jurisdiction, "excise", "duty"),
        "duty_minimum_minor" in has,
    )  # fmt: skip
    of_tax, of_base = roundings(jurisdiction, "tax"), roundings(jurisdiction, "tax_base")
    lacks_excise = periods_of(jurisdiction, "excise_not_loaded")
    stages = (
        Stage(
            "duty", "items", {"customs_value_minor": pl.Int64(), "duty_rule": pl.String(), **tariff.ADDS},
            {**duty.ADDS, **flags(duty.ITEM_KINDS)},
            lambda items, tables: duty.assess_duty(items, tables["tariff_answers"], tables["additions"], law),
            needs=("tariff_answers", "additions"),
        ),
        Stage(
            "tax rates", "items", {"destination_country": pl.String(), "duty_day": pl.Date()}, tax.LOOKED_UP,
            lambda items, tables: tax.look_up_tax(items, tables["tax_rates"], tables["reduced_tax_rates"]),
            needs=("tax_rates", "reduced_tax_rates"),
        ),
        Stage(
            "tax", "items",
            {"customs_value_minor": pl.Int64(), "duty_minor": pl.Int64(), "tax_rule": pl.String(), **tax.LOOKED_UP},
            {**tax.ADDS, **flags(tax.ITEM_KINDS)},
            lambda items, _tables: tax.assess_tax(
                items, of_tax, of_base, has_minimum="tax_minimum_minor" in has, lacks_excise=lacks_excise
            ),
        ),
    )  # fmt: skip
    return (_together(stages),) if TOGETHER in has else stages


def _together(stages: Sequence[Stage]) -> Stage:
    """Stages in a row as one, which spares duty and tax at the border where both together are too little."""

    def run(items: pl.LazyFrame, tables: Tables) -> pl.LazyFrame:
        for stage in stages:
            items = stage.run(items, tables)
        return spare_little(items, {"duty_minor": "duty_status", "tax_minor": "tax_status"}, f"law_{TOGETHER}")

    adds = {name: dtype for stage in stages for name, dtype in stage.adds.items()}
    takes = {name: dtype for stage in stages for name, dtype in stage.takes.items() if name not in adds}
    needs = tuple(dict.fromkeys(name for stage in stages for name in stage.needs))
    return Stage("duty and tax", "items", takes, adds, run, needs)
