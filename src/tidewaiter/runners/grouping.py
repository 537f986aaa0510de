"""Grouping: rows become filings, repeats become duplicates, contradictions go to quarantine; every row has one fate.

A *unit* is one telling of a filing: all its rows of a flat file, or one object of NDJSON. Within a unit a row told
twice is a duplicate; between units an equal telling is a duplicate of the first, another one a contradiction.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

ACCEPTED, DUPLICATE, CONTRADICTED, SPOILT = 0, 1, 2, 3
"""Fates of a row. ``SPOILT``: its filing has a row that could not be taken, so none of it is."""

FILING = ["identity_key", "identity_hash"]


@dataclass(frozen=True)
class Fates:
    """Per row in reading order: its fate, its filing (number of an accepted filing, else -1), the row it repeats."""

    fate: np.ndarray
    filing_no: np.ndarray
    of_row: np.ndarray
    is_contiguous: bool
    filings: int
    counts: dict[str, int]


def fates(rows: pl.DataFrame) -> Fates:
    """Decide the fate of every row.

    ``rows``, in reading order: identity columns, ``unit`` (Int64, equal for rows of one telling), ``is_spoilt``.
    ``counts`` are consignments: accepted, quarantined, duplicates. A unit counts as often as its rows are repeated.
    """
    filing = _numbered(rows)
    fate = np.zeros(len(filing), dtype=np.uint8)
    of_row = np.full(len(filing), -1, dtype=np.int64)
    total = int(filing.max()) + 1 if len(filing) else 0
    suspects = _suspects(rows, filing, total)
    counts = {"accepted": total - len(suspects), "quarantined": 0, "duplicates": 0}
    if len(suspects):
        _judge(rows, filing, suspects, fate, of_row, counts)
    kept = np.zeros(total, dtype=bool)
    kept[filing[fate == ACCEPTED]] = True
    dense = np.cumsum(kept) - 1
    filing_no = np.where(fate == ACCEPTED, dense[filing] if total else filing, -1)
    is_contiguous = bool((np.diff(filing_no[filing_no >= 0]) >= 0).all())
    return Fates(fate, filing_no, of_row, is_contiguous, int(kept.sum()), counts)


def _numbered(rows: pl.DataFrame) -> np.ndarray:
    """Number filings by first appearance; the fast way where each one's rows stand together."""
    key = rows["identity_key"].to_numpy()
    twin = rows["identity_hash"].to_numpy()
    if not len(key):
        return np.zeros(0, dtype=np.int64)
    starts = np.concatenate(([True], (key[1:] != key[:-1]) | (twin[1:] != twin[:-1])))
    runs = rows.select(FILING).filter(pl.Series(starts))
    if runs.n_unique() == runs.height:
        return np.cumsum(starts) - 1
    first = runs.unique(maintain_order=True).with_row_index("filing")
    numbered = rows.select(FILING).join(first, on=FILING, how="left", maintain_order="left")
    return numbered["filing"].to_numpy().astype(np.int64)


def _suspects(rows: pl.DataFrame, filing: np.ndarray, total: int) -> np.ndarray:
    """Filings with anything unusual: a spoilt row, several units, differing filing fields, a repeated item number."""
    if not total:
        return np.zeros(0, dtype=np.int64)
    order = np.argsort(filing, kind="stable") if (np.diff(filing) < 0).any() else slice(None)
    number = filing[order]
    same = number[1:] == number[:-1]
    unusual = np.zeros(total, dtype=bool)
    unusual[number[rows["is_spoilt"].to_numpy()[order]]] = True
    for name in ("filing_hash", "unit"):
        values = rows[name].to_numpy()[order]
        unusual[number[1:][same & (values[1:] != values[:-1])]] = True
    item_no = rows["item_no"].fill_null(-1).to_numpy()[order]
    unusual[number[1:][same & (item_no[1:] <= item_no[:-1])]] = True
    return np.flatnonzero(unusual)


def _judge(
    rows: pl.DataFrame,
    filing: np.ndarray,
    suspects: np.ndarray,
    fate: np.ndarray,
    of_row: np.ndarray,
    counts: dict[str, int],
) -> None:
    """Settle the suspects exactly, writing into ``fate``, ``of_row`` and ``counts``."""
    at = np.flatnonzero(np.isin(filing, suspects))
    told = rows[at].with_columns(row=pl.Series(at), filing=pl.Series(filing[at]))
    content = ["filing", "unit", "item_no", "filing_hash", "item_hash"]
    told = told.with_columns(
        copy=pl.int_range(pl.len()).over(content),
        first=pl.col("row").first().over(content),
    )
    once = told.filter(pl.col("copy") == 0)
    judged = once.group_by("filing", maintain_order=True).agg(
        is_spoilt=pl.col("is_spoilt").any(),
        is_contradicted=(pl.col("filing_hash").n_unique() > 1) | _tells_an_item_twice(),
    )
    units = _units(once, told)
    judged = judged.join(
        units.group_by("filing").agg(pl.col("is_other").any(), tellings=pl.col("times").sum()), on="filing"
    )
    judged = judged.with_columns(is_contradicted=pl.col("is_contradicted") | pl.col("is_other"))
    row_fate = (
        told.drop("is_spoilt")
        .join(judged, on="filing", how="left", maintain_order="left")
        .join(units.select("filing", "unit", "first_unit"), on=["filing", "unit"], how="left", maintain_order="left")
    )
    is_bad = row_fate["is_spoilt"] | row_fate["is_contradicted"]
    is_repeat = (row_fate["copy"] > 0) | (row_fate["unit"] != row_fate["first_unit"])
    verdict = np.where(
        row_fate["is_spoilt"], SPOILT, np.where(is_bad, CONTRADICTED, np.where(is_repeat, DUPLICATE, ACCEPTED))
    )
    fate[at] = verdict
    of_row[at] = np.where(verdict == DUPLICATE, _repeated(row_fate), -1)
    lost = judged.filter(pl.col("is_spoilt") | pl.col("is_contradicted"))
    fine = judged.filter(~(pl.col("is_spoilt") | pl.col("is_contradicted")))
    counts["quarantined"] += int(lost["tellings"].sum())
    counts["accepted"] += fine.height
    counts["duplicates"] += int(fine["tellings"].sum()) - fine.height


def _tells_an_item_twice() -> pl.Expr:
    """True where one unit gives one item number to two different lines (equal lines are gone by now)."""
    numbered = pl.struct("unit", "item_no").filter(pl.col("item_no").is_not_null())
    return numbered.n_unique() < numbered.len()


def _units(once: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Per telling: how often it was repeated row by row, and whether it says something else than the first one."""
    mixed = pl.col("filing_hash") ^ (pl.col("item_hash") * 0x9E3779B97F4A7C15)
    content = once.group_by("filing", "unit", maintain_order=True).agg(
        rows=pl.len(), content=mixed.sort().implode().list.eval(pl.element().hash()).list.sum()
    )
    times = told.group_by("filing", "unit").agg(times=pl.col("copy").max() + 1)
    return content.join(times, on=["filing", "unit"], how="left", maintain_order="left").with_columns(
        first_unit=pl.col("unit").first().over("filing"),
        is_other=(pl.col("content") != pl.col("content").first().over("filing"))
        | (pl.col("rows") != pl.col("rows").first().over("filing")),
    )


def _repeated(row_fate: pl.DataFrame) -> np.ndarray:
    """The row each row repeats: the first equal one of the same filing."""
    equal = ["filing", "item_no", "filing_hash", "item_hash"]
    return row_fate.select(pl.col("row").min().over(equal)).to_series().to_numpy()
