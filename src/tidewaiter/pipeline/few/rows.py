"""Rows: a table of few rows, of which each column is a Polars column, a plain list, or both."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from tidewaiter.pipeline.few.expressions import physical
from tidewaiter.pipeline.few.program import Values


class Rows:
    """A table that is asked for lists by recipes and for a frame by stages that are run by Polars."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame, self.height = frame, frame.height
        self._given = dict(frame.schema)
        self._lists: dict[str, Values] = {}
        self._new: dict[str, pl.DataType] = {}

    def values(self, name: str) -> Values:
        """A column in its physical values."""
        told = self._lists.get(name)
        if told is None:
            told = self._lists[name] = physical(self._frame.get_column(name))
        return told

    def put(self, made: Mapping[str, Values], schema: Mapping[str, pl.DataType]) -> None:
        """More columns, or others in place of those that are there."""
        self._lists.update(made)
        self._new.update({name: schema[name] for name in made})

    def frame(self) -> pl.DataFrame:
        """All columns as a frame."""
        if self._new:
            made = [series(name, self._lists[name], dtype) for name, dtype in self._new.items()]
            self._frame = (
                self._frame.with_columns(made) if self._new.keys() & self._given.keys() else (self._frame.hstack(made))
            )
            self._given |= self._new
            self._new = {}
        return self._frame

    def only(self, names: Iterable[str]) -> pl.DataFrame:
        """Those of these columns that are there, as a frame; no other one is made."""
        kept = [name for name in names if name in self._given or name in self._new]
        return pl.DataFrame(
            [
                series(name, self._lists[name], self._new[name]) if name in self._new else self._frame.get_column(name)
                for name in kept
            ]
        )

    def beside(self, made: pl.DataFrame) -> None:
        """Columns that Polars made."""
        self._frame = self.frame().hstack(made)
        self._given |= dict(made.schema)

    def replaced(self, frame: pl.DataFrame) -> None:
        """The same rows with more columns; those there were stay as they are."""
        self._frame, self._new, self._given = frame, {}, dict(frame.schema)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Names and types of all columns."""
        return self._given | self._new


class Table:
    """A reference table, whose columns become lists as they are asked for."""

    def __init__(self, table: pl.LazyFrame) -> None:
        self._table = table
        self._frame: pl.DataFrame | None = None
        self._lists: dict[str, Values] = {}

    def values(self, name: str) -> Values:
        """A column in its physical values."""
        if name not in self._lists:
            if self._frame is None:
                self._frame = self._table.collect(engine="in-memory")
            self._lists[name] = physical(self._frame.get_column(name))
        return self._lists[name]


def series(name: str, values: Sequence[object], dtype: pl.DataType) -> pl.Series:
    """A Polars column of physical values."""
    if isinstance(dtype, pl.Datetime | pl.Duration):
        return pl.Series(name, values, dtype=pl.Int64).cast(dtype)
    if isinstance(dtype, pl.Date):
        return pl.Series(name, values, dtype=pl.Int32).cast(dtype)
    return pl.Series(name, values, dtype=dtype)
