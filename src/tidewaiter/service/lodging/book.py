"""The book: batches kept in PostgreSQL, each in one transaction, and what later ones look back on."""

import hashlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import UUID

import msgspec
import polars as pl
from django.db import InterfaceError, OperationalError, connection
from psycopg.errors import DiskFull

from tidewaiter.exchange import filings, inbox, versions
from tidewaiter.exchange.bodies import Bodies
from tidewaiter.exchange.ids import new_id
from tidewaiter.kit.risk_rule import Window
from tidewaiter.model.canonical import canonical
from tidewaiter.model.errors import Unavailable
from tidewaiter.model.tree import BLIND_BYTES
from tidewaiter.runners.batcher.answering import Answers
from tidewaiter.runners.batcher.deciding import Decided
from tidewaiter.runners.batcher.message import Answer, Earlier, Kept
from tidewaiter.runners.versions import ORIGINAL, Reference, Standing, State
from tidewaiter.service.lodging.receipts import key_id, signed
from tidewaiter.service.lodging.rows import Entered, entered, history
from tidewaiter.service.secret_key import seal_of_home
from tidewaiter.stages.windows import DAY_S, PERSON
from tidewaiter.store.access import acting
from tidewaiter.store.locks import BATCHER
from tidewaiter.store.log import append_batches, seal
from tidewaiter.store.log.entries import Connection
from tidewaiter.store.log.keys import Signer
from tidewaiter.store.prepared import Prepared, is_told_something

HOUSE: Final = "service"
NO_ROOM: Final = "The disk of the database is full. Send the message again later with the same key: it counts once."
NOT_NOW: Final = "The database cannot be reached just now. Send the message again with the same key: it counts once."
ANOTHER: Final = "Another batcher works on this database. Send the message again with the same key in a moment."
ANSWER: Final = "answer"
MOVED: Final = "Something happened to the filing just now. Send the message again with the same key."
MARGIN_S: Final = DAY_S
"""How much further than its widest window history is read, whatever the clock did meanwhile."""


class Follows(Protocol):
    """What else belongs to a batch: cases to open, others to tell. Called within its transaction."""

    def __call__(self, connection: Connection, found: Sequence[filings.Filing], now: datetime, /) -> object:
        """Write rows, and nothing else."""
        ...


class Judges(Protocol):
    """What else decides: called within the transaction, before answers are written; order and number of rows stay."""

    def __call__(
        self, connection: Connection, found: Sequence[Entered], bodies: Sequence[bytes], now: datetime, /
    ) -> Sequence[Entered]:
        """The rows, some of them replaced."""
        ...


