"""Mutants: one comparison turned, one threshold moved by one, one "and" made an "or"."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOMS = ("model", "kit", "stages", "pipeline", "packs")

TURNED = {
    ast.Lt: ("<", ("<=", ">=")),
    ast.LtE: ("<=", ("<", ">")),
    ast.Gt: (">", (">=", "<=")),
    ast.GtE: (">=", (">", "<")),
    ast.Eq: ("==", ("!=",)),
    ast.NotEq: ("!=", ("==",)),
    ast.In: ("in", ("not in",)),
    ast.NotIn: ("not in", ("in",)),
    ast.Is: ("is", ("is not",)),
    ast.IsNot: ("is not", ("is",)),
    ast.And: ("and", ("or",)),
    ast.Or: ("or", ("and",)),
    ast.BitAnd: ("&", ("|",)),
    ast.BitOr: ("|", ("&",)),
}
LIMITS_OF_RANGE = {"is_between", "clip"}
SHEET_FIGURE = re.compile(
    r"^(?:value|amount_minor|intrinsic_limit_minor|days)\s*=\s*(\d[\d_]*)\s*(?:#.*)?$", re.MULTILINE
)


@dataclass(frozen=True, order=True)
class Mutant:
    """One change of one file: from ``start`` to ``end`` stands ``after`` instead of ``before``."""

    path: Path
    line: int
    start: int
    end: int
    before: str
    after: str

    def applied(self, text: str) -> str:
        """The file with the change in it."""
        return text[: self.start] + self.after + text[self.end :]

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.before} -> {self.after or 'nothing'}"


def mutants_of(package: Path, rooms: tuple[str, ...] = ROOMS) -> list[Mutant]:
    """All mutants of the rooms, paths relative to the package."""
    found = []
    for room in rooms:
        for path in sorted((package / room).rglob("*")):
            text = path.read_text(encoding="utf-8") if path.suffix in {".py", ".toml"} else ""
            is_case = path.name.startswith("cases") or "cases" in path.parts
            make = _of_code if path.suffix == ".py" else _of_sheet
            if text and not is_case:
                found += make(path.relative_to(package), text)
    return sorted(set(found))


def _of_sheet(path: Path, text: str) -> Iterator[Mutant]:
    """Dated figures of a pack, one more and one less."""
    for match in SHEET_FIGURE.finditer(text):
        yield from _moved(path, text, match.start(1), match.end(1))


def _moved(path: Path, text: str, start: int, end: int) -> Iterator[Mutant]:
    before = text[start:end]
    for after in (int(before, 0) + 1, int(before, 0) - 1):
        yield Mutant(path, text.count("\n", 0, start) + 1, start, end, before, str(after))


def _of_code(path: Path, text: str) -> Iterator[Mutant]:
    source = _Source(path, text)
    tree = ast.parse(text)
    ignored = {id(part) for node in ast.walk(tree) for part in _types_in(node)}
    for node in ast.walk(tree):
        if id(node) not in ignored:
            yield from _of_operator(source, node)
            yield from _of_limit(source, node)


def _of_operator(source: "_Source", node: ast.AST) -> Iterator[Mutant]:
    """Comparisons, "and" and "or", negations."""
    if isinstance(node, ast.Compare):
        operands = [node.left, *node.comparators]
        for (left, right), operator in zip(pairwise(operands), node.ops, strict=True):
            yield from source.turned(left, right, operator)
    elif isinstance(node, ast.BoolOp):
        for left, right in pairwise(node.values):
            yield from source.turned(left, right, node.op)
    elif isinstance(node, ast.BinOp):
        yield from source.turned(node.left, node.right, node.op)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert | ast.Not):
        yield from source.stripped(node)


def _of_limit(source: "_Source", node: ast.AST) -> Iterator[Mutant]:
    """Whole numbers something is compared with, and constants of the file."""
    if isinstance(node, ast.Compare):
        yield from source.shifted([node.left, *node.comparators])
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in LIMITS_OF_RANGE:
        yield from source.shifted([*node.args, *(keyword.value for keyword in node.keywords)])
    elif isinstance(node, ast.Assign | ast.AnnAssign) and _names_a_constant(node) and node.value:
        yield from source.shifted([node.value])


def _types_in(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in annotations and type aliases, where ``|`` joins types and compares nothing."""
    named = [getattr(node, "annotation", None), getattr(node, "returns", None)]
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
        named.append(node.args[-1])
    if isinstance(node, ast.BinOp) and _joins_types(node):
        named.append(node)
    for part in named:
        yield from ast.walk(part) if isinstance(part, ast.AST) else ()


def _joins_types(node: ast.expr) -> bool:
    """True for ``str | pl.Expr | None``: each part is a type or nothing."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.BitOr) and _joins_types(node.left) and _joins_types(node.right)
    if isinstance(node, ast.Subscript):
        return _joins_types(node.value)
    name = getattr(node, "id", getattr(node, "attr", ""))
    is_plain = name in {"int", "str", "bool", "tuple", "bytes", "date"}
    return (
        is_plain or (name[:1].isupper() and not name.isupper()) or (isinstance(node, ast.Constant) and not node.value)
    )


def _names_a_constant(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return all(isinstance(target, ast.Name) and target.id.isupper() for target in targets)


class _Source:
    """A file with the way from syntax nodes to places in its text."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text = path, text
        lines = text.splitlines(keepends=True)
        self._lines = lines
        self._starts = [0]
        for line in lines:
            self._starts.append(self._starts[-1] + len(line))

    def _at(self, line: int, utf8_column: int) -> int:
        return self._starts[line - 1] + len(self._lines[line - 1].encode()[:utf8_column].decode())

    def _span(self, node: ast.expr) -> tuple[int, int]:
        return (
            self._at(node.lineno, node.col_offset),
            self._at(node.end_lineno or node.lineno, node.end_col_offset or 0),
        )

    def turned(self, left: ast.expr, right: ast.expr, operator: ast.AST) -> Iterator[Mutant]:
        """The operator between two operands, replaced by each of its opposites."""
        if type(operator) not in TURNED:
            return
        sign, others = TURNED[type(operator)]
        gap_start, gap_end = self._span(left)[1], self._span(right)[0]
        pattern = r"\s+".join(rf"\b{word}\b" if word.isalpha() else re.escape(word) for word in sign.split())
        found = re.search(pattern, self.text[gap_start:gap_end])
        if found:
            start, end = gap_start + found.start(), gap_start + found.end()
            for other in others:
                yield Mutant(self.path, self._line(start), start, end, sign, other)

    def stripped(self, node: ast.UnaryOp) -> Iterator[Mutant]:
        """A negation taken away."""
        start, _ = self._span(node)
        sign = "~" if isinstance(node.op, ast.Invert) else "not "
        if self.text.startswith(sign, start):
            yield Mutant(self.path, self._line(start), start, start + len(sign), sign, "")

    def shifted(self, nodes: list[ast.expr]) -> Iterator[Mutant]:
        """Whole numbers among the nodes, one more and one less."""
        for node in nodes:
            if isinstance(node, ast.Constant) and type(node.value) is int:
                yield from _moved(self.path, self.text, *self._span(node))

    def _line(self, place: int) -> int:
        return self.text.count("\n", 0, place) + 1
