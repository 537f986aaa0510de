"""The plan: stages in order, proven by schemas before a row is read, then run on one chunk at a time."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from tidewaiter.model.columns import Schema, told_column
from tidewaiter.model.errors import PlanError
from tidewaiter.pipeline.stage import ROW, Stage, Table, Tables

Supply = Callable[[pl.DataFrame, pl.DataFrame], pl.LazyFrame]
"""Makes a reference table for one chunk from its filings and items."""


@dataclass(frozen=True)
class Carry:
    """Take columns of a filing down to its items."""

    columns: tuple[str, ...]
    name = "carry"


@dataclass(frozen=True)
class Withhold:
    """Empty columns where ``<column>_told`` says that what stands there cannot count: nothing behind rests on it."""

    table: Table
    columns: tuple[str, ...]
    name = "withhold"

    @property
    def takes(self) -> tuple[str, ...]:
        """What it reads: each column and what was told in it."""
        return tuple(name for column in self.columns for name in (column, told_column(column)))


OPTIMIZED: Final = pl.QueryOptFlags.none(projection_pushdown=True, comm_subexpr_elim=True, simplify_expression=True)
"""What a stage gains by: no column for nothing, nothing worked out twice. Looking for more costs more than it gains."""

Step = Stage | Carry | Withhold
TABLES: tuple[Table, Table] = ("filings", "items")


@dataclass
class Chunk:
    """Whole filings with all their items; both sorted by ``filing_row``, which counts filings from 0."""

    filings: pl.DataFrame
    items: pl.DataFrame


@dataclass(frozen=True)
class Plan:
    """Steps that fit: every column taken is there, with its type, when its stage is reached."""

    steps: tuple[Step, ...]
    supplies: Mapping[str, Supply]
    filings: Schema
    items: Schema

    def run(self, chunk: Chunk, after: int = 0) -> Chunk:
        """Walk one chunk through all steps, or those ``after`` the first ones, which it walked already."""
        for step in self.steps[after:]:
            if isinstance(step, Carry):
                chunk.items = _beside(chunk.items, chunk.filings.select(step.columns))
            elif isinstance(step, Withhold):
                setattr(chunk, step.table, withheld(getattr(chunk, step.table), step.columns))
            else:
                run_stage(chunk, step, {name: self.supplies[name](chunk.filings, chunk.items) for name in step.needs})
        return chunk


def run_stage(chunk: Chunk, stage: Stage, tables: Tables) -> Chunk:
    """Run one stage on a chunk and lay what it makes beside the rows."""
    source = chunk.filings if stage.table == "filings" else chunk.items
    kept = [ROW, *stage.adds] if stage.is_rollup else list(stage.adds)
    made = stage.run(source.lazy(), tables).select(kept).collect(engine="in-memory", optimizations=OPTIMIZED)
    if stage.is_rollup:
        chunk.filings = _gathered(chunk.filings, made, stage)
        return chunk
    if made.width and made.height != source.height:
        raise PlanError(f"Stage '{stage.name}' turned {source.height} rows into {made.height}; a stage keeps its rows.")
    if stage.table == "filings":
        chunk.filings = _with(source, made)
    else:
        chunk.items = _with(source, made)
    return chunk


def _with(rows: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    """Columns beside columns; one that has the same value on every row stays that one value."""
    return pl.concat([rows, made], how="horizontal") if made.width else rows


def withheld(rows: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """The rows with these columns empty where something was told that cannot count; mostly that is nowhere."""
    hit = [name for name in columns if rows[told_column(name)].null_count() < rows.height]
    return rows.with_columns(pl.when(pl.col(told_column(name)).is_null()).then(name).alias(name) for name in hit)


def _gathered(filings: pl.DataFrame, rolled: pl.DataFrame, stage: Stage) -> pl.DataFrame:
    """Put the roll-up beside the filings; the usual case is one row for each, in order, or none at all."""
    if rolled[ROW].equals(filings[ROW]):
        return _with(filings, rolled.select(list(stage.adds)))
    if rolled.is_empty():
        return filings.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in stage.adds.items())
    return filings.join(rolled, on=ROW, how="left", maintain_order="left")


def _beside(items: pl.DataFrame, carried: pl.DataFrame) -> pl.DataFrame:
    """Gather filing columns by row position: cheaper than a join, since ``filing_row`` counts from 0.

    All of them in one call; what no filing has stays one empty value.
    """
    empty = [name for name in carried.columns if carried[name].null_count() == carried.height]
    told = carried.drop(empty)[items[ROW]] if len(empty) < carried.width else carried.clear().select()
    nothing = (pl.lit(None, dtype=carried.schema[name]).alias(name) for name in empty)
    return items.with_columns(*told.get_columns(), *nothing)


def taken(steps: Iterable[Step], table: Table) -> set[str]:
    """Columns of a table that the steps take and none of them adds: what must be read for them."""
    take, add = set(), set()
    for step in steps:
        if isinstance(step, Carry):
            take |= set(step.columns) if table == "filings" else set()
            add |= set(step.columns) if table == "items" else set()
        elif isinstance(step, Withhold):
            take |= set(step.takes) - add if step.table == table else set()
        else:
            take |= set(step.takes) if step.table == table else set()
            add |= set(step.adds) if (step.to or step.table) == table else set()
    return take - add


def prove(steps: Iterable[Step], filings: Schema, items: Schema, supplies: Mapping[str, Supply]) -> Plan:
    """Check that every step finds what it takes and adds nothing twice; ``PlanError`` names who lacks what."""
    have = {"filings": _no_rows({**filings, ROW: pl.UInt32()}), "items": _no_rows({**items, ROW: pl.UInt32()})}
    proven = tuple(steps)
    for step in proven:
        if isinstance(step, Carry):
            missing = [name for name in step.columns if name not in have["filings"].columns]
            if missing:
                raise PlanError(f"Nothing adds {', '.join(missing)} to the filings before items are to carry it.")
            have["items"] = have["items"].with_columns(have["filings"].select(step.columns).get_columns())
        elif isinstance(step, Withhold):
            missing = [name for name in step.takes if name not in have[step.table].columns]
            if missing:
                raise PlanError(f"Nothing adds {', '.join(missing)} to the {step.table} before it is to be withheld.")
        else:
            _prove_stage(step, have, supplies)
    return Plan(proven, supplies, filings, items)


def _no_rows(schema: Schema) -> pl.DataFrame:
    """A table of these columns without rows; it grows by what stages add, since making all of it anew is dear."""
    return pl.DataFrame(schema=schema)


def _prove_stage(stage: Stage, have: dict[Table, pl.DataFrame], supplies: Mapping[str, Supply]) -> None:
    given = have[stage.table].schema
    for name, dtype in stage.takes.items():
        found = given.get(name)
        if found is None:
            raise PlanError(f"Stage '{stage.name}' takes '{name}' of the {stage.table}; no step before it adds that.")
        if found != dtype:
            raise PlanError(f"Stage '{stage.name}' takes '{name}' as {dtype}; it arrives as {found}.")
    unknown = [name for name in stage.needs if name not in supplies]
    if unknown:
        raise PlanError(f"Stage '{stage.name}' needs the shelf {', '.join(unknown)}, which nobody supplies.")
    target: Table = stage.to or stage.table
    twice = sorted(set(stage.adds) & set(have[target].columns))
    if twice:
        raise PlanError(f"Stage '{stage.name}' adds {', '.join(twice)}, which the {target} have already.")
    _prove_by_empty_run(stage, have, given, supplies)
    have[target] = _with(have[target], _no_rows(stage.adds))


def _prove_by_empty_run(
    stage: Stage, have: Mapping[Table, pl.DataFrame], given: Schema, supplies: Mapping[str, Supply]
) -> None:
    """Run the stage on no rows: it must make what it declares and keep what it was given.

    Only what a stage declares is taken from it, so that a change of a column it was given would be lost without a word.
    """
    tables = {name: supplies[name](have["filings"], have["items"]) for name in stage.needs}
    try:
        made = stage.run(have[stage.table].lazy(), tables).collect_schema()
    except pl.exceptions.ColumnNotFoundError as fault:
        lost = str(fault).partition("\n")[0]
        raise PlanError(f"Stage '{stage.name}' looks for a column that is not there: {lost}.") from fault
    for name, dtype in stage.adds.items():
        if made.get(name) != dtype:
            raise PlanError(f"Stage '{stage.name}' declares '{name}' as {dtype} and makes {made.get(name)}.")
    for name, dtype in () if stage.is_rollup else given.items():
        if made.get(name) != dtype:
            kept = f"makes it {made[name]}" if name in made else "drops it"
            raise PlanError(f"Stage '{stage.name}' is given '{name}' as {dtype} and {kept}; a stage only adds.")
