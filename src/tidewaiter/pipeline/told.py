"""What was found, told: flags become rows with code, severity, pointer and evidence; only what was hit costs words."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.findings import FindingKind
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.stage import ROW

FINDINGS = {
    "consignment_id": pl.String,
    "version": pl.Int64,
    "item_no": pl.Int64,
    "code": pl.String,
    "severity": pl.String,
    "weight": pl.Int64,
    "pointer": pl.String,
    "field": pl.String,
    "evidence": pl.String,
    "rule_version": pl.String,
}
"""Columns of ``findings.parquet``; ``pointer`` is the WCO path, ``field`` the canonical name at the door."""


FEW: Final = 4_096
"""Rows up to which looking at one flag after the other costs less than one query over all of them."""


class Hit(NamedTuple):
    """A kind that hit anything: its position among all kinds, and the rows of its table that it hits."""

    number: int
    kind: FindingKind
    at: pl.Series


def found_in(chunk: Chunk, kinds: Sequence[FindingKind]) -> list[Hit]:
    """The kinds that hit anything, in their order; all flags of a table are looked at together."""
    tables = _tables(chunk)
    flags = {level: [kind.flag for kind in kinds if kind.level == level] for level in tables}
    are_hit: dict[str, bool] = {}
    for level, names in flags.items():
        if 0 < tables[level].height <= FEW:
            are_hit |= {name: bool(tables[level].get_column(name).any()) for name in names}
        elif names:
            are_hit |= tables[level].select(pl.col(names).any()).row(0, named=True)
    return [
        Hit(number, kind, tables[kind.level][kind.flag].arg_true())
        for number, kind in enumerate(kinds)
        if are_hit[kind.flag]
    ]


def hits(chunk: Chunk, found: Sequence[Hit]) -> pl.DataFrame:
    """One row per filing (or item) and kind hit: ``filing_row``, ``kind`` by position among all kinds."""
    tables = _tables(chunk)
    rows = [tables[hit.kind.level][ROW].gather(hit.at) for hit in found]
    kind = np.repeat(np.array([hit.number for hit in found], dtype=np.uint16), [len(hit.at) for hit in found])
    return pl.DataFrame([pl.concat([pl.Series(ROW, [], dtype=pl.UInt32), *rows]), pl.Series("kind", kind)])


def _tables(chunk: Chunk) -> dict[str, pl.DataFrame]:
    return {"filing": chunk.filings, "item": chunk.items}


def findings(chunk: Chunk, found: Sequence[Hit]) -> pl.DataFrame:
    """All findings of a chunk in the columns of ``FINDINGS``, by filing, then strongest first, then item."""
    tables = _tables(chunk)
    parts = [pl.DataFrame(schema={ROW: pl.UInt32, "kind": pl.UInt16, **FINDINGS})]
    parts += [_told(tables[kind.level], at, kind, number) for number, kind, at in found]
    return pl.concat(parts).sort(ROW, "kind", "item_no").drop(ROW, "kind")


def _told(table: pl.DataFrame, at: pl.Series, kind: FindingKind, number: int) -> pl.DataFrame:
    named = [name for name in kind.evidence if name in table.columns]
    columns = ["filing_row", "consignment_id", "version", *(["item_no"] if kind.level == "item" else []), *named]
    rows = table.select(pl.col(dict.fromkeys(columns)).gather(at))
    evidence = pl.struct(named).struct.json_encode() if named else pl.lit("{}")
    item_no = pl.col("item_no") if kind.level == "item" else pl.lit(None, dtype=pl.Int64)
    field = BY_DOOR.get(kind.pointer)
    wco = field.wco if field and field.wco else kind.pointer
    pointer = pl.lit(wco)
    if kind.level == "item" and "/68A" in wco:
        before, after = wco.split("/68A", 1)
        pointer = pl.format(before + "/68A[{}]" + after, "item_no")
    return rows.select(
        "filing_row",
        pl.lit(number, dtype=pl.UInt16).alias("kind"),
        "consignment_id",
        "version",
        item_no.alias("item_no"),
        code=pl.lit(kind.code),
        severity=pl.lit(kind.severity),
        weight=pl.lit(kind.points, dtype=pl.Int64),
        pointer=pointer,
        field=pl.lit(kind.pointer),
        evidence=evidence,
        rule_version=pl.lit(kind.version),
    )
