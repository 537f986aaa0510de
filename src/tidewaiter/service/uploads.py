"""Use case: files of messages handed over in parts; what is on the disk stays, and the next part goes on behind it."""

import errno
import fcntl
import hashlib
import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

from django.db import IntegrityError, connection

from tidewaiter.exchange import uploads
from tidewaiter.exchange.ids import new_id
from tidewaiter.exchange.uploads import DONE, RECEIVED, RECEIVING, REFUSED, Upload
from tidewaiter.exchange.work import enqueue
from tidewaiter.model.errors import EnvironmentFault, KeyUsedOtherwise, PartRefused, WrongUse
from tidewaiter.service.log_lines import FIELDS
from tidewaiter.service.quotas import refuse_upload
from tidewaiter.service.settings import home_folder
from tidewaiter.service.work import SERVICE
from tidewaiter.store.access import acting, acting_as
from tidewaiter.store.rights import Actor, Facts, NotAllowed, require

LOG: Final = logging.getLogger("tidewaiter.uploads")
FOLDER: Final = "uploads"
TASK: Final = "clear_upload"
SIZE_MAX: Final = 64 << 30
NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
GIVEN_UP: Final = "No part of it came for days, and it was given up. Send the file again from its beginning."
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
Told = dict[str, Any]


def begin(
    actor: Actor,
    size: int,
    now: datetime,
    *,
    form: str | None = None,
    file_name: str | None = None,
    content_hash: bytes | None = None,
    key: str | None = None,
) -> Upload:
    """Begin to hand over a file of ``size`` bytes; one of the same hash, or mark, that was begun before goes on.

    Raises:
        KeyUsedOtherwise: the mark was given to a file of another size or hash.
        NotAllowed: the actor files for nobody.
        WrongUse: an empty or endless file.
        QuotaReached, QuotaTooSmall: beyond what the party may hand over.
    """
    filer = _filer(actor)
    if not 0 < size <= SIZE_MAX:
        raise WrongUse(f"A file has 1 to {SIZE_MAX:,} bytes, not {size:,}.")
    name = NAME.sub("_", file_name or "")[-100:] or None
    made = Upload(new_id(now), filer, form, name, size, 0, content_hash, RECEIVING, {}, now, key or None)
    try:
        with acting_as(actor):
            known = uploads.by_key(filer, key) if key else None
            if known is not None and not _is_same(known, size, content_hash):
                raise KeyUsedOtherwise(key or "")
            if known is None and content_hash:
                known = uploads.by_content(filer, content_hash, size)
            if known is None:
                refuse_upload(filer, size, now)
                uploads.begin(made, actor.person)
    except IntegrityError:  # the same file began at another door at once
        return begin(actor, size, now, form=form, file_name=file_name, content_hash=content_hash, key=key)
    return known or made


def found(actor: Actor, name: UUID) -> Upload | None:
    """An upload that the actor may see."""
    with acting_as(actor):
        return uploads.by_id(name)


def add(actor: Actor, upload: Upload, offset: int, parts: Iterable[bytes], now: datetime) -> Upload:
    """Write a part behind what is there; what came before the line was cut is kept, and the last part begins the job.

    Raises:
        PartRefused: the part does not begin where the file ends, or is longer than the file was said to be, or another
            part is being written.
        EnvironmentFault: there is no room on the disk; what was written before stays.
    """
    with _alone(upload) as file:
        current = found(actor, upload.id) or upload
        if current.state != RECEIVING:
            return current
        if offset != current.received:
            raise PartRefused(f"The next part begins at {current.received:,}, not at {offset:,}.", current.received)
        received = _written(file, current, parts)
    state: str = RECEIVING
    told: Told = {}
    digest = b""
    if received == current.size:
        digest, state, told = _whole(current)
    with acting_as(actor):
        first = uploads.is_first(current, digest) if state == RECEIVED else None
        if first is not None:
            state, told = DONE, {**told, "repeats": str(first)}
        uploads.note(current.id, received, state, now, told)
        if state == RECEIVED:
            enqueue(connection, TASK, upload=str(current.id))
    return current._replace(received=received, state=state, told=told)


