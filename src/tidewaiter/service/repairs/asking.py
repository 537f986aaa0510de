"""Asking: what is missing of filings just decided goes out in one request each, in their transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tidewaiter.desk import rows
from tidewaiter.desk.events import Event
from tidewaiter.desk.impossible import reasons_against
from tidewaiter.desk.state import moment_text
from tidewaiter.exchange import repairs
from tidewaiter.exchange.filings import CANCELLED, Filing
from tidewaiter.exchange.ids import new_id
from tidewaiter.exchange.inbox import numbers
from tidewaiter.exchange.repairs import Repair
from tidewaiter.runners.versions import ORIGINAL
from tidewaiter.service.acts.reasons import Basis, basis_of, reply_clock
from tidewaiter.service.outbox import Message, tell_many
from tidewaiter.service.repairs.questions import Question, questions, sets_of
from tidewaiter.store.log.entries import Connection

ASKED = "filing.asked"


def ask_for(connection: Connection, found: Sequence[Filing], now: datetime, *, tells: bool = True) -> None:
    """Ask whatever is missing of these filings; what was asked of an earlier version is answered by this one.

    ``tells``: word goes out for each; of a file its sender hears once, when it is done.
    """
    newer = {one.id: one.version for one in found if one.function != ORIGINAL}
    if newer:
        repairs.answer(connection, newer, now)
    wanted = [(one, told) for one in found if (told := questions_of(one))]
    if not wanted:
        return
    before = repairs.rounds(connection, list(newer)) if newer else {}
    seqs = numbers(connection, len(wanted))
    asked = [
        _request(one, told, seq, before.get(one.id, 0) + 1, now) for (one, told), seq in zip(wanted, seqs, strict=True)
    ]
    repairs.keep(connection, asked)
    _on_cases(connection, asked, now)
    if tells:
        tell_many(connection, [Message(ASKED, str(one.filing), _word(one), one.filer) for one in asked])


def questions_of(filing: Filing) -> list[Question]:
    """What is asked of a filing; never by a reason that its filer must not know."""
    if filing.assessment is None or filing.status == CANCELLED:
        return []
    shown = {finding["code"] for finding in filing.told.get("findings", ())}
    return questions(
        [reason for reason in filing.assessment.reasons if reason["code"] in shown], sets_of(filing.jurisdiction)
    )


def question_name(version: int) -> str:
    """What the request of a version is called on its case."""
    return f"repair-v{version}"


def _request(filing: Filing, asked: Sequence[Question], seq: int, number: int, now: datetime) -> Repair:
    basis: Basis | None = basis_of(filing.jurisdiction.partition("/")[0], "asked", now.date())
    return Repair(
        id=new_id(now), seq=seq, filing=filing.id, version=filing.version, round=number, filer=filing.filer,
        office=filing.office, agencies=filing.agencies, addressed_to=filing.addressed_to, reference=filing.reference,
        jurisdiction=filing.jurisdiction, barcodes=filing.barcodes,
        questions=[one._asdict() for one in asked], asked_at=now,
        reply_by=reply_clock(basis, now), no_reply=basis.no_reply if basis else None,
    )  # fmt: skip


def _on_cases(connection: Connection, asked: Sequence[Repair], now: datetime) -> None:
    """Their cases say what is asked, so that nobody releases before the answer."""
    told = {}
    for one in asked:
        said: dict[str, Any] = {"question": question_name(one.version), "of": _parties(one), "repair": str(one.id)}
        told[one.filing] = {**said, **({"reply_by": moment_text(one.reply_by)} if one.reply_by else {})}
    rows.ask(connection, told, now)


def answered_on_case(connection: Connection, filing: UUID, version: int, now: datetime) -> None:
    """The case of a filing hears that what was asked of it is answered by this version."""
    found = rows.find(connection, filing)
    for name in found.case.questions if found else ():
        if found is not None and name.startswith("repair-"):
            event = Event("answered", now, None, {"question": name, "version": version})
            if not any(reasons_against(found.case, event)):
                rows.add(connection, filing, found.case.seq + 1, event)


def _parties(one: Repair) -> str:
    return ", ".join(dict.fromkeys(question["of"] for question in one.questions))


def _word(one: Repair) -> dict[str, Any]:
    return {
        "filing": str(one.filing), "consignment_id": one.reference, "version": one.version, "repair": str(one.id),
        "round": one.round, "reply_by": one.reply_by.isoformat() if one.reply_by else None,
        "fields": [question["path"] for question in one.questions],
    }  # fmt: skip
