"""Use case: persons forgotten and their ids revoked at the terminal, by whoever keeps the machine."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from tidewaiter.model.errors import WrongUse
from tidewaiter.service.bootstrap import begin
from tidewaiter.service.database import app_address
from tidewaiter.service.first_accounts import KEEPER

if TYPE_CHECKING:
    from tidewaiter.service.erasing import Erased


def erase(filing: UUID, reason: str, now: datetime) -> "Erased":
    """Forget whom a filing is about, or say until when the law keeps it."""
    begin(app_address())
    from tidewaiter.service import erasing  # noqa: PLC0415 - Django is awake from here on

    return erasing.erase(filing, reason, now, KEEPER)


def revoke(kind: str, file: Path, reason: str, now: datetime) -> int:
    """Revoke the ids of a file; gives how many were not revoked before."""
    if not file.is_file():
        raise WrongUse(f"{file} is not there.")
    begin(app_address())
    from tidewaiter.service import revoking  # noqa: PLC0415 - Django is awake from here on

    return revoking.revoke(kind, file, reason, now, KEEPER)
