"""Receipt and summary: what came in and what became of it, in figures that add up and carry no wall clock."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tidewaiter.measure.totals import Totals
from tidewaiter.runners.intake import Intake
from tidewaiter.runners.workspace import told_plainly


def receipt(intake: Intake, run: dict[str, Any], laws: list[dict[str, Any]]) -> dict[str, Any]:
    """Content hashes and counts of a run. Consignments add up: in = accepted + quarantined + duplicates + refused.

    ``laws``: the editions that filings were decided with.
    """
    return {
        "content_hash": run["content_hash"],
        "run": run,
        "laws": laws,
        "source_rows": intake.source_rows["in"],
        "rows": intake.source_rows,
        "consignments": intake.counts,
        "sources": [source.told() for source in intake.sources],
    }


def summary(found: Totals, intake: Intake, about: dict[str, Any]) -> dict[str, Any]:
    """What a head of customs asks first, in one object; ``found`` is measured from the lake the run has written."""
    return {
        **about,
        "consignments": intake.counts,
        "items": found.items,
        "resolved": found.resolved,
        "decisions": found.decisions,
        "routes": found.routes,
        "pending_on": found.pending,
        "categories": found.categories,
        "reduced_sets": found.sets,
        "offices": found.offices,
        "intrinsic_value_minor": found.intrinsic_value_minor,
        "due_at_border_minor": found.due_at_border_minor,
        "charges": found.money,
        "findings": found.findings,
        "quarantine": dict(sorted(Counter(intake.quarantine["code"].to_list()).items())),
    }


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write readable JSON with a stable order."""
    with told_plainly(path):
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
