"""Functions of expressions that look at more than the columns of a row: constants, whole columns, other rows."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import polars as pl

from tidewaiter.pipeline.few import figures, texts
from tidewaiter.pipeline.few.expressions import (
    FUNCTIONS,
    US_PER_DAY,
    Call,
    Node,
    Read,
    alike,
    must,
    physical,
    told,
)
from tidewaiter.pipeline.few.groups import of_all
from tidewaiter.pipeline.few.program import Slot, Unsure, Values, Work


def _named(*words: str) -> Callable[[Read], Read]:
    def keep(read: Read) -> Read:
        FUNCTIONS.update(dict.fromkeys(words, read))
        return read

    return keep


def constant(node: Node) -> pl.Series:
    """The value of an expression that must be without columns."""
    must(isinstance(node, dict) and ("Literal" in node or "Cast" in node), "no constant")
    try:
        return told(node)
    except pl.exceptions.PolarsError as fault:
        raise Unsure("no constant") from fault


def one(node: Node) -> Any:  # noqa: ANN401 - whatever the query says
    """That value, where it is a single one."""
    values = constant(node)
    must(len(values) == 1, "several")
    return values[0]


@_named("Boolean.IsIn")
def _is_in(call: Call) -> Slot:
    listed = constant(call.takes[1])
    listed = listed.explode() if isinstance(listed.dtype, pl.List) else listed
    column = call.reader.column(call.takes[0])
    must(not call.options["nulls_equal"] and not listed.has_nulls() and alike(listed.dtype, column.dtype), "is_in")
    among = frozenset(physical(listed))
    work = each(lambda value: value in among)
    return call.reader.made(("is_in", among), work, [column], pl.Boolean())


@_named("ReplaceStrict")
def _replaced(call: Call) -> Slot:
    column, dtype = call.reader.column(call.takes[0]), call.reader.dtype(call.node)
    old, new = (
        series.explode() if isinstance(series.dtype, pl.List) else series for series in map(constant, call.takes[1:3])
    )
    must(alike(old.dtype, column.dtype) and alike(new.dtype, dtype), "replace_strict")
    turned = dict(zip(physical(old), physical(new), strict=True))
    rest = call.takes[3:]
    has_default = bool(rest)
    default = physical(constant(rest[0]).cast(dtype))[0] if has_default else None

    def work(values: Values) -> Values:
        if not has_default and any(value is not None and value not in turned for value in values):
            raise Unsure("a value that is not replaced")
        return [turned.get(value, default) for value in values]

    key = ("replaced", tuple(turned.items()), default)
    return call.reader.made(key, work, [column], dtype)


@_named("StringExpr.Contains")
def _contains(call: Call) -> Slot:
    column = call.reader.column(call.takes[0])
    if call.options["literal"]:
        return call.reader.made("holds", texts.holds, [column, call.reader.column(call.takes[1])], pl.Boolean())
    said = one(call.takes[1])
    return call.reader.made(("contains", said), texts.contains(said), [column], pl.Boolean())


@_named("StringExpr.Replace")
def _replace(call: Call) -> Slot:
    must(call.options["n"] == -1, "some places")
    said, by, column = one(call.takes[1]), one(call.takes[2]), call.reader.column(call.takes[0])
    if call.options["literal"]:
        must(bool(said), "nothing replaced")
        work = each(lambda text: text.replace(said, by))
        return call.reader.made(("replace", said, by), work, [column], pl.String())
    return call.reader.made(("replaced", said, by), texts.replaced(said, by), [column], pl.String())


@_named("StringExpr.Extract")
def _extract(call: Call) -> Slot:
    said, group = one(call.takes[1]), call.options
    return call.reader.made(
        ("extract", said, group), texts.extracted(said, group), [call.reader.column(call.takes[0])], pl.String()
    )


@_named("StringExpr.Uppercase")
def _upper(call: Call) -> Slot:
    return call.reader.made("upper", texts.upper(), [call.reader.column(call.takes[0])], pl.String())


@_named("StringExpr.Lowercase")
def _lower(call: Call) -> Slot:
    return call.reader.made("lower", texts.lower(), [call.reader.column(call.takes[0])], pl.String())


@_named("StringExpr.Slice")
def _slice(call: Call) -> Slot:
    start, length = one(call.takes[1]), one(call.takes[2])
    return call.reader.made(
        ("slice", start, length), texts.part(start, length), [call.reader.column(call.takes[0])], pl.String()
    )


@_named("StringExpr.Split")
def _split(call: Call) -> Slot:
    must(call.options is False, "split and kept")
    return call.reader.made(
        "split", texts.split, [call.reader.column(one) for one in call.takes], call.reader.dtype(call.node)
    )


@_named("ListExpr.Get")
def _get(call: Call) -> Slot:
    must(call.options is True, "a place that may not be there")
    at = one(call.takes[1])
    return call.reader.made(
        ("got", at), texts.got(at), [call.reader.column(call.takes[0])], call.reader.dtype(call.node)
    )


@_named("StringExpr.ConcatHorizontal")
def _concat(call: Call) -> Slot:
    columns = [call.reader.column(one) for one in call.takes]
    must(all(isinstance(slot.dtype, pl.String) for slot in columns), "joined")
    by, is_lax = call.options["delimiter"], call.options["ignore_nulls"]
    work = texts.joined_told(by) if is_lax else texts.joined(by)
    return call.reader.made(("concat", by, is_lax), work, columns, pl.String())


@_named("SumHorizontal")
def _sum(call: Call) -> Slot:
    columns, dtype = [call.reader.column(one) for one in call.takes], call.reader.dtype(call.node)
    if not all(isinstance(slot.dtype, pl.Boolean) for slot in columns):
        must(all(alike(slot.dtype, dtype) for slot in columns), "sum")
    work = figures.sum_of if call.options["ignore_nulls"] else figures.sum_of_all
    return call.reader.within(call.reader.made(("sum", call.options["ignore_nulls"]), work, columns, dtype), dtype)


@_named("Abs")
def _abs(call: Call) -> Slot:
    column = call.reader.column(call.takes[0])
    return call.reader.within(call.reader.made("abs", figures.size, [column], column.dtype), column.dtype)


@_named("TemporalExpr.Date")
def _date(call: Call) -> Slot:
    column = call.reader.column(call.takes[0])
    dtype = column.dtype
    must(isinstance(dtype, pl.Datetime) and dtype.time_unit == "us" and dtype.time_zone in (None, "UTC"), "date")
    work = each(lambda value: value // US_PER_DAY)
    return call.reader.made("date", work, [column], pl.Date())


@_named("SearchSorted")
def _search(call: Call) -> Slot:
    starts, column = constant(call.takes[0]), call.reader.column(call.takes[1])
    must(call.options == {"side": "Right", "descending": False} and starts.dtype == column.dtype, "search")
    listed = physical(starts)
    return call.reader.made(
        ("after", tuple(listed)), partial(figures.after, listed), [column], call.reader.dtype(call.node)
    )


@_named("Shift")
def _shift(call: Call) -> Slot:
    by, column = one(call.takes[1]), call.reader.column(call.takes[0])
    must(by > 0 and not column.is_one, "shift")

    def work(values: Values) -> Values:
        return ([None] * by + values)[: len(values)]

    return call.reader.made(("shift", by), work, [column], column.dtype)


@_named("AsStruct")
def _struct(call: Call) -> Slot:
    columns = [call.reader.column(one) for one in call.takes]
    return call.reader.made("struct", _side_by_side, columns, call.reader.dtype(call.node))


@_named("Boolean.IsDuplicated")
def _again(call: Call) -> Slot:
    def work(values: Values) -> Values:
        count = Counter(values)
        return [count[value] > 1 for value in values]

    return call.reader.made("again", work, [_rows(call)], pl.Boolean())


@_named("Boolean.IsFirstDistinct")
def _first(call: Call) -> Slot:
    def work(values: Values) -> Values:
        seen: dict[Any, int] = {}
        return [seen.setdefault(value, at) == at for at, value in enumerate(values)]

    return call.reader.made("first", work, [_rows(call)], pl.Boolean())


def _side_by_side(*columns: Values) -> Values:
    return list(zip(*columns, strict=True))


def each(of: Callable[[Any], Any]) -> Work:
    """What it makes of each value that is there."""
    return lambda values: [None if value is None else of(value) for value in values]


def _rows(call: Call) -> Slot:
    column = call.reader.column(call.takes[0])
    must(not column.is_one and not isinstance(column.dtype, pl.Float64 | pl.List), "told apart")
    return column


@_named("NullCount", "Boolean.Any", "Boolean.All")
def _together(call: Call) -> Slot:
    return of_all(call.reader, call.node)
