"""Rows: a decided batch as the tables of the inbox hold it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import msgspec

from tidewaiter.exchange import inbox
from tidewaiter.exchange.filings import CANCELLED, Assessment, Filing
from tidewaiter.kit.risk_rule import MARK
from tidewaiter.runners.batcher.answering import Answers
from tidewaiter.runners.batcher.deciding import MESSAGE_NO, Decided, InForce
from tidewaiter.runners.batcher.message import ACCEPTED, Message
from tidewaiter.runners.versions import CANCELLATION
from tidewaiter.service.consequences import lane
from tidewaiter.service.lodging.told import AMOUNTS, document, targeting

HEADS: Final = ("customs_office", "carrier_id", "presented_at", "receptacle")
TOLD: Final = (*AMOUNTS, "asked", "charges", "findings", "reduced_set_used", "law_version")
MARK_OF_ORDER: Final = b"\xef\xbb\xbf"
NOTHING_BEFORE: Final[Mapping[UUID, Filing]] = MappingProxyType({})


@dataclass(frozen=True)
class Entered:
    """What one message becomes: the document for its sender, its filing where it was accepted, how many errors."""

    document: dict[str, Any]
    filing: Filing | None
    errors: int


def entered(
    batch: Decided,
    answers: Answers,
    seqs: Sequence[int],
    ids: Sequence[UUID],
    offices: frozenset[str],
    before: Mapping[UUID, Filing] = NOTHING_BEFORE,
) -> list[Entered]:
    """One for each message, in order; ``offices`` are those that a filing may name.

    ``before`` are the filings that the batch changes, as they stand: a version has the id of its filing.
    """
    secret = targeting(batch.in_force)
    waits_for = {kind.code: kind.waits_for for kind in batch.in_force.clearance.kinds}
    agency_of = {kind.code: kind.agency for kind in batch.in_force.clearance.kinds if kind.agency}
    rules = rules_version(batch.in_force)
    made = []
    for place, (fate, told) in enumerate(answers):
        message, change = batch.messages[place], batch.changes.get(place)
        stands = before[UUID(change.standing.name)] if change and change.standing else None
        if stands is not None and told.get("function") == CANCELLATION:
            made.append(withdrawn(stands, message, told, _accepted(batch.accepted_at)))
            continue
        head = _head(message) if fate == ACCEPTED else {}
        presented_at = _moment(head.get("presented_at"), batch.accepted_at) or (stands.presented_at if stands else None)
        shown = document(fate, told, secret, waits_for, presented_at)
        if fate != ACCEPTED:
            made.append(Entered(shown, None, len(shown.get("errors", ()))))
            continue
        asks = sum(finding["severity"] != "note" for finding in shown["findings"])
        name = stands.id if stands else ids[place]
        filing = _filing(message, told, shown, head, seqs[place], name, presented_at, rules, offices, agency_of)
        if stands:  # a new version does not take a parcel away from an agency: that one says so itself
            filing = replace(filing, agencies=sorted({*filing.agencies, *stands.agencies}))
        made.append(Entered({"filing": str(filing.id), **shown}, filing, asks))
    return made


def _filing(
    message: Message, told: Mapping[str, Any], shown: Mapping[str, Any], head: Mapping[str, str], seq: int, name: UUID,
    presented_at: datetime | None, rules: str, offices: frozenset[str], agency_of: Mapping[str, str],
) -> Filing:  # fmt: skip
    office = head.get("customs_office")
    return Filing(
        id=name,
        seq=seq,
        reference=told["consignment_id"],
        filing_kind=told["filing_kind"],
        version=told["version"],
        filer=message.submitter,
        declarant=told["declarant_id"],
        office=office if office in offices else told["office_country"] or told["jurisdiction"],
        barcodes=[told["parcel_id"]] if told["parcel_id"] else [],
        carrier=head.get("carrier_id"),
        receptacle=(head.get("receptacle") or "").strip().upper() or None,
        jurisdiction=told["jurisdiction"],
        status=shown["status"],
        decided_at=datetime.fromisoformat(told["accepted_at"]),
        presented_at=presented_at,
        published_at=datetime.fromisoformat(told["accepted_at"]) if presented_at else None,
        told={name: shown[name] for name in TOLD},
        items=[{**item, **leave_of(item["findings"], agency_of), "status": shown["status"]} for item in shown["items"]],
        amount_minor=told["customs_value_minor"],
        currency=told["currency"],
        scheme=told["vat_scheme"],
        message=UUID(message.name),
        function=told["function"],
        agencies=told["agencies"] or (),
        assessment=Assessment(
            decision=told["decision"],
            lane=lane(told["decision"], told["route"]),
            route=told["route"],
            pending_on=told["pending_on"] or (),
            score=told["score"],
            reasons=told["reasons"],
            law_version=told["law_version"],
            rules_version=rules,
        ),
    )


def leave_of(findings: Sequence[str], agency_of: Mapping[str, str]) -> dict[str, list[str]]:
    """Of a goods line whose leave it wants, as far as its filer may know."""
    return {"agencies": sorted({agency_of[code] for code in findings if code in agency_of})}


def withdrawn(stands: Filing, message: Message, told: Mapping[str, Any], now: datetime) -> Entered:
    """The answer to a cancellation, and the filing as it stands after it."""
    filing = cancelled(stands, told["version"], UUID(message.name), now)
    document = {"filing": str(filing.id), "fate": ACCEPTED, **told, "status": CANCELLED, **filing.told}
    return Entered(document, filing, 0)


def cancelled(stands: Filing, version: int, message: UUID | None, now: datetime) -> Filing:
    """A filing that its sender withdraws: nothing is due or asked of it, and nobody lets its parcel through."""
    nothing: dict[str, object] = {**dict.fromkeys(AMOUNTS), "asked": [], "charges": [], "findings": []}
    said = {**stands.told, **nothing, "currency": stands.currency}
    items = [{**item, "status": CANCELLED} for item in stands.items]
    judged = stands.assessment or Assessment("", "hold")
    return replace(
        stands, version=version, function=CANCELLATION, status=CANCELLED, decided_at=now, published_at=now,
        told=said, items=items, message=message, run=None, is_provisional=False,
        assessment=replace(judged, decision=CANCELLED, lane="hold", route=None, pending_on=(), score=None, reasons=()),
    )  # fmt: skip


def rules_version(in_force: InForce) -> str:
    """First 16 hex digits of SHA-256 over the risk rules' codes and editions, in their order."""
    told = "\n".join(f"{rule.finding.code}\t{rule.edition}" for rule in in_force.clearance.rules)
    return sha256(told.encode()).hexdigest()[:16]


