"""Processes: what the parts of a service that runs have taken of the processor so far, read from /proc."""

import os
from collections import Counter
from pathlib import Path
from typing import Final

TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
PARTS: Final = {
    "tidewaiter.site": "web", "tidewaiter.service.lodging": "batcher", "tidewaiter.service.clearing_apart": "file",
    "tidewaiter.service.working": "worker",
}  # fmt: skip
DATABASE: Final = "database"
SERVED: Final = ("web", "batcher", DATABASE)
"""Parts that a call passes through."""


def cpu_s(home: Path) -> Counter[str]:
    """Seconds of each part of the service under ``home``; what has ended is not counted."""
    told = {int(one.name): found for one in Path("/proc").glob("[0-9]*") if (found := _told(one))}
    spent: Counter[str] = Counter()
    for pid, (_, ticks) in told.items():
        part = DATABASE if _is_below(pid, _first(home / "database/data/postmaster.pid"), told) else None
        if part is None and _is_below(pid, _first(home / "serve.pid"), told):
            part = _part(pid)
        if part:
            spent[part] += ticks / TICKS_PER_S  # type: ignore[assignment]
    return spent


def _told(process: Path) -> tuple[int, int] | None:
    """Parent and ticks of a process; none where it has just ended."""
    try:
        words = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(words[1]), int(words[11]) + int(words[12])


def _is_below(pid: int, top: int, told: dict[int, tuple[int, int]]) -> bool:
    while pid in told and pid != top:
        pid = told[pid][0]
    return pid == top


def _first(path: Path) -> int:
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return -1


def _part(pid: int) -> str | None:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return None
    return next((part for name, part in PARTS.items() if name in words), None)
