"""Ids: UUIDs of version 7, which begin with the moment they were made, so that indexes grow at their end."""

import os
from datetime import datetime
from typing import Final
from uuid import UUID

RANDOM_BYTES: Final = 10
VERSION_7: Final = 0x7 << 76
VARIANT: Final = 0b10 << 62
LOW_62: Final = (1 << 62) - 1
LOW_12: Final = (1 << 12) - 1


def new_id(now: datetime) -> UUID:
    """An id that nobody has yet (RFC 9562, section 5.7): 48 bits of milliseconds, 74 bits of chance."""
    chance = int.from_bytes(os.urandom(RANDOM_BYTES))
    milliseconds = int(now.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | VERSION_7 | (chance >> 62 & LOW_12) << 64 | VARIANT | chance & LOW_62)
