"""The keeper: seals events each second and signs a checkpoint each ten, as long as the service runs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

import psycopg

from tidewaiter.store.locks import KEEPER
from tidewaiter.store.log.checkpoints import newest, publish
from tidewaiter.store.log.events import AT_ONCE, seal_events
from tidewaiter.store.log.opening import open_log

SEAL_S: Final = 1.0
SIGN_AFTER: Final = timedelta(seconds=10)
SIGN_ENTRIES: Final = 10_000


class Stop(Protocol):
    """An event of ``threading`` or ``multiprocessing``."""

    def wait(self, timeout: float | None = None) -> bool:
        """True once it is set."""
        ...


class Keeper:
    """One turn after another over the owner's connection; ``folder`` is the log's, ``keys`` that of its key."""

    def __init__(self, connection: psycopg.Connection, folder: Path, keys: Path, origin: str | None = None) -> None:
        self._connection, self._folder, self._keys, self._origin = connection, folder, keys, origin
        self._signed_at: datetime | None = None

    def hold(self) -> bool:
        """Take the keeper's lock for as long as the connection lasts; False where another holds it."""
        with self._connection.transaction():
            row = self._connection.execute("select pg_try_advisory_lock(%s)", [KEEPER]).fetchone()
        return bool(row and row[0])

    def turn(self, now: datetime, *, is_last: bool = False) -> None:
        """Seal what waits; sign where ten seconds or 10,000 entries have passed, or where this is the last turn."""
        with self._connection.transaction():
            signer = open_log(self._connection, self._keys, now, self._origin)
        sealed = AT_ONCE
        while sealed == AT_ONCE:
            with self._connection.transaction():
                sealed = seal_events(self._connection, now, self._folder)
        if is_last or self._signed_at is None or now - self._signed_at >= SIGN_AFTER or self._grown() >= SIGN_ENTRIES:
            with self._connection.transaction():
                publish(self._connection, self._folder, signer, now)
            self._signed_at = now

    def _grown(self) -> int:
        told = newest(self._folder)
        row = self._connection.execute("select seq from log_head").fetchone()
        return (row[0] if row else 0) - (told.size if told else 0)


def keep(address: str, folder: Path, keys: Path, stop: Stop, clock: Callable[[], datetime]) -> None:
    """Keep the log until told to stop, then seal and sign once more; ``address`` is the owner's.

    Waits while another keeper holds the lock. A database that goes away ends this with psycopg's error, a log that is
    not whole with ``LogBroken``: whoever supervises decides when to begin again.
    """
    with psycopg.connect(address, autocommit=True) as connection:
        keeper = Keeper(connection, folder, keys)
        while not keeper.hold():
            if stop.wait(SEAL_S):
                return
        while not stop.wait(SEAL_S):
            keeper.turn(clock())
        keeper.turn(clock(), is_last=True)
