"""Reasons: why filings do not go, each under its strongest reason so that counts add up, with examples of the run."""

import json
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from tidewaiter.measure.lake import Lake, filings, measured
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
    found = []
    for name in WAITING:
        rows = counts.filter(pl.col("outcome") == name).select("code", "filings").rows()
        for rank, (code, count) in enumerate(rows):
            found.append(Why(name, code, count, _examples(lake, name, code) if rank < most else ()))
    return found


def _waiting(lake: Lake) -> pl.LazyFrame:
    return (
        lake.scan("consignments")
        .with_columns(outcome(), code=pl.col("reasons").list.first())
        .filter(pl.col("outcome").is_in(WAITING))
    )


def _examples(lake: Lake, name: str, code: str | None) -> tuple[Example, ...]:
    """The first filings of the lake that wait for this reason, with the finding and the goods it is about."""
    wanted = ["consignment_id", "version", "source_file", "source_position", "marketplace_id"]
    is_of = (pl.col("outcome") == name) & pl.col("code").eq_missing(pl.lit(code))
    first = measured(_waiting(lake).filter(is_of).select(wanted).head(EXAMPLES))
    ids = first["consignment_id"].to_list()
    own = pl.col("consignment_id").is_in(ids)
    told = measured(lake.scan("findings").filter(own & pl.col("code").eq_missing(pl.lit(code))))
    items = measured(lake.scan("items").filter(own))
    return tuple(_example(row, told, items) for row in first.to_dicts())


def _example(row: dict[str, Any], told: pl.DataFrame, items: pl.DataFrame) -> Example:
    own = (pl.col("consignment_id") == row["consignment_id"]) & (pl.col("version") == row["version"])
    finding = told.filter(own).sort("item_no", nulls_last=False).head(1).to_dicts()
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
