"""``python -m tidewaiter.service.lodging.tallying EU HOME``: tallies of finished runs, in a process that gives way.

A million filings take a minute of both processors: beside the batcher, and never within it.
"""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tidewaiter.kit.risk_rule import Window
from tidewaiter.model.errors import TidewaiterError
from tidewaiter.runners.batcher.tally import Tally, open_tally
from tidewaiter.runners.workspace import RECEIPT
from tidewaiter.service.clearing_apart import LAST, give_way
from tidewaiter.service.log_lines import FIELDS, write_lines
from tidewaiter.service.parent import end_with_parent

RUNS: Final = "runs"
TALLIES: Final = "tallies"
LOOK_S: Final = 0.1
AGAIN_S: Final = 600.0
LOG: Final = logging.getLogger("tidewaiter.batcher")


class Tallies:
    """The tallies of a home's finished runs; what is missing is made aside."""

    def __init__(self, home: Path, jurisdiction: str, stop: threading.Event) -> None:
        self._home, self._jurisdiction, self._stop = home, jurisdiction, stop
        self._tried_at: dict[tuple[str, Sequence[Window]], float] = {}

    def serving(self, windows: Sequence[Window]) -> list[Tally]:
        """Those that serve these windows; a missing one is made first, unless told to stop.

        A run that gave none is tried again after a while: it may be another jurisdiction's, or the disk was full.
        """
        missing = [run.name for run in _finished(self._home) if _known(self._home, run, windows) is None]
        now = time.monotonic()
        if any(now - self._tried_at.get((name, windows), -AGAIN_S) >= AGAIN_S for name in missing):
            self._tried_at |= {(name, windows): now for name in missing}
            self._make()
        return [tally for run in _finished(self._home) if (tally := _known(self._home, run, windows))]

    def _make(self) -> None:
        command = [sys.executable, "-m", __name__, self._jurisdiction, str(self._home)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own words
        while process.poll() is None:
            if self._stop.wait(LOOK_S):
                process.terminate()
                process.wait()


def _finished(home: Path) -> Iterator[Path]:
    return (run for run in sorted((home / RUNS).glob("*")) if (run / RECEIPT).is_file())


def _known(home: Path, run: Path, windows: Sequence[Window]) -> Tally | None:
    place = home / TALLIES / run.name
    known = open_tally(place) if place.is_dir() else None
    return known if known and known.serves(windows) else None


def main() -> int:
    """Make what is missing; a run that has no tally is told and passed over."""
    end_with_parent()
    write_lines()
    give_way(LAST)
    from tidewaiter.runners.batcher.rolling import tally_of_run  # noqa: PLC0415 - the engine loads once the process gives way
    from tidewaiter.service import discovery  # noqa: PLC0415 - the same
    from tidewaiter.service.batcher import in_force  # noqa: PLC0415 - the same

    jurisdiction, home = sys.argv[1], Path(sys.argv[2])
    windows = in_force(jurisdiction, home=home).windows
    sheets = list(discovery.sender_sheets(None).values())
    for run in _finished(home):
        try:
            tally_of_run(run, jurisdiction.partition("/")[0], home / TALLIES / run.name, windows, sheets)
        except TidewaiterError as fault:
            LOG.warning("a run has no tally", extra={FIELDS: {"code": fault.code, "run": run.name}})
    return 0


if __name__ == "__main__":
    sys.exit(main())
