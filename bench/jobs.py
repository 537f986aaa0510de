"""The measured jobs, each in a process of its own; the last line of output is its figures as JSON."""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

import polars as pl

from tidewaiter.reference import nomenclature
from tidewaiter.runners.chunks import chunk_of
from tidewaiter.runners.intake import Intake, take_in
from tidewaiter.runners.landing import hashed, land
from tidewaiter.runners.local import CHUNK_ROWS
from tidewaiter.runners.reading import find_sources
from tidewaiter.runners.spool import in_chunks
from tidewaiter.service import discovery
from tidewaiter.service.clear import clear_files
from tidewaiter.service.shelves import home_folder
from tidewaiter.stages import quality

DAY = datetime(2026, 10, 20, tzinfo=UTC)
Figures = dict[str, float]


def copy(source: str, target: str) -> Figures:
    """Read all of a Parquet file and write it again, as Polars does both."""
    started = time.perf_counter()
    pl.read_parquet(source).write_parquet(target)
    return {"wall_s": time.perf_counter() - started}


def clear(source: str, target: str, on: str) -> Figures:
    """The whole command, and of it the two passes: from the last row taken in to the folder in its place."""
    taken_in: list[float] = []

    def progress(word: str, _count: int) -> None:
        if word == "accepted":
            taken_in.append(time.perf_counter())

    started = time.perf_counter()
    done = clear_files([source], "EU", Path(target), on=on, progress=progress)
    ended = time.perf_counter()
    return {
        "wall_s": ended - started,
        "passes_s": ended - taken_in[0],
        "items": done.summary["items"],
        "filings": done.summary["consignments"]["accepted"],
        "released": done.summary["decisions"]["release"],
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
    for rows in in_chunks(taken.spool, CHUNK_ROWS):
        chunk = chunk_of(rows, [report.name for report in taken.sources], "", DAY)
        lines = chunk.items.with_columns(_beside(law.sets[0]), nature=pl.lit("sale"), line_value_minor="value_micro")
        filings = chunk.filings.with_columns(_beside(law.sets[0]), intrinsic_value_minor=1000, freight_minor=0)
        started = time.process_time()
        quality.check_items(lines.lazy(), known, law.requirements).select(list(quality.ITEM_ADDS)).collect()
        sums = quality.sum_items(lines.lazy()).collect()
        summed = filings.hstack(sums.select(list(quality.SUMS))).lazy()
        quality.check_filings(summed, law.requirements, law.places, law.sets).select(
            list(quality.FILING_ADDS)
        ).collect()
        seconds += time.process_time() - started
        items += rows.height
    return items, seconds


def _beside(reduced_set: str) -> list[pl.Expr]:
    """What other rooms lay beside a row before it is checked."""
    return [pl.lit(DAY).dt.date().alias("duty_day"), pl.lit(reduced_set).alias("reduced_set_used")]


JOBS: dict[str, Callable[..., Figures]] = {"copy": copy, "clear": clear, "intake": intake}

if __name__ == "__main__":
    figures = JOBS[sys.argv[1]](*sys.argv[2:])
    figures["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(figures))
