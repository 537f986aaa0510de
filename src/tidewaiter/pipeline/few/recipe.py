"""Recipes: what a stage does, written down on columns without rows, and worked out on few."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tidewaiter.kit.noting import noting
from tidewaiter.pipeline.few.expressions import Node
from tidewaiter.pipeline.few.lists import Lists
from tidewaiter.pipeline.few.program import Frame, Program, Slot, Step, Unsure, Values
from tidewaiter.pipeline.few.queries import QueryReader, hollow, written
from tidewaiter.pipeline.few.texts import Asked, all_asked
from tidewaiter.pipeline.stage import ROW, Stage

ROWS = "rows"


@dataclass(frozen=True)
class Recipe:
    """Steps from columns of sources, each by source and name, to the columns that a stage adds."""

    takes: Sequence[tuple[str, str, int]]
    places: int
    steps: Sequence[Step]
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
    wanted = [ROW, *stage.adds] if stage.is_rollup else list(stage.adds)

    def asked(sources: Mapping[str, pl.LazyFrame]) -> Sequence[pl.LazyFrame]:
        return [stage.run(sources[ROWS], {name: sources[name] for name in tables}).select(wanted)]

    return recipes(asked, {ROWS: rows, **tables})[0]


Queries = Callable[[Mapping[str, pl.LazyFrame]], Sequence[pl.LazyFrame]]
"""Makes queries of sources by name."""


def recipes(ask: Queries, schemas: Mapping[str, Mapping[str, pl.DataType]]) -> list[Recipe]:
    """Write down queries of sources of these columns, each by itself; ``Unsure`` where that cannot be."""
    with noting():
        queries = [written(query) for query in ask({name: hollow(schema, name) for name, schema in schemas.items()})]
    return [_read(query, schemas) for query in queries]


def _read(query: Node, schemas: Mapping[str, Mapping[str, pl.DataType]]) -> Recipe:
    program = Program()
    sources = {name: _source(program, schema) for name, schema in schemas.items()}
    frame = QueryReader(program, sources).frame(query)
    makes = {name: slot.at for name, slot in frame.columns.items()}
    steps, used = program.cut_to(makes.values())
    takes = [
        (source, name, slot.at)
        for source, named in sources.items()
        for name, slot in named.columns.items()
        if slot.at in used
    ]
    steps = program.at_once(steps, lambda work: isinstance(work, Asked), all_asked)
    return Recipe(takes, program.places, steps, makes)


def _source(program: Program, schema: Mapping[str, pl.DataType]) -> Frame:
    """A place for each column; the height is that of the first."""
    columns = {name: Slot(program.place(), dtype) for name, dtype in schema.items()}
    if not columns:
        raise Unsure("no columns")
    return Frame(columns, next(iter(columns.values())).at)
