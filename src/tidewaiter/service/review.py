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
    rejected = results.rows("quarantine", _by_reason)
    reasons = [Reason(*row) for row in rejected.iter_rows()] if rejected is not None else []
    top = results.rows("consignments", _most_striking)
    highest = str(top["consignment_id"][0]) if top is not None and top.height else ""
    return Review(folder, results.receipt["run"]["jurisdiction"], tuple(reasons), highest)


def _by_reason(rejected: pl.LazyFrame) -> pl.LazyFrame:
    """A row a code in the order of ``Reason``, the commonest first."""
    grouped = rejected.sort("source_file", "source_position").group_by("code", maintain_order=True)
    first = grouped.agg(pl.len(), *(pl.col(name).first() for name in ("message", "source_file", "source_position")))
    return first.sort("len", "code", descending=[True, False])


def _most_striking(accepted: pl.LazyFrame) -> pl.LazyFrame:
    """The filing of the highest score; of several the first that was told."""
    order = ["score", "source_file", "source_position"]
    return accepted.select("consignment_id", *order).sort(order, descending=[True, False, False]).head(1)
