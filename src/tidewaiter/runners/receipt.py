"""Receipt and summary: what came in and what became of it, in figures that add up and carry no wall clock."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from tidewaiter.runners.intake import Intake
from tidewaiter.runners.parts import Parts
from tidewaiter.runners.workspace import told_plainly


@dataclass
class Totals:
    """Counts and sums that grow chunk by chunk; money never adds up over currencies."""

    decisions: Counter[str] = field(default_factory=Counter)
    routes: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    sets: Counter[str] = field(default_factory=Counter)
    pending: Counter[str] = field(default_factory=Counter)
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    filings_with: Counter[str] = field(default_factory=Counter)
    money: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    charge_rows: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    offices: Counter[str] = field(default_factory=Counter)
    items: int = 0
    resolved: int = 0
    intrinsic_value_minor: int = 0
    due_at_border_minor: int = 0

    def add(self, filings: pl.DataFrame, items: int, charges: pl.DataFrame, findings: pl.DataFrame) -> None:
        """Count one decided chunk."""
        for counter, column in (
            (self.decisions, "decision"), (self.routes, "route"), (self.categories, "category"),
            (self.sets, "reduced_set_used"), (self.offices, "office_country"),
        ):  # fmt: skip
            counter.update(dict(filings[column].fill_null("unknown").value_counts().iter_rows()))
        self.pending.update(dict(filings["pending_on"].explode().drop_nulls().value_counts().iter_rows()))
        self.filings_with.update(dict(filings["reasons"].explode().drop_nulls().value_counts().iter_rows()))
        for code, severity, count in findings.group_by("code", "severity").len().iter_rows():
            self.findings[code, severity] += count
        grouped = charges.group_by("charge", "status", "collected_from").agg(pl.len(), pl.col("amount_minor").sum())
        for charge, status, collected, rows, amount in grouped.iter_rows():
            self.charge_rows[charge, status, collected] += rows
            self.money[charge, status, collected] += amount
        self.items += items
        self.resolved += int(filings["resolved"].sum())
        self.intrinsic_value_minor += int(filings["intrinsic_value_minor"].sum())
        self.due_at_border_minor += int(filings["due_at_border_minor"].sum())


def totals_of(parts: Parts, count: int) -> Totals:
    """Count the answers of all chunks, one after the other."""
    totals = Totals()
    for number in range(count):
        filings, charges, findings = (
            pl.read_parquet(parts.table(number, name)) for name in ("consignments", "charges", "findings")
        )
        items = pl.scan_parquet(parts.table(number, "items")).select(pl.len()).collect().item()
        totals.add(filings, items, charges, findings)
    return totals


def receipt(intake: Intake, run: dict[str, Any]) -> dict[str, Any]:
    """Content hashes and counts of a run. Consignments add up: in = accepted + quarantined + duplicates + refused."""
    return {
        "content_hash": run["content_hash"],
        "run": run,
        "source_rows": intake.source_rows["in"],
        "rows": intake.source_rows,
        "consignments": intake.counts,
        "sources": [{**asdict(source), "unknown_columns": list(source.unknown_columns)} for source in intake.sources],
    }


def summary(totals: Totals, intake: Intake, about: dict[str, Any]) -> dict[str, Any]:
    """What a head of customs asks first, in one object."""
    return {
        **about,
        "consignments": intake.counts,
        "items": totals.items,
        "resolved": totals.resolved,
        "decisions": dict(sorted(totals.decisions.items())),
        "routes": dict(sorted(totals.routes.items())),
        "pending_on": dict(sorted(totals.pending.items())),
        "categories": dict(sorted(totals.categories.items())),
        "reduced_sets": dict(sorted(totals.sets.items())),
        "offices": dict(sorted(totals.offices.items())),
        "intrinsic_value_minor": totals.intrinsic_value_minor,
        "due_at_border_minor": totals.due_at_border_minor,
        "charges": [
            {"charge": charge, "status": status, "collected_from": collected, "rows": rows,
             "amount_minor": totals.money[charge, status, collected]}
            for (charge, status, collected), rows in sorted(totals.charge_rows.items())
        ],
        "findings": [
            {"code": code, "severity": severity, "findings": count, "consignments": totals.filings_with[code]}
            for (code, severity), count in sorted(totals.findings.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        "quarantine": dict(sorted(Counter(intake.quarantine["code"].to_list()).items())),
    }  # fmt: skip


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write readable JSON with a stable order."""
    with told_plainly(path):
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
