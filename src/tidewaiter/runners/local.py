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
from tidewaiter.runners.amendments import set_aside_known
from tidewaiter.runners.assertions.order import Assertions
from tidewaiter.runners.checkpoints import forget_intake, keep_intake, kept_intake
from tidewaiter.runners.chunks import Moment
from tidewaiter.runners.clearing import FOOTING, LAKE, Run, Work, narrow_pass, wide_pass
from tidewaiter.runners.dealing import Deal, shards_for
from tidewaiter.runners.following import changes_in, replaced
from tidewaiter.runners.footing import Footing, Footings, law_version, laws_told
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
from tidewaiter.runners.workspace import RECEIPT, told_plainly, under_way, workspace

CHUNK_ROWS = 65_536
"""Goods lines cleared at a time: as fast as twice as many, in half the memory."""

IN_USE = "in_use"
"""What a run notes of the editions it began with, so that after a kill it goes on with them."""

Progress = Callable[[str, int], None]
Laws = dict[str, dict[str, str]]
"""Editions by the law version they make."""


@dataclass(frozen=True)
class Order:
    """What is to be cleared and how; all that decides the answer is here."""

    sources: Sequence[Source]
    target: Path
    footings: Footings
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
    assertions: Sequence[Source] | None = None
    clock: Callable[[], float] = monotonic


def clear(order: Order, progress: Progress | None = None) -> Path:
    """Clear the sources into ``order.target``.

    A finished run of the same order is left as it is; one that was killed goes on where it stopped, with the editions
    it began with where they are still there.
    """
    started = order.clock()
    movements = Movements(order.movements) if order.movements else None
    asserted = Assertions(order.assertions) if order.assertions is not None else None
    sources = hashed(order.sources)
    content_hash = sha256("\n".join(f"{digest} {source.name}" for source, digest in sources).encode()).hexdigest()
    asked = {"content_hash": content_hash, "submitter": order.submitter, **order.arguments}
    for beside in (movements, asserted):
        asked |= beside.identity() if beside else {}
    way = {"chunk_rows": order.chunk_rows, "shards": order.shards}
    footing = _footing(order, asked, way)
    run = {"law_version": _version(order, footing), **asked}
    with workspace(order.target, run, {**way, IN_USE: footing.in_use}) as folder:
        if folder is None:
            return order.target
        scratch = folder / ".scratch"
        scratch.mkdir(exist_ok=True)
        landed = land(sources, folder / "originals")
        intake = kept_intake(scratch) or _taken_in(order, landed, scratch, progress)
        if progress:
            progress("accepted", intake.counts["accepted"])
        parts = Parts(scratch / "parts")
        known = _cleared(order, footing, intake, parts, folder, progress, movements, asserted)
        lasted_s = order.clock() - started
        if movements:
            movements.write(folder, footing.clearance.jurisdiction, lasted_s)
        if asserted:
            asserted.write(folder)
        _refuse_loss(intake.counts["accepted"], Lake(folder).height("consignments"))
        _write_words(folder, order, intake, _Decided(run, footing, known), (movements, asserted), lasted_s)
        forget_intake(scratch)
        shutil.rmtree(scratch)
    return order.target


def _footing(order: Order, asked: dict[str, Any], way: dict[str, Any]) -> Footing:
    """What a run of this order that did not end began with, where it can be had again; else what is in use."""
    note = under_way(order.target)
    kept = dict(note.get("way") or {})
    used = kept.pop(IN_USE, None)
    version = dict(note.get("run") or {}).get("law_version")
    if used is not None and note["run"] == {"law_version": version, **asked} and kept == way:
        footing = order.footings.begin(used)
        if _version(order, footing) == version:
            return footing
    return order.footings.begin()


