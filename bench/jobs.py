"""The measured jobs, each in a process of its own; the last line of output is its figures as JSON."""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shutil import rmtree

import numpy as np
import polars as pl

from bench.stages import stage_seconds
from tidewaiter.cli.memory import keep_memory
from tidewaiter.pipeline.plan import withheld
from tidewaiter.reference import nomenclature
from tidewaiter.runners.chunks import chunk_of
from tidewaiter.runners.intake import Intake, take_in
from tidewaiter.runners.landing import hashed, land
from tidewaiter.runners.local import CHUNK_ROWS
from tidewaiter.runners.reading import find_sources
from tidewaiter.runners.spool import in_chunks
from tidewaiter.service import discovery
from tidewaiter.service.clear import clear_files
from tidewaiter.service.settings import home_folder
from tidewaiter.stages import quality
from tidewaiter.stages.quality import closed_lists, commodity

DAY = datetime(2026, 10, 20, tzinfo=UTC)
Figures = dict[str, float]


def copy(source: str, target: str) -> Figures:
    """Read each Parquet file of a folder whole and write it again, as Polars does both."""
    rmtree(target, ignore_errors=True)
    Path(target).mkdir()
    started = time.perf_counter()
    for path in sorted(Path(source).glob("*.parquet")):
        pl.read_parquet(path).write_parquet(Path(target) / path.name)
    return {"wall_s": time.perf_counter() - started}


def clear(source: str, target: str) -> Figures:
    """The whole command, and when each of its steps had done its last piece."""
    done_at: dict[str, float] = {}

    def progress(word: str, _count: int) -> None:
        done_at[word] = time.perf_counter()

    cpu, started = time.process_time(), time.perf_counter()
    done = clear_files([source], "EU", Path(target), on=f"{DAY:%Y-%m-%d}", progress=progress)
    ended = time.perf_counter()
    return {
        "wall_s": ended - started,
        "cpu_s": time.process_time() - cpu,
        "passes_s": ended - done_at["accepted"],
        "land and read_s": done_at["reading"] - started,
        "settle_s": done_at["accepted"] - done_at["reading"],
        "narrow pass_s": done_at["comparing"] - done_at["accepted"],
        "windows and wide pass_s": done_at["clearing"] - done_at["comparing"],
        "join, summary, report_s": ended - done_at["clearing"],
        "items": done.summary["items"],
        "filings": done.summary["consignments"]["accepted"],
    }


def intake(source: str, folder: str) -> Figures:
    """Text to settled rows on the spool, and every check of data quality on them: process time an item."""
    rmtree(folder, ignore_errors=True)
    scratch = Path(folder)
    scratch.mkdir()
    landed = land(hashed(find_sources([source])), scratch / "originals")
    started = time.process_time()
    taken = take_in(landed, list(discovery.sender_sheets().values()), None, scratch, "")
    taking = time.process_time() - started
    items, checking = _checked(taken)
    whole = taking + checking
    return {"items": items, "cpu_s": whole, "items_per_core_s": items / whole, "of_it_checks_s": checking}


def _checked(taken: Intake) -> tuple[int, float]:
    """Items, and the process seconds that all checks of them and their filings took."""
    law = discovery.jurisdictions()["EU"]
    known = nomenclature.nomenclature(home_folder()).lazy()
    items, seconds = 0, 0.0
    for held in in_chunks(taken.spool, CHUNK_ROWS):
        rows = held.read()
        chunk = chunk_of(rows, partial(_some, rows), [report.name for report in taken.sources], "", DAY)
        lines = chunk.items.with_columns(_beside(law.sets[0]), nature=pl.lit("sale"), line_value_minor="value_micro")
        filings = chunk.filings.with_columns(_beside(law.sets[0]), intrinsic_value_minor=1000, freight_minor=0)
        started = time.process_time()
        lines = withheld(commodity.check_codes(lines.lazy(), known).collect(), (commodity.CODE,))
        quality.check_items(lines.lazy(), law.requirements).select(list(quality.ITEM_ADDS)).collect()
        sums = quality.sum_items(lines.lazy()).collect()
        filings = withheld(closed_lists.tell_unknown(filings.lazy()).collect(), closed_lists.DECIDING)
        summed = filings.hstack(sums.select(list(quality.SUMS))).lazy()
        quality.check_filings(summed, law.requirements, law.places, law.sets).select(
            list(quality.FILING_ADDS)
        ).collect()
        seconds += time.process_time() - started
        items += rows.height
    return items, seconds


def _some(rows: pl.DataFrame, at: np.ndarray) -> pl.DataFrame:
    return rows[at]


def _beside(reduced_set: str) -> list[pl.Expr]:
    """What other rooms lay beside a row before it is checked."""
    return [pl.lit(DAY).dt.date().alias("duty_day"), pl.lit(reduced_set).alias("reduced_set_used")]


def stages(source: str, folder: str) -> Figures:
    """Process seconds of each step on the first chunk of a file, told for a million filings."""
    rmtree(folder, ignore_errors=True)
    least, filings = stage_seconds(source, Path(folder), DAY)
    return {name: seconds * 1_000_000 / filings for name, seconds in least.items()}


def peak_mib() -> float:
    """The most memory this process ever held; other figures count what its parent held before it was started."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


JOBS: dict[str, Callable[..., Figures]] = {"copy": copy, "clear": clear, "intake": intake, "stages": stages}

if __name__ == "__main__":
    keep_memory()
    figures = JOBS[sys.argv[1]](*sys.argv[2:])
    figures["peak_mib"] = peak_mib()
    print(json.dumps(figures))
