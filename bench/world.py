"""How fast a world is written: seconds, rows, megabytes and peak memory, in a process of its own.

``python -m bench.world`` writes a million parcels of four weeks; ``--parcels`` and ``--weeks`` say otherwise.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

from tidewaiter.service.world import make_world

PARCELS, WEEKS, SEED = 1_000_000, 4, 20_261_020
MEGABYTE: Final = 1_000_000
Figures = dict[str, float]


def measured(folder: Path, parcels: int, weeks: int, destination: str) -> Figures:
    """Write a world and say what it took; the peak is that of this whole process."""
    started = time.perf_counter()
    made = make_world(folder / "world", parcels=parcels, weeks=weeks, seed=SEED, destination=destination)
    wall = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    files = [path for path in made.folder.rglob("*") if path.is_file()]
    messages = [path for path in files if path.parent.name == "messages"]
    return {
        "parcels": parcels,
        "wall_s": wall,
        "parcels_per_s": parcels / wall,
        "message_files": len(messages),
        "message_rows": sum(map(_lines, messages)),
        "events": _lines(made.folder / "events.csv") - 1,
        "truth_rows": pl.scan_parquet(made.folder / "truth.parquet").select(pl.len()).collect().item(),
        "megabytes": sum(path.stat().st_size for path in files) / MEGABYTE,
        "peak_mib": peak,
    }


def _lines(path: Path) -> int:
    """Line ends of a file, whatever its encoding; a goods line is a row, or part of an object in NDJSON."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def in_a_process(parcels: int, weeks: int, destination: str) -> Figures:
    """The same in a process of its own, so that the peak is the world's alone."""
    command = [sys.executable, "-m", "bench.world", "--here", "--parcels", str(parcels), "--weeks", str(weeks)]
    done = subprocess.run([*command, "--as", destination], check=True, capture_output=True, text=True)
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure and print a line a figure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--parcels", type=int, default=PARCELS)
    asked.add_argument("--weeks", type=int, default=WEEKS)
    asked.add_argument("--as", dest="destination", default="EU")
    asked.add_argument("--here", action="store_true", help="in this process; the figures as JSON")
    given = asked.parse_args()
    if given.here:
        with TemporaryDirectory() as folder:
            print(json.dumps(measured(Path(folder), given.parcels, given.weeks, given.destination)))
        return
    for name, figure in in_a_process(given.parcels, given.weeks, given.destination).items():
        print(f"  {name:16}{figure:>16,.1f}")


if __name__ == "__main__":
    main()
