"""Use case: claims that waited for a register, settled now that it can be asked; each charged once at most."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

import msgspec
from django.db import connection

from tidewaiter.exchange import filings
from tidewaiter.exchange.bodies import Bodies
from tidewaiter.exchange.outbox import Message as Notice
from tidewaiter.exchange.outbox import tell_all
from tidewaiter.model.canonical import canonical
from tidewaiter.model.tree import BLIND_BYTES
from tidewaiter.registry import vendors
from tidewaiter.registry.vendor_judging import HONOURED, NOT_HONOURED, WAITS
from tidewaiter.registry.vendors import Open
from tidewaiter.service.lodging.rows import MARK_OF_ORDER
from tidewaiter.service.secret_key import seal_of_home
from tidewaiter.service.vendors.claims import PENDING, RELEASES
from tidewaiter.service.work import SERVICE
from tidewaiter.store.access import acting
from tidewaiter.store.asking import rows, say
from tidewaiter.store.log import append_batch, seal

AT_ONCE: Final = 1_000


class Owed(NamedTuple):
    """Charges of a filing at the border, their sum in minor units (None: not all can be determined), the currency."""

    charges: Sequence[Mapping[str, Any]]
    amount_minor: int | None
    currency: str | None


class Unclaimed(NamedTuple):
    """A filing as it would be had nobody paid its tax: its message without the claim, and when it was decided."""

    filing: UUID
    body: bytes
    decided_at: datetime


Assess = Callable[[Sequence[Unclaimed]], Mapping[UUID, Owed]]
"""What filings owe at the border, by their ids; one that cannot be assessed has an amount of None."""


def reconcile(scheme: str, assess: Assess, clock: Callable[[], datetime]) -> dict[str, int]:
    """Settle all claims of a scheme that wait, some in each transaction; gives how many were honoured and how many not.

    While the register cannot be asked nothing is settled. A run that dies leaves whole transactions: the next goes on,
    and what is settled is not looked at again.
    """
    counts = {HONOURED: 0, NOT_HONOURED: 0}
    while True:
        with acting(SERVICE, [SERVICE]):
            if vendors.register(connection, scheme).is_down:
                return counts
            claims = vendors.open_claims(connection, scheme, AT_ONCE)
            if not claims:
                return counts
            outcomes = _settled(scheme, claims, assess, clock())
        for outcome in outcomes.values():
            counts[outcome] += 1


def _settled(scheme: str, claims: Sequence[Open], assess: Assess, now: datetime) -> dict[UUID, str]:
    held = vendors.held_on(connection, scheme, [(one.number, one.on_day) for one in claims])
    outcomes = {one.filing: HONOURED if held.get((one.number, one.on_day)) else NOT_HONOURED for one in claims}
    forged = [one for one in claims if outcomes[one.filing] == NOT_HONOURED]
    unknown = {one.filing: Owed([], None, None) for one in forged}  # erased since: a person has to look
    owed = {**unknown, **assess(_unclaimed(forged))} if forged else {}
    if forged:
        told = [(one.filing, one.party, scheme, *_as_row(owed[one.filing])) for one in forged]
        vendors.recover_charges(connection, told, now)
    vendors.settle(connection, outcomes, now)
    say("update filing set is_provisional = false where id = any(%s) and is_provisional", list(outcomes))
    _let_go([one.filing for one in claims if one.standing == WAITS and outcomes[one.filing] == HONOURED], now)
    _tell(claims, outcomes)
    _log(scheme, claims, outcomes, owed, now)
    return outcomes


def _as_row(owed: Owed) -> tuple[str, int | None, str | None]:
    return json.dumps([*owed.charges]), owed.amount_minor, owed.currency


def _let_go(waited: Sequence[UUID], now: datetime) -> None:
    """Filings that waited for the register alone take the way that the plan had given them."""
    for name, is_here in rows(
        "update assessment set pending_on = array_remove(pending_on, %s) from filing where filing = filing.id "
        "and filing.id = any(%s) and decision = any(%s) returning filing.id, presented_at is not null",
        PENDING, list(waited), list(RELEASES),
    ):  # fmt: skip
        filings.publish(
            connection, name, status=filings.RELEASED if is_here else filings.ACCEPTED, lane="release", now=now
        )


def _unclaimed(claims: Sequence[Open]) -> list[Unclaimed]:
    found = rows(
        "select filing.id, message.name, body, decided_at from filing join message on message.name = filing.message "
        "where filing.id = any(%s) order by decided_at, filing.id",
        [one.filing for one in claims],
    )
    kept = Bodies(seal_of_home())
    opened = [(one[0], kept.open(connection, one[1], bytes(one[2])), one[3]) for one in found]
    return [Unclaimed(name, without_claim(body), decided_at) for name, body, decided_at in opened if body]


def without_claim(body: bytes) -> bytes:
    """A message as it would be if nobody had paid its tax: no scheme, no number."""
    told = msgspec.json.decode(body.removeprefix(MARK_OF_ORDER))
    kept = {name: value for name, value in told.items() if name not in {"vat_scheme", "vat_scheme_id"}}
    return msgspec.json.encode({**kept, "vat_scheme": "NONE"})


def _tell(claims: Sequence[Open], outcomes: Mapping[UUID, str]) -> None:
    filers = dict(rows("select id, filer from filing where id = any(%s)", [one.filing for one in claims]))
    tell_all(
        connection,
        [
            Notice(f"vendor_number.{outcome}", str(filing), {"filing": str(filing)}, filers[filing])
            for filing, outcome in outcomes.items()
            if filing in filers
        ],
    )


def _log(
    scheme: str, claims: Sequence[Open], outcomes: Mapping[UUID, str], owed: Mapping[UUID, Owed], now: datetime
) -> None:
    at = now.astimezone(UTC).isoformat()
    leaves = [
        canonical(
            {"filing": str(one.filing), "was": one.standing, "outcome": outcomes[one.filing], "at": at,
             **_owed(owed.get(one.filing))}
        )
        for one in claims
    ]  # fmt: skip
    sealed = seal(f"reconciled/{uuid4()}", "reconciled", leaves, os.urandom(BLIND_BYTES * len(leaves)))
    append_batch(connection, sealed, now, {"scheme": scheme})


def _owed(owed: Owed | None) -> dict[str, object]:
    if owed is None or owed.amount_minor is None:
        return {}
    return {"amount_minor": owed.amount_minor, "currency": owed.currency}
