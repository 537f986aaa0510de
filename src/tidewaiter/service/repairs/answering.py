"""Use case: what is asked of a party, and its answers: one field or more, and nothing else sent again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tidewaiter.exchange import repairs
from tidewaiter.exchange.cursors import Cursor
from tidewaiter.exchange.repairs import OPEN, Repair
from tidewaiter.model.errors import ImpossibleAct, WrongUse
from tidewaiter.service.lodging.lodge import Answer
from tidewaiter.service.versions.changing import change
from tidewaiter.service.versions.merging import Fields
from tidewaiter.service.versions.originals import own_filing
from tidewaiter.store.access import acting_as
from tidewaiter.store.rights import Actor, Facts, NotAllowed, may

Told = dict[str, Any]


def asked_of(actor: Actor, after: Cursor, size: int, state: str | None = OPEN) -> tuple[list[Told], Cursor]:
    """Requests to the actor's party behind a cursor, and the cursor behind the last of them.

    Raises:
        NotAllowed: the actor files for nobody.
    """
    if actor.filer is None or may(actor, "read", "filing", Facts(filer=actor.filer)) is None:
        raise NotAllowed("read", "filing")
    with acting_as(actor):
        found, last = repairs.page(connection, actor.filer, state, after, size)
    return [told_of(one) for one in found], last


def of_filing(actor: Actor, name: UUID) -> list[Told]:
    """What was asked of one filing that the actor may see."""
    with acting_as(actor):
        return [told_of(one) for one in repairs.of_filing(connection, name)]


def mend(actor: Actor, name: UUID, fields: Fields, saw: int | None, key: str = "") -> Answer:
    """Answer what is asked of a filing: only these fields are sent, all else stays as it was told.

    Raises:
        NotAllowed, WrongUse: as ``change``; also a field that was not asked for.
        ImpossibleAct: nothing was asked of the version that the party looked at, or its clock was up.
    """
    filing = own_filing(actor, name)
    seen = filing.version if saw is None else saw
    with acting_as(actor):
        asked = next((one for one in repairs.of_filing(connection, name) if one.version == seen), None)
    if asked is None:
        raise ImpossibleAct(f"Nothing is asked of version {seen} of this filing.")
    if asked.state == repairs.LAPSED:
        raise ImpossibleAct("The time to answer was up. What follows of that has been told; ask the office.")
    known = [question["path"] for question in asked.questions]
    strange = sorted(fields.keys() - set(known))
    if strange:
        raise WrongUse(f"Not asked: {', '.join(strange)[:200]}. Asked is: {', '.join(known)}. Change others by PATCH.")
    return change(actor, name, fields, seen, key)


def told_of(one: Repair) -> Told:
    """A request as its party sees it."""
    return {
        "repair": str(one.id), "number": one.seq, "filing": str(one.filing), "consignment_id": one.reference,
        "version": one.version, "round": one.round, "parcel_ids": list(one.barcodes), "state": one.state,
        "asked_at": one.asked_at.isoformat(), "reply_by": _moment(one.reply_by), "no_reply": one.no_reply,
        "closed_at": _moment(one.closed_at), "closed_by": one.closed_by, "questions": list(one.questions),
    }  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
