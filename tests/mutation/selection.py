"""Which tests reach a line: one run under coverage tells, so that a mutant meets only tests that could see it."""

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from coverage import CoverageData

TIERS = ("tests/unit", "tests/property", "tests/conformance")
SETTINGS = "[run]\nsource = tidewaiter\ndynamic_context = test_function\ndata_file = {data}\n"


@dataclass(frozen=True)
class Reach:
    """Test files by line of code, and how long each takes."""

    by_line: dict[str, dict[int, frozenset[str]]]
    seconds: dict[str, float]

    def tests_for(self, file: Path, line: int) -> list[str]:
        """Test files that run the line, or the file where the line runs on import, or its folder; quick ones first."""
        lines = self.by_line.get(str(file), {})
        near = lines.get(line) or frozenset().union(*lines.values()) or self._of_folder(file.parent)
        return sorted(near or self.seconds, key=lambda name: self.seconds.get(name, 0.0))

    def _of_folder(self, folder: Path) -> frozenset[str]:
        """A pack's facts are read wherever its code runs."""
        below = [lines for name, lines in self.by_line.items() if Path(name).is_relative_to(folder)]
        return frozenset(test for lines in below for tests in lines.values() for test in tests)

    def patience(self, tests: list[str]) -> float:
        """Seconds after which a run is taken for one that never ends."""
        return 30 + 5 * sum(self.seconds.get(name, 1.0) for name in tests)


def pytest_in(workshop: Path, *arguments: str, seconds: float | None = None) -> int:
    """Run pytest in a copy of the repository; exit code, or -1 where it did not end in time."""
    command = [sys.executable, "-m", "pytest", *arguments]
    return _run(command, workshop, seconds)


def _run(command: list[str], workshop: Path, seconds: float | None) -> int:
    plain = {name: value for name, value in os.environ.items() if name != "TIDEWAITER_REAL_DATA"}
    env = {**plain, "PYTHONPATH": str(workshop / "src")}
    try:
        done = subprocess.run(
            command,
            cwd=workshop,
            env=env,
            timeout=seconds,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except subprocess.TimeoutExpired:
        return -1
    if done.returncode not in {0, 1} and seconds is None:
        sys.stdout.write(done.stdout.decode(errors="replace")[-3000:])
    return done.returncode


def learned(workshop: Path, tests: Sequence[str] = TIERS) -> Reach:
    """Run the tests (those of the quick tiers) once, unchanged, and read off who reaches what."""
    settings, data, times = (workshop / name for name in ("contexts.ini", "contexts.data", "times.xml"))
    settings.write_text(SETTINGS.format(data=data), encoding="utf-8")
    tiers = [path for path in tests if (workshop / path).exists()]
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest", "-q", "-p", "no:xdist",
               "-m", "not slow", f"--junitxml={times}", *tiers]  # fmt: skip
    code = _run(command, workshop, None)
    if code:
        raise SystemExit(f"The tests must pass before anything is changed; they ended with {code}.")
    seconds = _seconds(times)
    return Reach(_by_line(data, workshop / "src" / "tidewaiter", set(seconds)), seconds)


def _seconds(times: Path) -> dict[str, float]:
    spent: dict[str, float] = defaultdict(float)
    for case in ET.parse(times).getroot().iter("testcase"):  # noqa: S314 - written by our own run
        spent[_file(case.get("classname", ""))] += float(case.get("time", 0))
    return dict(spent)


def _file(module: str) -> str:
    """``tests.unit.test_money`` (and what stands below it) is ``tests/unit/test_money.py``."""
    parts = module.split(".")
    last = next((at for at, part in enumerate(parts) if part.startswith("test_")), len(parts) - 1)
    return "/".join(parts[: last + 1]) + ".py"


def _by_line(data: Path, package: Path, known: set[str]) -> dict[str, dict[int, frozenset[str]]]:
    measured = CoverageData(basename=str(data))
    measured.read()
    reach: dict[str, dict[int, frozenset[str]]] = {}
    for file in measured.measured_files():
        lines = measured.contexts_by_lineno(file)
        told = {line: frozenset(_file(name) for name in names if name) & known for line, names in lines.items()}
        reach[str(Path(file).relative_to(package))] = {line: tests for line, tests in told.items() if tests}
    return reach
