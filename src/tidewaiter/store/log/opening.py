"""The first entry of a log and the change of its key: entries that keys sign themselves."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from tidewaiter.model.canonical import canonical
from tidewaiter.model.errors import KeyRefused
from tidewaiter.model.note import to_base64
from tidewaiter.store.locks import OPENING
from tidewaiter.store.log.entries import KEY_CHANGED, LOG_OPENED, Connection, append, moment
from tidewaiter.store.log.keys import KEY, NEXT, Signer, make_signer, read_signer
from tidewaiter.store.new_file import sync


def open_log(connection: Connection, keys: Path, at: datetime, origin: str | None = None) -> Signer:
    """The signer of the log; an empty log gets its first entry and, with it, its key.

    ``origin`` names the log for ever; a made-up one when not given. Part of the caller's transaction: commit it. A key
    that was made and not committed is used by the next who opens.
    """
    lock(connection)
    told = _last_key(connection)
    if told is not None:
        return _in_force(keys, told)
    name = origin or f"tidewaiter/{uuid4().hex[:16]}"
    signer = read_signer(keys / KEY, name) if (keys / KEY).exists() else make_signer(keys / KEY, name)
    payload = {"kind": LOG_OPENED, "at": moment(at), "origin": name, "key": str(signer.key)}
    append(connection, {**payload, "signatures": {"new": to_base64(signer.sign(canonical(payload)))}})
    return signer


def change_key(connection: Connection, keys: Path, at: datetime) -> Signer:
    """Append the entry by which a new key follows; both keys sign it. Commit, then ``take_key`` puts it in place.

    Checkpoints after this entry are signed by the new key, so no checkpoint may be made between the two: hold the lock
    of who makes them.
    """
    old = open_log(connection, keys, at)
    (keys / NEXT).unlink(missing_ok=True)
    new = make_signer(keys / NEXT, old.key.name)
    payload = {"kind": KEY_CHANGED, "at": moment(at), "origin": old.key.name, "old": str(old.key), "new": str(new.key)}
    signed = {"old": to_base64(old.sign(canonical(payload))), "new": to_base64(new.sign(canonical(payload)))}
    append(connection, {**payload, "signatures": signed})
    return new


def take_key(keys: Path) -> None:
    """Put the new key in the place of the old one, which is gone then."""
    (keys / NEXT).rename(keys / KEY)
    sync(keys)


def lock(connection: Connection) -> None:
    """Wait for the lock of opening, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [OPENING])


def _last_key(connection: Connection) -> dict[str, Any] | None:
    """The entry that tells the key in force, as the owner or the auditor reads it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select payload from log_entry where log_field(payload, 'kind') in ('log_opened', 'key_changed') "
            "order by seq desc limit 1"
        )
        found = cursor.fetchone()
    return None if found is None else dict(json.loads(bytes(found[0])))


def _in_force(keys: Path, told: dict[str, Any]) -> Signer:
    """The signer of the key in force; one that was changed and not yet put in place is put there now."""
    word, origin = told.get("new", told.get("key")), told["origin"]
    if (keys / NEXT).exists() and str(read_signer(keys / NEXT, origin).key) == word:
        take_key(keys)
    signer = read_signer(keys / KEY, origin)
    if str(signer.key) != word:
        raise KeyRefused(
            f"The key in {keys / KEY} is not the one that the log was last signed by, {word}. Restore that one from "
            "its backup; nothing is signed by another."
        )
    return signer
