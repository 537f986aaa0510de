"""Writing declarations: from tables alone to XML, every element where the model has it."""

from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

from tidewaiter.kit.message_model import Element, MessageModel
from tidewaiter.runners.declaring.tables import ITSELF, OWNER, ROW, Tables, repeating, table_of
from tidewaiter.runners.reading.xml_plain import KIN

TEXT: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
ATTRIBUTE: Final = {**TEXT, '"': "&quot;", "\t": "&#9;", "\n": "&#10;"}
DEC: Final = "urn:wco:datamodel:WCO:DEC-DMS:2"
PARTS_OF_DEC: Final = "urn:wco:datamodel:WCO:Declaration_DS:DMS:2"
"""Namespace of elements that a model marks with ``ns.``: texts of the data types of declarations."""

METADATA: Final = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
PREFIX: Final = "ds:"


def written(tables: Tables, model: MessageModel) -> pl.Series:
    """One XML text a declaration, in the order of the table of declarations; prefixes are declared by the wrapper."""
    return _xml(model.elements[0], tables, model)[model.name]


def message_of(declaration: str) -> bytes:
    """One declaration in its ``MetaData``."""
    spaces = f'xmlns:md="{METADATA}" xmlns="{DEC}" xmlns:{PREFIX.rstrip(":")}="{PARTS_OF_DEC}"'
    head = "<md:WCODataModelVersionCode>3.6</md:WCODataModelVersionCode><md:WCOTypeName>DEC</md:WCOTypeName>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<md:MetaData {spaces}>{head}{declaration}</md:MetaData>'.encode()


def batch_of(declarations: Iterable[pl.Series], namespace: str = DEC) -> Iterator[bytes]:
    """Many filings in one file, a line each."""
    spaces = f'xmlns="{namespace}" xmlns:{PREFIX.rstrip(":")}="{PARTS_OF_DEC}"'
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<Batch {spaces}>\n'.encode()
    for some in declarations:
        yield from (f"{declaration}\n".encode() for declaration in some)
    yield b"</Batch>\n"


def _xml(element: Element, tables: Tables, model: MessageModel) -> pl.DataFrame:
    """The rows of an element's table, its XML beside them under its name; ``model.name`` for the whole."""
    table = tables[element.path]
    for inner in repeating(model):
        if inner.path and table_of(model, inner.parent) == element.path and inner.path in tables:
            made = _xml(inner, tables, model).group_by(OWNER, maintain_order=True)
            column = _column(inner.path, element.path)
            told = made.agg(pl.col(inner.name).str.join("").alias(f"<{column}>"))
            table = table.join(told, left_on=ROW, right_on=OWNER, how="left", maintain_order="left")
    name = element.name or model.name
    if element.form:
        inside = _text(element, ITSELF, table.columns)
    else:
        parts = list(_parts(element.path, element.path, table.columns, model))
        inside = pl.concat_str([pl.lit(f"<{name}>"), *parts, pl.lit(f"</{name}>")], ignore_nulls=True)
    return table.with_columns(inside.alias(name))


def _parts(path: str, table: str, columns: list[str], model: MessageModel) -> Iterator[pl.Expr]:
    """What an element holds, in the order of the model; each null where a declaration has none of it."""
    for element in model.elements:
        if not element.path or element.parent != path:
            continue
        column = _column(element.path, table)
        if element.most != 1:
            if f"<{column}>" in columns:
                yield pl.col(f"<{column}>")
        elif element.form:
            if column in columns:
                yield _text(element, column, columns)
        elif parts := list(_parts(element.path, table, columns, model)):
            whole = pl.concat_str(
                [pl.lit(f"<{element.name}>"), *parts, pl.lit(f"</{element.name}>")], ignore_nulls=True
            )
            yield pl.when(pl.any_horizontal(part.is_not_null() for part in parts)).then(whole)


def _text(element: Element, column: str, columns: list[str]) -> pl.Expr:
    """One element with its text and attributes; null where there is none."""
    name = PREFIX + element.name.removeprefix(KIN) if element.name.startswith(KIN) else element.name
    given = [
        pl.concat_str(pl.lit(f' {told.rpartition("@")[2]}="'), pl.col(told).str.replace_many(ATTRIBUTE), pl.lit('"'))
        for told in columns
        if told.startswith(f"{column}@")
    ]
    head = pl.concat_str([pl.lit(f"<{name}"), *given, pl.lit(">")], ignore_nulls=True)
    return pl.concat_str(head, pl.col(column).str.replace_many(TEXT), pl.lit(f"</{name}>"))


def _column(path: str, table: str) -> str:
    return path.removeprefix(table).lstrip("/")
