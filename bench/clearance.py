"""How fast a parcel day is cleared, beside a plain Parquet copy of the same data on the same machine.

Rounds are interleaved (reference loop, disk, copy, clear, intake); medians and spreads are told. Each measured job
runs in a process of its own. ``make bench`` runs it; docs/reference/performance.md keeps what it said last.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from pathlib import Path
from shutil import rmtree
from statistics import median
from tempfile import TemporaryDirectory

import polars as pl

from bench.page import Told, page
from bench.traffic import write_day, write_flat_day, write_lists
from tidewaiter.cli.memory import ENGINE

LOOPS = 1_000_000
COMMITS = 64
SIZES = (100_000, 1_000_000, 10_000_000)
LISTED = 200_000
"""Parcels in the lists that intake is measured on."""
FLAT = (10_000_000, 30_000_000)
"""Sizes between which the peak of memory is compared, as a courier's flat list: its scratch fits a small disk."""

Measures = dict[str, float]


def reference_loop() -> Measures:
    """Process seconds of a million hashes in plain Python: how fast this core is just now."""
    started = time.process_time()
    for number in range(LOOPS):
        blake2b(b"%d" % number, digest_size=8).digest()
    return {"loop_s": time.process_time() - started}


def commits(folder: Path) -> Measures:
    """Forced 4 KiB writes a second: what the disk gives."""
    block = os.urandom(4096)
    started = time.perf_counter()
    with (folder / "commits").open("wb", buffering=0) as file:
        for _ in range(COMMITS):
            file.write(block)
            os.fsync(file.fileno())
    return {"commits_per_s": COMMITS / (time.perf_counter() - started)}


def in_a_process(job: str, *arguments: object) -> Measures:
    """Run a job of ``bench.jobs`` alone and take its figures."""
    command = [sys.executable, "-m", "bench.jobs", job, *map(str, arguments)]
    told_first = {**ENGINE, **os.environ}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=told_first)
    found: Measures = json.loads(done.stdout.splitlines()[-1])
    return found


def rounds(count: int, jobs: dict[str, Callable[[], Measures]], told: Told) -> None:
    """All jobs one after the other, ``count`` times over."""
    for number in range(count):
        for name, job in jobs.items():
            told.setdefault(name, []).append(job())
            figures = "  ".join(f"{key} {value:,.2f}" for key, value in told[name][-1].items())
            print(f"round {number + 1}/{count}  {name:24} {figures}", flush=True)


def cleared(source: Path, folder: Path) -> Measures:
    """Clear into a folder that is thrown away again."""
    try:
        return in_a_process("clear", source, folder / "out")
    finally:
        rmtree(folder / "out", ignore_errors=True)


def of_one_size(folder: Path, filings: int) -> dict[str, Callable[[], Measures]]:
    """Copy and clearance of a day of so many filings."""
    day = write_day(folder / f"day-{filings}", filings)
    return {
        "reference loop": reference_loop,
        "disk": lambda: commits(folder),
        f"copy {filings}": lambda: in_a_process("copy", day, folder / "copy"),
        f"clear {filings}": lambda: cleared(day, folder),
    }


def measured(folder: Path, asked: argparse.Namespace) -> Told:
    """Everything, size by size; large sizes in fewer rounds, and what was written for one is gone before the next."""
    told: Told = {}
    for filings in (size for size in SIZES if size <= asked.most):
        rounds(asked.rounds if filings < max(SIZES) else asked.rounds_large, of_one_size(folder, filings), told)
        if filings == SIZES[0]:
            first = next((folder / f"day-{filings}").glob("*.parquet"))
            rounds(1, {"stages": lambda: in_a_process("stages", first, folder / "stages")}, told)  # noqa: B023 - at once
        rmtree(folder / f"day-{filings}")
        rmtree(folder / "copy", ignore_errors=True)
    intake: dict[str, Callable[[], Measures]] = {
        f"intake {name}": partial(in_a_process, "intake", path, folder / "spool")
        for name, path in write_lists(folder, LISTED)
    }
    rounds(asked.rounds, intake, told)
    for filings in (size for size in FLAT if size <= asked.most_flat):
        flat = write_flat_day(folder / f"flat-{filings}", filings)
        rounds(1, {f"flat {filings}": lambda: cleared(flat, folder)}, told)  # noqa: B023 - called at once
        rmtree(flat)
    return told


def machine() -> str:
    """What it ran on, without a name."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, Polars {pl.__version__}, {platform.machine()}"


def main() -> None:
    """Measure and print; ``--write`` renews the page in the documentation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=max(SIZES), help="largest day, in filings")
    parser.add_argument("--most-flat", type=int, default=max(FLAT), help="largest flat list; 0 leaves the peak out")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rounds-large", type=int, default=3)
    parser.add_argument("--write", type=Path, help="page to write the figures to")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="tidewaiter-bench-") as name:
        told = measured(Path(name), asked)
    text = page(told, machine(), median)
    print(text)
    if asked.write:
        asked.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
