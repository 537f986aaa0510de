"""The clock: doors ask it once for a request and hand the moment down; nothing below them asks for today."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
