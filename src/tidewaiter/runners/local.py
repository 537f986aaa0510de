"""One clearance on one machine: land, take in, look back, clear, write; visible only when complete."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.measure.lake import Lake
from tidewaiter.measure.totals import totals
from tidewaiter.model.errors import PlanError
from tidewaiter.pipeline.clearance import Clearance
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.runners.amendments import set_aside_known
from tidewaiter.runners.chunks import Moment
from tidewaiter.runners.clearing import Run, facts_of, narrow_pass, wide_pass
from tidewaiter.runners.history import History
from tidewaiter.runners.intake import DUPLICATES, Intake, take_in
from tidewaiter.runners.landing import hashed, land
from tidewaiter.runners.reading import Source
from tidewaiter.runners.receipt import receipt, summary, write_json
from tidewaiter.runners.report import write_report
from tidewaiter.runners.spool import Spool, regrouped
from tidewaiter.runners.workspace import RECEIPT, told_plainly, workspace
from tidewaiter.runners.writers import LakeWriter, write_whole

CHUNK_ROWS = 65_536
"""Goods lines cleared at a time: as fast as twice as many, in half the memory."""

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Order:
    """What is to be cleared and how; all that decides the answer is here."""

    sources: Sequence[Source]
    target: Path
    clearance: Clearance
    shelves: Shelves
    sheets: Sequence[SenderSheet]
    office: str | None
    accepted_at: Moment
    arguments: dict[str, Any]
    format_name: str | None = None
    history: History | None = None
    submitter: str = ""
    chunk_rows: int = CHUNK_ROWS


def law_version(editions: dict[str, str]) -> str:
    """First 16 hex digits of SHA-256 over the sorted pairs of shelf or sheet and edition."""
    text = "\n".join(f"{name}\t{edition}" for name, edition in sorted(editions.items()))
    return sha256(text.encode()).hexdigest()[:16]


def clear(order: Order, progress: Progress | None = None) -> Path:
    """Clear the sources into ``order.target``. A finished run of the same order is left as it is."""
    sources = hashed(order.sources)
    content_hash = sha256("\n".join(f"{digest} {source.name}" for source, digest in sources).encode()).hexdigest()
    version = law_version(dict(order.shelves.editions))
    run = {"content_hash": content_hash, "law_version": version, "submitter": order.submitter, **order.arguments}
    with workspace(order.target, run) as folder:
        if folder is None:
            return order.target
        scratch = folder / ".scratch"
        scratch.mkdir()
        landed = land(sources, folder / "originals")
        intake = take_in(landed, order.sheets, order.format_name, scratch, order.submitter, progress)
        _cleared(order, intake, folder, scratch, version, progress)
        shutil.rmtree(scratch)
        _write_words(folder, order, intake, run)
    return order.target


def _cleared(
    order: Order, intake: Intake, folder: Path, scratch: Path, version: str, progress: Progress | None
) -> None:
    spool, filing_no = _grouped(intake, order.chunk_rows, scratch)
    if order.history is not None:
        filing_no = set_aside_known(order.history, order.sheets, intake, spool, filing_no, order.submitter)
    if progress:
        progress("accepted", intake.counts["accepted"])
    names = [report.name for report in intake.sources]
    run = Run(order.clearance, order.shelves, order.office, order.accepted_at, order.submitter, version, names)

    def tally(chunk: Chunk, _charges: pl.DataFrame, _findings: pl.DataFrame) -> None:
        if progress:
            progress("clearing", chunk.filings.height)

    narrow = narrow_pass(run, spool, filing_no, order.chunk_rows)
    facts = facts_of(run, narrow, _once(order.history) if order.history else None)
    with LakeWriter(folder) as lake:
        lake.append({"history": narrow})
        wide_pass(run, spool, filing_no, order.chunk_rows, facts, lake, tally)
    _refuse_loss(intake.counts["accepted"], narrow.height, Lake(folder).height("consignments"))


def _once(history: History) -> pl.DataFrame:
    """Each filing of the history once, though two earlier runs may have held it."""
    return history.rows.unique("filing_key", keep="first", maintain_order=True)


def _refuse_loss(accepted: int, narrow: int, decided: int) -> None:
    """Stop before anything is put in place where a filing got lost on the way."""
    if not accepted == narrow == decided:
        raise PlanError(
            f"Of {accepted} accepted filings {narrow} were looked at and {decided} decided. Nothing was put in place; "
            "this is a fault of Tidewaiter, please report it with the file."
        )


def _grouped(intake: Intake, chunk_rows: int, scratch: Path) -> tuple[Spool, np.ndarray]:
    """The spool in an order in which each filing's rows stand together."""
    fates = intake.fates
    if fates.is_contiguous:
        return intake.spool, fates.filing_no
    return regrouped(intake.spool, fates.filing_no, chunk_rows, scratch)


def _write_words(folder: Path, order: Order, intake: Intake, run: dict[str, Any]) -> None:
    """Everything beside the lake: quarantine, duplicates, summary; the receipt last."""
    write_whole(folder, [("quarantine", intake.quarantine), ("duplicates", intake.duplicates.select(list(DUPLICATES)))])
    with told_plainly(folder):
        intake.quarantine.write_csv(folder / "quarantine.csv")
    jurisdiction = order.clearance.jurisdiction
    about = {
        "jurisdiction": jurisdiction.code,
        "currency": jurisdiction.currency,
        "accepted_at": order.accepted_at.isoformat() if isinstance(order.accepted_at, datetime) else order.accepted_at,
        "law_version": run["law_version"],
        "editions": dict(sorted(order.shelves.editions.items())),
        "titles": {kind.code: kind.title for kind in order.clearance.kinds},
        "sentences": {kind.code: kind.sentence for kind in order.clearance.kinds},
        "plan": [getattr(step, "name", "carry") for step in order.clearance.wide.steps],
    }
    told = summary(totals(Lake(folder)), intake, about)
    write_json(folder / "summary.json", told)
    write_report(folder, told, order.clearance.kinds)
    write_json(folder / RECEIPT, receipt(intake, run))
