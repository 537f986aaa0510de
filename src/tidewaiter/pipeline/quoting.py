"""The plan of a quote: that of clearance for one filing by itself, without screening, with advice on data sets."""

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from tidewaiter.kit.jurisdiction import ADVICE, Jurisdiction
from tidewaiter.model.columns import Schema
from tidewaiter.model.findings import FindingKind
from tidewaiter.pipeline.assessing import assessing
from tidewaiter.pipeline.clearance import kinds_of
from tidewaiter.pipeline.law_told import LawTold
from tidewaiter.pipeline.plan import Plan, Step, prove
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.pipeline.stage import Run, Stage, Tables
from tidewaiter.pipeline.supplies import supplies
from tidewaiter.pipeline.tables import FILINGS, ITEMS
from tidewaiter.pipeline.valuing import valuing
from tidewaiter.stages.decide import strongest_first

OF_THE_DAY: Final[Schema] = {"person_day_value_minor": pl.Int64()}
"""What a person's parcels of one day add up to; a quote knows of this one alone."""


@dataclass(frozen=True)
class Quoting(LawTold):
    """A proven plan and all that it can find, strongest first."""

    jurisdiction: Jurisdiction
    plan: Plan
    kinds: tuple[FindingKind, ...]


def quoting(jurisdiction: Jurisdiction, shelves: Shelves) -> Quoting:
    """Assemble and prove the plan; ``PlanError`` or ``LawMissing`` before any row is read."""
    alone = Stage(
        "a filing by itself", "filings", {"intrinsic_value_minor": pl.Int64()}, OF_THE_DAY,
        lambda filings, _tables: filings.with_columns(person_day_value_minor="intrinsic_value_minor"),
    )  # fmt: skip
    steps = (*valuing(jurisdiction), alone, *map(_advising, assessing(jurisdiction, ())))
    plan = prove(steps, FILINGS, ITEMS, supplies(jurisdiction, shelves))
    return Quoting(jurisdiction, plan, tuple(strongest_first(kinds_of(jurisdiction, ()))))


def _advising(step: Step) -> Step:
    """The regime's step keeps what the law says of data sets that are not allowed."""
    if not isinstance(step, Stage) or "reduced_set_used" not in step.adds:
        return step
    return replace(step, adds={**step.adds, **ADVICE}, run=_with_advice(step.run))


def _with_advice(run: Run) -> Run:
    """A law that gives no advice leaves it empty."""

    def advised(filings: pl.LazyFrame, tables: Tables) -> pl.LazyFrame:
        made = run(filings, tables)
        silent = [name for name in ADVICE if name not in made.collect_schema()]
        return made.with_columns(pl.lit(None, dtype=ADVICE[name]).alias(name) for name in silent)

    return advised
