"""Recipes: what a stage does, written down on columns without rows, and worked out on few."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tidewaiter.kit.noting import noting
from tidewaiter.pipeline.few.lists import Lists
from tidewaiter.pipeline.few.program import Frame, Program, Slot, Unsure, Values, Work
from tidewaiter.pipeline.few.queries import QueryReader, hollow, written
from tidewaiter.pipeline.stage import ROW, Stage

ROWS = "rows"


@dataclass(frozen=True)
class Recipe:
    """Steps from columns of sources, each by source and name, to the columns that a stage adds."""

    takes: Sequence[tuple[str, str, int]]
    places: int
    steps: Sequence[tuple[int, Work, tuple[int, ...]]]
    makes: Mapping[str, int]

    def made(self, told: Mapping[str, Lists]) -> dict[str, Values]:
        """The columns that are made of these sources; ``Unsure`` where Polars has to be asked."""
        env: list[Any] = [None] * self.places
        for source, name, at in self.takes:
            env[at] = told[source].values(name)
        for at, work, takes in self.steps:
            env[at] = work(*[env[place] for place in takes])
        return {name: env[at] for name, at in self.makes.items()}


def recipe(stage: Stage, rows: Mapping[str, pl.DataType], tables: Mapping[str, Mapping[str, pl.DataType]]) -> Recipe:
    """Write down what the stage does on rows and reference tables of these columns; ``Unsure`` where that cannot be."""
    program = Program()
    schemas = {ROWS: rows, **tables}
    sources = {name: _source(program, schema) for name, schema in schemas.items()}
    wanted = [ROW, *stage.adds] if stage.is_rollup else list(stage.adds)
    with noting():
        run = stage.run(hollow(rows, ROWS), {name: hollow(schema, name) for name, schema in tables.items()})
        query = run.select(wanted)
    frame = QueryReader(program, sources).frame(written(query))
    makes = {name: frame.columns[name].at for name in wanted}
    steps, used = program.cut_to(makes.values())
    takes = [
        (source, name, slot.at)
        for source, named in sources.items()
        for name, slot in named.columns.items()
        if slot.at in used
    ]
    return Recipe(takes, program.places, steps, makes)


def _source(program: Program, schema: Mapping[str, pl.DataType]) -> Frame:
    """A place for each column; the height is that of the first."""
    columns = {name: Slot(program.place(), dtype) for name, dtype in schema.items()}
    if not columns:
        raise Unsure("no columns")
    return Frame(columns, next(iter(columns.values())).at)
