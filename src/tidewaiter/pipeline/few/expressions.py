"""Expressions: what Polars writes down of one becomes steps of a program."""

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import polars as pl

from tidewaiter.pipeline.few import figures, texts
from tidewaiter.pipeline.few.program import Frame, Program, Slot, Unsure, Values, Work

Node = Any
"""A part of an expression as Polars writes it in JSON: a word, or one word over what belongs to it."""

TEMPORAL: Final = (pl.Date, pl.Datetime, pl.Duration)
WHOLE: Final = (*figures.INTEGERS, *figures.NATURALS)
US_PER_DAY: Final = 86_400_000_000
ROW_BY_ROW: Final[Mapping[str, Work]] = {
    "Boolean.Not": figures.negated,
    "Boolean.IsNull": figures.is_empty,
    "Boolean.IsNotNull": figures.is_told,
    "Boolean.AnyHorizontal": figures.any_of,
    "Boolean.AllHorizontal": figures.all_of,
    "FillNull": figures.first_told,
    "Coalesce": figures.first_told,
    "MaxHorizontal": figures.greatest,
    "MinHorizontal": figures.least,
    "StringExpr.StartsWith": texts.begins,
    "StringExpr.EndsWith": texts.ends,
    "StringExpr.LenBytes": texts.octets,
    "StringExpr.LenChars": texts.signs,
}
"""Functions of columns that need nothing beside them; the word within the word after a point."""


def expr_of(node: Node) -> pl.Expr:
    """The expression that Polars wrote down."""
    return pl.Expr.deserialize(json.dumps(node).encode(), format="json")


class Reader:
    """Reads expressions over one frame into a program."""

    def __init__(self, program: Program, frame: Frame) -> None:
        self.program, self.frame = program, frame

    def column(self, node: Node) -> Slot:
        """Where the value of an expression will be; ``Unsure`` of one that has to be left to Polars."""
        if isinstance(node, str):
            raise Unsure(node)
        kind, inner = next(iter(node.items()))
        read = getattr(self, f"_read_{kind.lower()}", None)
        if read is not None:
            slot: Slot = read(inner)
            return slot
        if kind not in READS:
            raise Unsure(kind)
        return READS[kind](self, inner)

    def dtype(self, node: Node) -> pl.DataType:
        """The type that Polars gives an expression."""
        said = expr_of(node)
        roots = dict.fromkeys(said.meta.root_names())
        empty = pl.LazyFrame(schema={name: self.frame.columns[name].dtype for name in roots})
        return empty.select(said.alias("asked")).collect_schema()["asked"]

    def constant(self, values: Sequence[Any], dtype: pl.DataType) -> Slot:
        """One value, told for every row."""
        value = values[0]
        spread = partial(_spread, value)
        return self.program.step(
            ("constant", repr(value), self.frame.height), spread, [self.frame.height], dtype, is_one=True
        )

    def _read_column(self, name: str) -> Slot:
        return self.frame.columns[name]

    def _read_alias(self, inner: Sequence[Node]) -> Slot:
        return self.column(inner[0])

    def _read_keepname(self, inner: Node) -> Slot:
        return self.column(inner)

    def _read_literal(self, inner: Node) -> Slot:
        made = told({"Literal": inner})
        if len(made) != 1:
            raise Unsure("a column as it stands")
        return self.constant(physical(made), made.dtype)

    def _read_ternary(self, inner: Mapping[str, Node]) -> Slot:
        three = [self.column(inner[name]) for name in ("predicate", "truthy", "falsy")]
        return self.made("chosen", figures.chosen, three, self.dtype({"Ternary": inner}))

    def _read_cast(self, inner: Mapping[str, Node]) -> Slot:
        taken, dtype = self.column(inner["expr"]), self.dtype({"Cast": inner})
        return self._cast(taken, dtype, is_strict=inner["options"] == "Strict")

    def _cast(self, taken: Slot, dtype: pl.DataType, *, is_strict: bool) -> Slot:
        given = type(taken.dtype)
        if taken.dtype == dtype:
            return taken
        if given is pl.Null:
            return self.made("as it is", list, [taken], dtype)
        if type(dtype) not in WHOLE or isinstance(dtype, TEMPORAL):
            raise Unsure(f"{taken.dtype} as {dtype}")
        if given is pl.Boolean or (given in WHOLE and given not in TEMPORAL):
            return self.within(self.made("whole", figures.whole, [taken], dtype), dtype)
        if given is pl.String and not is_strict:
            return self.made("numeral", texts.numeral(dtype), [taken], dtype)
        raise Unsure(f"{taken.dtype} as {dtype}")

    def _read_binaryexpr(self, inner: Mapping[str, Node]) -> Slot:
        word, pair = inner["op"], [self.column(inner["left"]), self.column(inner["right"])]
        given = [slot.dtype for slot in pair]
        if word in ("And", "Or", "LogicalAnd", "LogicalOr"):
            must(all(isinstance(one, pl.Boolean | pl.Null) for one in given), word)
            return self.made(word, figures.both if word.endswith("And") else figures.either, pair, pl.Boolean())
        if word in figures.COMPARED:
            must(comparable(*given), f"{given[0]} beside {given[1]}")
            return self.made(word, figures.COMPARED[word], pair, pl.Boolean())
        must(word in figures.ARITHMETIC, word)
        dtype = self.dtype({"BinaryExpr": inner})
        if isinstance(dtype, pl.String) and word == "Plus":
            return self.made("joined", texts.joined(""), pair, dtype)
        if any(isinstance(one, pl.Boolean) for one in given):
            pair = [self.made("whole", figures.whole, [slot], dtype) for slot in pair]
            given = [dtype, dtype]
        if isinstance(given[0], pl.Date) and isinstance(dtype, pl.Date):
            must(getattr(given[1], "time_unit", "") == "us", f"{given[0]} {word} {given[1]}")
            pair[1] = self.made("days", _days, [pair[1]], dtype)
        else:
            must(summable(*given), f"{given[0]} {word} {given[1]}")
        return self.within(self.made(word, figures.ARITHMETIC[word], pair, dtype), dtype)

    def within(self, made: Slot, dtype: pl.DataType) -> Slot:
        """The same numbers, each checked to fit its type."""
        least, most = figures.limits_of(dtype)
        return self.made("within", lambda values: figures.fitting(values, least, most), [made], dtype)

    def made(self, key: Hashable, work: Work, takes: Sequence[Slot], dtype: pl.DataType) -> Slot:
        """What ``work`` makes of these places; one value for all rows where each of them is."""
        is_one = all(slot.is_one for slot in takes)
        return self.program.step(key, work, [slot.at for slot in takes], dtype, is_one=is_one)

    def _read_function(self, inner: Mapping[str, Node]) -> Slot:
        word, options = words_of(inner["function"])
        takes, node = inner["input"], {"Function": inner}
        if word in ROW_BY_ROW:
            columns = [self.column(one) for one in takes]
            dtype = self.dtype(node)
            if word in ("MaxHorizontal", "MinHorizontal", "FillNull", "Coalesce"):
                must(all(alike(slot.dtype, dtype) for slot in columns), word)
            if word in ("Boolean.AnyHorizontal", "Boolean.AllHorizontal", "Boolean.Not"):
                must(all(isinstance(slot.dtype, pl.Boolean | pl.Null) for slot in columns), word)
            return self.made(word, ROW_BY_ROW[word], columns, dtype)
        read = FUNCTIONS.get(word)
        if read is None:
            raise Unsure(word)
        return read(Call(self, takes, options, node))


