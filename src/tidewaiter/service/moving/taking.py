"""Use case: events of parcels told by a machine, kept once each, and what is known of a filing's parcel."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import IntegrityError, connection

from tidewaiter.exchange import filings, movements
from tidewaiter.exchange.cursors import Cursor
from tidewaiter.exchange.ids import new_id
from tidewaiter.exchange.movements import Call, Movement
from tidewaiter.model.errors import KeyUsedOtherwise, Unavailable, WrongUse
from tidewaiter.service.lodging.lodge import KEY_MAX
from tidewaiter.service.moving.catching_up import take_effect_soon
from tidewaiter.service.moving.leaves import log_movements
from tidewaiter.service.moving.presented import PRESENTED
from tidewaiter.service.moving.reading import Said, read
from tidewaiter.service.work import SERVICE
from tidewaiter.store.access import acting, acting_as
from tidewaiter.store.rights import Actor, Facts, NotAllowed, may, require

EVENTS_MAX: Final = 1_000
TRIES: Final = 3
ACCEPTED, DUPLICATE, REFUSED = "accepted", "duplicate", "refused"
BUSY: Final = "Others work on the same parcels just now. Send the events again with the same key: each counts once."
Told = dict[str, Any]


def take(actor: Actor, events: Sequence[object], now: datetime, key: str = "") -> bytes:
    """Take up to a thousand events; the answer, as JSON, tells of each whether it was new, told before, or refused.

    What is told of a parcel that nobody filed waits for its filing. What is told by a party that neither files nor
    carries the parcel waits as well, without effect: the answer does not tell whether there is such a parcel.

    Raises:
        NotAllowed: the actor tells no events.
        WrongUse: no event, or too many; a key that is none; ``KeyUsedOtherwise`` for a key of other events.
        Unavailable: others work on the same parcels.
    """
    return take_of(may_tell(actor), events, now, key)


def may_tell(actor: Actor) -> str:
    """The party that tells events by this actor; ``NotAllowed`` where it tells none."""
    if actor.filer is None:
        raise NotAllowed("write", "movement")
    require(actor, "write", "movement", Facts(filer=actor.filer))
    return actor.filer


def take_of(teller: str, events: Sequence[object], now: datetime, key: str = "") -> bytes:
    """The same for a party whose right to tell events was looked at already."""
    if not 0 < len(events) <= EVENTS_MAX:
        raise WrongUse(f"A call tells 1 to {EVENTS_MAX:,} events, not {len(events):,}.")
    if len(key) > KEY_MAX or not key.isprintable():
        raise WrongUse(f"A key has up to {KEY_MAX} characters that can be printed. Shorten it.")
    body_hash = hashlib.sha256(msgspec.json.encode(events)).hexdigest()
    said = read(events, now)
    for _ in range(TRIES):
        try:
            return _once(teller, said, body_hash, key, now)
        except IntegrityError:  # the same call, or an act on one of the cases, came first: all is looked at again
            continue
    raise Unavailable(BUSY)


def _once(teller: str, said: Sequence[Said], body_hash: str, key: str, now: datetime) -> bytes:
    with acting(SERVICE, [SERVICE]):
        if key:
            earlier = movements.answered(connection, teller, key, now)
            if earlier is not None and earlier.body_hash != body_hash:
                raise KeyUsedOtherwise(key)
            if earlier is not None:
                return earlier.answer.encode()
        good = [one for one in said if not one.errors]
        movements.hold_barcodes(connection, movements.together_with(connection, {one.code for one in good}))
        known = movements.told_before(connection, teller, [one.digest for one in good])
        fates, new = _fates(teller, said, known, now)
        movements.keep(connection, new)
        here = sorted({one.parcel_id for one in new if one.event == PRESENTED})
        shown = take_effect_soon(here, now) if here else []
        answer = msgspec.json.encode(_answer(fates))
        if key:
            movements.keep_answer(connection, teller, key, Call(body_hash, answer.decode()), now)
        log_movements(new, shown, now)
        return answer


def _fates(teller: str, said: Sequence[Said], known: set[str], now: datetime) -> tuple[list[Told], list[Movement]]:
    fates: list[Told] = []
    new: list[Movement] = []
    seen = set(known)
    for one in said:
        if one.errors or one.at is None:
            fates.append({"fate": REFUSED, "errors": list(one.errors)})
        elif one.digest in seen:
            fates.append({"fate": DUPLICATE})
        else:
            seen.add(one.digest)
            name = new_id(now)
            fates.append({"fate": ACCEPTED, "id": str(name)})
            new.append(
                Movement(name, teller, one.code, one.event, one.at, one.place, one.carrier_id, one.flight,
                         one.digest, now)
            )  # fmt: skip
    return fates, new


def _answer(fates: Sequence[Told]) -> Told:
    counts = {word: sum(one["fate"] == word for one in fates) for word in (ACCEPTED, DUPLICATE, REFUSED)}
    return {**counts, "events": list(fates)}


def of_filing(actor: Actor, name: UUID, after: Cursor, size: int) -> tuple[list[Told], Cursor] | None:
    """What is told of the parcels of a filing, behind a cursor, and the cursor behind the last of it.

    None where there is no such filing for this actor: the two look alike.
    """
    with acting_as(actor):
        filing = filings.by_id(connection, name)
        if (
            filing is None
            or may(actor, "read", "movement", Facts(filing.filer, agencies=frozenset(filing.agencies))) is None
        ):
            return None
        found = movements.page(connection, filing.codes, after, size)
    return [_told(one) for _, one in found], found[-1].place if found else after


def _told(one: Movement) -> Told:
    is_receptacle = one.parcel_id.startswith(filings.RECEPTACLE)
    return {
        "id": str(one.id), "parcel_id": None if is_receptacle else one.parcel_id,
        "receptacle": one.parcel_id.removeprefix(filings.RECEPTACLE) if is_receptacle else None, "event": one.event, "at": one.at.isoformat(),
        "place": one.place, "carrier_id": one.carrier_id, "flight": one.flight, "told_by": one.submitter,
        "told_at": one.told_at.isoformat(),
    }  # fmt: skip
