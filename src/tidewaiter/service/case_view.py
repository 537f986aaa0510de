"""One case as a page shows it: filing, lines, charges with their law, reasons, what happened, what can be done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from tidewaiter.desk import rows
from tidewaiter.desk.events import FINAL, Event, Kind
from tidewaiter.desk.folding import Case
from tidewaiter.desk.impossible import reasons_against
from tidewaiter.desk.rows import Found, Kept
from tidewaiter.exchange import filings
from tidewaiter.service.acts.case import NOT_ALONE, OBJECT_OF
from tidewaiter.service.acts.noticing import words_of
from tidewaiter.service.acts.performing import facts_of, seen
from tidewaiter.service.asserting.beside import Beside, beside
from tidewaiter.store.access import acting_as
from tidewaiter.store.rights import MATRIX, Actor, Facts, may

CHARGES: Final = "charges"
NOT_YOURS: Final = "This case is not assigned to you. Take it first."
BY_ANOTHER: Final = "Whoever proposed this, or checked the goods, cannot approve it; another person has to."
RIGHTS: Final[Mapping[str, tuple[str, str, Kind]]] = {
    "assign": ("assign", "case", "assigned"),
    "note": ("note", "case", "noted"),
    "ask": ("ask", "case", "asked"),
    "answer": ("ask", "case", "answered"),
    "withdraw": ("ask", "case", "withdrawn"),
    "inspect": ("write", "inspection", "inspected"),
    "present": ("write", "movement", "presented"),
    "agency_answer": ("write", "permit", "agency_answered"),
    "release": ("write", "release", "released"),
    "propose_release": ("propose", "release", "proposed"),
    "hold": ("write", "hold", "held"),
    "refuse": ("propose", "refusal", "proposed"),
    "approve": ("approve", "", "approved"),
    "decline": ("approve", "", "declined"),
    "dispose": ("write", "movement", "disposed"),
    "reveal": ("read", "personal_data", "noted"),
}
"""Acts by name: what each asks of the matrix, and the event it adds."""


class EventView(NamedTuple):
    """Something that happened; ``text`` is what was typed, None where there is none or it is not shown."""

    seq: int
    kind: str
    at: datetime
    person: str | None
    told: Mapping[str, Any]
    text: str | None


class NoticeView(NamedTuple):
    """A notice as data and in sentences, its heading first."""

    id: str
    kind: str
    at: datetime
    reply_by: datetime | None
    told: Mapping[str, Any]
    words: Sequence[str]


class CaseView(NamedTuple):
    """All that one page needs. ``reasons``, ``score`` and ``route`` are None where the matrix does not show them.

    ``items`` carry beside what was declared ``decision``, ``result`` and ``disposition``; ``beside`` is
    what others claim, None where the matrix does not show it; ``acts`` are those that a
    role of the reader may ever do: None where it can be done now, else a sentence why not.
    """

    id: str
    reference: str
    barcode: str
    filer: str | None
    office: str | None
    agencies: Sequence[str]
    lane: str
    priority: int
    amount_minor: int | None
    currency: str | None
    opened_at: datetime
    seq: int
    version: int
    decision: str
    is_closed: bool
    assigned_to: str | None
    presented_at: datetime | None
    needs: Sequence[str]
    filing: Mapping[str, Any] | None
    items: Sequence[Mapping[str, Any]]
    charges: Sequence[Mapping[str, Any]]
    reasons: Sequence[Mapping[str, Any]] | None
    score: int | None
    route: str | None
    events: Sequence[EventView]
    questions: Mapping[str, datetime | None]
    leave: Mapping[str, bool | None]
    leave_lines: Mapping[str, Sequence[int]]
    proposal: Mapping[str, Any] | None
    notices: Sequence[NoticeView]
    acts: Mapping[str, str | None]
    beside: Beside | None = None


def case(actor: Actor, case_id: str, *, now: datetime) -> CaseView:
    """The case as this person sees it at this moment.

    Raises:
        NotAllowed: there is none for this person.
    """
    with acting_as(actor):
        found = seen(actor, case_id)
        filing = filings.by_id(connection, found.id)
        happened = rows.events(connection, found.id)
        notices = rows.notices(connection, found.id)
    facts = facts_of(found)
    judged = filing.assessment if filing and may(actor, "read", "risk", facts) else None
    told = found.case
    proposal = {**told.proposal._asdict(), "items": sorted(told.proposal.items)} if told.proposal else None
    return CaseView(
        **{name: getattr(found, name) for name in FROM_ROW},
        id=str(found.id),
        seq=told.seq,
        version=told.version,
        decision=told.decision,
        is_closed=told.is_closed,
        assigned_to=told.assigned_to,
        presented_at=told.presented_at,
        needs=[name for name, is_wanted in (
            ("presentation", told.needs_presentation), ("result", told.needs_result)
        ) if is_wanted],
        filing=_filing(filing) if filing else None,
        items=_items(filing, told),
        charges=filing.told.get(CHARGES, []) if filing else [],
        reasons=judged.reasons if judged else None,
        score=judged.score if judged else None,
        route=judged.route if judged else None,
        events=[_event(one) for one in happened],
        questions=told.questions,
        leave=told.agencies,
        leave_lines={agency: sorted(lines) for agency, lines in told.leave.items()},
        proposal=proposal,
        notices=[
            NoticeView(str(one.id), *one[2:], words_of(one.kind, one.told, one.reply_by)) for one in notices
        ],
        acts=acts(actor, found, facts, now),
        beside=beside(actor, filing) if filing and judged else None,
    )  # fmt: skip


FROM_ROW: Final = (
    "reference", "barcode", "filer", "office", "agencies", "lane", "priority", "amount_minor", "currency", "opened_at",
)  # fmt: skip


def acts(actor: Actor, found: Found, facts: Facts, now: datetime) -> dict[str, str | None]:
    """What a role of this person may ever do to a case: None where it can be done now, else why not."""
    proposal = found.case.proposal
    told: dict[str, str | None] = {}
    for name, (act, object_, kind) in RIGHTS.items():
        kinds = [object_] if object_ else [OBJECT_OF[proposal.act]] if proposal else ["release", "refusal"]
        granted = [one for each in kinds for one in MATRIX.granted(act, each) if one.role in actor.roles]
        if granted:
            told[name] = _why_not(actor, name, act, kinds[0], kind, found, facts, now)
    return told


def _why_not(
    actor: Actor, name: str, act: str, object_: str, kind: Kind, found: Found, facts: Facts, now: datetime
) -> str | None:  # fmt: skip
    known = facts._replace(about=actor.person)
    if not may(actor, act, object_, known):
        if act == "approve":
            return BY_ANOTHER if found.case.proposal else "Nothing is proposed here."
        return NOT_ALONE if name == "release" else NOT_YOURS
    if name == "reveal":
        return None
    faults = list(reasons_against(found.case, _tried(name, kind, actor, found.case, now)))
    return " ".join(faults) or None


def _tried(name: str, kind: Kind, actor: Actor, case: Case, now: datetime) -> Event:
    """The event of an act on all that is undecided, to hear whether it could follow."""
    undecided = [line for line, word in case.items.items() if word not in FINAL]
    by_kind: dict[str, dict[str, Any]] = {
        "asked": {"question": "?"},
        "answered": {"question": next(iter(case.questions), "")},
        "withdrawn": {"question": next(iter(case.questions), "")},
        "inspected": {"result": "nil"},
        "agency_answered": {"agency": actor.agency, "grants": True},
        "proposed": {"act": "refused" if name == "refuse" else "released", "items": undecided},
        "released": {"items": undecided},
        "held": {"items": undecided},
        "approved": {"saw": case.seq},
        "disposed": {"disposition": "delivered"},
        "assigned": {"to": actor.person},
    }
    return Event(kind, now, actor.person, by_kind.get(kind, {}))


def _filing(filing: filings.Filing) -> dict[str, Any]:
    """The filing without what stands elsewhere on the page."""
    told = {name: value for name, value in filing.told.items() if name != CHARGES}
    plain = (
        "reference", "version", "filing_kind", "filer", "declarant", "office", "jurisdiction", "status", "barcodes",
        "carrier", "scheme", "is_provisional", "decided_at", "presented_at", "published_at", "amount_minor", "currency",
    )  # fmt: skip
    return {**told, **{name: getattr(filing, name) for name in plain}}


def _items(filing: filings.Filing | None, case: Case) -> list[dict[str, Any]]:
    declared = {item.get("item_no"): item for item in filing.items} if filing else {}
    return [
        {
            **declared.get(line, {}),
            "item_no": line,
            "decision": word,
            "result": case.results.get(line),
            "disposition": case.disposition.get(line),
        }
        for line, word in sorted(case.items.items())
    ]


def _event(one: Kept) -> EventView:
    return EventView(one.seq, one.event.kind, one.event.at, one.event.person, one.event.told, one.text)