def told_of(upload: Upload) -> Told:
    """How far a file is, for its sender."""
    told: Told = {
        "job": str(upload.id), "state": upload.state, "size": upload.size, "received": upload.received,
        "result": dict(upload.told),
    }  # fmt: skip
    return told


def place_of(name: UUID, home: Path | None = None) -> Path:
    """Where the bytes of an upload lie: under its id, never under what a sender called it."""
    return (home or home_folder()) / FOLDER / str(name)


def let_go(before: date) -> int:
    """Delete the originals of files that were dealt with and came before a day; gives how many."""
    there = {one.name: one for one in (home_folder() / FOLDER).glob("*-*-*-*-*")}
    with acting(SERVICE, [SERVICE]):
        found = uploads.dealt_with(list(there), before)
    return sum(_deleted(there[name]) for name in found)


def give_up(before: datetime) -> int:
    """Give files up of which no part came since a moment: their bytes go, their senders are told; gives how many."""
    with acting(SERVICE, [SERVICE]):
        stale = uploads.stale(before)
    return sum(_given_up(one, before) for one in stale)


def _given_up(upload: Upload, before: datetime) -> bool:
    """Whether it was given up: not while a part is being written, nor where one came meanwhile."""
    try:
        with _alone(upload), acting(SERVICE, [SERVICE]):
            is_over = uploads.give_up(upload.id, before, {"sentence": GIVEN_UP})
            if is_over:
                place_of(upload.id).unlink(missing_ok=True)
            return is_over
    except PartRefused:
        return False


def _deleted(file: Path) -> bool:
    try:
        file.unlink(missing_ok=True)
    except OSError:
        LOG.exception("a file stays beyond its time", extra={FIELDS: {"upload": file.name}})
        return False
    return True


@contextmanager
def _alone(upload: Upload) -> Iterator[IO[bytes]]:
    """The file, with the right to write it for one part at a time."""
    path = place_of(upload.id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise PartRefused("Another part of this file is being written. Ask the job how far it is.", None) from taken
        yield file


def _written(file: IO[bytes], upload: Upload, parts: Iterable[bytes]) -> int:
    """Write parts behind what was acknowledged, and give how far the file is on the disk."""
    at = upload.received
    file.truncate(at)  # what came of a part whose end nobody saw is sent again
    try:
        for part in parts:
            if at + len(part) > upload.size:
                raise PartRefused(f"The file was said to have {upload.size:,} bytes; more came.", at)
            file.write(part)
            at += len(part)
        file.flush()
        os.fsync(file.fileno())
    except OSError as fault:
        if fault.errno in NO_ROOM:
            raise EnvironmentFault("There is no room on the disk. Send the rest later; what came is kept.") from fault
        raise
    return at


def is_again(upload: Upload, parts: Iterable[bytes]) -> bool:
    """Whether these are the bytes of a file that came whole under the same mark."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest() == upload.told.get("content_hash")


def _is_same(known: Upload, size: int, content_hash: bytes | None) -> bool:
    told = known.told.get("content_hash") or (known.content_hash or b"").hex()
    return known.size == size and (content_hash is None or not told or content_hash.hex() == told)


def _whole(upload: Upload) -> tuple[bytes, str, Told]:
    """What to do with a file that is complete: its hash is what it was said to be, or it is refused."""
    with place_of(upload.id).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    if upload.content_hash is not None and digest != upload.content_hash:
        return digest, REFUSED, {"sentence": "The bytes are not those of the hash that was told. Send the file again."}
    return digest, RECEIVED, {"content_hash": digest.hex()}


def _filer(actor: Actor) -> str:
    if actor.filer is None:
        raise NotAllowed("write", "filing")
    require(actor, "write", "filing", Facts(filer=actor.filer))
    return actor.filer
