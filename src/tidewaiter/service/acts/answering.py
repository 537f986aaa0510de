"""A question answered by the party it went to, who sees its notice and nothing of the case."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection

from tidewaiter.desk import rows
from tidewaiter.desk.events import Event
from tidewaiter.desk.folding import after
from tidewaiter.desk.impossible import refuse_impossible
from tidewaiter.model.errors import ImpossibleAct, KeyUsedOtherwise, WrongUse
from tidewaiter.service.acts.performing import LONGEST_TEXT, Done, Wanted
from tidewaiter.service.acts.publishing import publish
from tidewaiter.store.access import acting, acting_as
from tidewaiter.store.log import Act, append
from tidewaiter.store.rights import Actor, Facts, Grant, NotAllowed, require

HOUSE: Final = "service"


def reply(actor: Actor, notice: str, *, text: str, key: str, now: datetime) -> Done:
    """Answer the question of a notice; the same key again gives what was done then.

    Raises:
        NotAllowed: there is no such question for this party.
        ImpossibleAct: it is answered, taken back, or the case is decided.
    """
    if not text.strip() or len(text) > LONGEST_TEXT or "\0" in text:
        raise WrongUse(f"An answer has 1 to {LONGEST_TEXT:,} characters, and no null among them.")
    case_id, question, grant = _asked(actor, notice)
    digest = Wanted("reply", _never, lambda _found: [], {"question": question}, text).digest(str(case_id), 0)
    for is_last in (False, True):
        try:
            return _kept(actor, grant, case_id, question, text, key, digest, now)
        except IntegrityError as fault:
            if is_last:
                raise ImpossibleAct("Something happened to this question just now. Look again.") from fault
    raise AssertionError("unreachable")


def _asked(actor: Actor, notice: str) -> tuple[UUID, str, Grant]:
    """The question that was put to this party, as row-level security shows it."""
    try:
        name = UUID(notice)
    except ValueError as fault:
        raise NotAllowed("read", "notice") from fault
    with acting_as(actor), connection.cursor() as cursor:
        cursor.execute(
            "select case_id, told ->> 'question', filer, addressed_to from notice where id = %s and kind = 'question'",
            [name],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotAllowed("read", "notice")
    case_id, question, filer, addressed_to = row
    facts = Facts(filer=filer, addressed_to=addressed_to)
    if actor.filer is not None and actor.filer == filer:
        return case_id, question, require(actor, "write", "filing", facts)
    return case_id, question, require(actor, "read", "notice", facts)


def _kept(
    actor: Actor, grant: Grant, case_id: UUID, question: str, text: str, key: str, digest: bytes, now: datetime
) -> Done:
    """The answer as an event of the case, added by the house in the party's name."""
    with acting(HOUSE, [HOUSE]):
        before = rows.earlier(connection, actor.person, key)
        if before is not None:
            if before.digest != digest:
                raise KeyUsedOtherwise(key)
            return Done(str(case_id), "answered", before.seq, before.at)
        found = rows.find(connection, case_id)
        if found is None:
            raise NotAllowed("read", "notice")
        salt, hashed = rows.salted(text)
        event = Event("answered", now, actor.person, {"question": question, "text": hashed})
        refuse_impossible(found.case, event)
        case = after(found.case, event)
        rows.add(connection, case_id, case.seq, event, key, digest)
        rows.add_text(connection, case_id, case.seq, salt, text, is_told=False)
        publish(connection, found, case, event, now)
        act = Act(
            "case_reply", now, actor.person, grant.role, str(case_id), found.case.version,
            more={"seq": case.seq, "question": question},
        )  # fmt: skip
        append(connection, act.payload())
    return Done(str(case_id), "answered", case.seq, now)


def _never(_actor: Actor, _found: object, _facts: Facts) -> Grant:
    raise NotAllowed("ask", "case")
