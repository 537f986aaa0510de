"""Progress on the error stream: a line that moves for a person, plain lines in a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

Told = Callable[[str, int], None]
EVERY_SECONDS: Final = 10.0
TOTAL: Final = "accepted"
"""The word by which a run tells how many filings it is going to clear."""
CLEARING: Final = "clearing"
UNITS: Final = {
    "reading": "row",
    "clearing": "filing",
    "comparing": "filing",
    "events": "row",
    "written": "parcel",
}
MINUTE: Final = 60
HOUR: Final = 60 * MINUTE


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
    """A moving line for each step: done of all, rate, time left; where all is not known yet, done, rate, time gone."""
    look = (
        TextColumn("  {task.description:<11}"), BarColumn(24), TextColumn("{task.fields[done]:>23}"),
        TextColumn("{task.fields[rate]:>18}"), TextColumn("[dim]{task.fields[time]}[/]"),
    )  # fmt: skip
    tasks: dict[str, TaskID] = {}
    with Progress(*look, console=Console(stderr=True), transient=True) as progress:

        def begin(step: str, total: int | None) -> None:
            for earlier in tasks.values():
                task = progress.tasks[earlier]
                progress.update(earlier, total=task.completed, time=f"in {time_text(task.elapsed or 0)}")
                progress.stop_task(earlier)
            tasks[step] = progress.add_task(step, total=total, done="", rate="", time="")

        def told(step: str, done: int) -> None:
            if step.endswith(TOTAL):
                begin(step.removesuffix(TOTAL) + CLEARING, done)
                return
            if step not in tasks:
                begin(step, None)
            at = tasks[step]
            progress.advance(at, done)
            task = progress.tasks[at]
            done_of_all, rate, time = _figures(step, int(task.completed), task.total, task.elapsed or 0.0)
            progress.update(at, done=done_of_all, rate=rate, time=time)

        yield told


def _figures(step: str, done: int, total: float | None, elapsed: float) -> tuple[str, str, str]:
    """What stands beside the bar: how much of all, the rate, time left or gone."""
    of_all = f"{done:,} of {total:,.0f}" if total else f"{done:,}"
    left = left_text(done, total, elapsed) or f"for {time_text(elapsed)}"
    return of_all, rate_text(step, done, elapsed), left


def rate_text(step: str, done: int, elapsed: float) -> str:
    """``12,500 filings/s``; nothing before a rate can be told."""
    return f"{done / elapsed:,.0f} {_unit(step)}/s" if done and elapsed > 0 else ""


def left_text(done: int, total: float | None, elapsed: float) -> str:
    """How long the rest takes at the rate so far; nothing where nobody can know, or nothing is left."""
    if not total or not done or done >= total or elapsed <= 0:
        return ""
    return f"{time_text((total - done) * elapsed / done)} left"


def time_text(seconds: float) -> str:
    """``0:07``, ``12:05``, ``1:00:00``."""
    whole = round(seconds)
    hours, rest = divmod(whole, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _unit(step: str, done: int = 0) -> str:
    """What a step counts: ``row`` of one, ``rows`` of any other number; nothing for a step that counts nothing."""
    one = UNITS.get(step.rpartition(" ")[2], "")
    return one if done == 1 or not one else f"{one}s"


class _Lines:
    """A line every few seconds, and one when a step is done."""

    def __init__(self) -> None:
        self._step, self._done, self._total = "", 0, 0
        self._said = self._began = monotonic()

    def told(self, step: str, done: int) -> None:
        """Count; say so where some seconds have passed."""
        if step.endswith(TOTAL):
            self.end()
            self._total, self._began = done, monotonic()
            return
        if step != self._step:
            self.end()
            self._began = self._began if step.endswith(CLEARING) and self._total else monotonic()
            self._step, self._done = step, 0
        self._done += done
        if monotonic() - self._said > EVERY_SECONDS:
            self._say_how_far()

    def _say_how_far(self) -> None:
        """Done of all, rate and time left, as far as they are known."""
        total = self._total if self._step.endswith(CLEARING) else 0
        elapsed = monotonic() - self._began
        of_all = f" of {total:,}" if total else ""
        known = (rate_text(self._step, self._done, elapsed), left_text(self._done, total, elapsed))
        unit = _unit(self._step, total or self._done)
        self._say("".join((of_all, f" {unit}", *(f", {one}" for one in known if one), " ...")))

    def end(self) -> None:
        """Say how much a step did in all."""
        if self._step:
            self._say(f" {_unit(self._step, self._done)}")
        self._step = ""

    def _say(self, more: str) -> None:
        print(f"{self._step} {self._done:,}{more}", file=sys.stderr)
        self._said = monotonic()
