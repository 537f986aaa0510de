"""The log where it lives: entries, leaves and events in the database against the signed tree in files."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from tidewaiter.store.log.checkpoints import entries, newest
from tidewaiter.store.log.entries import Connection, moment
from tidewaiter.store.log.events import EVENTS
from tidewaiter.store.verify.batches import check_batches
from tidewaiter.store.verify.chain import Chain
from tidewaiter.store.verify.files import WIDTH, batch_bytes, notes_of, read_tile
from tidewaiter.store.verify.hashes import Entry
from tidewaiter.store.verify.log import kept
from tidewaiter.store.verify.parquet import parquet_groups
from tidewaiter.store.verify.report import DAMAGED, Report
from tidewaiter.store.verify.tiles import Tiles

LATEST: Final = timedelta(seconds=60)
"""An event older than this is sealed, or something is wrong."""
EVENTS_AT_ONCE: Final = 10_000
TRIES: Final = 5


class _Row(NamedTuple):
    """An event as the database holds it."""

    id: UUID
    at: datetime
    leaf: bytes
    blind: bytes
    batch: str
    nth: int


def verify_database(
    connection: Connection, folder: Path, now: datetime, trusted: str | None = None, seen: Sequence[Path] = (),
    witness: str | None = None,
) -> Report:  # fmt: skip
    """Check the whole log, as the auditor, in one transaction of level REPEATABLE READ that has not read yet.

    ``now`` is what events are late by; the rest as for a log's folder. A checkpoint that is made meanwhile moves files
    that are being read: then all is read again, in a transaction of its own.
    """
    for _ in range(TRIES - 1):
        size = _size(folder)
        report = _verified(connection, folder, now, trusted, seen, witness)
        if not report.faults or _size(folder) == size:
            return report
        with connection.cursor() as cursor:
            cursor.execute("rollback")  # the next question sees the database as it is then
    return _verified(connection, folder, now, trusted, seen, witness)


def _size(folder: Path) -> int:
    told = newest(folder)
    return told.size if told else 0


def _verified(
    connection: Connection, folder: Path, now: datetime, trusted: str | None, seen: Sequence[Path], witness: str | None
) -> Report:
    report = Report()
    notes = notes_of(folder, report)
    for file in seen:
        notes += kept(file, witness, report)
    size = _size(folder)
    head, leaf = _one(connection, "select seq, leaf from log_head")
    chain = Chain(report, notes, Tiles(folder, size))
    last = bytes(32)
    for entry in _published(_stored(connection), folder, size, report):
        chain.follow(entry)
        last = entry.leaf
    chain.close(trusted)
    if (head, bytes(leaf)) != (report.size, last):
        report.add("log_head", f"tells of {head:,} entries or of another last hash than the entries do")
    files = batch_bytes(folder, report)
    known = {str(told.get("batch")) for _, told in chain.batches}

    def find(batch: str, digest: str) -> bytes | None:
        found = _one(connection, "select file from log_leaves where batch = %s", batch)
        return bytes(found[0]) if found else files(batch, digest)

    check_batches(report, chain.batches, find)
    for (batch,) in _all(connection, "select batch from log_leaves order by batch"):
        if batch not in known:
            report.add(f"leaves {batch}", "belong to no batch of the log")
    sealed = {str(told["batch"]): str(told["file"]) for _, told in chain.batches if told.get("what") == EVENTS}
    _check_events(connection, report, {batch: find(batch, file) for batch, file in sealed.items()}, now)
    return report


def _stored(connection: Connection) -> Iterator[Entry]:
    low, high = _one(connection, "select min(seq), max(seq) from log_entry")
    return (Entry(*entry) for entry in entries(connection, low - 1, high)) if high is not None else iter(())


def _published(stored: Iterable[Entry], folder: Path, size: int, report: Report) -> Iterator[Entry]:
    """Entries of the database; one whose hash is another than in the published tree is named."""
    nth, hashes = -1, list[bytes]()
    for entry in stored:
        at = entry.seq - 1
        if 0 <= at < size:
            if at // WIDTH != nth:
                nth = at // WIDTH
                try:
                    hashes = read_tile(folder, 0, nth, min(WIDTH, size - nth * WIDTH))
                except (OSError, ValueError):
                    hashes = []
            if hashes and hashes[at % WIDTH] != entry.leaf:
                report.add(f"entry {entry.seq}", "was changed: the published tree has another hash for it")
        yield entry


def _check_events(connection: Connection, report: Report, batches: dict[str, bytes | None], now: datetime) -> None:
    """Every event lies sealed in the one row that it names, as it was; none waits longer than a minute."""
    found: dict[str, set[int]] = {batch: set() for batch in batches}
    rows: dict[str, list[tuple[bytes, bytes]]] = {}
    for event in _events(connection):
        report.events += 1
        if event.batch not in rows:
            rows = {event.batch: _rows_of(batches.get(event.batch))}
        found.setdefault(event.batch, set()).add(event.nth)
        sentence = _wrong(event, rows[event.batch], is_known=event.batch in batches)
        if sentence:
            report.add(f"event {event.id}", sentence)
    for batch, data in batches.items():
        gone = set(range(len(_rows_of(data)))) - found[batch] if data else set[int]()
        for nth in sorted(gone):
            report.add(f"batch {batch} row {nth}", "its event was taken away")
    for event in _waiting(connection):
        if event.at < now - LATEST:
            report.add(f"event {event.id}", "is not sealed yet, and older than a minute")
        elif not _is_itself(event):
            report.add(f"event {event.id}", "was changed: number or instant are not those of its text")


def _wrong(event: _Row, rows: list[tuple[bytes, bytes]], *, is_known: bool) -> str:
    if not is_known:
        return f"is said to be in batch {event.batch}, which the log does not hold"
    if not 0 <= event.nth < len(rows) or rows[event.nth] != (event.leaf, event.blind):
        return f"is not what was sealed in batch {event.batch} row {event.nth}"
    return "" if _is_itself(event) else "was changed: number or instant are not those of its text"


def _is_itself(event: _Row) -> bool:
    try:
        told = json.loads(event.leaf)
        return bool(told["id"] == str(event.id) and told["at"] == moment(event.at))
    except DAMAGED:
        return False


def _rows_of(data: bytes | None) -> list[tuple[bytes, bytes]]:
    try:
        groups = list(parquet_groups(data)) if data else []
    except DAMAGED:
        return []
    return [row for leaves, blinds, _ in groups for row in zip(leaves, blinds, strict=True)]


def _events(connection: Connection) -> Iterator[_Row]:
    after: tuple[str, int] = ("", -1)
    while True:
        rows = _all(
            connection,
            "select id, recorded_at, leaf, blind, batch, batch_row from log_event where batch is not null "
            "and (batch, batch_row) > (%s, %s) order by batch, batch_row limit %s",
            *after,
            EVENTS_AT_ONCE,
        )
        if not rows:
            return
        yield from (_Row(row[0], row[1], bytes(row[2]), bytes(row[3]), row[4], row[5]) for row in rows)
        after = rows[-1][4], rows[-1][5]


def _waiting(connection: Connection) -> Iterator[_Row]:
    rows = _all(
        connection, "select id, recorded_at, leaf, blind from log_event where batch is null order by recorded_at"
    )
    return (_Row(row[0], row[1], bytes(row[2]), bytes(row[3]), "", -1) for row in rows)


def _one(connection: Connection, query: str, *values: object) -> Any:  # noqa: ANN401 - a row
    with connection.cursor() as cursor:
        cursor.execute(query, list(values))
        return cursor.fetchone()


def _all(connection: Connection, query: str, *values: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(values))
        return list(cursor.fetchall())
