"""How long each stage takes: the first chunk of a day walked through both plans, step by step, in process time."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tidewaiter.pipeline.clearance import clearance
from tidewaiter.pipeline.plan import Chunk, Plan
from tidewaiter.runners.clearing import Run, chunk_at, narrow_columns, narrow_rows, told
from tidewaiter.runners.dealing import Deal
from tidewaiter.runners.footing import Footing
from tidewaiter.runners.intake import take_in
from tidewaiter.runners.landing import hashed, land
from tidewaiter.runners.local import CHUNK_ROWS, windows_of
from tidewaiter.runners.parts import Parts
from tidewaiter.runners.reading import find_sources
from tidewaiter.runners.spool import spans
from tidewaiter.service import discovery
from tidewaiter.service.settings import home_folder
from tidewaiter.service.shelves import open_shelves

TIMES = 5
Made = TypeVar("Made")
Least = dict[str, float]


def stage_seconds(source: str, folder: Path, on: datetime) -> tuple[Least, int]:
    """Least process seconds of several times for each step, and how many filings the chunk has."""
    law, rules, sheets = (
        discovery.jurisdictions()["EU"], list(discovery.risk_rules().values()), list(discovery.sender_sheets().values())
    )  # fmt: skip
    shelves = open_shelves(law, rules, sheets, home_folder())
    run = Run(Footing(clearance(law, rules, shelves), shelves), None, on, "", [Path(source).name])
    taken = take_in(land(hashed(find_sources([source])), folder / "originals"), sheets, None, folder, "")
    span = next(spans(taken.spool, CHUNK_ROWS))
    deal = Deal(folder / "deal", windows_of(run.clearance.rules), 1)
    deal.begin()
    least: Least = defaultdict(lambda: float("inf"))
    for number in range(TIMES):
        chunk = _timed(least, "rows of the narrow pass", lambda: chunk_at(run, taken.spool, span, narrow_columns(run)))
        narrow = _timed(least, "narrow pass", lambda: narrow_rows(run, chunk))  # noqa: B023 - called at once
        wide = _timed(least, "rows of the wide pass", lambda: chunk_at(run, taken.spool, span))
        wide.filings = wide.filings.hstack(deal.facts(span, narrow))
        _walked(least, run.clearance.wide, wide)
        frames = _timed(least, "decision, charges, findings", lambda: told(run.footing, wide))  # noqa: B023 - called at once
        parts = Parts(folder / f"parts-{number}")
        _timed(least, "writing the answers", lambda: parts.write(0, {**frames, "history": narrow}))  # noqa: B023 - called at once
    return least, span.filings


def _walked(least: Least, plan: Plan, chunk: Chunk) -> None:
    for step in plan.steps:
        alone = replace(plan, steps=(step,))
        _timed(least, step.name, lambda: alone.run(chunk))  # noqa: B023 - called at once


def _timed(least: Least, name: str, work: Callable[[], Made]) -> Made:
    started = time.process_time()
    made = work()
    least[name] = min(least[name], time.process_time() - started)
    return made
