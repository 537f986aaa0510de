"""Use case: every version of a filing, with what it was told, and for whom may see it what was decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from tidewaiter.exchange import filings
from tidewaiter.exchange.versions import Version, versions
from tidewaiter.service.filings import facts_of
from tidewaiter.store.access import acting_as
from tidewaiter.store.rights import Actor, may

Told = dict[str, Any]
MOMENTS: Final = ("presented_at", "published_at", "known_from", "known_until")
PLAIN: Final = ("version", "function", "status", "is_provisional")


def history(actor: Actor, name: UUID, known_at: datetime | None = None) -> list[Told] | None:
    """The versions of a filing, the first one first; None where there is none for this actor.

    ``known_at``: only the one that was what was known at that moment.
    """
    with acting_as(actor):
        found = filings.by_id(connection, name)
        if found is None or not may(actor, "read", "filing", facts_of(found)):
            return None
        every = versions(connection, name)
    return [_told(one) for one in every if known_at is None or _was_known(one, known_at)]


def _was_known(one: Version, at: datetime) -> bool:
    return one.known_from <= at and (one.known_until is None or at < one.known_until)


def _told(one: Version) -> Told:
    moments = {name: value.isoformat() if (value := getattr(one, name)) else None for name in MOMENTS}
    told = {**{name: getattr(one, name) for name in PLAIN}, **moments, **one.told, "items": _items(one.items)}
    return {**told, "judged": dict(one.judged)} if one.judged else told


def _items(items: Sequence[Any]) -> list[Told]:
    return [dict(item) for item in items]
