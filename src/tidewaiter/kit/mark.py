"""Marks: what a risk rule notices of a filing before windows, so that windows can count it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from tidewaiter.model.columns import ITEM_SCHEMA, Schema

MARKS_FROM: Final[Schema] = {
    **ITEM_SCHEMA,
    "line_value_minor": pl.Int64(),
    "destination_country": pl.String(),
    "duty_day": pl.Date(),
}
"""Columns of an item that are known before windows: what it says, its value, its destination, its day."""

Mark = Callable[[Mapping[str, int]], pl.Expr]


def faults_of_mark(marked: pl.Expr | None, marks_from: Sequence[str], *, is_counted: bool) -> Iterator[str]:
    """What is wrong with the mark of a rule: not counted, not there, blind, idle, or no yes and no."""
    if marked is None:
        if is_counted:
            yield "A window counts what is marked, and rule.py has no mark(thresholds)."
        if marks_from:
            yield f"It says it marks from {', '.join(marks_from)}, and rule.py has no mark(thresholds)."
        return
    if not is_counted:
        yield "It has a mark that none of its windows counts."
    unknown = [name for name in marks_from if name not in MARKS_FROM]
    if unknown:
        yield f"Marks cannot be made from {', '.join(unknown)}: windows know no more than {', '.join(MARKS_FROM)}."
    read = set(marked.meta.root_names())
    strangers, idle = sorted(read - set(marks_from)), sorted(set(marks_from) - read)
    if strangers:
        yield f"Its mark looks at {', '.join(strangers)}, which marks_from does not list."
    if idle:
        yield f"It marks from {', '.join(idle)} and does nothing with it."
    if not (unknown or strangers) and _type_of(marked) != pl.Boolean:
        yield f"Its mark is {_type_of(marked)}, not yes or no."


def _type_of(marked: pl.Expr) -> pl.DataType:
    return pl.LazyFrame(schema=MARKS_FROM).select(marked).collect_schema().dtypes()[0]
