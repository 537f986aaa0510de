"""Reasons: why filings do not go, each under its strongest reason so that counts add up, with examples of the run."""

import json
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import polars as pl

from tidewaiter.measure.lake import Lake, at_once, filings, measured
from tidewaiter.measure.outcomes import outcome

WAITING: Final = ("refuse", "hold", "ask")
"""Outcomes that need somebody, the strictest first."""
EXAMPLES: Final = 3


@dataclass(frozen=True)
class Example:
    """A filing that waits: its reference, its place, the goods and the values its reason rests on."""

    consignment_id: str
    source_file: str
    source_position: int
    marketplace_id: str | None
    goods: str | None
    evidence: dict[str, Any]


@dataclass(frozen=True)
class Why:
    """One reason: filings under it, and the first few of them in the order of the files."""

    outcome: str
    code: str | None
    filings: int
    examples: tuple[Example, ...]


def reasons(lake: Lake, most: int) -> list[Why]:
    """Why filings wait, by outcome, the commonest first; ``most`` of each outcome with examples, the rest without."""
    counts = measured(
        _waiting(lake)
        .group_by("outcome", "code")
        .agg(filings())
        .sort("filings", "code", descending=[True, False], nulls_last=True)
    )
    ranked = [(name, *row) for name in WAITING for row in _of(counts, name)]
    shown = {(name, code) for name in WAITING for code, _ in _of(counts, name)[:most]}
    keys = sorted(shown, key=str)
    first = dict(zip(keys, at_once(*(partial(_first, lake, *key) for key in keys)), strict=True))
    told = _told(lake, [row["consignment_id"] for rows in first.values() for row in rows])
    return [
        Why(name, code, count, tuple(_example(row, code, *told) for row in first.get((name, code), ())))
        for name, code, count in ranked
    ]


def _of(counts: pl.DataFrame, name: str) -> list[tuple[str | None, int]]:
    """Codes of one outcome with their filings."""
    return counts.filter(pl.col("outcome") == name).select("code", "filings").rows()


def _waiting(lake: Lake) -> pl.LazyFrame:
    return (
        lake.scan("consignments")
        .with_columns(outcome(), code=pl.col("reasons").list.first())
        .filter(pl.col("outcome").is_in(WAITING))
    )


def _first(lake: Lake, name: str, code: str | None) -> list[dict[str, Any]]:
    """The first filings of the lake that wait for this reason; the walk ends when they are found."""
    wanted = ["consignment_id", "version", "source_file", "source_position", "marketplace_id"]
    is_of = (pl.col("outcome") == name) & pl.col("code").eq_missing(pl.lit(code))
    return measured(_waiting(lake).filter(is_of).select(wanted).head(EXAMPLES)).to_dicts()


def _told(lake: Lake, ids: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Findings and items of these filings: one walk each."""
    own = pl.col("consignment_id").is_in(pl.Series(ids, dtype=pl.String).implode())
    return measured(lake.scan("findings").filter(own)), measured(lake.scan("items").filter(own))


def _example(row: dict[str, Any], code: str | None, told: pl.DataFrame, items: pl.DataFrame) -> Example:
    """The filing with the finding ``code`` and the goods it is about, the first line where it is about the whole."""
    own = (pl.col("consignment_id") == row["consignment_id"]) & (pl.col("version") == row["version"])
    finding = (
        told.filter(own, pl.col("code").eq_missing(pl.lit(code))).sort("item_no", nulls_last=False).head(1).to_dicts()
    )
    item_no = finding[0]["item_no"] if finding else None
    lines = items.filter(own).sort("item_no")
    if item_no is not None:
        lines = lines.filter(pl.col("item_no") == item_no)
    return Example(
        row["consignment_id"],
        row["source_file"],
        row["source_position"],
        row["marketplace_id"],
        next(iter(lines["description"].drop_nulls()), None),
        json.loads(finding[0]["evidence"]) if finding else {},
    )
