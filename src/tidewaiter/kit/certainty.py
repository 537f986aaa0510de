"""Certainty: which figures of a sheet were not read, and which amounts rest on them: one rule of what is estimated."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from tidewaiter.kit.facts import PERCENTS, ROUNDING, Parameter
from tidewaiter.kit.jurisdiction import REGIME, Jurisdiction, period_starts
from tidewaiter.kit.noting import is_noting
from tidewaiter.model.columns import Schema
from tidewaiter.model.dates import in_force

ADDS: Final[Schema] = {"duty_is_unsure": pl.Boolean(), "tax_is_unsure": pl.Boolean(), "fee_is_unsure": pl.Boolean()}
"""True where an amount of the filing rests on a fact that was not read."""

COSTS: Final = ("customs_value_includes_freight", "tax_base_includes_freight")
"""Yes or no, and a figure of every filing that declares costs."""

DECLARED_COSTS: Final = ("freight_micro", "insurance_micro", "other_costs_micro")
FLAT: Final = ("flat_rate", "per_item", "per_filing")
BY_RATE: Final = ("tariff", "flat_rate")
TOGETHER: Final = "minimum_collectable_minor"
LEAST: Final = -1
MOST: Final = 2**62
"""Other values that a limit might have: nothing is within the one, everything within the other."""

OF_DUTY: Final = ("duty_rule", "duty_rule_id")
OF_TAX: Final = ("tax_rule", "tax_rule_id")
OF_FEES: Final = ("reduced_set_used", "duty_rule", "tax_rule")

Frames = Callable[[pl.LazyFrame], pl.LazyFrame]


@dataclass(frozen=True, slots=True)
class Certainty:
    """Names of the figures that were not read, by period of the law, and those of them that are amounts of money.

    ``until``: the last day for which the law was looked through; nothing is certain beyond it.
    """

    unsure: tuple[frozenset[str], ...]
    limits: tuple[str, ...]
    until: date | None = None

    def is_beyond(self) -> pl.Expr:
        """True on days for which nobody has looked the law through."""
        if self.until is None:
            return pl.lit(value=False)
        return (pl.col("duty_day") > self.until).fill_null(value=False)

    def rests_on(self, *names: str) -> pl.Expr:
        """True in periods in which any of these figures was not read."""
        periods = [period for period, unsure in enumerate(self.unsure) if unsure.intersection(names)]
        return pl.col("law_period").is_in(periods).fill_null(value=False) if periods else pl.lit(value=False)

    def rests_on_rule(self, rule_id: str) -> pl.Expr:
        """True where the figure that a column names was not read."""
        names = sorted(frozenset[str]().union(*self.unsure))
        return pl.any_horizontal(
            pl.lit(value=False),
            *((pl.col(rule_id) == name).fill_null(value=False) & self.rests_on(name) for name in names),
        )


def certainty(law: Jurisdiction) -> Certainty:
    """The figures of a sheet: money, rates, roundings, and what the value includes. Lists and words are none."""
    figures = [fact for fact in law.parameters if is_figure(fact) and fact.evidence != "read"]
    unsure = tuple(frozenset(fact.name for fact in figures if in_force(fact, day)) for day in period_starts(law))
    return Certainty(unsure, tuple(dict.fromkeys(fact.name for fact in figures if fact.is_money)), law.known_until)


def tell_certainty(filings: pl.LazyFrame, known: Certainty, regime: Frames) -> pl.LazyFrame:
    """Add the columns of ``ADDS`` to filings whose regime is known.

    An amount rests on the figure that its rule names, on how it is rounded, on the minimum below which it is not
    collected, on what the value includes where costs are declared, and on every limit another value of which would
    treat the filing otherwise: ``regime`` is asked again with the limit so low and so high as can be. Tax rests on all
    that the duty does, which is part of its base. Beyond the day until which the law is known all is unsure.
    """
    rows, turned = _turned(filings, known, regime)
    rule = pl.col("duty_rule")
    has_costs = pl.any_horizontal(pl.col(name) > 0 for name in DECLARED_COSTS).fill_null(value=False)
    by_costs = has_costs & known.rests_on(*COSTS)
    is_flat, is_by_rate = (rule.is_in(words).fill_null(value=False) for words in (FLAT, BY_RATE))
    per_code = (rule == "per_code").fill_null(value=False)
    duty = (
        (is_flat & known.rests_on_rule("duty_rule_id"))
        | (per_code & known.rests_on("flat_duty_minor"))
        | (is_by_rate & (known.rests_on("duty_rounding") | by_costs))
        | known.rests_on("duty_minimum_minor", TOGETHER)
        | known.is_beyond()
    )
    tax = duty | turned["duty"] | known.rests_on("tax_rounding", "tax_minimum_minor", TOGETHER) | by_costs
    fee = known.rests_on("fee_rounding") | by_costs | known.is_beyond()
    return rows.with_columns(
        duty_is_unsure=duty | turned["duty"], tax_is_unsure=tax | turned["tax"], fee_is_unsure=fee | turned["fee"]
    )


def is_figure(fact: Parameter) -> bool:
    """True for money, rates, roundings, and for what the value includes."""
    return fact.is_money or fact.unit in (*PERCENTS, ROUNDING) or fact.name in COSTS


KINDS: Final = {"duty": OF_DUTY, "tax": OF_TAX, "fee": OF_FEES}
TURNED_BY: Final = tuple(dict.fromkeys(column for columns in KINDS.values() for column in columns))

Turned = dict[str, pl.Series] | dict[str, pl.Expr]
"""For duty, tax and fees: would another value of a limit that was not read treat the filing otherwise."""


def _turned(filings: pl.LazyFrame, known: Certainty, regime: Frames) -> tuple[pl.LazyFrame, Turned]:
    if is_noting():
        return _turned_plainly(filings, known, regime)
    rows = filings.collect(engine="in-memory")
    found = {kind: pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True) for kind in KINDS}
    given = rows.select(pl.exclude(*REGIME))
    for name in known.limits:
        is_unsure = rows.select(known.rests_on(name)).to_series()
        if not is_unsure.any():
            continue
        for value in (LEAST, MOST):
            other = _with_limit(given.lazy(), name, value, regime).collect(engine="in-memory")
            for kind, columns in KINDS.items():
                for column in columns:
                    found[kind] |= is_unsure & other[column].ne_missing(rows[column])
    return rows.lazy(), found


def _with_limit(given: pl.LazyFrame, name: str, value: int, regime: Frames) -> pl.LazyFrame:
    """What the regime says where one limit has another value."""
    return regime(given.with_columns(pl.lit(value, dtype=pl.Int64).alias(f"law_{name}"))).select(TURNED_BY)


def _turned_plainly(filings: pl.LazyFrame, known: Certainty, regime: Frames) -> tuple[pl.LazyFrame, Turned]:
    """The same as one query: every limit that any period is unsure of is turned for all rows."""
    rows, given = filings, filings.select(pl.exclude(*REGIME))
    found: dict[str, list[pl.Expr]] = {kind: [pl.lit(value=False)] for kind in KINDS}
    for at, name in enumerate(name for name in known.limits if any(name in unsure for unsure in known.unsure)):
        for value in (LEAST, MOST):
            asked = {column: f"{column} {at} {value}" for column in TURNED_BY}
            other = _with_limit(given, name, value, regime).rename(asked)
            rows = pl.concat([rows, other], how="horizontal")
            for kind, columns in KINDS.items():
                found[kind] += [
                    known.rests_on(name) & pl.col(asked[column]).ne_missing(pl.col(column)) for column in columns
                ]
    return rows, {kind: pl.any_horizontal(turned) for kind, turned in found.items()}