def history(batch: Decided) -> list[dict[str, object]]:
    """The narrow rows of a batch as ``exchange.inbox`` keeps them."""
    rows = batch.tables.get("history")
    if rows is None:
        return []
    marks = [name for name in rows.columns if name.startswith(MARK)]
    return [
        {
            **{name: row[name] for name in (*inbox.NARROW, "day", "consignment_id") if name in row},
            "message": batch.messages[row[MESSAGE_NO]].name,
            "marks": [mark for mark in marks if row[mark]],
        }
        for row in rows.iter_rows(named=True)
    ]


def _head(message: Message) -> dict[str, str]:
    """Fields of a sound message that its tables do not carry, as text."""
    told = msgspec.json.decode(message.body.removeprefix(MARK_OF_ORDER))
    return {name: str(told[name]) for name in HEADS if told.get(name)}


def _moment(text: str | None, accepted_at: datetime | date | str) -> datetime | None:
    """When the parcel was presented, as told; nothing that lies ahead has happened."""
    try:
        told = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    if told is not None and told.tzinfo is None:
        told = told.replace(tzinfo=UTC)
    return told if told is None or not isinstance(accepted_at, datetime) or told <= accepted_at else None


def _accepted(at: datetime | date | str) -> datetime:
    return at if isinstance(at, datetime) else datetime.fromisoformat(str(at)).replace(tzinfo=UTC)
