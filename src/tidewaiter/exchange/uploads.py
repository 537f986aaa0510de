"""Uploads: files that senders hand over in parts, and how far each is."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from tidewaiter.exchange.filings import plain_json
from tidewaiter.store.asking import row, rows, say

RECEIVING: Final = "receiving"
RECEIVED: Final = "received"
WORKING: Final = "working"
DONE: Final = "done"
REFUSED: Final = "refused"
COLUMNS: Final = "id, submitter, form, file_name, size, received, content_hash, state, told, made_at, key"


class Upload(NamedTuple):
    """A file on its way: ``received`` bytes of ``size`` are on the disk; ``told`` is what became of it."""

    id: UUID
    submitter: str
    form: str | None
    file_name: str | None
    size: int
    received: int
    content_hash: bytes | None
    state: str
    told: Mapping[str, Any]
    made_at: datetime
    key: str | None = None


def begin(upload: Upload, client: str) -> None:
    """Keep a new one."""
    say(
        "insert into upload (id, submitter, client, form, file_name, size, content_hash, made_at, changed_at, "
        "key) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        upload.id, upload.submitter, client, upload.form, upload.file_name, upload.size, upload.content_hash,
        upload.made_at, upload.made_at, upload.key,
    )  # fmt: skip


def by_id(name: UUID) -> Upload | None:
    """An upload that the acting party may see."""
    return _upload(row(f"select {COLUMNS} from upload where id = %s", name))  # noqa: S608 - our own words


def by_content(submitter: str, content_hash: bytes, size: int) -> Upload | None:
    """The upload of the same bytes that the party began before; one that was refused is over."""
    return _upload(
        row(
            f"select {COLUMNS} from upload where submitter = %s and content_hash = %s and size = %s "  # noqa: S608 - our own words
            "and state <> %s",
            submitter, content_hash, size, REFUSED,
        )
    )  # fmt: skip


def by_key(submitter: str, key: str) -> Upload | None:
    """The upload that the party began under this mark; one that was refused is over."""
    return _upload(
        row(f"select {COLUMNS} from upload where submitter = %s and key = %s and state <> %s", submitter, key, REFUSED)  # noqa: S608 - our own words
    )


def is_first(upload: Upload, digest: bytes) -> UUID | None:
    """Note what the bytes of a whole file are; another upload of the same party that has them already is given.

    Of several at once one is first: each waits for the others, in the caller's transaction.
    """
    row("select pg_advisory_xact_lock(hashtextextended(%s, 0))", f"upload/{upload.submitter}/{digest.hex()}")
    other = row(
        "select id from upload where submitter = %s and content_hash = %s and size = %s and state not in (%s, %s) "
        "and id <> %s",
        upload.submitter, digest, upload.size, REFUSED, RECEIVING, upload.id,
    )  # fmt: skip
    if other is None and upload.content_hash is None:
        say(
            "update upload set content_hash = %s where id = %s and not exists (select from upload other "
            "where other.submitter = %s and other.content_hash = %s and other.size = %s and other.state <> %s)",
            digest, upload.id, upload.submitter, digest, upload.size, REFUSED,
        )  # fmt: skip
    return other[0] if other else None


def note(name: UUID, received: int, state: str, now: datetime, told: Mapping[str, Any] | None = None) -> bool:
    """Note how far it is; False where it may not be changed any more."""
    said = msgspec.json.encode(told or {}).decode()
    return bool(
        say(
            "update upload set received = %s, state = %s, changed_at = %s, told = told || %s::jsonb where id = %s",
            received, state, now, said, name,
        )
    )  # fmt: skip


def dealt_with(names: Sequence[str], before: date) -> list[str]:
    """Of these uploads those that were cleared or refused and began before a day."""
    return [
        str(name)
        for (name,) in rows(
            "select id from upload where id::text = any(%s) and state in (%s, %s) and made_at < %s",
            list(names), DONE, REFUSED, before,
        )
    ]  # fmt: skip


def stale(before: datetime) -> list[Upload]:
    """Files that are not whole and of which nothing came since a moment."""
    found = rows(
        f"select {COLUMNS} from upload where state = %s and changed_at < %s order by changed_at limit 1000",  # noqa: S608 - our own words
        RECEIVING, before,
    )  # fmt: skip
    return [told for one in found if (told := _upload(one)) is not None]


def give_up(name: UUID, before: datetime, told: Mapping[str, Any]) -> bool:
    """Refuse a file of which nothing came since a moment; False where a part came meanwhile."""
    return bool(
        say(
            "update upload set state = %s, told = told || %s::jsonb where id = %s and state = %s and changed_at < %s",
            REFUSED, msgspec.json.encode(told).decode(), name, RECEIVING, before,
        )
    )  # fmt: skip


def _upload(found: tuple[Any, ...] | None) -> Upload | None:
    if found is None:
        return None
    told = Upload(*found)
    digest = None if told.content_hash is None else bytes(told.content_hash)
    return told._replace(content_hash=digest, told=plain_json(told.told))
