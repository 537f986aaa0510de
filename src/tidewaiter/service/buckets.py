"""Buckets: how many calls a caller may make, refilled as time goes by; a memory of this process alone."""

from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Final

FORGET_AT: Final = 100_000
"""So many callers are remembered; then those go that have been quiet long enough to be full again."""


@dataclass
class Buckets:
    """A bucket for each name: ``burst`` calls at once, ``per_s`` more each second."""

    per_s: float
    burst: float
    _filled: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait_s(self, name: str, now_s: float | None = None) -> float:
        """Take one call; 0 where it may be made, else seconds until the next one may."""
        at = monotonic() if now_s is None else now_s
        with self._lock:
            left, since = self._filled.get(name, (self.burst, at))
            left = min(self.burst, left + max(at - since, 0.0) * self.per_s)
            if left < 1:
                self._filled[name] = (left, at)
                return (1 - left) / self.per_s
            self._filled[name] = (left - 1, at)
            if len(self._filled) > FORGET_AT:
                self._forget(at)
        return 0.0

    def _forget(self, at: float) -> None:
        full_after_s = self.burst / self.per_s
        self._filled = {name: told for name, told in self._filled.items() if at - told[1] < full_after_s}
