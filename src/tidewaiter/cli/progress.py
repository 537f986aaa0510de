"""Progress on the error stream: a line that moves for a person, plain lines in a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

Told = Callable[[str, int], None]
EVERY_SECONDS: Final = 10.0
TOTAL: Final = "accepted"
"""The word by which a run tells how many filings it is going to clear."""
CLEARING: Final = "clearing"
UNITS: Final = {"reading": "rows", "clearing": "filings", "written": "parcels"}


@contextmanager
def shown_progress() -> Iterator[Told]:
    """A function to tell of rows as they are done; what it shows goes to the error stream.

    A step is a word (``reading``, ``clearing``), with what it is about before it where several follow each other.
    """
    if sys.stderr.isatty():
        with _moving() as told:
            yield told
    else:
        lines = _Lines()
        yield lines.told
        lines.end()


@contextmanager
def _moving() -> Iterator[Told]:
    """A moving line for each step: done of all, rate, time left."""
    look = (
        TextColumn("{task.description:<11}"), BarColumn(24), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    tasks: dict[str, TaskID] = {}
    with Progress(*look, console=Console(stderr=True), transient=True) as progress:

        def told(step: str, done: int) -> None:
            if step.endswith(TOTAL):
                following = step.removesuffix(TOTAL) + CLEARING
                tasks[following] = progress.add_task(following, total=done, rate="")
                return
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=None, rate="")
            progress.advance(tasks[step], done)
            speed = progress.tasks[tasks[step]].speed
            progress.update(tasks[step], rate=f"{speed:,.0f} {_unit(step)}/s" if speed else "")

        yield told


def _unit(step: str) -> str:
    return UNITS.get(step.rpartition(" ")[2], "")


class _Lines:
    """A line every few seconds, and one when a step is done."""

    def __init__(self) -> None:
        self._step, self._done, self._total, self._said = "", 0, 0, monotonic()

    def told(self, step: str, done: int) -> None:
        """Count; say so where some seconds have passed."""
        if step.endswith(TOTAL):
            self._total = done
            return
        if step != self._step:
            self.end()
            self._step, self._done = step, 0
        self._done += done
        if monotonic() - self._said > EVERY_SECONDS:
            of_all = f" of {self._total:,}" if self._total and step.endswith(CLEARING) else ""
            self._say(f"{of_all} {_unit(step)} ...")

    def end(self) -> None:
        """Say how much a step did in all."""
        if self._step:
            self._say(f" {_unit(self._step)}")

    def _say(self, more: str) -> None:
        print(f"{self._step} {self._done:,}{more}", file=sys.stderr)
        self._said = monotonic()
