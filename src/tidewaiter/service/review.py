"""What somebody who has just cleared wants to look at next: rows to mend, a filing worth opening."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tidewaiter.service.results import open_results


@dataclass(frozen=True)
class Reason:
    """Why rows stand in quarantine: how many under a code, and the first of them."""

    code: str
    rows: int
    message: str
    source_file: str
    source_position: int


@dataclass(frozen=True)
class Review:
    """Where to look after a run for ``jurisdiction`` (``EU/DE``); ``worth_a_look`` has the highest score of all.

    It is empty where no filing was accepted.
    """

    folder: Path
    jurisdiction: str
    quarantine: tuple[Reason, ...]
    worth_a_look: str


def review(folder: Path) -> Review:
    """Reasons of quarantine, the commonest first, and the filing that asks for most attention."""
    results = open_results(folder)
    rejected = results.rows("quarantine")
    reasons = []
    if rejected is not None:
        grouped = rejected.sort("source_file", "source_position").group_by("code", maintain_order=True)
        first = grouped.agg(pl.len(), *(pl.col(name).first() for name in ("message", "source_file", "source_position")))
        reasons = [Reason(*row) for row in first.sort("len", "code", descending=[True, False]).collect().iter_rows()]
    accepted = results.rows("consignments")
    highest = ""
    if accepted is not None:
        order = ["score", "source_file", "source_position"]
        top = accepted.select("consignment_id", *order).sort(order, descending=[True, False, False]).head(1).collect()
        highest = str(top["consignment_id"][0]) if top.height else ""
    return Review(folder, results.receipt["run"]["jurisdiction"], tuple(reasons), highest)
