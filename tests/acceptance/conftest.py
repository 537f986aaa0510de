"""Runs here are those of a fresh machine: no imported shelves, no colours."""

import pytest


@pytest.fixture(autouse=True)
def fresh_home(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("TIDEWAITER_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("NO_COLOR", "1")
