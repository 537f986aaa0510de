"""What was found, told: flags become rows with code, severity, pointer and evidence; only what was hit costs words."""

from collections.abc import Iterator, Sequence

import polars as pl

from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.findings import FindingKind
from tidewaiter.pipeline.plan import Chunk

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


def hits(chunk: Chunk, kinds: Sequence[FindingKind]) -> pl.DataFrame:
    """One row per filing (or item) and kind hit: ``filing_row``, ``kind`` by position in ``kinds``."""
    found = [pl.DataFrame(schema={"filing_row": pl.UInt32, "kind": pl.UInt16})]
    for number, _, table, at in _hit(chunk, kinds):
        rows = table["filing_row"].gather(at)
        found.append(
            pl.DataFrame({"filing_row": rows, "kind": pl.repeat(number, len(at), dtype=pl.UInt16, eager=True)})
        )
    return pl.concat(found)


def _hit(chunk: Chunk, kinds: Sequence[FindingKind]) -> Iterator[tuple[int, FindingKind, pl.DataFrame, pl.Series]]:
    """The kinds that hit anything, each with its table and the rows it hits; all flags are looked at together."""
    tables = {"filing": chunk.filings, "item": chunk.items}
    flags = {level: [kind.flag for kind in kinds if kind.level == level] for level in tables}
    are_hit = {level: table.select(pl.col(flags[level]).any()) for level, table in tables.items()}
    for number, kind in enumerate(kinds):
        if are_hit[kind.level][kind.flag][0]:
            table = tables[kind.level]
            yield number, kind, table, table[kind.flag].arg_true()


def findings(chunk: Chunk, kinds: Sequence[FindingKind]) -> pl.DataFrame:
    """All findings of a chunk in the columns of ``FINDINGS``, by filing, then strongest first, then item."""
    parts = [pl.DataFrame(schema={"filing_row": pl.UInt32, "kind": pl.UInt16, **FINDINGS})]
    parts += [_told(table, at, kind, number) for number, kind, table, at in _hit(chunk, kinds)]
    return pl.concat(parts).sort("filing_row", "kind", "item_no").drop("filing_row", "kind")


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
