"""Tables of declarations: one for each element that may repeat, its row naming the row it belongs to.

``""`` is the table of the declarations. A column is named after its path from the table's element (``.`` for that
element's own text), one of an attribute ``path@name``; null is what the declaration does not have, an empty text is one
that it has. Nothing else of a declaration is kept: no order, no white space between elements, no comments.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import polars as pl

from tidewaiter.kit.message_model import Element, MessageModel
from tidewaiter.runners.reading.xml_nodes import Nodes
from tidewaiter.runners.reading.xml_tags import Places

Tables = Mapping[str, pl.DataFrame]
ROW, OWNER = "row", "owner"
ITSELF: Final = "."


def repeating(model: MessageModel) -> list[Element]:
    """Elements that have a table of their own, each after the one it belongs to."""
    return [element for element in model.elements if not element.path or element.most != 1]


def table_of(model: MessageModel, path: str) -> str:
    """Path of the table that holds an element's text: the nearest element above it, or itself, that repeats."""
    while (element := model.find(path)) is not None and path and element.most == 1:
        path = element.parent
    return path


def tables_of(nodes: Nodes, model: MessageModel) -> dict[str, pl.DataFrame]:
    """The tables of a block of declarations; tables and columns without anything in them are left out."""
    columns: dict[str, list[pl.Series]] = {}
    for element in repeating(model):
        at = _at(nodes, model, element.path)
        if len(at):
            columns[element.path] = [pl.Series(ROW, np.arange(len(at), dtype=np.int64))]
            if element.path:
                owners = _at(nodes, model, table_of(model, element.parent))
                owner = np.searchsorted(owners, at, side="right") - 1
                columns[element.path].append(pl.Series(OWNER, owner.astype(np.int64)))
    for element in model.elements:
        if element.form:
            table = table_of(model, element.path)
            columns.setdefault(table, []).extend(_told(nodes, model, element, table))
    return {path: pl.DataFrame(told) for path, told in columns.items() if told}


def unmapped(nodes: Nodes, model: MessageModel) -> Counter[str]:
    """Paths of leaves that no table holds, and how many there are of each."""
    lost: Counter[str] = Counter()
    for number in np.flatnonzero(np.bincount(nodes.path[nodes.is_leaf])).tolist():
        path = nodes.paths.spelled(number).partition("/")[2]
        element = model.find(path)
        leaves = nodes.of(number)[nodes.is_leaf[nodes.of(number)]]
        if element is None or not element.form:
            lost[path] += len(leaves)
        elif element.most == 1:
            lost[path] += len(leaves) - len(np.unique(nodes.parent[leaves]))
    return +lost


def _at(nodes: Nodes, model: MessageModel, path: str) -> Places:
    return nodes.of(nodes.paths.find(f"{model.name}/{path}" if path else model.name))


def _told(nodes: Nodes, model: MessageModel, element: Element, table: str) -> Iterator[pl.Series]:
    """The columns of an element: its text, and each attribute that is ever given."""
    at = _at(nodes, model, element.path)
    at = at[nodes.is_leaf[at]]
    if not len(at):
        return
    owners = _at(nodes, model, table)
    owner = np.searchsorted(owners, at, side="right") - 1
    owner, first = np.unique(owner, return_index=True)
    name = element.path.removeprefix(table).lstrip("/") or ITSELF
    places = np.full(len(owners), -1, dtype=np.int64)
    places[owner] = at[first]
    yield nodes.text(places).alias(name)
    tags = nodes.paths.tags.tags
    given = {key for tag in np.unique(nodes.tag[at]).tolist() for key, _ in tags[tag].attributes}
    for key in sorted(given):
        yield nodes.attribute(key, places).alias(f"{name}@{key}")
