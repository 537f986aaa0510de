"""Passwords: hashed by argon2id, compared in the same time whether an account is there or not."""

from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tidewaiter.model.errors import AccountRefused

SHORTEST: Final = 12
LONGEST: Final = 200
"""Characters of a password; a longer text would only cost us time."""
AT_ONCE: Final = BoundedSemaphore(4)
"""So many hashes are worked out at a time: each takes 19 MiB, and a crowd at the door must not take the machine."""
HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""argon2id with the memory and passes that OWASP's password storage cheat sheet asks for at least."""


def hashed(password: str) -> str:
    """The hash of a new password, with salt and costs in it; one that is too short or too long is refused."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountRefused(f"A password has {SHORTEST} to {LONGEST} characters. Four words that you like will do.")
    with AT_ONCE:
        return HASHER.hash(password)


def is_password(known: str | None, password: str) -> bool:
    """True where the password belongs to the hash; without a hash the same work is done for nothing."""
    with AT_ONCE:
        try:
            HASHER.verify(known or _nobodys(), password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return known is not None


@cache
def _nobodys() -> str:
    return HASHER.hash("nobody's password")
