"""Every bench in turn, each in a process of its own: ``python -m bench.each``, or ``python -m bench.each charging``.

What is said a core and a second is measured in one thread. Real material is taken from ``TIDEWAITER_REAL_DATA``;
without it a bench that needs some is named and left out.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REAL_DATA: Final = "TIDEWAITER_REAL_DATA"
PAGE: Final = "docs/reference/performance.md"
US_EXPORT: Final = "{data}/tariff/us_hts/raw/hts_export_2026_rev4.csv.gz"
SAMPLES: Final = "{data}/wco_dm_samples"
MEASURES: Final = "{data}/tariff/eu_taric_2019"


@dataclass(frozen=True)
class Bench:
    """What to say to a bench: ``{home}`` is an empty folder that goes away, ``{data}`` the real material."""

    words: tuple[str, ...] = ()
    threads: int | None = None

    @property
    def needs_data(self) -> bool:
        """True where it measures real material."""
        return any("{data}" in word for word in self.words)


BENCHES: Final = {
    "clearance": Bench(("--write", PAGE)),
    "rates": Bench(threads=1),
    "charging": Bench(("--steps",), threads=1),
    "charging_day": Bench(),
    "tariff": Bench((US_EXPORT, "--tables", MEASURES)),
    "quoting": Bench(),
    "declarations": Bench(threads=1),
    "messages": Bench(threads=1),
    "volume": Bench(),
    "leaves": Bench((SAMPLES,)),
    "batcher": Bench(),
    "wave": Bench(),
    "served": Bench(),
    "sorter": Bench(("--home", "{home}")),
    "queue": Bench(("--home", "{home}")),
    "world": Bench(),
    "schemes": Bench(),
}


def main() -> int:
    """Run what was asked for, else all; 1 where one of them fails."""
    unknown = sorted(set(sys.argv[1:]) - set(BENCHES))
    if unknown:
        sys.exit(f"There is no bench {', '.join(unknown)}. There are: {', '.join(BENCHES)}.")
    failed = [name for name in sys.argv[1:] or BENCHES if not _measured(name, BENCHES[name])]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _measured(name: str, bench: Bench) -> bool:
    data = os.environ.get(REAL_DATA)
    if bench.needs_data and not data:
        print(f"\n== {name}: left out, {REAL_DATA} names no folder", flush=True)
        return True
    print(f"\n== {name}", flush=True)
    threads = {} if bench.threads is None else {"POLARS_MAX_THREADS": str(bench.threads)}
    with tempfile.TemporaryDirectory(prefix="tidewaiter-bench-") as folder:
        words = [word.format(data=data, home=Path(folder, "home")) for word in bench.words]
        command = [sys.executable, "-m", f"bench.{name}", *words]
        return subprocess.run(command, check=False, env={**os.environ, **threads}).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
