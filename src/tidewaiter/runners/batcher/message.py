"""Messages: one filing each, as it was sent, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

BODY_MAX: Final = 16 << 20
"""As long as a line of NDJSON may be."""

ACCEPTED: Final = "accepted"
DUPLICATE: Final = "duplicate"
QUARANTINED: Final = "quarantined"


@dataclass(frozen=True, slots=True)
class Message:
    """One JSON document with one filing.

    ``name`` is what the house calls it, once for ever; ``submitter`` who sent it, as at the sign-in; ``key`` the
    sender's own mark for this call (``Idempotency-Key``), empty for none: the same submitter and key get one answer.
    """

    name: str
    body: bytes
    submitter: str = ""
    key: str = ""

    @property
    def call(self) -> tuple[str, str]:
        """What a call is known by where it has a key."""
        return self.submitter, self.key


class Reject(NamedTuple):
    """Why a message was not taken.

    ``field`` is the canonical field at fault (empty: the whole), ``line`` which goods line it stands on, from 0.
    """

    code: str
    field: str
    line: int | None
    value: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a sender is told of a message: what became of it, and the receipt that the commit gave."""

    fate: str
    told: Mapping[str, Any]
    receipt: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A filing that was accepted before: the message that told it."""

    name: str
    body: bytes
    submitter: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier call of the same key sent, and what it was answered."""

    body: bytes
    answer: Answer
