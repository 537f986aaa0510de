"""``tidewaiter revoke``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tidewaiter.cli.words import show


def revoke(
    kind: Annotated[str, Parameter(name="KIND")], file: Annotated[Path, Parameter(name="FILE")], /, *, reason: str
) -> int:
    """Revoke ids of persons, a file of them at once; parcels that name one wait for a person.

    Args:
        kind: What kind of id it is, as tax_id.
        file: One id on each line, in UTF-8.
        reason: Why, as it stands in the register of revocations.
    """
    from tidewaiter.service.persons_desk import revoke as take

    show(["", f"  {take(kind, file, reason, datetime.now(UTC)):,} ids revoked that were not before.", ""])
    return 0
