"""Groups: what several rows come to together, of a whole column, of each group, or told beside each of its rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from tidewaiter.pipeline.few.expressions import READS, WHOLE, Node, Reader, expr_of, must, words_of
from tidewaiter.pipeline.few.figures import fitting, limits_of
from tidewaiter.pipeline.few.program import Frame, Slot, Unsure, Values

Together = Callable[[Values], Any]


def _sum(values: Values) -> object:
    return sum(value for value in values if value is not None)


def _count(values: Values) -> int:
    return len(values) - values.count(None)


def _nulls(values: Values) -> int:
    return values.count(None)


def _first(values: Values) -> object:
    return values[0] if values else None


def _least(values: Values) -> object:
    return min((value for value in values if value is not None), default=None)


def _greatest(values: Values) -> object:
    return max((value for value in values if value is not None), default=None)


def _any(values: Values) -> bool:
    return True in values


def _all(values: Values) -> bool:
    return False not in values


TOGETHER: Final[Mapping[str, Together]] = {
    "Sum": _sum, "Count": _count, "NullCount": _nulls, "First": _first,
    "Min": _least, "Max": _greatest, "Boolean.Any": _any, "Boolean.All": _all,
}  # fmt: skip


def together(node: Node) -> tuple[str, Node, Node | None] | None:
    """The word of what makes one value of many rows, of which column, and of which of its rows; None of other nodes."""
    if not isinstance(node, dict):
        return None
    kind, inner = next(iter(node.items()))
    if kind == "Agg":
        word, taken = next(iter(inner.items()))
        if word in ("Count", "Min", "Max"):
            must(not taken.get("include_nulls"), "counted with nothing")
            taken = taken["input"]
    elif kind == "Function" and words_of(inner["function"])[0] in ("Boolean.Any", "Boolean.All", "NullCount"):
        word, options = words_of(inner["function"])
        must(not options or options["ignore_nulls"], word)
        taken = inner["input"][0]
    else:
        return None
    must(word in TOGETHER, word)
    is_part = isinstance(taken, dict) and "Filter" in taken
    return (word, taken["Filter"]["input"], taken["Filter"]["by"]) if is_part else (word, taken, None)


def _made_of(reader: Reader, node: Node) -> tuple[str, pl.DataType, list[Slot]]:
    """The word, the type that comes of it, and the places of the column and of which rows count."""
    told = together(node)
    if told is None:
        raise Unsure("no group")
    word, taken, by = told
    column = reader.column(taken)
    must(not column.is_one, "one value")
    must(word != "Sum" or type(column.dtype) in WHOLE or isinstance(column.dtype, pl.Boolean), word)
    must(not word.startswith("Boolean") or isinstance(column.dtype, pl.Boolean), word)
    return word, reader.dtype(node), [column] if by is None else [column, reader.column(by)]


def _only(values: Values, by: Values | None) -> Values:
    return values if by is None else [value for value, holds in zip(values, by, strict=True) if holds]


def _checked(word: str, dtype: pl.DataType, values: Values) -> Values:
    return fitting(values, *limits_of(dtype)) if word == "Sum" else values


def of_all(reader: Reader, node: Node) -> Slot:
    """One value of a whole column, told for every row."""
    word, dtype, places = _made_of(reader, node)
    of = TOGETHER[word]

    def work(values: Values, by: Values | None = None) -> Values:
        return _checked(word, dtype, [of(_only(values, by))]) * len(values)

    return reader.program.step(("of all", word), work, [slot.at for slot in places], dtype, is_one=True)


class GroupReader(Reader):
    """Reads expressions of which each has one value a group; ``keys`` are those that tell groups apart."""

    def __init__(self, rows: Reader, keys: Sequence[Node]) -> None:
        self.rows = rows
        slots = {expr_of(node).meta.output_name(): rows.column(node) for node in keys}
        self.groups = rows.program.step("groups", _groups, [slot.at for slot in slots.values()], pl.Int64())
        self.keys = {
            name: rows.program.step("first of group", _firsts, [self.groups.at, slot.at], slot.dtype)
            for name, slot in slots.items()
        }
        super().__init__(rows.program, Frame(self.keys, self.groups.at))

    def dtype(self, node: Node) -> pl.DataType:
        """The type that Polars gives an expression of the rows."""
        return self.rows.dtype(node)

    def column(self, node: Node) -> Slot:
        """Where the value of each group will be."""
        if together(node) is None:
            return super().column(node)
        word, dtype, places = _made_of(self.rows, node)
        of = TOGETHER[word]

        def work(groups: Values, values: Values, by: Values | None = None) -> Values:
            parts = (_only([values[at] for at in group], by and [by[at] for at in group]) for group in groups)
            return _checked(word, dtype, [of(part) for part in parts])

        takes = [self.groups.at, *(slot.at for slot in places)]
        return self.program.step(("of group", word), work, takes, dtype)

    def _read_column(self, name: str) -> Slot:
        if name not in self.keys:
            raise Unsure("several values of a group")
        return self.keys[name]


def over(reader: Reader, inner: Mapping[str, Node]) -> Slot:
    """What a group comes to, or has come to so far, beside each of its rows."""
    must(inner["order_by"] is None and inner["mapping"] == "GroupsToRows", "an order of its own")
    grouped, said = GroupReader(reader, inner["partition_by"]), inner["function"]
    if isinstance(said, dict) and "Function" in said:
        word, options = words_of(said["Function"]["function"])
        if word == "CumSum":
            must(not options["reverse"], "from the end")
            column, dtype = reader.column(said["Function"]["input"][0]), reader.dtype(said)
            must(not column.is_one, "one value")
            made = reader.program.step("so far", _so_far, [grouped.groups.at, column.at], dtype)
            return reader.within(made, dtype)
    of_group = grouped.column(said)
    return reader.program.step("beside", _beside, [grouped.groups.at, of_group.at], of_group.dtype)


def _groups(*keys: Values) -> list[list[int]]:
    found: dict[Any, list[int]] = {}
    for at, key in enumerate(zip(*keys, strict=True)):
        found.setdefault(key, []).append(at)
    return list(found.values())


def _firsts(groups: list[list[int]], values: Values) -> Values:
    return [values[group[0]] for group in groups]


def _beside(groups: list[list[int]], values: Values) -> Values:
    made: Values = [None] * sum(map(len, groups))
    for group, value in zip(groups, values, strict=True):
        for at in group:
            made[at] = value
    return made


def _so_far(groups: list[list[int]], values: Values) -> Values:
    made: Values = [None] * len(values)
    for group in groups:
        running = 0
        for at in group:
            if values[at] is not None:
                running += values[at]
                made[at] = running
    return made


READS["Agg"] = lambda reader, inner: of_all(reader, {"Agg": inner})
READS["Over"] = over
