"""Progress on the error stream: plain lines in a pipe, a moving line for a person."""

import io
import sys

import pytest

from tidewaiter.cli import progress


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self):
        return True


def test_a_pipe_gets_one_line_a_step(capsys):
    with progress.shown_progress() as told:
        for step, done in (("reading", 2), ("reading", 3), ("accepted", 4), ("clearing", 4)):
            told(step, done)

    assert capsys.readouterr().err == "reading 5 rows\nclearing 4 filings\n"


def test_a_pipe_hears_of_long_work_while_it_lasts(capsys, monkeypatch):
    now = iter([0.0, 0.0, *[20.0] * 9])
    monkeypatch.setattr(progress, "monotonic", lambda: next(now))

    with progress.shown_progress() as told:
        told("GB accepted", 4000)
        told("GB clearing", 1000)

    said = capsys.readouterr().err.splitlines()
    assert said == ["GB clearing 1,000 of 4,000 filings, 50 filings/s, 1:00 left ...", "GB clearing 1,000 filings"]


def test_reading_tells_its_rate_while_nobody_knows_how_much_there_is(capsys, monkeypatch):
    now = iter([0.0, 0.0, *[30.0] * 9])
    monkeypatch.setattr(progress, "monotonic", lambda: next(now))

    with progress.shown_progress() as told:
        told("reading", 600)

    assert capsys.readouterr().err.splitlines() == ["reading 600 rows, 20 rows/s ...", "reading 600 rows"]


@pytest.mark.parametrize(
    ("done", "total", "elapsed", "left"),
    [(0, 100, 5.0, ""), (50, None, 5.0, ""), (50, 100, 0.0, ""), (50, 100, 5.0, "0:05 left"), (100, 100, 5.0, ""),
     (1, 7201, 1.0, "2:00:00 left")],
)  # fmt: skip
def test_time_left_is_told_only_where_it_can_be_known(done, total, elapsed, left):
    assert progress.left_text(done, total, elapsed) == left


def test_nothing_is_said_where_nothing_was_done(capsys):
    with progress.shown_progress():
        pass

    assert capsys.readouterr().err == ""


def test_a_person_sees_how_much_of_all_is_done(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)

    with progress.shown_progress() as told:
        told("reading", 500)
        told("accepted", 400)
        told("clearing", 100)
        told("clearing", 100)

    assert "200 of 400" in screen.getvalue()
    assert "filings/s" in screen.getvalue()
    assert "clearing" in screen.getvalue()
