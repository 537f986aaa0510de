"""The queue: open cases in the order in which they are to be worked on, page by page, counted, exported.

The order never changes for a case (priority, then when it was opened), so pages by key neither skip nor repeat one.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from tidewaiter.model.errors import WrongUse
from tidewaiter.service.queue_filters import Filters, Where, where
from tidewaiter.store.access import acting_as
from tidewaiter.store.rights import Actor

SIZE: Final = 50
SIZE_MAX: Final = 500
EXPORTED_AT_ONCE: Final = 5_000
FURTHEST: Final = 1_000_000
"""Rows that a numbered page may lie behind; further on, follow the token of the page before."""


class Row(NamedTuple):
    """A case as the queue shows it: no person but those at the desk, no reason why it was chosen."""

    id: str
    reference: str
    barcode: str
    filer: str | None
    office: str | None
    lane: str
    decision: str
    priority: int
    opened_at: datetime
    changed_at: datetime
    assigned_to: str | None
    questions_open: int
    reply_by: datetime | None
    waiting: tuple[str, ...]
    presented_at: datetime | None
    amount_minor: int | None
    currency: str | None
    proposed_act: str | None
    is_closed: bool
    version: int
    seq: int


class Page(NamedTuple):
    """Rows in their order; ``after`` leads to the next page, None on the last; ``number`` where it was asked for."""

    rows: tuple[Row, ...]
    after: str | None
    number: int | None


COLUMNS: Final = ", ".join(f"c.{name}" for name in Row._fields)


def page(
    actor: Actor, filters: Filters, *, now: datetime, after: str | None = None, number: int | None = None,
    size: int = SIZE,
) -> Page:  # fmt: skip
    """One page: the first, the one behind a token, or the one of a number (from 1).

    Raises:
        WrongUse: a token that is none, a page that cannot be, a filter that is no word of ours.
    """
    if not 1 <= size <= SIZE_MAX:
        raise WrongUse(f"A page has 1 to {SIZE_MAX} rows.")
    if number is not None and not 1 <= number <= FURTHEST // size:
        raise WrongUse(f"Pages are numbered from 1 to {FURTHEST // size:,}.")
    asked = where(actor, filters, now)
    skipped = (number - 1) * size if number and after is None else 0
    with acting_as(actor):
        found = _rows(asked, _key_of(after) if after else None, size + 1, skipped)
    shown = tuple(found[:size])
    return Page(shown, token(shown[-1]) if len(found) > size else None, number)


def count(actor: Actor, filters: Filters, *, now: datetime) -> int:
    """How many cases there are, exactly."""
    asked = where(actor, filters, now)
    with acting_as(actor), connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {asked.tables} where {asked.text}", asked.values)  # noqa: S608 - own words
        return int(cursor.fetchone()[0])


def export(actor: Actor, filters: Filters, *, now: datetime) -> Iterator[Row]:
    """All rows, read in parts with a transaction each, so that a slow reader holds nothing up."""
    asked, key = where(actor, filters, now), None
    while True:
        with acting_as(actor):
            found = _rows(asked, key, EXPORTED_AT_ONCE, 0)
        yield from found
        if len(found) < EXPORTED_AT_ONCE:
            return
        key = (found[-1].priority, found[-1].opened_at, UUID(found[-1].id))


def token(row: Row) -> str:
    """Where a page ends, as text that goes into an address."""
    told = json.dumps([row.priority, row.opened_at.isoformat(), row.id]).encode()
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


Key = tuple[int, datetime, UUID]


def _key_of(after: str) -> Key:
    try:
        priority, opened_at, name = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        return int(priority), datetime.fromisoformat(opened_at), UUID(name)
    except (ValueError, TypeError, AttributeError, binascii.Error) as fault:
        raise WrongUse("This is no token of a page. Begin with the first page again.") from fault


def _rows(asked: Where, key: Key | None, size: int, skipped: int) -> list[Row]:
    """Rows behind a key. Their ids are found in an index alone; only what is shown is read from the table."""
    order = f"{asked.order}.priority, {asked.order}.opened_at, {asked.name}"
    behind = f" and ({order}) > (%s, %s, %s)" if key else ""
    values: Sequence[Any] = [*asked.values, *(key or ()), size, skipped]
    text = (
        f"with found as materialized (select {asked.name} as id from {asked.tables} where {asked.text}{behind}"  # noqa: S608 - own words
        f" order by {order} limit %s offset %s) select {COLUMNS} from found join desk_case as c on c.id = found.id"
        " order by c.priority, c.opened_at, c.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return [_row(row) for row in cursor.fetchall()]


def _row(found: Sequence[Any]) -> Row:
    row = Row(*found)
    return row._replace(id=str(row.id), waiting=tuple(row.waiting))
