"""Use case: claims to vendor numbers, judged in the transaction that accepts their filings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from tidewaiter.exchange.filings import ACCEPTED, RELEASED, RELEASED_CONDITIONALLY, Assessment, Filing
from tidewaiter.registry import vendors
from tidewaiter.registry.vendor_judging import HONOURED, PROVISIONAL, Claim, Register, judge
from tidewaiter.registry.vendor_schemes import Scheme, parameter, scheme
from tidewaiter.registry.vendors import Judged
from tidewaiter.service.lodging.rows import MARK_OF_ORDER, Entered
from tidewaiter.store.log.entries import Connection

COLLECTED: Final = "collected_elsewhere"
RELEASES: Final = frozenset({"release", "release_conditional"})
PUBLISHED: Final = frozenset({RELEASED, RELEASED_CONDITIONALLY})
HOLD: Final = "hold"
PENDING: Final = "vendor_number"
"""What a filing waits for whose number is not known yet, in its assessment."""


@dataclass(frozen=True, slots=True)
class Made:
    """A filing that makes a claim: where it stands in its batch, and to which number of which scheme."""

    place: int
    filing: Filing
    scheme: Scheme
    number: str
    on_day: date


def judge_claims(
    connection: Connection, found: Sequence[Entered], bodies: Sequence[bytes], now: datetime
) -> list[Entered]:
    """Judge the claims of a batch; a filing whose number is not honoured waits, one released on trust is marked so.

    Order and number of rows stay. What the plan held stays held: a claim never loosens anything.
    """
    told = list(found)
    made = list(_claims(found, bodies))
    for one in {claim.scheme.name: claim.scheme for claim in made}.values():
        of_scheme = [claim for claim in made if claim.scheme is one]
        judged = _judged(connection, one, of_scheme, now)
        vendors.keep_claims(connection, judged, now)
        for claim, one_judged in zip(of_scheme, judged, strict=True):
            told[claim.place] = _marked(told[claim.place], one_judged)
    return told


def _claims(entered: Sequence[Entered], bodies: Sequence[bytes]) -> Iterator[Made]:
    for place, (one, body) in enumerate(zip(entered, bodies, strict=True)):
        if one.filing is None or not any(charge["status"] == COLLECTED for charge in one.filing.told["charges"]):
            continue
        told = msgspec.json.decode(body.removeprefix(MARK_OF_ORDER))
        number = str(told.get("vat_scheme_id") or "")
        of = scheme(str(told.get("vat_scheme") or "IOSS"))
        if of is not None:
            yield Made(place, one.filing, of, of.bare(number), one.filing.decided_at.date())


def _judged(connection: Connection, of: Scheme, made: Sequence[Made], now: datetime) -> list[Judged]:
    held = vendors.held_on(connection, of.name, [(one.number, one.on_day) for one in made])
    register: Register = vendors.register(connection, of.name)
    currency = parameter(of.name, "cap_minor", now.date()).currency or ""
    rooms = vendors.rooms(connection, of.name, [_party(one.filing) for one in made], currency, now.date())
    judged = []
    for one in made:
        filing, party = one.filing, _party(one.filing)
        decision = filing.assessment.decision if filing.assessment else ""
        claim = Claim(one.number, filing.amount_minor, filing.currency, decision in RELEASES)
        told = judge(
            of,
            claim,
            is_held=held.get((one.number, one.on_day)),
            register=register,
            room_minor=rooms.get(party),
            now=now,
        )
        if told.standing == PROVISIONAL:
            rooms[party] -= filing.amount_minor or 0
        judged.append(
            Judged(filing.id, filing.message or UUID(int=0), party, of.name, one.number, one.on_day,
                   filing.amount_minor, filing.currency, told.standing, told.reason)
        )  # fmt: skip
    return judged


def _party(filing: Filing) -> str:
    """Who answers for the charges: the declarant, else who sent it."""
    return filing.declarant or filing.filer


def _marked(one: Entered, told: Judged) -> Entered:
    if one.filing is None or told.standing == HONOURED:
        return one
    if told.standing == PROVISIONAL:
        return replace(one, filing=replace(one.filing, is_provisional=True))
    return made_to_wait(one, one.filing, PENDING)


def made_to_wait(one: Entered, filing: Filing, pending: str) -> Entered:
    """The same row, its parcel held until ``pending`` is settled; its sender is told that it was accepted."""
    status = ACCEPTED if filing.status in PUBLISHED else filing.status
    items = [{**item, "status": status} for item in filing.items]
    waits = replace(filing, status=status, assessment=held_for(filing.assessment, pending), items=items)
    return replace(one, filing=waits, document={**one.document, "status": status})


def held_for(judged: Assessment | None, pending: str) -> Assessment | None:
    """An assessment whose parcel waits for ``pending`` as well; nothing is loosened by it."""
    if judged is None:
        return None
    lane = HOLD if judged.lane == "release" else judged.lane
    return replace(judged, lane=lane, pending_on=[*judged.pending_on, pending])
