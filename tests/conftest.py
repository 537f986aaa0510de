"""What every tier shares: the way to real data, and an honest count of what was not tested without it."""

import os
from pathlib import Path

import pytest

REAL_DATA = "TIDEWAITER_REAL_DATA"
UNSET = f"needs real data: set {REAL_DATA} to its folder"


def pytest_configure(config):
    """A folder that is named and not there is a mistake, never a reason to skip."""
    named = os.environ.get(REAL_DATA)
    if named and not Path(named).is_dir():
        raise pytest.UsageError(f"{REAL_DATA} names {named}, which is no folder. Correct it, or unset it to skip.")


@pytest.fixture(scope="session")
def real_data():
    """Folder of real messages, tariffs and texts; nothing of it stands in this repository."""
    named = os.environ.get(REAL_DATA)
    if not named:
        pytest.skip(UNSET)
    return Path(named).resolve()


def pytest_terminal_summary(terminalreporter):
    skipped = [report for report in terminalreporter.stats.get("skipped", ()) if UNSET in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests skipped without real data: set {REAL_DATA} to run them.")
