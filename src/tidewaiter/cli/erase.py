"""``tidewaiter erase``."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from tidewaiter.cli.words import plain, show


def erase(filing: Annotated[UUID, Parameter(name="FILING")], /, *, reason: str) -> int:
    """Forget whom a filing is about, in all of its versions; exit code 1 where the law keeps the data for now.

    Args:
        filing: Id of the filing.
        reason: Why, as it stands in the register of erasures: a reference, no name.
    """
    from tidewaiter.service.persons_desk import erase as take

    became = take(filing, reason, datetime.now(UTC))
    if became.is_done:
        show(["", "  Erased. Amounts, decisions and the log stay.", ""])
        return 0
    why = plain(became.kept_because or "")
    show(["", f"  Kept until {became.kept_until}: {why}", "  It is erased by itself the day after.", ""])
    return 1
