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
UNITS: Final = {"reading": "rows", "clearing": "filings"}


@contextmanager
def shown_progress(label: str = "") -> Iterator[Told]:
    """A function to tell of rows as they are done; what it shows goes to the error stream."""
    if sys.stderr.isatty():
        with _moving(label) as told:
            yield told
    else:
        lines = _Lines(label)
        yield lines.told
        lines.end()


@contextmanager
def _moving(label: str) -> Iterator[Told]:
    """A moving line for each step: done of all, rate, time left."""
    look = (
        TextColumn("{task.description:<10}"), BarColumn(24), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    tasks: dict[str, TaskID] = {}
    with Progress(*look, console=Console(stderr=True), transient=True) as progress:

        def told(step: str, done: int) -> None:
            if step == TOTAL:
                tasks["clearing"] = progress.add_task(f"{label}clearing", total=done, rate="")
                return
            if step not in tasks:
                tasks[step] = progress.add_task(f"{label}{step}", total=None, rate="")
            progress.advance(tasks[step], done)
            speed = progress.tasks[tasks[step]].speed
            progress.update(tasks[step], rate=f"{speed:,.0f} {UNITS.get(step, '')}/s" if speed else "")

        yield told


class _Lines:
    """A line every few seconds, and one when a step is done."""

    def __init__(self, label: str) -> None:
        self._label, self._step, self._done, self._total, self._said = label, "", 0, 0, monotonic()

    def told(self, step: str, done: int) -> None:
        """Count; say so where some seconds have passed."""
        if step == TOTAL:
            self._total = done
            return
        if step != self._step:
            self.end()
            self._step, self._done = step, 0
        self._done += done
        if monotonic() - self._said > EVERY_SECONDS:
            self._say("...")

    def end(self) -> None:
        """Say how much a step did in all."""
        if self._step:
            self._say("")

    def _say(self, more: str) -> None:
        of_all = f" of {self._total:,}" if more and self._total and self._step == "clearing" else ""
        print(f"{self._label}{self._step} {self._done:,}{of_all} {UNITS.get(self._step, '')} {more}".rstrip(), file=sys.stderr)
        self._said = monotonic()
