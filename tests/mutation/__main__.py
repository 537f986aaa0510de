"""Change the code one place at a time and see whether the tests notice: ``python -m tests.mutation --sample 40``."""

import argparse
import compileall
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from py_compile import PycInvalidationMode
from queue import Queue

from tests.mutation.mutants import ROOMS, Mutant, mutants_of
from tests.mutation.selection import TIERS, Reach, learned, pytest_in

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("src", "tests", "tools", "docs", "pyproject.toml", "README.md", "CHANGELOG.md")
NO_TESTS = 5


def main() -> int:
    """Try all mutants or a seeded sample; exit code 1 where fewer are noticed than must be."""
    wanted = _arguments()
    mutants = mutants_of(ROOT / "src" / "tidewaiter", tuple(wanted.rooms.split(",")))
    if not wanted.all:
        mutants = sorted(random.Random(wanted.seed).sample(mutants, min(wanted.sample, len(mutants))))
    with tempfile.TemporaryDirectory(prefix="tidewaiter-mutation-") as folder:
        workshops = [_workshop(Path(folder) / str(number)) for number in range(wanted.jobs)]
        print(f"{len(mutants)} mutants; first the tests as they are ...", flush=True)
        reach = learned(workshops[0], wanted.tests.split(","))
        survivors = tried(mutants, workshops, reach)
    return told(mutants, survivors, wanted.least)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every mutant")
    parser.add_argument("--sample", type=int, default=40, help="how many, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rooms", default=",".join(ROOMS))
    parser.add_argument("--tests", default=",".join(TIERS), help="folders and files of the tests that must notice")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--least", type=int, default=90, help="per cent that must be noticed")
    return parser.parse_args()


def _workshop(folder: Path) -> Path:
    """A copy to work in; compiled by content, since two mutants of one second and size would look the same."""
    folder.mkdir(parents=True)
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, folder / name)
    compileall.compile_dir(folder / "src", quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    return folder


def tried(mutants: list[Mutant], workshops: list[Path], reach: Reach) -> list[Mutant]:
    """The mutants no test noticed."""
    free: Queue[Path] = Queue()
    for workshop in workshops:
        free.put(workshop)

    def is_noticed(mutant: Mutant) -> bool:
        workshop = free.get()
        try:
            return _is_noticed(mutant, workshop, reach)
        finally:
            free.put(workshop)

    with ThreadPoolExecutor(len(workshops)) as crew:
        survivors = []
        for number, (mutant, noticed) in enumerate(zip(mutants, crew.map(is_noticed, mutants), strict=True), start=1):
            if not noticed:
                survivors.append(mutant)
                print(f"{number}/{len(mutants)} survived {mutant}", flush=True)
    return survivors


def _is_noticed(mutant: Mutant, workshop: Path, reach: Reach) -> bool:
    """True where a test fails, nothing can be imported any more, or the tests do not end."""
    path = workshop / "src" / "tidewaiter" / mutant.path
    sound = path.read_text(encoding="utf-8")
    tests = reach.tests_for(mutant.path, mutant.line)
    path.write_text(mutant.applied(sound), encoding="utf-8")
    try:
        code = pytest_in(
            workshop, "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not slow", *tests,
            seconds=reach.patience(tests),
        )  # fmt: skip
    finally:
        path.write_text(sound, encoding="utf-8")
    return code not in {0, NO_TESTS}


def told(mutants: list[Mutant], survivors: list[Mutant], least: int) -> int:
    """Print what was noticed, room by room, and judge."""
    whole = Counter(mutant.path.parts[0] for mutant in mutants)
    lost = Counter(mutant.path.parts[0] for mutant in survivors)
    print("\nSurvivors:" if survivors else "\nNo survivor.")
    for mutant in survivors:
        print(f"  src/tidewaiter/{mutant}")
    for room, count in whole.items():
        print(f"{room:10} {count - lost[room]:5} of {count:5} noticed")
    percent = 100 * (len(mutants) - len(survivors)) / len(mutants) if mutants else 100.0
    print(f"Noticed: {percent:.1f} % of {len(mutants)}; {least} % must be.")
    return 0 if percent >= least else 1


if __name__ == "__main__":
    sys.exit(main())
