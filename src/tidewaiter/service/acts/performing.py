"""How an act on a case is done: once, by who may, on what was seen; its rows, its notice, its entry in the log last."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import IntegrityError, connection

from tidewaiter.desk import rows
from tidewaiter.desk.events import Event, Kind
from tidewaiter.desk.folding import Case, after
from tidewaiter.desk.impossible import refuse_impossible
from tidewaiter.desk.rows import Found
from tidewaiter.desk.state import state_of, told_as_json
from tidewaiter.model.canonical import canonical
from tidewaiter.model.errors import KeyUsedOtherwise, SeenBefore, WrongUse
from tidewaiter.service.acts.publishing import publish
from tidewaiter.store.access import acting_as
from tidewaiter.store.log import Act, append
from tidewaiter.store.rights import Actor, Facts, Grant, NotAllowed, require

NOTICED: Final = frozenset({"asked", "held", "refused"})
"""What a filer is told of by a notice."""
LONGEST_TEXT: Final = 20_000
LONGEST_KEY: Final = 200


class Done(NamedTuple):
    """What an act did: to which case, as which of its events, and the notice that went out with it."""

    case_id: str
    act: str
    seq: int
    at: datetime
    notice: str | None = None


class Step(NamedTuple):
    """One event of an act, without who and when."""

    kind: Kind
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An act that somebody wants done: its name, what it needs of the matrix, its steps as the case is found.

    ``notice`` is the kind of notice with what it says (``told``) and its reply clock; ``is_told``: the filer reads what
    was typed.
    """

    name: str
    right: Callable[[Actor, Found, Facts], Grant]
    steps: Callable[[Found], Sequence[Step]]
    said: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    is_told: bool = False
    notice: Callable[[Found, Step], tuple[str, Mapping[str, Any], datetime | None]] | None = None
    reason: str = ""

    def digest(self, case_id: str, saw: int) -> bytes:
        """What tells this act from another one under the same key."""
        told = {"act": self.name, "case": case_id, "saw": saw, "said": dict(self.said), "text": self.text}
        return hashlib.sha256(canonical(told)).digest()


def perform(actor: Actor, case_id: str, saw: int, key: str, now: datetime, wanted: Wanted) -> Done:
    """Do it, in one transaction; the same key again gives what was done then and does nothing.

    Raises:
        NotAllowed: there is no such case for this person, or no right to the act.
        SeenBefore: something happened to the case since the person looked.
        ImpossibleAct: the case does not allow it as it stands.
        KeyUsedOtherwise: this person used the key for something else.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise WrongUse(f"An act has a key of its own, of 1 to {LONGEST_KEY} characters.")
    if len(wanted.text) > LONGEST_TEXT or "\0" in wanted.text:
        raise WrongUse(f"A text has at most {LONGEST_TEXT:,} characters, and no null among them.")
    try:
        return _once(actor, case_id, saw, key, now, wanted)
    except IntegrityError:
        pass  # Two at once, and the first won: it was this very act, or the case has changed since it was seen.
    try:
        return _once(actor, case_id, saw, key, now, wanted)
    except IntegrityError as fault:
        raise SeenBefore("Somebody else acts on this case just now. Look again, then decide.") from fault


def _once(actor: Actor, case_id: str, saw: int, key: str, now: datetime, wanted: Wanted) -> Done:
    digest = wanted.digest(case_id, saw)
    with acting_as(actor):
        found = seen(actor, case_id)
        done_before = rows.earlier(connection, actor.person, key)
        if done_before is not None:
            return _again(done_before, digest, key)
        grant = wanted.right(actor, found, facts_of(found))
        steps = wanted.steps(found)
        events = [Event(step.kind, now, actor.person, step.told) for step in steps]
        salt, case = _text_of(wanted, events), found.case
        for number, event in enumerate(events):
            refuse_impossible(case, event, saw if number == 0 else None)
            is_last = number == len(events) - 1
            rows.add(connection, found.id, case.seq + 1, event, key if is_last else None, digest if is_last else None)
            case = after(case, event)
        if salt:
            rows.add_text(connection, found.id, case.seq, salt, wanted.text, is_told=wanted.is_told)
        notice = _noticed(wanted, found, case.seq, steps[-1], now)
        publish(connection, found, case, events[-1], now)
        append(connection, _entry(actor, grant, found, case, events, wanted).payload())
    return Done(str(found.id), events[-1].kind, case.seq, now, str(notice) if notice else None)


def seen(actor: Actor, case_id: str) -> Found:
    """The case, where this person may see it; called within the person's transaction.

    Raises:
        NotAllowed: there is none for this person; a door says no more than that.
    """
    try:
        found = rows.find(connection, UUID(case_id))
    except ValueError:
        found = None
    if found is None:
        raise NotAllowed("read", "case")
    require(actor, "read", "case", facts_of(found))
    return found


def facts_of(found: Found, **more: Any) -> Facts:  # noqa: ANN401 - any fact of a case
    """What rights may depend on."""
    told = Facts(
        filer=found.filer, office=found.office, agencies=frozenset(found.agencies), assigned_to=found.case.assigned_to,
        addressed_to=found.addressed_to, amount_minor=found.amount_minor, persons=found.case.took_part,
    )  # fmt: skip
    return told._replace(**more)


def _again(before: rows.Earlier, digest: bytes, key: str) -> Done:
    if before.digest != digest:
        raise KeyUsedOtherwise(key)
    return Done(str(before.case_id), before.kind, before.seq, before.at, str(before.notice) if before.notice else None)


def _text_of(wanted: Wanted, events: list[Event]) -> bytes | None:
    """Salt of what was typed; the last event carries the hash over both."""
    if not wanted.text:
        return None
    salt, digest = rows.salted(wanted.text)
    events[-1] = events[-1]._replace(told={**events[-1].told, "text": digest})
    return salt


def _noticed(wanted: Wanted, found: Found, seq: int, step: Step, now: datetime) -> UUID | None:
    if wanted.notice is None or step.kind not in NOTICED:
        return None
    kind, told, reply_by = wanted.notice(found, step)
    return rows.add_notice(connection, found, seq, kind, now, reply_by, told)


def _entry(
    actor: Actor, grant: Grant, found: Found, case: Case, events: Sequence[Event], wanted: Wanted
) -> Act:  # fmt: skip
    """The act as the log tells it: what was seen and what was written by their hashes, so that it proves the rows."""
    written = [
        {"kind": one.kind, "at": one.at.isoformat(), "person": one.person, "told": told_as_json(one)} for one in events
    ]
    return Act(
        kind=f"case_{wanted.name}",
        at=events[-1].at,
        person=actor.person,
        role=grant.role,
        subject=str(found.id),
        subject_version=found.case.version,
        reason=wanted.reason,
        inputs=hashlib.sha256(canonical(state_of(found.case))).digest(),
        more={
            "seq": case.seq,
            "events": hashlib.sha256(canonical(written)).hexdigest(),
            "lines": [f"{line} {word}" for line, word in sorted(case.items.items())],
        },
    )
