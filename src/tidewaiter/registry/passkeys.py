"""Passkeys as rows: the public halves of keys that persons hold on a device, and challenges that were answered."""

from datetime import datetime
from typing import NamedTuple

from tidewaiter.store.asking import rows, say


class Passkey(NamedTuple):
    """A key of a person; ``sign_count`` is how often it signed, where its device counts."""

    id: bytes
    person: str
    public_key: bytes
    sign_count: int
    called: str
    made_at: datetime


def passkeys_of(person: str) -> list[Passkey]:
    """Keys of a person that are in force, the oldest first."""
    found = rows(
        "select id, person, public_key, sign_count, called, made_at from passkey "
        "where person = %s and revoked_at is null order by made_at, id",
        person,
    )
    return [Passkey(bytes(one[0]), one[1], bytes(one[2]), *one[3:]) for one in found]


def keep(passkey: Passkey) -> None:
    """Keep a new key."""
    say(
        "insert into passkey (id, person, public_key, sign_count, called, made_at) values (%s, %s, %s, %s, %s, %s)",
        *passkey,
    )


def revoke(person: str, passkey: bytes, now: datetime) -> bool:
    """Revoke a key of a person; False where there is none in force."""
    return bool(
        say(
            "update passkey set revoked_at = %s where person = %s and id = %s and revoked_at is null",
            now, person, passkey,
        )
    )  # fmt: skip


def note_count(passkey: bytes, known: int, told: int) -> bool:
    """Note how often a key signed; False where it was revoked, or used otherwise meanwhile."""
    return bool(
        say(
            "update passkey set sign_count = %s where id = %s and sign_count = %s and revoked_at is null",
            told, passkey, known,
        )
    )  # fmt: skip


def take_challenge(challenge: bytes, now: datetime, before: datetime) -> bool:
    """Take the answer to a challenge; False where it was answered before. Those from before a moment are forgotten."""
    say("delete from passkey_challenge where at < %s", before)
    return bool(
        say("insert into passkey_challenge (challenge, at) values (%s, %s) on conflict do nothing", challenge, now)
    )
