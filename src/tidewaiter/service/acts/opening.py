"""Cases opened by machine, in the transaction that decided the filings; and what machines tell of a case later."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tidewaiter.desk import rows
from tidewaiter.desk.events import Event
from tidewaiter.desk.impossible import reasons_against
from tidewaiter.desk.state import moment_text
from tidewaiter.exchange.filings import CANCELLED, Assessment, Filing
from tidewaiter.service.consequences import needs, needs_people, priority
from tidewaiter.store.log.entries import Connection

BETWEEN: Final = "\x1e"
"""Parts documents that are handed over as one text: a character that JSON never holds, and a list would be slow."""


def open_cases(connection: Connection, found: Sequence[Filing], now: datetime) -> int:
    """Open a case for each filing that needs people, in the caller's transaction; gives how many.

    The caller's batch in the log holds the decisions that these cases rest on.
    """
    opened = [
        (one.id, _told(one, one.assessment))
        for one in found
        if one.assessment
        and one.status != CANCELLED
        and needs_people(one.assessment.decision, one.assessment.pending_on)
    ]
    add_opened(connection, [name for name, _ in opened], BETWEEN.join(json.dumps(told) for _, told in opened), now)
    return len(opened)


def amend_case(connection: Connection, filing: Filing, now: datetime) -> bool:
    """Tell the case of a filing of its new version, in the caller's transaction; False where there is no case.

    What the law lets go as it is now nobody has to decide any more, nor what its filer withdrew.
    """
    found = rows.find(connection, filing.id)
    if found is None or filing.assessment is None:
        return False
    told = {**_told(filing, filing.assessment), "lines": _lines(filing, filing.assessment)}
    rows.add(connection, filing.id, found.case.seq + 1, Event("amended", now, None, told))
    return True


def _lines(filing: Filing, judged: Assessment) -> str:
    if filing.status == CANCELLED:
        return CANCELLED
    return "open" if needs_people(judged.decision, judged.pending_on) else "released"


def add_opened(connection: Connection, ids: Sequence[UUID], told: str, now: datetime) -> None:
    """Add the first events of many cases in one statement; ``told`` is their JSON, parted by ``BETWEEN``.

    Not by COPY, which row-level security forbids.
    """
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into case_event (case_id, seq, kind, at, told) select name, 1, 'opened', %s, said::jsonb "
            "from unnest(%s::uuid[], string_to_array(%s, chr(30))) as given (name, said)",
            [now, list(ids), told],
        )


def add_again(connection: Connection, case_id: UUID, questions: Mapping[str, datetime | None], now: datetime) -> None:
    """Ask again what was open before an ``amended`` that changed nothing of what the filer has to answer."""
    for question, reply_by in questions.items():
        happened(connection, case_id, Event("asked", now, None, {"question": question, "reply_by": reply_by}))


def happened(connection: Connection, case_id: UUID, event: Event) -> bool:
    """Add what a machine tells of a case (presented, answered, disposed); False where there is none, or it cannot be.

    In the caller's transaction, acting as the house.
    """
    found = rows.find(connection, case_id)
    if found is None or any(reasons_against(found.case, event)):
        return False
    rows.add(connection, case_id, found.case.seq + 1, event)
    return True


def _told(filing: Filing, judged: Assessment) -> Mapping[str, Any]:
    return {
        "version": filing.version,
        "items": _numbers(filing.items),
        "needs": needs(filing.filing_kind, judged.route, judged.pending_on),
        "agencies": leave_wanted(filing.agencies, filing.items),
        "presented_at": moment_text(filing.presented_at) if filing.presented_at else None,
        "filing": {
            "reference": filing.reference,
            "barcode": filing.barcodes[0] if filing.barcodes else "",
            "filer": filing.filer,
            "office": filing.office,
            "addressed_to": filing.addressed_to,
            "lane": judged.lane,
            "amount_minor": filing.amount_minor,
            "currency": filing.currency,
            "priority": priority(judged.route),
        },
    }


def leave_wanted(agencies: Sequence[str], items: Sequence[Mapping[str, Any]]) -> dict[str, list[int]]:
    """By agency the goods lines it has to let in; all of them where the filing as a whole waits for it."""
    lines = dict(zip(_numbers(items), items, strict=False))
    named = {agency: [no for no, item in lines.items() if agency in item.get("agencies", ())] for agency in agencies}
    return {agency: own or _numbers(items) for agency, own in named.items()}


def _numbers(items: Sequence[Mapping[str, Any]]) -> list[int]:
    return list(_each(items)) or [1]


def _each(items: Sequence[Mapping[str, Any]]) -> Iterator[int]:
    return (int(item.get("item_no") or place) for place, item in enumerate(items, 1))
