"""Tallies of finished files are made aside, once, and a run that gives none is not tried again at every look."""

import threading

import pytest

from tests.builders_lodging import a_lodged
from tidewaiter.service.clear import clear_files
from tidewaiter.service.lodging import tallying
from tidewaiter.service.lodging.tallying import Tallies


@pytest.fixture
def home(tmp_path, rules):
    (tmp_path / "runs").mkdir()
    file = tmp_path / "day.ndjson"
    file.write_bytes(a_lodged(consignment_id="A1").body + b"\n")
    clear_files([file], "EU", tmp_path / "runs" / "r1", on="2026-10-20", submitter="F1", home=tmp_path)
    return tmp_path


def test_a_finished_run_has_its_tally_made_aside(home, rules):
    (tally,) = Tallies(home, "EU", threading.Event()).serving(rules.windows)

    assert tally.name == "r1"
    assert (home / "tallies" / "r1").is_dir()


def test_what_gave_no_tally_is_not_tried_again_at_the_next_look(home, rules, monkeypatch):
    tried = []
    monkeypatch.setattr(Tallies, "_make", lambda _self: tried.append(1))
    found = Tallies(home, "EU", threading.Event())

    assert [found.serving(rules.windows), found.serving(rules.windows)] == [[], []]
    assert tried == [1]

    monkeypatch.setattr(tallying, "AGAIN_S", 0.0)
    found.serving(rules.windows)
    assert tried == [1, 1]


def test_whoever_is_told_to_stop_does_not_wait_for_a_tally(home, rules):
    stop = threading.Event()
    stop.set()

    assert Tallies(home, "EU", stop).serving(rules.windows) == []
