"""Use case: a filing changed by what is sent of it alone, or withdrawn; the new version is decided like any other."""

from typing import Final
from uuid import UUID

from django.db import connection

from tidewaiter.model.errors import WrongUse
from tidewaiter.runners.versions import AMENDMENT, CANCELLATION
from tidewaiter.service.lodging.lodge import Answer, lodge
from tidewaiter.service.versions.merging import Fields, merged
from tidewaiter.service.versions.originals import body_of, own_filing
from tidewaiter.store.rights import Actor

NOTHING: Final[Fields] = {}


def change(actor: Actor, name: UUID, fields: Fields, saw: int | None, key: str = "") -> Answer:
    """Send what changes of a filing; ``saw`` is the version that its sender looked at (None: whatever stands).

    The same change of the same version again is answered with the same words: what was sent is made of the version
    that was seen, so it has the same hash.

    Raises:
        NotAllowed: there is no such filing for this actor.
        WrongUse: a field that there is not; nothing that changes. As ``lodge`` raises for the rest.
        ImpossibleAct: what was sent is not kept any more.
    """
    if not fields:
        raise WrongUse('Say what changes: {"nature": "gift", "items.1.origin": "CN"}.')
    return _sent(actor, name, fields, saw, key, AMENDMENT)


def withdraw(actor: Actor, name: UUID, saw: int | None, key: str = "") -> Answer:
    """Withdraw a filing: it stands as cancelled, and is not changed again. Raises as ``change``."""
    return _sent(actor, name, NOTHING, saw, key, CANCELLATION)


def _sent(actor: Actor, name: UUID, fields: Fields, saw: int | None, key: str, function: str) -> Answer:
    filing = own_filing(actor, name)
    seen = filing.version if saw is None else saw
    body = merged(body_of(filing, seen), fields, seen + 1, function)
    connection.close()  # nobody holds one while he waits for the batcher
    return lodge(body, actor, key)