def _version(order: Order, footing: Footing) -> str:
    return footing.version_kept(is_followed=order.footings.is_followed)


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
    footing: Footing,
    intake: Intake,
    parts: Parts,
    folder: Path,
    progress: Progress | None,
    movements: Movements | None,
    asserted: Assertions | None,
) -> Laws:
    """Both passes, as far as they are not done yet, and the lake's files of their answers.

    Gives the editions of every law version that chunks noted.
    """
    scratch = folder / ".scratch"
    names = [report.name for report in intake.sources]
    now = order.footings.now if order.footings.is_followed else None
    run = Run(footing, order.office, order.accepted_at, order.submitter, names, now=now)
    known = Filed(intake, order.accepted_at, order.history)
    for name in ("movements", "assertions"):
        shutil.rmtree(scratch / name, ignore_errors=True)
    if movements:
        run.movements = movements.gather(known, folder / "originals", scratch / "movements", progress)
    if asserted:
        run.assertions = asserted.gather(known, folder / "originals", scratch / "assertions", progress)
    windows = windows_of(run.clearance.rules)
    cut = list(spans(intake.spool, order.chunk_rows))
    filings = sum(span.filings for span in cut)
    deal = Deal(scratch / "deal", windows, shards_for(filings, order.shards))
    work = Work(intake.spool, cut, scratch / "narrow", deal, parts)
    seen = narrow_pass(run, work, _counted(order, intake), progress)
    with Joining(parts, LAKE, folder) as joining:
        wide_pass(run, work, joining, progress)
        _refuse_loss(intake.counts["accepted"], seen)
        joining.finish()
    noted = (parts.note(span.number, FOOTING) for span in cut) if now else ()
    return {law_version(editions): editions for editions in noted}


def windows_of(rules: Sequence[RiskRule]) -> list[Window]:
    """The windows of all rules, each once."""
    return list({window.fact: window for rule in rules for window in rule.windows}.values())


def _counted(order: Order, intake: Intake) -> pl.DataFrame | None:
    """Each filing of the history once, though two earlier runs may have held it, and only in its newest version."""
    if order.history is None:
        return None
    gone = replaced(order.history, changes_in(intake.spool, order.submitter))
    rows = order.history.rows.filter(~pl.col("filing_key").is_in(list(gone))) if gone else order.history.rows
    return rows.unique("filing_key", keep="first", maintain_order=True)


def _refuse_loss(accepted: int, told: int) -> None:
    """Stop before anything is put in place where a filing got lost on the way."""
    if accepted != told:
        raise PlanError(
            f"Of {accepted} accepted filings {told} were decided. Nothing was put in place; "
            "this is a fault of Tidewaiter, please report it with the file."
        )


@dataclass(frozen=True)
class _Decided:
    """What a run was, the footing it began on, and the editions of every other that chunks were decided on."""

    run: dict[str, Any]
    footing: Footing
    known: Laws


Beside = tuple[Movements | None, Assertions | None]
"""What a run knows beside its filings."""


def _write_words(
    folder: Path, order: Order, intake: Intake, decided: _Decided, beside: Beside, lasted_s: float
) -> None:
    """Everything beside the lake: quarantine, duplicates, summary; the receipt last."""
    lake, clearance = Lake(folder), decided.footing.clearance
    with told_plainly(folder):
        write_table(folder / "quarantine.parquet", intake.quarantine)
        write_table(folder / "duplicates.parquet", intake.duplicates.select(list(DUPLICATES)))
        intake.quarantine.write_csv(folder / "quarantine.csv")
    found = totals(lake)
    laws = laws_told(found.laws, decided.known, decided.footing)
    jurisdiction = clearance.jurisdiction
    about = {
        "jurisdiction": jurisdiction.code,
        "currency": jurisdiction.currency,
        "accepted_at": order.accepted_at.isoformat() if isinstance(order.accepted_at, datetime) else order.accepted_at,
        "law_version": laws[0]["law_version"] if len(laws) == 1 else None,
        "editions": dict(sorted(set.intersection(*(set(law["editions"].items()) for law in laws)))),
        "laws": laws,
        "titles": {kind.code: kind.title for kind in clearance.kinds},
        "waits_for": {kind.code: kind.waits_for for kind in clearance.kinds if kind.waits_for},
        "agency_of": {kind.code: kind.agency for kind in clearance.kinds if kind.agency},
        "sentences": {kind.code: kind.sentence for kind in clearance.kinds},
        "plan": [getattr(step, "name", "carry") for step in clearance.wide.steps],
    }
    told = summary(found, intake, about)
    received = receipt(intake, decided.run, laws)
    movements, asserted = beside
    if movements is None:
        told |= {"timing": decided_in_time(lake, lasted_s)}
    for part in (movements, asserted):
        if part is not None:
            told |= part.summary
            received |= part.receipt
    write_json(folder / "summary.json", told)
    write_report(folder, told, clearance.kinds)
    write_json(folder / RECEIPT, received)
