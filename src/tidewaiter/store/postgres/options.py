"""What may be set of the server that the launcher starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """Limits in seconds; ``server`` are settings of PostgreSQL by name, beside those of the launcher."""

    binaries: Path | None = None
    """Folder of ``postgres`` and ``initdb``; the wheel's, else the system's, when not given."""
    start_s: float = 600.0
    """How long recovery may take. A server that still works on it is left working, and the caller is told."""
    stop_s: float = 60.0
    """How long open work may take to end before the server is stopped at once, to recover at its next start."""
    server: Mapping[str, str] = field(default_factory=dict)
