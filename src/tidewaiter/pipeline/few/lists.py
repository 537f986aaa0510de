"""Reference tables for few rows, as plain lists: what was asked before is remembered."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, Protocol

import polars as pl

from tidewaiter.pipeline.few.expressions import physical
from tidewaiter.pipeline.few.program import Values
from tidewaiter.pipeline.few.rows import Rows, Table

MOST: Final = 50_000
"""Keys that are remembered of a table; beyond it all are asked anew."""

MOST_DAYS: Final = 64
EPOCH: Final = date(1970, 1, 1)


class Lists(Protocol):
    """A table that can be asked for its columns."""

    def values(self, name: str) -> Values:
        """A column in its physical values."""
        ...


Few = Callable[[Rows, Rows], Lists]
"""Makes a reference table for few filings and items."""


class Supplied:
    """A reference table made for any chunk, and the way to it for few rows, where there is a shorter one."""

    def __init__(self, whole: Callable[[pl.DataFrame, pl.DataFrame], pl.LazyFrame], few: Few | None = None) -> None:
        """Hold both ways; the answers of both must be the same."""
        self.whole, self._few = whole, few

    def __call__(self, filings: pl.DataFrame, items: pl.DataFrame) -> pl.LazyFrame:
        """The table for a chunk."""
        return self.whole(filings, items)

    def few(self, filings: Rows, items: Rows) -> Lists:
        """The table for few rows."""
        return self._few(filings, items) if self._few else Table(self.whole(filings.frame(), items.frame()))


class Columns:
    """A table that is there as lists."""

    def __init__(self, columns: Mapping[str, Values]) -> None:
        """Hold them."""
        self._columns = columns

    def values(self, name: str) -> Values:
        """A column in its physical values."""
        return self._columns[name]


def always(table: pl.LazyFrame) -> Few:
    """The same table for all rows."""
    told = Table(table)
    return lambda _filings, _items: told


def by_days(name: str, table: Callable[[list[date]], pl.LazyFrame]) -> Few:
    """A table that turns on the days in a column of the filings; those asked for last are kept."""
    known: dict[tuple[int, ...], Table] = {}

    def few(filings: Rows, _items: Rows) -> Lists:
        days = tuple(sorted({day for day in filings.values(name) if day is not None}))
        if days not in known:
            if len(known) >= MOST_DAYS:
                known.clear()
            known[days] = Table(table([EPOCH + timedelta(days=day) for day in days]))
        return known[days]

    return few


def by_key(names: Mapping[str, pl.DataType], ask: Callable[[pl.DataFrame], pl.DataFrame]) -> Few:
    """A table with a row for each item that turns on these columns of it alone."""
    answers = ByKey(ask, names)
    return lambda _filings, items: answers([items.values(name) for name in names])


def only_where(
    flags: Sequence[str], whole: Callable[[pl.DataFrame, pl.DataFrame], pl.LazyFrame], empty: Sequence[str]
) -> Few:
    """A table that has rows only where an item has one of these flags."""
    nothing = Columns({name: [] for name in empty})

    def few(filings: Rows, items: Rows) -> Lists:
        if any(True in items.values(flag) for flag in flags):
            return Table(whole(filings.frame(), items.frame()))
        return nothing

    return few


class ByKey:
    """Answers to keys, each asked once."""

    def __init__(self, ask: Callable[[pl.DataFrame], pl.DataFrame], schema: Mapping[str, pl.DataType]) -> None:
        """``ask`` gives a row of answers for each row of keys, which have the columns of ``schema``."""
        self._ask, self._schema = ask, schema
        self._known: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self._names: list[str] | None = None

    def __call__(self, keys: Sequence[Values]) -> Lists:
        """The answers to keys, given column by column."""
        asked = list(zip(*keys, strict=True))
        if self._names is None or any(key not in self._known for key in asked):
            self._learn(dict.fromkeys(asked))
        told = [list(column) for column in zip(*(self._known[key] for key in asked), strict=True)]
        names = self._names or ()
        return Columns(dict(zip(names, told or [[] for _ in names], strict=True)))

    def _learn(self, asked: Iterable[tuple[Any, ...]]) -> None:
        if len(self._known) > MOST:
            self._known = {}
        new = [key for key in asked if key not in self._known]
        frame = frame_of(new, self._schema)
        answers = self._ask(frame)
        self._names = answers.columns
        columns = [physical(column) for column in answers.get_columns()]
        self._known.update(zip(new, zip(*columns, strict=True), strict=True))


def frame_of(rows: Sequence[tuple[Any, ...]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Rows of physical values as a frame."""
    plain = {name: STORED.get(type(dtype), dtype) for name, dtype in schema.items()}
    made = pl.DataFrame(rows, schema=plain, orient="row")
    turned = [pl.col(name).cast(dtype) for name, dtype in schema.items() if plain[name] != dtype]
    return made.with_columns(turned) if turned else made


STORED: Final[Mapping[Any, Any]] = {pl.Date: pl.Int32(), pl.Datetime: pl.Int64(), pl.Duration: pl.Int64()}
