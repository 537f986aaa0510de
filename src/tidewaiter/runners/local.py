"""One clearance on one machine: land, take in, look back, clear, write; visible only when complete."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.kit.risk_rule import RiskRule, Window
from tidewaiter.measure.lake import Lake
from tidewaiter.measure.timing import decided_in_time
from tidewaiter.measure.totals import totals
from tidewaiter.model.errors import PlanError
from tidewaiter.pipeline.clearance import Clearance
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.runners.amendments import set_aside_known
from tidewaiter.runners.checkpoints import forget_intake, keep_intake, kept_intake
from tidewaiter.runners.chunks import Moment
from tidewaiter.runners.clearing import LAKE, Run, Work, narrow_pass, wide_pass
from tidewaiter.runners.dealing import Deal, shards_for
from tidewaiter.runners.history import History
from tidewaiter.runners.intake import Intake, take_in
from tidewaiter.runners.landing import Landed, hashed, land
from tidewaiter.runners.movements.gathering import Filed
from tidewaiter.runners.movements.order import MovementOrder, Movements
from tidewaiter.runners.parts import Joining, Parts, write_table
from tidewaiter.runners.reading import Source
from tidewaiter.runners.receipt import receipt, summary, write_json
from tidewaiter.runners.report import write_report
from tidewaiter.runners.setting_aside import DUPLICATES
from tidewaiter.runners.spool import regrouped, spans
from tidewaiter.runners.workspace import RECEIPT, told_plainly, workspace

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
    shards: int | None = None
    movements: MovementOrder | None = None
    clock: Callable[[], float] = monotonic


def law_version(editions: dict[str, str]) -> str:
    """First 16 hex digits of SHA-256 over the sorted pairs of shelf or sheet and edition."""
    text = "\n".join(f"{name}\t{edition}" for name, edition in sorted(editions.items()))
    return sha256(text.encode()).hexdigest()[:16]


def clear(order: Order, progress: Progress | None = None) -> Path:
    """Clear the sources into ``order.target``.

    A finished run of the same order is left as it is; one that was killed goes on where it stopped.
    """
    started = order.clock()
    movements = Movements(order.movements) if order.movements else None
    sources = hashed(order.sources)
    content_hash = sha256("\n".join(f"{digest} {source.name}" for source, digest in sources).encode()).hexdigest()
    version = law_version(dict(order.shelves.editions))
    run = {"content_hash": content_hash, "law_version": version, "submitter": order.submitter, **order.arguments}
    if movements:
        run |= movements.identity()
    with workspace(order.target, run, {"chunk_rows": order.chunk_rows, "shards": order.shards}) as folder:
        if folder is None:
            return order.target
        scratch = folder / ".scratch"
        scratch.mkdir(exist_ok=True)
        landed = land(sources, folder / "originals")
        intake = kept_intake(scratch) or _taken_in(order, landed, scratch, progress)
        if progress:
            progress("accepted", intake.counts["accepted"])
        parts = Parts(scratch / "parts")
        _cleared(order, intake, parts, folder, version, progress, movements)
        lasted_s = order.clock() - started
        if movements:
            movements.write(folder, order.clearance.jurisdiction, lasted_s)
        _refuse_loss(intake.counts["accepted"], Lake(folder).height("consignments"))
        _write_words(folder, order, intake, run, movements, lasted_s)
        forget_intake(scratch)
        shutil.rmtree(scratch)
    return order.target


def _taken_in(order: Order, landed: list[Landed], scratch: Path, progress: Progress | None) -> Intake:
    """Read everything, settle what is accepted, and keep what is known by then; what another try left is gone.

    What is set aside is many and long texts: it is read again from where it was kept, mapped.
    """
    shutil.rmtree(scratch)
    scratch.mkdir()
    intake = take_in(landed, order.sheets, order.format_name, scratch, order.submitter, progress, order.shards)
    if not intake.is_contiguous:
        intake.spool = regrouped(intake.spool, intake.filings, order.chunk_rows, scratch)
    if order.history is not None:
        set_aside_known(order.history, order.sheets, intake, order.submitter)
    keep_intake(intake, scratch)
    shutil.rmtree(scratch / "identity")
    return kept_intake(scratch) or intake


def _cleared(
    order: Order,
    intake: Intake,
    parts: Parts,
    folder: Path,
    version: str,
    progress: Progress | None,
    movements: Movements | None,
) -> None:
    """Both passes, as far as they are not done yet, and the lake's files of their answers."""
    scratch = folder / ".scratch"
    names = [report.name for report in intake.sources]
    run = Run(order.clearance, order.shelves, order.office, order.accepted_at, order.submitter, version, names)
    if movements:
        shutil.rmtree(scratch / "movements", ignore_errors=True)
        known = Filed(intake, order.accepted_at, order.history)
        run.movements = movements.gather(known, folder / "originals", scratch / "movements", progress)
    windows = windows_of(run.clearance.rules)
    cut = list(spans(intake.spool, order.chunk_rows))
    filings = sum(span.filings for span in cut)
    deal = Deal(scratch / "deal", windows, shards_for(filings, order.shards))
    work = Work(intake.spool, cut, scratch / "narrow", deal, parts)
    seen = narrow_pass(run, work, _once(order.history) if order.history else None, progress)
    with Joining(parts, LAKE, folder) as joining:
        wide_pass(run, work, joining, progress)
        _refuse_loss(intake.counts["accepted"], seen)
        joining.finish()


def windows_of(rules: Sequence[RiskRule]) -> list[Window]:
    """The windows of all rules, each once."""
    return list({window.fact: window for rule in rules for window in rule.windows}.values())


def _once(history: History) -> pl.DataFrame:
    """Each filing of the history once, though two earlier runs may have held it."""
    return history.rows.unique("filing_key", keep="first", maintain_order=True)


def _refuse_loss(accepted: int, told: int) -> None:
    """Stop before anything is put in place where a filing got lost on the way."""
    if accepted != told:
        raise PlanError(
            f"Of {accepted} accepted filings {told} were decided. Nothing was put in place; "
            "this is a fault of Tidewaiter, please report it with the file."
        )


def _write_words(
    folder: Path, order: Order, intake: Intake, run: dict[str, Any], movements: Movements | None, lasted_s: float
) -> None:
    """Everything beside the lake: quarantine, duplicates, summary; the receipt last."""
    lake = Lake(folder)
    with told_plainly(folder):
        write_table(folder / "quarantine.parquet", intake.quarantine)
        write_table(folder / "duplicates.parquet", intake.duplicates.select(list(DUPLICATES)))
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
    told = summary(totals(lake), intake, about)
    told |= movements.summary if movements else {"timing": decided_in_time(lake, lasted_s)}
    received = receipt(intake, run) | (movements.receipt if movements else {})
    write_json(folder / "summary.json", told)
    write_report(folder, told, order.clearance.kinds)
    write_json(folder / RECEIPT, received)
