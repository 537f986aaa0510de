"""Totals of a run: counts and sums of the whole lake; money never adds up over currencies, a run has one."""

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import polars as pl

from tidewaiter.measure.lake import Lake, at_once, filings, measured, summed

TOLD_APART: Final = (
    "decision", "route", "category", "reduced_set_used", "office_country", "mode", "resolved", "law_version",
)  # fmt: skip
"""Closed or short lists: all combinations of them together are a few hundred rows, however long the lake is."""
UNKNOWN: Final = "unknown"


@dataclass(frozen=True)
class Totals:
    """A run's figures. ``money`` has a row for each charge, status and collector; ``findings`` one for each code."""

    filings: int
    items: int
    resolved: int
    intrinsic_value_minor: int
    due_at_border_minor: int
    decisions: dict[str, int]
    routes: dict[str, int]
    categories: dict[str, int]
    sets: dict[str, int]
    offices: dict[str, int]
    modes: dict[str, int]
    laws: dict[str, int]
    pending: dict[str, int]
    agencies: dict[str, int]
    money: list[dict[str, Any]]
    findings: list[dict[str, Any]]


def totals(lake: Lake) -> Totals:
    """Measure the whole lake; walks over single columns."""
    cells, pending, agencies, money, found = at_once(
        partial(_cells, lake), partial(_listed, lake, "pending_on"), partial(_listed, lake, "agencies"),
        partial(_money, lake), partial(_findings, lake),
    )  # fmt: skip
    return Totals(
        filings=sum(cell["filings"] for cell in cells),
        items=lake.height("items"),
        resolved=sum(cell["filings"] for cell in cells if cell["resolved"]),
        intrinsic_value_minor=sum(cell["intrinsic_value_minor"] for cell in cells),
        due_at_border_minor=sum(cell["due_at_border_minor"] for cell in cells),
        decisions=_counted(cells, "decision"),
        routes=_counted(cells, "route"),
        categories=_counted(cells, "category"),
        sets=_counted(cells, "reduced_set_used"),
        offices=_counted(cells, "office_country"),
        modes=_counted(cells, "mode"),
        laws=_counted(cells, "law_version"),
        pending=pending,
        agencies=agencies,
        money=money,
        findings=found,
    )


def _cells(lake: Lake) -> list[dict[str, Any]]:
    """Filings and sums for each combination of what is told apart."""
    grouped = (
        lake.scan("consignments")
        .group_by(TOLD_APART)
        .agg(filings(), summed("intrinsic_value_minor"), summed("due_at_border_minor"))
    )
    return measured(grouped).to_dicts()


def _counted(cells: list[dict[str, Any]], column: str) -> dict[str, int]:
    found: Counter[str] = Counter()
    for cell in cells:
        found[UNKNOWN if cell[column] is None else cell[column]] += cell["filings"]
    return dict(sorted(found.items()))


def _listed(lake: Lake, column: str) -> dict[str, int]:
    """Filings by each word of a list."""
    words = lake.scan("consignments").select(pl.col(column).explode(empty_as_null=True)).drop_nulls()
    return dict(measured(words.group_by(column).agg(filings()).sort(column)).iter_rows())


def _money(lake: Lake) -> list[dict[str, Any]]:
    keys = ["charge", "status", "collected_from"]
    rows = lake.scan("charges").group_by(keys).agg(rows=pl.len(), amount_minor=summed("amount_minor"))
    return measured(rows.sort(keys)).select(*keys, "rows", "amount_minor").to_dicts()


def _findings(lake: Lake) -> list[dict[str, Any]]:
    """Findings of each code and the filings they are on, the commonest first."""
    on = _listed(lake, "reasons")
    rows = lake.scan("findings").group_by("code", "severity").agg(findings=pl.len())
    ordered = measured(rows.sort("findings", "code", "severity", descending=[True, False, False]))
    return [{**row, "consignments": on.get(row["code"], 0)} for row in ordered.to_dicts()]
