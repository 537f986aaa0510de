"""Layouts: canonical rows in the words of each sender, and the bytes of its files."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import BinaryIO, Final

import polars as pl

from tidewaiter.model.columns import BY_DOOR, Kind
from tidewaiter.world.lists import read

CANONICAL: Final = "canonical"
PLACES: Final = {"g": 3, "mg": 6}
NUMERIC: Final = frozenset({Kind.AMOUNT, Kind.MASS, Kind.NUMBER, Kind.COUNT})
MARKS: Final = {"utf-8-sig": codecs.BOM_UTF8, "utf-16": codecs.BOM_UTF16_LE}
DECIMAL: Final = r"^(\d+)(?:\.(\d*))?$"


@dataclass(frozen=True)
class Layout:
    """One layout: its columns and the canonical field each holds; the rest as ``layouts.toml`` says."""

    columns: Mapping[str, str]
    separator: str
    decimal: str
    encoding: str
    units: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]


@cache
def layout(name: str) -> Layout:
    """A layout by its name; the canonical one has no columns of its own: every field under the name it has."""
    told = {} if name == CANONICAL else read("layouts")[name]
    return Layout(
        columns=told.get("columns", {}),
        separator=told.get("separator", ","),
        decimal=told.get("decimal", "."),
        encoding=told.get("encoding", "utf-8"),
        units=told.get("units", {}),
        words=told.get("words", {}),
    )


def laid_out_as(rows: pl.DataFrame, to: Layout) -> pl.DataFrame:
    """The rows in the sender's columns and words; fields without a column are left out."""
    if not to.columns:
        return rows
    return rows.select(_as_told(field, to).alias(column) for column, field in to.columns.items())


def _as_told(field: str, to: Layout) -> pl.Expr:
    text = pl.col(field)
    if field in to.words:
        text = text.replace(to.words[field])
    if field in to.units:
        text = _point_moved(text, PLACES[to.units[field]])
    if to.decimal != "." and BY_DOOR[field].kind in NUMERIC:
        text = text.str.replace(".", to.decimal, literal=True)
    return text


def _point_moved(text: pl.Expr, places: int) -> pl.Expr:
    """Kilograms as a smaller unit: 0.146 is 146. Texts that are no plain decimal stay as they are."""
    parts = text.str.extract_groups(DECIMAL)
    whole, after = parts.struct.field("1"), parts.struct.field("2").fill_null("").str.pad_end(places, "0")
    moved = pl.concat_str(whole, after.str.slice(0, places)).str.strip_chars_start("0")
    rest = after.str.slice(places).str.strip_chars_end("0")
    joined = pl.concat_str(
        pl.when(moved == "").then(pl.lit("0")).otherwise(moved),
        pl.when(rest == "").then(pl.lit("")).otherwise(pl.concat_str(pl.lit("."), rest)),
    )
    return pl.when(whole.is_not_null()).then(joined).otherwise(text)


def write_rows(file: BinaryIO, rows: pl.DataFrame, to: Layout) -> None:
    """Append rows as CSV; the names of the columns, and the mark of the encoding, before the first ones."""
    is_first = file.tell() == 0
    if is_first:
        file.write(MARKS.get(to.encoding, b""))
    told = laid_out_as(rows, to)
    if to.encoding != "utf-16":
        told.write_csv(file, include_header=is_first, separator=to.separator)
        return
    text = BytesIO()
    told.write_csv(text, include_header=is_first, separator=to.separator)
    file.write(text.getvalue().decode().encode("utf-16-le"))
