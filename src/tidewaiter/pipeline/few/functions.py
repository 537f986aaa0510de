"""Functions of expressions that look at more than the columns of a row: constants, whole columns, other rows."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import polars as pl

from tidewaiter.pipeline.few import figures, texts
from tidewaiter.pipeline.few.expressions import (
    FUNCTIONS,
    US_PER_DAY,
    Node,
    Read,
    Reader,
    _must,
    alike,
    physical,
    told,
)
from tidewaiter.pipeline.few.groups import of_all
from tidewaiter.pipeline.few.program import Slot, Unsure, Values


def _named(*words: str) -> Callable[[Read], Read]:
    def keep(read: Read) -> Read:
        FUNCTIONS.update(dict.fromkeys(words, read))
        return read

    return keep


def constant(node: Node) -> pl.Series:
    """The value of an expression that must be without columns."""
    _must(isinstance(node, dict) and ("Literal" in node or "Cast" in node), "no constant")
    try:
        return told(node)
    except pl.exceptions.PolarsError as fault:
        raise Unsure("no constant") from fault


def one(node: Node) -> Any:
    """That value, where it is a single one."""
    values = constant(node)
    _must(len(values) == 1, "several")
    return values[0]


@_named("Boolean.IsIn")
def _is_in(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    listed = constant(takes[1])
    listed = listed.explode() if isinstance(listed.dtype, pl.List) else listed
    column = reader.column(takes[0])
    _must(not options["nulls_equal"] and not listed.has_nulls() and alike(listed.dtype, column.dtype), "is_in")
    among = frozenset(physical(listed))
    work = lambda values: [None if value is None else value in among for value in values]  # noqa: E731
    return reader._made(("is_in", among), work, [column], pl.Boolean())


@_named("ReplaceStrict")
def _replaced(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    column, dtype = reader.column(takes[0]), reader.dtype(node)
    old, new = (
        series.explode() if isinstance(series.dtype, pl.List) else series for series in map(constant, takes[1:3])
    )
    _must(alike(old.dtype, column.dtype) and alike(new.dtype, dtype), "replace_strict")
    turned = dict(zip(physical(old), physical(new), strict=True))
    has_default = len(takes) > 3
    default = physical(constant(takes[3]).cast(dtype))[0] if has_default else None

    def work(values: Values) -> Values:
        if not has_default and any(value is not None and value not in turned for value in values):
            raise Unsure("a value that is not replaced")
        return [turned.get(value, default) for value in values]

    key = ("replaced", tuple(turned.items()), default)
    return reader._made(key, work, [column], dtype)


@_named("StringExpr.Contains")
def _contains(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    column = reader.column(takes[0])
    if options["literal"]:
        return reader._made("holds", texts.holds, [column, reader.column(takes[1])], pl.Boolean())
    said = one(takes[1])
    return reader._made(("contains", said), texts.contains(said), [column], pl.Boolean())


@_named("StringExpr.Replace")
def _replace(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    _must(options["n"] == -1, "some places")
    said, by, column = one(takes[1]), one(takes[2]), reader.column(takes[0])
    if options["literal"]:
        _must(bool(said), "nothing replaced")
        work = lambda values: [None if text is None else text.replace(said, by) for text in values]  # noqa: E731
        return reader._made(("replace", said, by), work, [column], pl.String())
    return reader._made(("replaced", said, by), texts.replaced(said, by), [column], pl.String())


@_named("StringExpr.Uppercase")
def _upper(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    return reader._made("upper", texts.upper(), [reader.column(takes[0])], pl.String())


@_named("StringExpr.Lowercase")
def _lower(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    return reader._made("lower", texts.lower(), [reader.column(takes[0])], pl.String())


@_named("StringExpr.Slice")
def _slice(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    start, length = one(takes[1]), one(takes[2])
    return reader._made(("slice", start, length), texts.part(start, length), [reader.column(takes[0])], pl.String())


@_named("StringExpr.Split")
def _split(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    _must(options is False, "split and kept")
    return reader._made("split", texts.split, [reader.column(one) for one in takes], reader.dtype(node))


@_named("ListExpr.Get")
def _get(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    _must(options is True, "a place that may not be there")
    at = one(takes[1])
    return reader._made(("got", at), texts.got(at), [reader.column(takes[0])], reader.dtype(node))


@_named("StringExpr.ConcatHorizontal")
def _concat(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    columns = [reader.column(one) for one in takes]
    _must(all(isinstance(slot.dtype, pl.String) for slot in columns), "joined")
    by, is_lax = options["delimiter"], options["ignore_nulls"]
    work = texts.joined_told(by) if is_lax else texts.joined(by)
    return reader._made(("concat", by, is_lax), work, columns, pl.String())


@_named("SumHorizontal")
def _sum(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    columns, dtype = [reader.column(one) for one in takes], reader.dtype(node)
    if not all(isinstance(slot.dtype, pl.Boolean) for slot in columns):
        _must(all(alike(slot.dtype, dtype) for slot in columns), "sum")
    work = figures.sum_of if options["ignore_nulls"] else figures.sum_of_all
    return reader._within(reader._made(("sum", options["ignore_nulls"]), work, columns, dtype), dtype)


@_named("Abs")
def _abs(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    column = reader.column(takes[0])
    return reader._within(reader._made("abs", figures.size, [column], column.dtype), column.dtype)


@_named("TemporalExpr.Date")
def _date(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    column = reader.column(takes[0])
    dtype = column.dtype
    _must(isinstance(dtype, pl.Datetime) and dtype.time_unit == "us" and dtype.time_zone in (None, "UTC"), "date")
    work = lambda values: [None if value is None else value // US_PER_DAY for value in values]  # noqa: E731
    return reader._made("date", work, [column], pl.Date())


@_named("SearchSorted")
def _search(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    starts, column = constant(takes[0]), reader.column(takes[1])
    _must(options == {"side": "Right", "descending": False} and starts.dtype == column.dtype, "search")
    listed = physical(starts)
    return reader._made(("after", tuple(listed)), partial(figures.after, listed), [column], reader.dtype(node))


@_named("Shift")
def _shift(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    by, column = one(takes[1]), reader.column(takes[0])
    _must(by > 0 and not column.is_one, "shift")
    work = lambda values: ([None] * by + values)[: len(values)]  # noqa: E731
    return reader._made(("shift", by), work, [column], column.dtype)


@_named("AsStruct")
def _struct(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    columns = [reader.column(one) for one in takes]
    work = lambda *lists: list(zip(*lists, strict=True))  # noqa: E731
    return reader._made("struct", work, columns, reader.dtype(node))


@_named("Boolean.IsDuplicated")
def _again(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    def work(values: Values) -> Values:
        count = Counter(values)
        return [count[value] > 1 for value in values]

    return reader._made("again", work, [_rows(reader, takes)], pl.Boolean())


@_named("Boolean.IsFirstDistinct")
def _first(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    def work(values: Values) -> Values:
        seen: dict[Any, int] = {}
        return [seen.setdefault(value, at) == at for at, value in enumerate(values)]

    return reader._made("first", work, [_rows(reader, takes)], pl.Boolean())


def _rows(reader: Reader, takes: Sequence[Node]) -> Slot:
    column = reader.column(takes[0])
    _must(not column.is_one and not isinstance(column.dtype, pl.Float64 | pl.List), "told apart")
    return column


@_named("NullCount", "Boolean.Any", "Boolean.All")
def _together(reader: Reader, takes: Sequence[Node], options: Any, node: Node) -> Slot:
    return of_all(reader, node)
