"""YAML as parameter files use it: mappings, lists and scalars by indentation; every scalar stays text."""

import re
from dataclasses import dataclass
from typing import Final

Node = str | None | list["Node"] | dict[str, "Node"]

KEY: Final = re.compile(r"""('[^']*'|"[^"]*"|[^\s'"\[\]{},&*!|>#][^:]*?)\s*:(?:\s+(.*))?$""")
COMMENT: Final = re.compile(r"""^((?:[^'"#]|'[^']*'|"[^"]*"|(?<=\S)#)*?)\s*(?:(?<=\s)#.*|^#.*)?$""")
NULL: Final = ("", "~", "null", "Null", "NULL")
NOT_READ: Final = ("&", "*", "!", "|", ">", "{", "%", "@", "`", "---")
"""What a scalar of a parameter file never starts with: anchors, tags, blocks, flow mappings."""


class YamlFault(ValueError):
    """A line that is no part of the plain form; ``line`` is its number."""

    def __init__(self, line: int, what: str) -> None:
        self.line = line
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    indent: int
    text: str


def read_yaml(text: str) -> Node:
    r"""The document as mappings, lists and texts (``null`` is nothing).

    >>> read_yaml("a: 0.5  # half\nb:\n  - '72'\n  - x: [1, 2]\n    y: null\n")
    {'a': '0.5', 'b': ['72', {'x': ['1', '2'], 'y': None}]}
    """
    lines = _lines(text)
    if not lines:
        return None
    node, rest = _block(lines, lines[0].indent)
    if rest:
        raise YamlFault(rest[0].number, f"'{rest[0].text}' stands further left than what it belongs to")
    return node


def _lines(text: str) -> list[_Line]:
    made: list[_Line] = []
    open_list: _Line | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        if "\t" in raw[: len(raw) - len(raw.lstrip())]:
            raise YamlFault(number, "it is indented with a tab")
        bare = COMMENT.match(raw)
        told = bare[1].rstrip() if bare else raw.rstrip()
        if not told.strip():
            continue
        line = _Line(number, len(told) - len(told.lstrip()), told.strip())
        if open_list:
            line = _Line(open_list.number, open_list.indent, f"{open_list.text} {line.text}")
        is_open = line.text.count("[") > line.text.count("]")
        open_list = line if is_open else None
        if not is_open:
            made.append(line)
    if open_list:
        raise YamlFault(open_list.number, "its list is not closed")
    return made


def _block(lines: list[_Line], indent: int) -> tuple[Node, list[_Line]]:
    first = lines[0]
    if first.text == "-" or first.text.startswith("- "):
        return _list(lines, indent)
    return _mapping(lines, indent) if KEY.match(first.text) else (_scalar(first.text, first.number), lines[1:])


def _list(lines: list[_Line], indent: int) -> tuple[Node, list[_Line]]:
    found: list[Node] = []
    while lines and lines[0].indent == indent and (lines[0].text == "-" or lines[0].text.startswith("- ")):
        line, bare = lines[0], lines[0].text[1:].lstrip()
        inner = indent + len(line.text) - len(bare)
        lines = [_Line(line.number, inner, bare), *lines[1:]] if bare else lines[1:]
        if not lines or (not bare and lines[0].indent <= indent):
            raise YamlFault(line.number, "an entry of the list is empty")
        node, lines = _block(lines, lines[0].indent)
        found.append(node)
    return found, lines


def _mapping(lines: list[_Line], indent: int) -> tuple[Node, list[_Line]]:
    found: dict[str, Node] = {}
    while lines and lines[0].indent == indent and (key := KEY.match(lines[0].text)):
        line, lines = lines[0], lines[1:]
        name, told = key[1].strip("'\""), key[2] or ""
        if name in found:
            raise YamlFault(line.number, f"'{name}' stands twice")
        is_below = bool(lines) and (
            lines[0].indent > indent or (lines[0].indent == indent and lines[0].text.startswith("- "))
        )
        if not told and is_below:
            found[name], lines = _block(lines, lines[0].indent)
        else:
            found[name] = _scalar(told, line.number)
    if lines and lines[0].indent >= indent:
        raise YamlFault(lines[0].number, f"'{lines[0].text}' is no 'name: value'")
    return found, lines


def _scalar(text: str, number: int) -> Node:
    if text.startswith("["):
        inner = text[1:-1].strip().rstrip(",") if text.endswith("]") else None
        if inner is None or "[" in inner:
            raise YamlFault(number, f"'{text}' is no plain list")
        return [_scalar(part.strip(), number) for part in inner.split(",")] if inner else []
    if text.startswith(NOT_READ):
        raise YamlFault(number, f"'{text}' uses a part of YAML that parameter files do not need")
    if text[:1] in {"'", '"'}:
        if len(text) < len("''") or text[-1] != text[0]:
            raise YamlFault(number, f"{text} has no closing quotation mark")
        return text[1:-1]
    return None if text in NULL else text