class Book:
    """Keeps batches and answers what was kept; a unit of work and the recent past in one. One thread uses it."""

    def __init__(
        self,
        signer: Signer,
        clock: Callable[[], datetime],
        windows: Callable[[], Sequence[Window]],
        log: Path | None = None,
        follows: Sequence[Follows] = (),
        judges: Sequence[Judges] = (),
        bodies: Bodies | None = None,
    ) -> None:
        self._signer, self._clock, self._windows, self._log = signer, clock, windows, log
        self._follows, self._judges = follows, judges
        self._bodies = bodies or Bodies(seal_of_home())
        self._holder: object = None
        self._asked = Prepared()

    def kept(self, calls: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Kept]:
        """What was answered to these calls within thirty days."""
        with self._acting():
            found = inbox.answered(self._asked, calls, self._clock())
            bodies = {call: self._bodies.open(self._asked, one.name, one.body) for call, one in found.items()}
        return {call: Kept(bodies[call], Answer(one.fate, {}, {ANSWER: one.answer})) for call, one in found.items()}

    def earlier(self, filing_keys: Sequence[int]) -> Mapping[int, Earlier]:
        """The messages that told these filings before."""
        with self._acting():
            return {
                one.filing_key: Earlier(one.name, self._bodies.open(self._asked, one.name, one.body), one.submitter)
                for one in inbox.told_before(self._asked, filing_keys)
            }

    def rows(self, keys: Mapping[str, Sequence[int]]) -> pl.DataFrame | None:
        """Narrow rows of accepted messages that share any of these keys, as far back as windows look."""
        widest = max((window.days for window in self._windows()), default=0) * DAY_S + MARGIN_S
        since = int(self._clock().timestamp()) - widest
        with self._acting():
            found = inbox.narrow_rows(self._asked, keys, {name: 0 if name == PERSON else since for name in keys})
        return narrow(found, [window.mark_column for window in self._windows() if window.marked_by]) if found else None

    def standing(self, references: Sequence[Reference]) -> Mapping[Reference, Standing]:
        """Filings as they stand, by what they are known by."""
        with self._acting():
            return {
                Reference(one.filer, one.declarant, one.filing_kind, one.reference): Standing(
                    str(one.id), one.version, state_of(one.words)
                )
                for one in versions.standing(self._asked, references)
            }

    def commit(self, batch: Decided, answers: Answers) -> Sequence[Mapping[str, Any]]:
        """Messages, filings, history, what follows, and last the log; the answers as their senders get them."""
        now = self._clock()
        name = str(new_id(now))
        with self._acting():
            numbers = inbox.numbers(self._asked, len(batch.messages))
            ids = [new_id(now) for _ in batch.messages]
            kept: Sequence[Entered] = entered(batch, answers, numbers, ids, offices(self._asked), self._before(batch))
            for judges in self._judges:
                kept = judges(self._asked, kept, [message.body for message in batch.messages], now)
            found = [one.filing for one in kept if one.filing]
            filings.keep(self._asked, [one for one in found if one.function == ORIGINAL])
            versions.replace(self._asked, [one for one in found if one.function != ORIGINAL])
            versions.count_no_more(self._asked, [change.before for change in batch.changes.values()])
            received = self._received(batch, answers, kept, numbers, name, now)
            inbox.keep(self._asked, received)
            inbox.keep_history(self._asked, history(batch))
            for follow in self._follows:
                follow(self._asked, found, now)
            self._log_batch(received, found, name, now)
        return [{ANSWER: one.answer} for one in received]

    def _before(self, batch: Decided) -> Mapping[UUID, filings.Filing]:
        """The filings that a batch changes, held as they stand; one that was decided on meanwhile is not changed."""
        stood = {UUID(one.standing.name): one.standing for one in batch.changes.values() if one.standing}
        if not stood:
            return {}
        versions.hold(self._asked, list(stood))
        found = {one.id: one for one in filings.by_ids(self._asked, list(stood))}
        for name, standing in stood.items():
            one = found[name]
            words = {one.status, *(item.get("status", "") for item in one.items)}
            if (one.version, state_of(words)) != (standing.version, standing.state):
                raise Unavailable(MOVED)
        return found

    def _received(
        self,
        batch: Decided,
        answers: Answers,
        kept: Sequence[Entered],
        numbers: Sequence[int],
        name: str,
        now: datetime,
    ) -> list[inbox.Received]:
        made, key = [], self._bodies.key_of(self._asked, now)
        for place, (message, (fate, _), one) in enumerate(zip(batch.messages, answers, kept, strict=True)):
            content = hashlib.sha256(message.body).digest()
            told = {
                "message": message.name, "content_hash": content.hex(), "submitter": message.submitter, "fate": fate,
                "batch": f"accepted/{name}", "row": place, "number": numbers[place],
                "at": now.astimezone(UTC).isoformat(),
            }  # fmt: skip
            document = {**one.document, "receipt": {**told, "signed": signed(self._signer, told)}}
            made.append(
                inbox.Received(
                    UUID(message.name), numbers[place], message.submitter, message.key or None, content,
                    key.seal(message.name, message.body),
                    fate, msgspec.json.encode(document).decode(), one.errors, one.filing.id if one.filing else None,
                    one.filing.office if one.filing else None, name, place, now,
                )
            )  # fmt: skip
        return made

    def _log_batch(
        self, received: Sequence[inbox.Received], found: Sequence[filings.Filing], name: str, now: datetime
    ) -> None:
        """Two trees: what was accepted belongs to its senders, what was decided stays inside."""
        trees = [("accepted", [_acceptance(one) for one in received])]
        if found:
            trees.append(("decided", [_decision(one) for one in found]))
        sealed = [
            seal(f"{what}/{name}", what, leaves, os.urandom(BLIND_BYTES * len(leaves)), self._log)
            for what, leaves in trees
        ]
        append_batches(self._asked, sealed, now, {"key": key_id(self._signer)})

    @contextmanager
    def _acting(self) -> Iterator[None]:
        """One transaction of the house; a database that goes away is nobody's fault, and its session is given up."""
        try:
            if not connection.in_atomic_block and is_told_something(connection):
                connection.close_if_unusable_or_obsolete()
            with acting(HOUSE, [HOUSE], in_a_row=True):
                self._hold()
                yield
        except (OperationalError, InterfaceError) as fault:
            connection.close()
            self._holder = None
            raise Unavailable(NO_ROOM if isinstance(fault.__cause__, DiskFull) else NOT_NOW) from fault

    def _hold(self) -> None:
        """Hold the batcher's lock by this session; whoever lost its session lost the lock with it."""
        if connection.connection is not None and connection.connection is self._holder:
            return
        with self._asked.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(%s)", [BATCHER])
            found = cursor.fetchone()
            if not (found and found[0]):
                raise Unavailable(ANOTHER)
        self._holder = connection.connection


