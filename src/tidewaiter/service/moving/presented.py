"""What becomes of a filing once its parcel is presented: known from then on, and published."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

from tidewaiter.desk import rows
from tidewaiter.desk.events import Event
from tidewaiter.exchange import filings, movements
from tidewaiter.exchange.filings import Assessment, Filing
from tidewaiter.exchange.movements import Shown
from tidewaiter.model.codes import DECISIONS
from tidewaiter.service.acts.opening import happened
from tidewaiter.service.consequences import GOES, status
from tidewaiter.service.lodging.rows import Entered
from tidewaiter.service.outbox import Message, tell_many
from tidewaiter.stages.decide import DECISION_OF
from tidewaiter.stages.movements.waiting import NOT_HERE
from tidewaiter.store.log.entries import Connection

PRESENTED: Final = "presented"
RELEASE: Final = "release"
ARRIVAL: Final = "arrival"
Moments = dict[str, list[tuple[str, datetime]]]


class Outcome(NamedTuple):
    """What is published of a filing whose parcel is there; None: that stays as it is."""

    status: str | None = None
    lane: str | None = None
    decision: str | None = None


def outcome(filing: Filing) -> Outcome:
    """What is published of a filing on which no person has decided, now that its parcel is there.

    A filing that the law had wait for the parcel alone is decided by its other reasons. One that waits for something
    else as well, by its lane, is not let go.
    """
    judged = filing.assessment
    if judged is None or filing.status == filings.CANCELLED:
        return Outcome()
    decision, lane = judged.decision, judged.lane
    if set(judged.pending_on) == {ARRIVAL}:
        decision = _without_waiting(judged)
        lane = RELEASE if decision in GOES else lane
    if decision in GOES and lane != RELEASE:
        return Outcome()
    word = status(decision, filing.told.get("asked", ()), is_presented=True)
    return Outcome(word, lane, decision if decision != judged.decision else None)


def _without_waiting(judged: Assessment) -> str:
    ranks = [
        DECISIONS.index(DECISION_OF[reason["severity"]]) for reason in judged.reasons if reason["code"] != NOT_HERE.code
    ]
    return DECISIONS[max(ranks, default=0)]


def told_moments(filing: Filing, told: Moments) -> set[datetime]:
    """When who files or carries a parcel says that it was presented; what others tell of it has no effect."""
    mine = {filing.filer, filing.carrier}
    return {at for code in filing.codes for who, at in told.get(code, ()) if who in mine}


def judge_presented(
    connection: Connection,
    found: Sequence[Entered],
    bodies: Sequence[bytes],  # noqa: ARG001 - as every judge is called
    now: datetime,
) -> list[Entered]:
    """Let events that waited for their filing take effect as it is lodged; order and number of rows stay."""
    codes = {code for one in found if one.filing for code in one.filing.codes}
    if not codes:
        return list(found)
    movements.hold_barcodes(connection, codes)
    told = movements.moments(connection, PRESENTED, codes)
    return [_entered(one, told, now) if told else one for one in found]


def _entered(one: Entered, told: Moments, now: datetime) -> Entered:
    filing = one.filing
    moments = told_moments(filing, told) if filing and filing.presented_at is None else set()
    if filing is None or not moments:
        return one
    at = min(moments)
    word = outcome(filing).status or filing.status
    items = [{**item, "status": word} for item in filing.items]
    here = replace(filing, presented_at=at, status=word, published_at=now, items=items)
    return replace(one, filing=here, document={**one.document, "status": word})


def take_effect(connection: Connection, barcodes: Iterable[str], now: datetime) -> list[Shown]:
    """Let what is told of these parcels take effect on filings that are there already, acting as the house.

    Only a moment that an event told gives way to an earlier one; what the filing itself says stands.
    """
    found = filings.by_codes(connection, sorted(set(barcodes)))
    told = movements.moments(connection, PRESENTED, {code for filing in found for code in filing.codes})
    shown, words = [], []
    for filing in found:
        moments = told_moments(filing, told)
        known = filing.presented_at
        if not moments or (known is not None and (known not in moments or known == min(moments))):
            continue
        one, word = _shown(connection, filing, min(moments))
        shown.append(one)
        words += word
    movements.show(connection, shown, now)
    tell_many(connection, words)
    return shown


def _shown(connection: Connection, filing: Filing, at: datetime) -> tuple[Shown, list[Message]]:
    """A case hears of it first, so that whoever acts on it just now is waited for; what a person said stands."""
    case = rows.find(connection, filing.id)
    if case is not None:
        happened(connection, filing.id, Event(PRESENTED, at))
        filing = filings.by_id(connection, filing.id) or filing
    is_decided = case is not None and case.case.is_closed and filing.function == "original"
    if filing.published_at is not None or filing.presented_at is not None or is_decided:
        return Shown(filing.id, at), []
    found = outcome(filing)
    if found.status is None:
        return Shown(filing.id, at), []
    items = [{**item, "status": found.status} for item in filing.items]
    told = {"filing": str(filing.id), "consignment_id": filing.reference, "version": filing.version,
            "status": found.status}  # fmt: skip
    word = [Message(f"filing.{found.status}", str(filing.id), told, filing.filer)]
    return Shown(filing.id, at, found.status, found.lane, items, found.decision), word
