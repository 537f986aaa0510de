"""How much memory a file far larger than it takes: messages of 10 GB to typed rows in Parquet.

The file is some parcels again and again, each time under fresh references; one at a time, and taken away afterwards.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.messages import FORMS
from tidewaiter.cli.memory import ENGINE

PARCELS: Final = 50_000
"""Parcels that are repeated; each has a reference of its own within them."""

TURNS_MAX: Final = 10_000
GB: Final = 10**9


def write_repeated(form: str, path: Path, size: int, parcels: int = PARCELS) -> int:
    """Write a file of at least ``size`` bytes, these parcels again and again; how many it has."""
    told = FORMS[form]
    turn = "".join(told.parcels(range(parcels))).encode()
    with path.open("wb") as file:
        file.write(told.head.encode())
        for number in range(TURNS_MAX):
            file.write(turn.replace(b"LX0000", b"LX%04d" % number))
            if file.tell() >= size:
                break
        written = (number + 1) * parcels
        file.write(told.foot.replace("{parcels}", str(written)).encode())
    return written


def measured(form: str, size: int, folder: Path, parcels: int = PARCELS) -> dict[str, float]:
    """Items, items a core-second and peak memory of a process that reads a file of this size."""
    path = folder / FORMS[form].file
    try:
        written = write_repeated(form, path, size, parcels)
        command = [sys.executable, "-m", "bench.messages", "--one", form, str(path), str(folder)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env={**ENGINE, **os.environ})
        return {**json.loads(done.stdout), "parcels": written, "bytes": path.stat().st_size}
    finally:
        path.unlink(missing_ok=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gb", type=float, default=10)
    parser.add_argument("--forms", nargs="*", default=list(FORMS), choices=list(FORMS))
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="tidewaiter-bench-") as folder:
        for form in asked.forms:
            told = measured(form, int(asked.gb * GB), Path(folder))
            print(
                f"{form:8} {told['bytes'] / GB:.1f} GB, {told['items']:,.0f} items: {told['peak_mib']:,.0f} MiB, "
                f"{told['items_per_core_s']:,.0f} items a core-second",
                flush=True,
            )


if __name__ == "__main__":
    main()
