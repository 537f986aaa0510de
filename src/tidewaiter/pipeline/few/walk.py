"""The walk of few rows: each stage by its recipe where it has one, by Polars where it has none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from tidewaiter.model.columns import told_column
from tidewaiter.pipeline.few.lists import Lists, Supplied
from tidewaiter.pipeline.few.program import Unsure, Values
from tidewaiter.pipeline.few.recipe import ROWS, Recipe, recipe
from tidewaiter.pipeline.few.rows import Rows, Table
from tidewaiter.pipeline.plan import Carry, Chunk, Plan, Step, Withhold, run_stage
from tidewaiter.pipeline.stage import ROW, Stage
from tidewaiter.stages.parties.plainly import MOST as PARTIES_MOST
from tidewaiter.stages.parties.plainly import party_keys_plainly

FEW: Final = 512
"""Items up to which plain lists are quicker than planning."""
BY_HAND: Final = {"parties": party_keys_plainly}
"""Stages that look at their rows and so have no recipe, by the way they have for few."""


@dataclass
class FewWalk:
    """Walks chunks of few rows through a plan; what stages do is written down at the first of them and kept."""

    plan: Plan
    recipes: dict[int, Recipe | None] = field(default_factory=dict)

    def run(self, chunk: Chunk, after: int = 0) -> Chunk:
        """As ``Plan.run`` does, in the same columns."""
        tables = self.walked(chunk, after)
        if tables is None:
            return self.plan.run(chunk, after)
        chunk.filings, chunk.items = _frames(tables)
        return chunk

    def walked(self, chunk: Chunk, after: int = 0) -> Mapping[str, Rows] | None:
        """The same as rows of which only those columns become frames that are asked for; None of a chunk of many."""
        if chunk.items.height > FEW or not chunk.items.height:
            return None
        tables = {"filings": Rows(chunk.filings), "items": Rows(chunk.items)}
        for number, step in enumerate(self.plan.steps[after:], after):
            self._walk(tables, number, step)
        return tables

    def _walk(self, tables: Mapping[str, Rows], number: int, step: Step) -> None:
        if isinstance(step, Carry):
            _carry(tables["filings"], tables["items"], step)
        elif isinstance(step, Withhold):
            _withhold(tables[step.table], step)
        else:
            self._stage(tables, number, step)

    def _stage(self, tables: Mapping[str, Rows], number: int, stage: Stage) -> None:
        by_hand, rows = BY_HAND.get(stage.name), tables[stage.table]
        if by_hand is not None and rows.height <= PARTIES_MOST:
            rows.put(by_hand(rows.values), stage.adds)
            return
        if number not in self.recipes:
            self.recipes[number] = self._written(tables, stage)
        own = self.recipes[number]
        if own is not None:
            try:
                made = own.made({ROWS: tables[stage.table], **self._lists(tables, stage)})
            except Unsure:
                pass
            else:
                _lay(tables, stage, made)
                return
        chunk = run_stage(Chunk(*_frames(tables)), stage, self._supplied(tables, stage))
        tables["filings"].replaced(chunk.filings)
        tables["items"].replaced(chunk.items)

    def _written(self, tables: Mapping[str, Rows], stage: Stage) -> Recipe | None:
        """The recipe of a stage on rows of these columns; None where it has to be left to Polars."""
        supplied = self._supplied(tables, stage)
        try:
            schemas = {name: table.collect_schema() for name, table in supplied.items()}
            return recipe(stage, tables[stage.table].schema, schemas)
        except Unsure:
            return None

    def _supplied(self, tables: Mapping[str, Rows], stage: Stage) -> dict[str, pl.LazyFrame]:
        return {name: self.plan.supplies[name](*_frames(tables)) for name in stage.needs}

    def _lists(self, tables: Mapping[str, Rows], stage: Stage) -> dict[str, Lists]:
        made: dict[str, Lists] = {}
        for name in stage.needs:
            supply = self.plan.supplies[name]
            if isinstance(supply, Supplied):
                made[name] = supply.few(tables["filings"], tables["items"])
            else:
                made[name] = Table(supply(*_frames(tables)))
        return made


def _frames(tables: Mapping[str, Rows]) -> tuple[pl.DataFrame, pl.DataFrame]:
    return tables["filings"].frame(), tables["items"].frame()


def _lay(tables: Mapping[str, Rows], stage: Stage, made: dict[str, Values]) -> None:
    """Columns beside the rows; of a roll-up beside the filings, empty where one has no row."""
    if not stage.is_rollup:
        tables[stage.table].put(made, stage.adds)
        return
    filings, rolled = tables["filings"], made.pop(ROW)
    if rolled != filings.values(ROW):
        at = {row: place for place, row in enumerate(rolled)}
        places = [at.get(row) for row in filings.values(ROW)]
        made = {name: [None if place is None else one[place] for place in places] for name, one in made.items()}
    filings.put(made, stage.adds)


def _carry(filings: Rows, items: Rows, step: Carry) -> None:
    rows, schema = items.values(ROW), filings.schema
    told = {name: filings.values(name) for name in step.columns}
    items.put({name: [values[row] for row in rows] for name, values in told.items()}, schema)


def _withhold(rows: Rows, step: Withhold) -> None:
    for name in step.columns:
        told = rows.values(told_column(name))
        if any(value is not None for value in told):
            kept = [value if said is None else None for value, said in zip(rows.values(name), told, strict=True)]
            rows.put({name: kept}, rows.schema)
