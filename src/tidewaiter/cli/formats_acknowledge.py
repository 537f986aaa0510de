"""``tidewaiter formats acknowledge``."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tidewaiter.cli.answer import write_out


def acknowledge(
    file: Annotated[Path, Parameter(name="FILE")],
    /,
    *,
    to: Path | None = None,
) -> int:
    """Answer an EDIFACT file with CONTRL: its syntax accepted, or refused with the place. What it says is not looked at.

    Args:
        file: A file of interchanges, plain or packed.
        to: File to write; when not given, what is written goes to the screen or pipe.
    """
    from tidewaiter.service.acknowledging import acknowledged
    from tidewaiter.service.clock import now

    return write_out(acknowledged(file, now()), to)
