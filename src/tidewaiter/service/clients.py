"""Use case: machines: their keys made, shown once, listed, revoked; who calls; short tokens."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db import IntegrityError, connection

from tidewaiter.exchange.ids import new_id
from tidewaiter.model.errors import KeyNotKnown, WrongUse
from tidewaiter.registry import clients
from tidewaiter.registry.clients import Client, Key
from tidewaiter.store.access import acting_as
from tidewaiter.store.log.entries import Act, append
from tidewaiter.store.rights import Actor, Facts, require

SCOPES: Final = {
    "lodge": "lodge filings and hand over files of messages",
    "status": "read where filings stand, what is wrong with messages, jobs",
    "quote": "ask for quotes and what a tariff says",
    "webhooks": "name addresses that are told what becomes of filings, and see what was told there",
    "events": "tell what happens to parcels",
    "sorter": "ask which lane a barcode takes",
}
BITS: Final = 256
PREFIX: Final = "tw_"
PREFIX_LETTERS: Final = 8
TOKEN: Final = "twt_"  # noqa: S105 - how every token begins
TOKEN_LASTS: Final = timedelta(minutes=15)
LASTS: Final = timedelta(days=365)
NOTED_EVERY: Final = timedelta(minutes=1)
NEVER: Final = datetime.min.replace(tzinfo=UTC)
LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"


class Token(NamedTuple):
    """A token as its client gets it."""

    text: str
    lasts_s: int
    scopes: tuple[str, ...]


def make_key(
    actor: Actor,
    name: str,
    party: str,
    roles: Iterable[str],
    scopes: Iterable[str],
    now: datetime,
    lasts: timedelta = LASTS,
) -> str:
    """Make a key for a machine of a party; the key is given here and never again.

    Raises:
        NotAllowed: the actor makes no keys for this party.
        WrongUse: no such scope or party, another role than the party's, or no time to live.
    """
    require(actor, "write", "api_key", Facts(filer=party))
    wanted, held = tuple(dict.fromkeys(scopes)), tuple(dict.fromkeys(roles))
    if unknown := sorted(set(wanted) - SCOPES.keys()):
        raise WrongUse(f"There is no scope {unknown[0]}. There are: {', '.join(SCOPES)}.")
    if not wanted or not held or lasts <= timedelta():
        raise WrongUse("A key has a role, a scope and a time to live.")
    prefix = PREFIX + "".join(secrets.choice(LETTERS) for _ in range(PREFIX_LETTERS))
    text = f"{prefix}_{secrets.token_urlsafe(BITS // 8)}"
    key = Key(new_id(now), name, prefix, held, wanted, party, actor.person, now, now + lasts, None, None, None)
    try:
        with acting_as(actor):
            clients.keep_key(key, _hash(text))
            _log("key_made", actor, key, now)
    except IntegrityError as fault:
        raise WrongUse(
            f"There is no party {party}, or the key's role is not the party's (declarant, marketplace, carrier). "
            "Make the party first: tidewaiter key party ID NAME"
        ) from fault
    return text


def listed(actor: Actor) -> list[Key]:
    """Keys that the actor may see."""
    with acting_as(actor):
        return clients.keys()


def revoke_key(actor: Actor, prefix: str, now: datetime) -> None:
    """Revoke a key: it and its tokens are refused from the next call on.

    Raises:
        KeyNotKnown: there is none that the actor may see, or it is revoked already.
        NotAllowed: the actor may see it and not revoke it.
    """
    with acting_as(actor):
        key = clients.key_of(prefix)
        if key is None:
            raise KeyNotKnown(prefix)
        require(actor, "write", "api_key", Facts(filer=key.party))
        if not clients.revoke(prefix, actor.person, now):
            raise KeyNotKnown(prefix)
        _log("key_revoked", actor, key, now)


def caller(text: str, now: datetime) -> Client | None:
    """Who calls with this key or token; None for one that is unknown, over or revoked. Asked at every call."""
    if not text.startswith((PREFIX, TOKEN)):
        return None
    found = clients.client_of(_hash(text), now)
    if found is not None and abs(now - _noted.get(found.id, NEVER)) >= NOTED_EVERY:
        clients.note_use(found.id, now)
        _noted[found.id] = now
    return found


_noted: dict[UUID, datetime] = {}
"""When this process last noted that a key was used: the database keeps it to the minute."""


def actor_of_client(client: Client) -> Actor:
    """A machine as the matrix of rights knows it."""
    return Actor(str(client.id), frozenset(client.roles), filer=client.party, files_for=frozenset(client.files_for))


def token_for(client_id: str, secret: str, scopes: Iterable[str], now: datetime) -> Token | None:
    """A short token for a key (OAuth 2.0 client credentials); None where id and key are not of one client.

    Raises:
        WrongUse: a scope that the key does not have.
    """
    found = caller(secret, now) if secret.startswith(f"{client_id}_") else None
    if found is None:
        return None
    wanted = tuple(dict.fromkeys(scopes)) or found.scopes
    if more := sorted(set(wanted) - set(found.scopes)):
        raise WrongUse(f"The key has no scope {more[0]}. It has: {', '.join(found.scopes)}.")
    text = TOKEN + secrets.token_urlsafe(BITS // 8)
    with acting_as(actor_of_client(found)):
        clients.keep_token(_hash(text), found.id, wanted, now, now + TOKEN_LASTS)
    return Token(text, int(TOKEN_LASTS.total_seconds()), wanted)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _log(kind: str, actor: Actor, key: Key, now: datetime) -> None:
    role = "admin" if "admin" in actor.roles else min(actor.roles)
    more = {"prefix": key.prefix, "scopes": list(key.scopes), "roles": list(key.roles)}
    append(connection, Act(kind, now, actor.person, role, key.party, more=more).payload())
