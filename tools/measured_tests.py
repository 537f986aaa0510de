"""A plug-in of pytest that measures line coverage in the tests of the calculating rooms and leaves the others alone.

Being traced makes Python half as fast again, and only the calculating rooms are held to their lines.
"""

import importlib
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from coverage import Coverage

ROOMS: Final = ("model", "kit", "stages", "pipeline", "packs")
"""Rooms that are held to their line coverage."""
FOLDERS: Final = ("conformance", "decisions", "property", "unit")
"""Folders of tests that call these rooms; what they reach is what counts."""
FOR_PROCESSES: Final = "COVERAGE_PROCESS_CONFIG"
"""By this a process that a test starts is measured too."""
TESTS: Final = Path(__file__).resolve().parents[1] / "tests"


class Measure:
    """The coverage of this process, held on while no measured test runs."""

    def __init__(self, coverage: Coverage) -> None:
        self._coverage, self._runs = coverage, True
        self._told = os.environ.get(FOR_PROCESSES)

    def turn(self, *, on: bool) -> None:
        """Measure from here on, or do not."""
        if on is self._runs:
            return
        self._runs = on
        if on:
            self._coverage.start()
        else:
            self._coverage.stop()
            os.environ.pop(FOR_PROCESSES, None)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Measure one test or not, by its folder; in between as the last one left it."""
        self.turn(on=item.path.relative_to(TESTS).parts[0] in FOLDERS)
        return (yield)

    def pytest_sessionfinish(self) -> None:
        """End as it began, so that what was measured is kept."""
        self.turn(on=True)


def pytest_configure(config: pytest.Config) -> None:
    """Measure in the processes that run tests; every file of the rooms counts, imported or not."""
    coverage = Coverage.current()
    if coverage is None or config.getoption("numprocesses", default=None):
        return
    for room in ROOMS:
        _load(f"tidewaiter.{room}")
    config.pluginmanager.register(Measure(coverage))


def _load(name: str) -> None:
    package = importlib.import_module(name)
    for part in pkgutil.walk_packages(package.__path__, f"{name}."):
        importlib.import_module(part.name)
