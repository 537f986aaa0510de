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
from datetime import date
from hashlib import blake2b
from pathlib import Path
from shutil import rmtree
from statistics import median
from tempfile import TemporaryDirectory

import polars as pl

from bench.flat_list import write_flat
from bench.page import page
from tidewaiter.world.write import write_sample

DAY = date(2026, 10, 20)
LOOPS = 1_000_000
COMMITS = 64
DIRT, FAULTS = 0.02, 0.005
SEED = 20_261_020

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
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: Measures = json.loads(done.stdout.splitlines()[-1])
    return found


def rounds(count: int, jobs: dict[str, Callable[[], Measures]]) -> dict[str, list[Measures]]:
    """All jobs one after the other, ``count`` times over."""
    told: dict[str, list[Measures]] = {name: [] for name in jobs}
    for number in range(count):
        for name, job in jobs.items():
            told[name].append(job())
            figures = "  ".join(f"{key} {value:,.2f}" for key, value in told[name][-1].items())
            print(f"round {number + 1}/{count}  {name:18} {figures}", flush=True)
    return told


def jobs_in(folder: Path, filings: int) -> dict[str, Callable[[], Measures]]:
    """Traffic as files, and what is measured on it."""
    day = write_sample(folder, filings, SEED, "EU", DAY, name="day", form="parquet", dirt=DIRT, faults=FAULTS)
    wide = write_sample(folder, filings // 5, SEED, "EU", DAY, name="wide", form="csv", dirt=DIRT, faults=FAULTS)
    flat = write_flat(folder / "flat.csv", filings // 5, SEED, DAY)

    def cleared(file: Path) -> Measures:
        try:
            return in_a_process("clear", file, folder / "out", DAY)
        finally:
            rmtree(folder / "out", ignore_errors=True)

    return {
        "reference loop": reference_loop,
        "disk": lambda: commits(folder),
        "copy": lambda: in_a_process("copy", day, folder / "copy.parquet"),
        "clear": lambda: cleared(day),
        "intake of flat CSV": lambda: in_a_process("intake", flat, folder / "spool"),
        "intake of wide CSV": lambda: in_a_process("intake", wide, folder / "spool"),
    }


def machine() -> str:
    """What it ran on, without a name."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, Polars {pl.__version__}, {platform.machine()}"


def main() -> None:
    """Measure and print; ``--write`` renews the page in the documentation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filings", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path, help="page to write the figures to")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="tidewaiter-bench-") as name:
        told = rounds(asked.rounds, jobs_in(Path(name), asked.filings))
    text = page(told, machine(), asked.filings, asked.rounds, median)
    print(text)
    if asked.write:
        asked.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
