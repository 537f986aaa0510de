"""Checkpoints: how long the log is and its root, signed; one is made only where the log grew."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from tidewaiter.model.errors import LogBroken
from tidewaiter.model.note import Checkpoint, read_checkpoint, read_note, signature_line, signed_note
from tidewaiter.model.tree import consistency, is_grown, root_of
from tidewaiter.store.log.entries import Connection, moment
from tidewaiter.store.log.keys import Signer
from tidewaiter.store.log.tiles import Entry, TileWriter, nodes_of
from tidewaiter.store.new_file import sync

NEWEST: Final = "checkpoint"
KEPT: Final = "checkpoints"
READ_AT_ONCE: Final = 4096


def publish(connection: Connection, folder: Path, signer: Signer, now: datetime) -> Checkpoint | None:
    """Write tiles of new entries, then a signed checkpoint over all; None where there are none.

    Only one at a time, for the folder is written: hold the keeper's lock. Refuses to sign a log that does not begin
    with what was signed before.
    """
    before = newest(folder)
    size, leaf = _head(connection)
    if before is not None and size < before.size:
        raise LogBroken(
            f"The log in the database ends at {size:,}, and a checkpoint of {before.size:,} entries is signed: entries "
            "are missing. Restore a backup that holds them."
        )
    if size == (before.size if before else 0):
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    writer = TileWriter(folder, before.size if before else 0)
    writer.extend(entries(connection, writer.start, size))
    if writer.size != size or writer.last != leaf:
        raise LogBroken(f"The log's head tells of {size:,} entries, and they do not end in its hash. Verify the log.")
    writer.close()
    nodes = nodes_of(folder, size)
    told = Checkpoint(signer.key.name, size, root_of(size, nodes), (f"time {moment(now)}",))
    if before and not is_grown(before.size, before.root, size, told.root, consistency(before.size, size, nodes)):
        raise LogBroken(f"The log does not begin with the {before.size:,} entries that were signed. Verify the log.")
    _keep(folder, _signed(told, signer), now)
    if before:
        writer.forget(before.size)
    return told


def newest(folder: Path) -> Checkpoint | None:
    """The newest checkpoint of a log's folder; None where none was made yet."""
    path = folder / NEWEST
    return read_checkpoint(read_note(path.read_text(encoding="utf-8"))[0]) if path.is_file() else None


def entries(connection: Connection, after: int, up_to: int) -> Iterator[Entry]:
    """Entries with a number above ``after``, up to and including ``up_to``, in order, some thousands at a time."""
    while after < up_to:
        with connection.cursor() as cursor:
            cursor.execute(
                "select seq, prev, leaf, payload from log_entry where seq > %s and seq <= %s order by seq limit %s",
                [after, up_to, READ_AT_ONCE],
            )
            rows: list[Any] = cursor.fetchall()
        if not rows:
            return
        yield from (Entry(seq, bytes(prev), bytes(leaf), bytes(payload)) for seq, prev, leaf, payload in rows)
        after = rows[-1][0]


def _head(connection: Connection) -> tuple[int, bytes]:
    with connection.cursor() as cursor:
        cursor.execute("select seq, leaf from log_head")
        seq, leaf = cursor.fetchone()
    return int(seq), bytes(leaf)


def _signed(told: Checkpoint, signer: Signer) -> str:
    return signed_note(str(told), [signature_line(signer.key, signer.sign(str(told).encode()))])


def _keep(folder: Path, note: str, now: datetime) -> None:
    """Put a checkpoint in place, then beside the earlier ones of its day."""
    half = folder / f".{NEWEST}.half"
    with half.open("w", encoding="utf-8") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    half.rename(folder / NEWEST)
    sync(folder)
    day = folder / KEPT / f"{moment(now)[:10]}.ndjson"
    day.parent.mkdir(exist_ok=True)
    with day.open("a+b") as file:
        _cut_torn_line(file)
        file.write(json.dumps(note, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _cut_torn_line(file: Any) -> None:  # noqa: ANN401 - an open file
    """A line that was cut off when the power went is taken away: its checkpoint stands in ``checkpoint``."""
    file.seek(0)
    data = file.read()
    file.truncate(data.rfind(b"\n") + 1)
