"""Runs here are those of a fresh machine: no imported shelves, no colours."""

import pytest

from tests.builders_movements import a_filings_file
from tests.builders_runs import cleared, written


@pytest.fixture(autouse=True)
def fresh_home(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("TIDEWAITER_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def go(tmp_path, capsys):
    """Clear filings with events; both as content of files."""

    def gone(filings, events, *more, name="events.csv", target="out"):
        inputs = written(tmp_path, a_filings_file(*filings), "list.csv")
        path = written(tmp_path, events, name)
        return cleared(capsys, tmp_path / target, inputs, more=("--events", str(path), *more))

    return gone