def must(holds: bool, what: str) -> None:  # noqa: FBT001 - what must hold
    """``Unsure`` where it does not hold."""
    if not holds:
        raise Unsure(what)


def _spread(value: object, rows: Values) -> Values:
    return [value] * len(rows)


def _days(durations: Values) -> Values:
    if any(one is not None and one % US_PER_DAY for one in durations):
        raise Unsure("no whole days")
    return [None if one is None else one // US_PER_DAY for one in durations]


def words_of(said: Node) -> tuple[str, Any]:
    """The name of a function and what is said of how it works."""
    if isinstance(said, str):
        return said, None
    word, inner = next(iter(said.items()))
    if word in ("Boolean", "StringExpr", "TemporalExpr", "ListExpr"):
        deeper, options = words_of(inner)
        return f"{word}.{deeper}", options
    return word, inner


def told(node: Node) -> pl.Series:
    """What an expression without columns comes to."""
    return pl.select(expr_of(node)).to_series()


def physical(values: pl.Series) -> Values:
    """Days and moments as whole numbers, all else as it is."""
    if isinstance(values.dtype, pl.Date):
        return values.cast(pl.Int32).to_list()
    if isinstance(values.dtype, pl.Datetime | pl.Duration):
        must(values.dtype.time_unit == "us", f"{values.dtype}")
        return values.cast(pl.Int64).to_list()
    return values.to_list()


def alike(given: pl.DataType, dtype: pl.DataType) -> bool:
    """Whether values of the one are values of the other as they stand."""
    if given == dtype or isinstance(given, pl.Null):
        return True
    return all(type(one) in WHOLE and not isinstance(one, TEMPORAL) for one in (given, dtype))


def comparable(left: pl.DataType, right: pl.DataType) -> bool:
    """Whether both are of one kind, so that comparing them needs nothing turned."""
    if isinstance(left, pl.Float64 | pl.Float32) or isinstance(right, pl.Float64 | pl.Float32):
        return False
    return alike(left, right) or isinstance(right, pl.Null)


def summable(left: pl.DataType, right: pl.DataType) -> bool:
    """Whether both are whole numbers, or moments and durations in microseconds."""
    both = (left, right)
    if all(isinstance(one, pl.Datetime | pl.Duration) for one in both):
        return all(getattr(one, "time_unit", "") == "us" for one in both)
    return all(type(one) in WHOLE and not isinstance(one, TEMPORAL) for one in both)


@dataclass(frozen=True, slots=True)
class Call:
    """A function as an expression calls it: who reads it, of what, how it works, and all of it as it was written."""

    reader: Reader
    takes: Sequence[Node]
    options: Any
    node: Node


Read = Callable[[Call], Slot]
READS: dict[str, Callable[[Reader, Node], Slot]] = {}
"""Kinds of expressions that look at more than one row; filled by ``groups``."""

FUNCTIONS: dict[str, Read] = {}
"""Functions that need more than their columns; filled by ``functions``."""
