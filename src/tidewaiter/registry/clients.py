"""Clients: machines by the hash of their key, and the short tokens they trade it for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from tidewaiter.store.asking import row, rows, say
from tidewaiter.store.prepared import Prepared

LISTED: Final = (
    "id, name, prefix, roles, scopes, party, made_by, made_at, expires_at, revoked_at, revoked_by, last_used_at"
)


class Client(NamedTuple):
    """A machine that was let in: for whom it acts, in which roles, what its key is good for, whom it may name."""

    id: UUID
    name: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    party: str
    files_for: tuple[str, ...] = ()


class Key(NamedTuple):
    """A key as it is listed: all but the key."""

    id: UUID
    name: str
    prefix: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    party: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by: str | None
    last_used_at: datetime | None


def client_of(secret_hash: bytes, now: datetime) -> Client | None:
    """Whose key or token has this hash, where it is neither revoked nor expired; nobody needs to act for it."""
    with Prepared().cursor() as cursor:  # the one question of every call
        cursor.execute(
            "select id, name, roles, scopes, party, files_for from api_client_of(%s, %s)", [secret_hash, now]
        )
        found = cursor.fetchone()
    if found is None:
        return None
    return Client(found[0], found[1], tuple(found[2]), tuple(found[3]), found[4], tuple(found[5]))


def files_for(party: str) -> frozenset[str]:
    """Declarants that a party may file for besides itself; ``*`` is everybody."""
    found = row("select files_for(%s)", party)
    return frozenset(found[0] if found else ())


def note_use(client: UUID, now: datetime) -> None:
    """Note that a key was used, to the minute."""
    row("select api_client_used(%s, %s)", client, now)


def keep_key(key: Key, secret_hash: bytes) -> None:
    """Keep a new key."""
    say(
        "insert into api_client (id, name, prefix, secret_hash, roles, scopes, party, made_by, made_at, expires_at) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        key.id, key.name, key.prefix, secret_hash, list(key.roles), list(key.scopes), key.party, key.made_by,
        key.made_at, key.expires_at,
    )  # fmt: skip


def keys() -> list[Key]:
    """Keys that the acting person may see, the newest first."""
    return [_key(one) for one in rows(f"select {LISTED} from api_client order by made_at desc, id")]  # noqa: S608 - our own words


def key_of(prefix: str) -> Key | None:
    """The key that begins so."""
    found = row(f"select {LISTED} from api_client where prefix = %s", prefix)  # noqa: S608 - our own words
    return _key(found) if found else None


def revoke(prefix: str, person: str, now: datetime) -> bool:
    """Revoke a key, and with it all its tokens; False where there is none, or it was revoked before."""
    return bool(
        say(
            "update api_client set revoked_at = %s, revoked_by = %s where prefix = %s and revoked_at is null",
            now, person, prefix,
        )
    )  # fmt: skip


def keep_token(token_hash: bytes, client: UUID, scopes: Sequence[str], now: datetime, expires_at: datetime) -> None:
    """Keep a token of a client that acts; its tokens that are over go."""
    say("delete from api_token where client = %s and expires_at <= %s", client, now)
    say(
        "insert into api_token (hash, client, scopes, made_at, expires_at) values (%s, %s, %s, %s, %s)",
        token_hash, client, list(scopes), now, expires_at,
    )  # fmt: skip


def _key(found: tuple[object, ...]) -> Key:
    told = Key(*found)  # type: ignore[arg-type]
    return told._replace(roles=tuple(told.roles), scopes=tuple(told.scopes))
