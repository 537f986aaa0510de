"""The plan of clearance: which stages, in which order, for one jurisdiction and one set of rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from tidewaiter.kit.jurisdiction import Jurisdiction
from tidewaiter.kit.risk_rule import RiskRule
from tidewaiter.model.assertions import FACTS
from tidewaiter.model.findings import FindingKind
from tidewaiter.pipeline.assessing import assessing
from tidewaiter.pipeline.law_told import LawTold
from tidewaiter.pipeline.plan import Plan, Step, Supply, prove, taken
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.pipeline.stage import ROW
from tidewaiter.pipeline.supplies import supplies
from tidewaiter.pipeline.tables import FILINGS, ITEMS
from tidewaiter.pipeline.valuing import keys, marks, valuing
from tidewaiter.pipeline.waiting import waiting_steps
from tidewaiter.stages import duty, fees, law, quality, tax, totals, value
from tidewaiter.stages.decide import kinds_table, strongest_first
from tidewaiter.stages.movements import waiting


@dataclass(frozen=True)
class Clearance(LawTold):
    """Plans of the two passes and every kind of finding they can make, strongest first.

    The first ``shared`` steps of both are the same: what walked the narrow plan whole goes on behind them.
    """

    jurisdiction: Jurisdiction
    narrow: Plan
    wide: Plan
    kinds: tuple[FindingKind, ...]
    rules: tuple[RiskRule, ...]
    shared: int = 0

    @cached_property
    def kinds_table(self) -> pl.DataFrame:
        """The kinds as a table, for the decision."""
        return kinds_table(self.kinds)


def clearance(
    jurisdiction: Jurisdiction,
    rules: Sequence[RiskRule],
    shelves: Shelves,
    *,
    with_events: bool = False,
    with_assertions: bool = False,
) -> Clearance:
    """Assemble and prove both plans; ``PlanError`` or ``LawMissing`` before any row is read.

    ``with_events``: movement events are known, and what would release waits for its parcel where the law says so.
    ``with_assertions``: what others claim is known; without it rules that look at that are left out.
    """
    rules = [rule for rule in rules if with_assertions or not rule.looks_at_assertions]
    supply = supplies(jurisdiction, shelves)
    facts = {window.fact: pl.Int64() for rule in rules for window in rule.windows} | {
        "person_day_value_minor": pl.Int64()
    }
    kinds = kinds_of(jurisdiction, rules)
    shared = valuing(jurisdiction)
    narrow = _narrow((*shared, *keys(), *marks(rules)), supply)
    steps = (*shared, *assessing(jurisdiction, rules), *(waiting_steps(kinds) if with_events else ()))
    beside = {**(waiting.BESIDE if with_events else {}), **(FACTS if with_assertions else {})}
    kinds += waiting.KINDS if with_events else ()
    wide = prove(steps, {**FILINGS, **facts, **beside}, ITEMS, supply)
    return Clearance(jurisdiction, narrow, wide, tuple(strongest_first(kinds)), tuple(rules), len(shared))


def _narrow(steps: Sequence[Step], supplies: Mapping[str, Supply]) -> Plan:
    """A plan over no more columns than its steps take, so that no more of a filing is read for it."""
    of_filings, of_items = taken(steps, "filings") | {ROW}, taken(steps, "items") | {ROW}
    filings = {name: dtype for name, dtype in FILINGS.items() if name in of_filings}
    items = {name: dtype for name, dtype in ITEMS.items() if name in of_items}
    return prove(steps, filings, items, supplies)


def kinds_of(jurisdiction: Jurisdiction, rules: Sequence[RiskRule]) -> list[FindingKind]:
    """Every kind of finding that a filing can get without events."""
    return [
        *law.KINDS,
        *value.FILING_KINDS,
        *value.ITEM_KINDS,
        *quality.KINDS,
        *jurisdiction.findings,
        *jurisdiction.leave_findings,
        *duty.ITEM_KINDS,
        *tax.ITEM_KINDS,
        fees.NO_FEE_RATE,
        *totals.KINDS,
        *(rule.finding for rule in rules),
    ]
