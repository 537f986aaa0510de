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


AHEAD: Final = 32
"""Keys that are asked ahead of a new one at the most."""

Ahead = Callable[[tuple[Any, ...]], Iterable[tuple[Any, ...]]]
"""Keys that are likely to be asked next, by one that is new."""

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


def by_key(
    names: Mapping[str, pl.DataType], ask: Callable[[pl.DataFrame], pl.DataFrame], ahead: Ahead | None = None
) -> Few:
    """A table with a row for each item that turns on these columns of it alone."""
    answers = ByKey(ask, names, ahead)
    return lambda _filings, items: answers([items.values(name) for name in names])


def any_of_both(first: Few, second: Few) -> Few:
    """Flags of two tables of the same rows, true where either says so; those of one alone as they are."""

    def few(filings: Rows, items: Rows) -> Lists:
        return _Either(first(filings, items), second(filings, items))

    return few


class _Either:
    def __init__(self, first: Lists, second: Lists) -> None:
        self._first, self._second = first, second

    def values(self, name: str) -> Values:
        """A column of flags."""
        one = self._first.values(name)
        try:
            other = self._second.values(name)
        except KeyError:
            return one
        return [x or y for x, y in zip(one, other, strict=True)]


def crossed(code: int, origin: int) -> Ahead:
    """Keys with the places of a code and an origin: a new one is asked with those that came last of the other.

    Goods come from anywhere: whoever asks for one more at a time pays the price of a question for each pair.
    """
    codes: dict[Any, None] = {}
    origins: dict[Any, None] = {}

    def more(key: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        made = []
        for at, known, others_at, others in ((code, codes, origin, origins), (origin, origins, code, codes)):
            if key[at] not in known:
                made += [(*key[:others_at], other, *key[others_at + 1 :]) for other in [*others][-AHEAD:]]
            known.pop(key[at], None)
            known[key[at]] = None
            while len(known) > MOST:
                del known[next(iter(known))]
        return made

    return more


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

    def __init__(
        self, ask: Callable[[pl.DataFrame], pl.DataFrame], schema: Mapping[str, pl.DataType], ahead: Ahead | None = None
    ) -> None:
        """``ask`` gives a row of answers for each row of keys, which have the columns of ``schema``.

        ``ahead``: further keys that are asked with a new one, since they are likely to come.
        """
        self._ask, self._schema, self._ahead = ask, schema, ahead
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
        if self._ahead:
            more = dict.fromkeys(one for key in new for one in self._ahead(key))
            new += [key for key in more if key not in self._known and key not in new]
        frame = frame_of(new, self._schema)
        answers = self._ask(frame)
        self._names = answers.columns
        columns = [physical(column) for column in answers.get_columns()]
        self._known.update(zip(new, zip(*columns, strict=True) if columns else [()] * len(new), strict=True))


def frame_of(rows: Sequence[tuple[Any, ...]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Rows of physical values as a frame."""
    plain = {name: STORED.get(type(dtype), dtype) for name, dtype in schema.items()}
    made = pl.DataFrame(rows, schema=plain, orient="row")
    turned = [pl.col(name).cast(dtype) for name, dtype in schema.items() if plain[name] != dtype]
    return made.with_columns(turned) if turned else made


STORED: Final[Mapping[Any, Any]] = {pl.Date: pl.Int32(), pl.Datetime: pl.Int64(), pl.Duration: pl.Int64()}
