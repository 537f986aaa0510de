"""Progress on the error stream: plain lines in a pipe, a moving line for a person."""

import io
import sys

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
    monkeypatch.setattr(progress, "EVERY_SECONDS", -1.0)

    with progress.shown_progress() as told:
        told("GB accepted", 4000)
        told("GB clearing", 1000)

    assert capsys.readouterr().err == "GB clearing 1,000 of 4,000 filings ...\nGB clearing 1,000 filings\n"


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

    assert "200/400" in screen.getvalue()
    assert "clearing" in screen.getvalue()
