"""Bodies of messages as they are kept: sealed under the key of their day; without that key nobody reads them."""

from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from tidewaiter.model.errors import WrongUse
from tidewaiter.store.log.entries import Connection
from tidewaiter.store.sealing import Seal

ORDINAL_BYTES: Final = 4
ERASED: Final = b""
"""What is read of a body that was erased, or whose day's key is destroyed."""


class DayKey:
    """The key of one day, for the transaction that it was asked for in: one that it made may yet be taken back."""

    def __init__(self, day: date, key: Seal) -> None:
        self._day, self._key = day, key

    def seal(self, name: UUID | str, body: bytes) -> bytes:
        """The body of the message ``name`` as it is kept."""
        return self._day.toordinal().to_bytes(ORDINAL_BYTES) + self._key.seal(body, _of(name))


class Bodies:
    """Seals and opens bodies under the key of an installation."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def key_of(self, connection: Connection, at: datetime) -> DayKey:
        """The key of the day of ``at``, made where there is none.

        Raises:
            WrongUse: it was destroyed, so nothing of that day is accepted any more.
        """
        day = at.astimezone(UTC).date()
        found = self._known(connection, day)
        if found is None:
            _, key = Seal.new()
            with connection.cursor() as cursor:
                cursor.execute(
                    "insert into body_key (day, sealed, made_at) values (%s, %s, %s) on conflict (day) do nothing",
                    [day, self._seal.seal(key, _about(day)), at],
                )
            found = self._known(connection, day)
        if found is None:
            raise WrongUse(
                f"What is kept of {day.isoformat()} was let go for good: nothing of that day is accepted now."
            )
        return DayKey(day, found)

    def open(self, connection: Connection, name: UUID | str, sealed: bytes) -> bytes:
        """The body as it came; ``ERASED`` where it was erased.

        Raises:
            KeyRefused: the installation's key is another, or the row was changed.
        """
        if not sealed:
            return ERASED
        key = self._known(connection, date.fromordinal(int.from_bytes(sealed[:ORDINAL_BYTES])))
        return ERASED if key is None else key.open(sealed[ORDINAL_BYTES:], _of(name))

    def _known(self, connection: Connection, day: date) -> Seal | None:
        with connection.cursor() as cursor:
            cursor.execute("select sealed from body_key where day = %s", [day])
            row = cursor.fetchone()
        if row is None or row[0] is None:
            return None
        return Seal(self._seal.open(bytes(row[0]), _about(day)))


def destroy_keys(connection: Connection, before: date, now: datetime) -> int:
    """Destroy the keys of days before ``before``; gives how many. There is no way back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update body_key set sealed = null, destroyed_at = %s where day < %s and sealed is not null", [now, before]
        )
        return int(cursor.rowcount)


def _about(day: date) -> str:
    return f"body_key/{day.isoformat()}"


def _of(name: UUID | str) -> str:
    return f"message/{name}"
