"""Children of ``serve``: started, watched, started again with growing pauses, stopped together."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 2.0
STEADY_S: Final = 30.0
"""A child that lived so long is started again at once."""


@dataclass
class Child:
    """One process with its words and its environment."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    pause_s: float = 0.0
    starts: int = field(default=0)

    def watch(self) -> bool:
        """Start the process where it does not run and its pause is over; True where it was started."""
        now = monotonic()
        if self.process is not None and self.process.poll() is None:
            return False
        if self.process is not None:
            lived_s, self.process = now - self.started_at, None
            grown = min(max(self.pause_s * 2, FIRST_PAUSE_S), LONGEST_PAUSE_S)
            self.pause_s = 0.0 if lived_s >= STEADY_S else grown
            self.started_at = now
        if now - self.started_at < self.pause_s:
            return False
        self.process = subprocess.Popen([*self.command], env=dict(self.environment), stdin=subprocess.DEVNULL)  # noqa: S603 - our own words
        self.started_at, self.starts = now, self.starts + 1
        return True


def stop_all(children: Sequence[Child], limit_s: float) -> None:
    """Ask all to end, wait for them together, end those that do not listen."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.terminate()
    until = monotonic() + limit_s
    for process in running:
        try:
            process.wait(max(until - monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
