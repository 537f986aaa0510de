"""What is missing: fields that a filing leaves empty and that a finding asks for."""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from tidewaiter.model.columns import BY_DOOR, FIELDS, Field
from tidewaiter.model.findings import FindingKind
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.stage import ROW

ASKED: Final = ("missing_fields", "missing_item_fields", "missing_metal_fields")
"""Columns that list required fields without a finding of their own."""

APART: Final = "\x1f"
ORDER: Final = {field.door: place for place, field in enumerate(FIELDS)}
OF_COLUMN: Final[dict[tuple[str, str], Field]] = {(field.level, field.column): field for field in FIELDS}


def missing_fields(chunk: Chunk, kinds: Sequence[FindingKind]) -> pl.DataFrame:
    """``filing_row`` and ``missing``: door names in the order of the canonical fields with ``APART`` between them.

    Filings that lack nothing are left out.
    """
    found = [pl.DataFrame(schema={ROW: pl.UInt32, "field": pl.String})]
    for kind in kinds:
        if kind.severity == "ask":
            found += _asked(chunk.filings if kind.level == "filing" else chunk.items, kind)
    rows = (
        pl.concat(found)
        .unique()
        .with_columns(place=pl.col("field").replace_strict(ORDER, default=None, return_dtype=pl.Int32))
    )
    return (
        rows.drop_nulls("place")
        .sort(ROW, "place")
        .group_by(ROW, maintain_order=True)
        .agg(missing=pl.col("field").str.join(APART))
    )


def _asked(table: pl.DataFrame, kind: FindingKind) -> Iterator[pl.DataFrame]:
    """What one kind asks for in the rows it hits: fields it lists, and those it points at or shows that are empty."""
    at = table[kind.flag].arg_true()
    if not len(at):
        return
    rows = table[ROW].gather(at)
    for name in ASKED:
        if name in kind.evidence:
            listed = pl.DataFrame({ROW: rows, "field": table[name].gather(at)})
            yield listed.drop_nulls().with_columns(pl.col("field").str.split(", ")).explode("field")
    for field in _fields(kind):
        empty = rows.filter(table[field.column].gather(at).is_null()) if field.column in table.columns else rows.clear()
        yield pl.DataFrame({ROW: empty, "field": pl.repeat(field.door, len(empty), dtype=pl.String, eager=True)})


def _fields(kind: FindingKind) -> list[Field]:
    pointed = [BY_DOOR[kind.pointer]] if kind.pointer in BY_DOOR else []
    shown = [OF_COLUMN[kind.level, name] for name in kind.evidence if (kind.level, name) in OF_COLUMN]
    return list(dict.fromkeys(field for field in (*pointed, *shown) if field.level == kind.level))