def state_of(words: Collection[str]) -> State:
    """Whether anything of a filing can still be changed, by the words that are published of it and of its lines."""
    if filings.CANCELLED in words:
        return "cancelled"
    if filings.REFUSED in words:
        return "refused"
    return "released" if {filings.RELEASED, filings.RELEASED_CONDITIONALLY} & set(words) else "open"


def narrow(found: Sequence[tuple[Any, ...]], marks: Sequence[str]) -> pl.DataFrame:
    """Rows of history as windows read them, a column for each mark."""
    whole = dict.fromkeys(inbox.NARROW, pl.Int64())
    frame = pl.DataFrame(found, schema={**whole, "day": pl.Date(), "marks": pl.List(pl.String)}, orient="row")
    told = [pl.col("marks").list.contains(mark).alias(mark) for mark in dict.fromkeys(marks)]
    return frame.with_columns(told).drop("marks")


def offices(connection: Connection) -> frozenset[str]:
    """Offices that a filing may name; any other is taken to the office of its country."""
    with connection.cursor() as cursor:
        cursor.execute("select id from office")
        return frozenset(name for (name,) in cursor.fetchall())


def _acceptance(one: inbox.Received) -> bytes:
    told = {
        "message": str(one.name), "submitter": one.submitter, "content": one.body_hash.hex(), "fate": one.fate,
        "number": one.seq, "at": one.accepted_at.astimezone(UTC).isoformat(),
    }  # fmt: skip
    return canonical({**told, **({"filing": str(one.filing)} if one.filing else {})})


def _decision(one: filings.Filing) -> bytes:
    judged = one.assessment
    told = {
        "filing": str(one.id), "message": str(one.message), "status": one.status, "currency": one.currency,
        **{name: one.told[name] for name in ("duty_minor", "tax_minor", "fee_minor", "due_at_border_minor")},
        **({} if judged is None else {
            "decision": judged.decision, "route": judged.route, "lane": judged.lane, "score": judged.score,
            "law": judged.law_version, "rules": judged.rules_version,
            "reasons": [reason["code"] for reason in judged.reasons],
        }),
    }  # fmt: skip
    return canonical(told)
