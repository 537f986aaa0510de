"""Use case: quotes and tariff codes for who asks over and over: laws and shelves stay open between calls."""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Final

from tidewaiter.reference.in_use import InUse, in_use
from tidewaiter.runners.quoting.desk import Desk
from tidewaiter.runners.reading.json_lines import lines_of
from tidewaiter.service.quote import House, open_house
from tidewaiter.service.settings import home_folder
from tidewaiter.service.tariff import show_code

TERMS_MAX: Final = 32
"""So many sets of assumptions and editions stay open; whoever sends more pays for the opening."""
TOLD_MAX: Final = 1_024


class QuoteDesk:
    """One desk for a process, opened anew where other editions are in use; one call at a time."""

    def __init__(self, home: Path | None = None) -> None:
        self._home = home or home_folder()
        self._lock = Lock()
        self._used: InUse | None = None
        self._house: House | None = None
        self._desk: Desk | None = None
        self._told: dict[tuple[str | None, ...], Mapping[str, Any]] = {}

    def quote(self, lines: bytes) -> list[dict[str, Any]]:
        """An answer for each line of NDJSON, in order; one that cannot be answered gives ``errors`` in its place."""
        with self._lock:
            return list(self._opened().quote(lines_of([lines])))

    def code(self, code: str, jurisdiction: str, origin: str | None, on: str | None) -> Mapping[str, Any]:
        """What a tariff says of a code on a day; ``WrongUse`` where code, day or jurisdiction is none."""
        with self._lock:
            self._look()
            asked = (code, jurisdiction, origin, on)
            if asked not in self._told:
                if len(self._told) >= TOLD_MAX:
                    self._told.clear()
                self._told[asked] = show_code(code, jurisdiction, origin=origin, on=on, home=self._home)
            return self._told[asked]

    def _opened(self) -> Desk:
        self._look()
        if self._house is None:
            self._house = open_house(home=self._home)
        if self._desk is None or len(self._desk.benches) > TERMS_MAX:
            self._desk = self._house.desk()
        return self._desk

    def _look(self) -> None:
        used = in_use(self._home)
        if used != self._used:
            self._used, self._house, self._desk, self._told = used, None, None, {}
