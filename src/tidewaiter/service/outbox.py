"""Use case: telling filers what became of their filings; part of the transaction in which it became so."""

from collections.abc import Iterable, Mapping

from tidewaiter.exchange.outbox import Message, tell_all
from tidewaiter.store.log.entries import Connection

__all__ = ["Message", "tell", "tell_many"]


def tell(connection: Connection, kind: str, subject: str, payload: Mapping[str, object], to: str) -> None:
    """Tell the filer ``to``, once this transaction commits: ``filing.released`` about the filing ``subject``.

    ``payload`` holds what its sender may know and nothing else: no person, and never why a parcel was chosen.
    """
    tell_all(connection, [Message(kind, subject, payload, to)])


def tell_many(connection: Connection, messages: Iterable[Message]) -> None:
    """The same for many at once, in one statement."""
    tell_all(connection, messages)
