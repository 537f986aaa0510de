"""Queries: the steps of a lazy frame as Polars writes them down, read into a program."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from warnings import catch_warnings

import polars as pl
from polars.io.plugins import register_io_source

from tidewaiter.kit.noting import FILLED, UNSURE
from tidewaiter.pipeline.few import functions, groups  # noqa: F401 - functions fills what expressions can read
from tidewaiter.pipeline.few.expressions import Node, Reader, expr_of
from tidewaiter.pipeline.few.program import Frame, Program, Slot, Unsure, Values

MARK: Final = "__source_"
"""Begins the name of the column that tells hollow sources apart."""


class Looked(Unsure):
    """A stage looked at rows while its query was written down."""


def hollow(schema: Mapping[str, pl.DataType], source: str) -> pl.LazyFrame:
    """A frame that has columns and no rows to look at; whoever collects it gets ``Looked``."""

    def rows(*_: object) -> Iterator[pl.DataFrame]:
        raise Looked(source)

    marked = {**schema, f"{MARK}{source}": pl.Boolean()}
    return register_io_source(rows, schema=pl.Schema(marked))


def written(query: pl.LazyFrame) -> Node:
    """The query as Polars writes it down; ``Unsure`` where it holds what cannot be written."""
    try:
        with catch_warnings(action="ignore", category=UserWarning):
            return json.loads(query.serialize(format="json"))
    except (pl.exceptions.PolarsError, TypeError, AttributeError, ValueError) as fault:
        raise Unsure("cannot be written down") from fault


class QueryReader:
    """Reads queries over named sources into a program."""

    def __init__(self, program: Program, sources: Mapping[str, Frame]) -> None:
        self.program, self.sources = program, sources

    def frame(self, node: Node) -> Frame:
        """The frame that a query makes; ``Unsure`` of one that has to be left to Polars."""
        if not isinstance(node, dict):
            raise Unsure(str(node))
        kind, inner = next(iter(node.items()))
        read = getattr(self, f"_read_{kind.lower()}", None)
        if read is None:
            raise Unsure(kind)
        made: Frame = read(inner)
        return made

    def _read_ir(self, inner: Mapping[str, Node]) -> Frame:
        return self.frame(inner["dsl"])

    def _read_pythonscan(self, inner: Mapping[str, Node]) -> Frame:
        fields = inner["options"]["schema_fn"]["Right"]["fields"]
        mark = next((name for name in fields if name.startswith(MARK)), None)
        if mark is None:
            raise Unsure("a source of its own")
        return self.sources[mark.removeprefix(MARK)]

    def _read_hstack(self, inner: Mapping[str, Node]) -> Frame:
        frame = self.frame(inner["input"])
        made = dict(self._columns(frame, inner["exprs"]))
        for name, slot in made.items():
            if name.startswith((UNSURE, FILLED)):
                check = _all_told if name.startswith(UNSURE) else _filled
                self.program.guards.append(self.program.step("guard", check, [slot.at], slot.dtype).at)
        return Frame({**frame.columns, **_columns_of(made)}, frame.height)

    def _read_select(self, inner: Mapping[str, Node]) -> Frame:
        frame = self.frame(inner["input"])
        made = dict(self._columns(frame, inner["expr"]))
        if not made:
            raise Unsure("no columns")
        if all(slot.is_one for slot in made.values()):
            raise Unsure("one row")
        return Frame(_columns_of(made), frame.height)

    def _columns(self, frame: Frame, nodes: Sequence[Node]) -> Iterator[tuple[str, Slot]]:
        reader = Reader(self.program, frame)
        for node in nodes:
            for single in _singles(node, frame):
                yield expr_of(single).meta.output_name(), reader.column(single)

    def _read_hconcat(self, inner: Mapping[str, Node]) -> Frame:
        frames = [self.frame(one) for one in inner["inputs"]]
        columns = {name: slot for frame in frames for name, slot in frame.columns.items()}
        return Frame(columns, frames[0].height)

    def _read_join(self, inner: Mapping[str, Node]) -> Frame:
        args, equal = inner["options"]["args"], inner["condition"]
        if args["how"] != "Left" or args["maintain_order"] != "Left" or "Equi" not in equal:
            raise Unsure("a join")
        left, right = self.frame(inner["input_left"]), self.frame(inner["input_right"])
        keys = [
            [Reader(self.program, frame).column(node) for node in equal["Equi"][f"{side}_on"]]
            for side, frame in (("left", left), ("right", right))
        ]
        for ours, theirs in zip(*keys, strict=True):
            if ours.dtype != theirs.dtype:
                raise Unsure("keys of two types")
        taken = {node["Column"] for node in equal["Equi"]["right_on"]}
        places = self.program.step(
            ("found", len(keys[0]), args["nulls_equal"]), _finding(len(keys[0]), nulls_equal=args["nulls_equal"]),
            [slot.at for side in keys for slot in side], pl.Int64(),
        )  # fmt: skip
        beside = {
            name if name not in left.columns else name + args["suffix"]: self.program.step(
                "gathered", _gathered, [slot.at, places.at], slot.dtype
            )
            for name, slot in right.columns.items()
            if name not in taken and not name.startswith(MARK)
        }
        return Frame({**left.columns, **beside}, left.height)

    def _read_filter(self, inner: Mapping[str, Node]) -> Frame:
        frame = self.frame(inner["input"])
        holds = Reader(self.program, frame).column(inner["predicate"])
        if not isinstance(holds.dtype, pl.Boolean):
            raise Unsure("a filter")
        kept = self.program.step("kept", _kept, [holds.at], pl.Int64())
        columns = {
            name: self.program.step("gathered", _gathered, [slot.at, kept.at], slot.dtype)
            for name, slot in frame.columns.items()
        }
        return Frame(columns, kept.at)

    def _read_groupby(self, inner: Mapping[str, Node]) -> Frame:
        if not inner["maintain_order"] or inner["predicates"] or inner["apply"] or any(inner["options"].values()):
            raise Unsure("groups")
        frame = self.frame(inner["input"])
        reader = groups.GroupReader(Reader(self.program, frame), inner["keys"])
        columns = dict(reader.keys)
        for node in inner["aggs"]:
            for single in _singles(node, frame):
                columns[expr_of(single).meta.output_name()] = reader.column(single)
        return Frame(columns, reader.frame.height)

    def _read_mapfunction(self, inner: Mapping[str, Node]) -> Frame:
        said = inner["function"]
        if not isinstance(said, dict) or "Rename" not in said:
            raise Unsure("a function of frames")
        frame = self.frame(inner["input"])
        names = dict(zip(said["Rename"]["existing"], said["Rename"]["new"], strict=True))
        return Frame({names.get(name, name): slot for name, slot in frame.columns.items()}, frame.height)


def _columns_of(made: Mapping[str, Slot]) -> dict[str, Slot]:
    """What was one value for all rows is a column from here on."""
    return {name: replace(slot, is_one=False) for name, slot in made.items()}


def _singles(node: Node, frame: Frame) -> Iterator[Node]:
    """The expressions that one over several columns stands for."""
    selector = _selector_in(node)
    if selector is None:
        yield node
        return
    names = _names(selector, frame)
    for name in names:
        yield _with_column(node, name)


def _selector_in(node: Node) -> Node | None:
    if isinstance(node, dict):
        if "Selector" in node:
            return node["Selector"]
        return next((found for one in node.values() if (found := _selector_in(one)) is not None), None)
    if isinstance(node, list) and not (node and isinstance(node[0], int)):
        return next((found for one in node if (found := _selector_in(one)) is not None), None)
    return None


def _with_column(node: Node, name: str) -> Node:
    if isinstance(node, dict):
        return {"Column": name} if "Selector" in node else {key: _with_column(one, name) for key, one in node.items()}
    return [_with_column(one, name) for one in node] if isinstance(node, list) else node


def _names(selector: Node, frame: Frame) -> list[str]:
    if selector == "Wildcard":
        return list(frame.columns)
    kind, inner = next(iter(selector.items()))
    if kind == "ByName":
        return [name for name in inner["names"] if inner["strict"] or name in frame.columns]
    if kind == "Difference":
        left, right = (_names(one, frame) for one in inner)
        return [name for name in left if name not in right]
    raise Unsure(kind)


def _finding(width: int, *, nulls_equal: bool) -> Callable[..., Values]:
    """Where each key of the one table stands in the other; ``Unsure`` where it stands there twice."""
    known: list[Any] = [(), {}]

    def found(*keys: Values) -> Values:
        table = keys[width:]
        if len(known[0]) != width or any(one is not other for one, other in zip(known[0], table, strict=True)):
            known[:] = [table, _places(table, nulls_equal=nulls_equal)]
        at = known[1]
        return [at.get(key) for key in zip(*keys[:width], strict=True)]

    return found


def _all_told(values: Values) -> Values:
    if True in values:
        raise Unsure("the plain query does not tell all")
    return values


def _filled(values: Values) -> Values:
    if not values:
        raise Unsure("a table is empty")
    return values


def _kept(holds: Values) -> Values:
    return [at for at, value in enumerate(holds) if value]


def _places(keys: Sequence[Values], *, nulls_equal: bool) -> dict[Any, int]:
    """Where each key of a table stands, kept as long as the table is the same."""
    rows = list(zip(*keys, strict=True))
    at = {key: place for place, key in enumerate(rows) if nulls_equal or None not in key}
    if len(at) < sum(nulls_equal or None not in key for key in rows):
        raise Unsure("a key stands there twice")
    return at


def _gathered(values: Values, places: Values) -> Values:
    return [None if place is None else values[place] for place in places]
