"""Acts on a case. Each says what was seen (``saw``), has a key of its own, and happens whole or not at all.

All raise ``NotAllowed``, ``SeenBefore``, ``ImpossibleAct``, ``KeyUsedOtherwise`` and ``WrongUse`` as ``perform`` says.
``items`` are numbers of goods lines; none named: all. ``text`` is what somebody typed.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast

from tidewaiter.desk.events import FINAL, Kind
from tidewaiter.desk.rows import Found
from tidewaiter.desk.state import moment_text
from tidewaiter.model.errors import ImpossibleAct, WrongUse
from tidewaiter.service.acts.noticing import notice_of
from tidewaiter.service.acts.performing import Done, Step, Wanted, facts_of, perform
from tidewaiter.service.acts.reasons import reason_for
from tidewaiter.store.asking import row
from tidewaiter.store.rights import MATRIX, Actor, Facts, Grant, NotAllowed, may, require

OBJECT_OF: Final = {"released": "release", "refused": "refusal", "held": "hold"}
"""What the matrix calls a decision."""
PARTIES: Final = ("filer", "seller", "recipient")
HOW: Final = ("documents", "scan", "opened", "laboratory")
NOT_ALONE: Final = (
    "You cannot release this alone: it is not assigned to you, or its amount is not known or above your limit. "
    "Propose the release; another person approves it."
)


def assign(actor: Actor, case_id: str, *, to: str | None, saw: int, key: str, now: datetime) -> Done:
    """Give a case to somebody (None: to nobody)."""

    def right(actor: Actor, found: Found, _facts: Facts) -> Grant:
        grant = require(actor, "assign", "case", facts_of(found, about=to))
        if row("select may_be_assigned(%s, %s)", to, found.office) != (True,):
            raise WrongUse("A case is given to an officer of its own office whose account is open. Choose another.")
        return grant

    return perform(actor, case_id, saw, key, now, _wanted("assign", right, "assigned", {"to": to}))


def note(actor: Actor, case_id: str, *, text: str, saw: int, key: str, now: datetime) -> Done:
    """Write something down."""
    if not text.strip():
        raise WrongUse("A note says something.")
    return perform(actor, case_id, saw, key, now, _wanted("note", _right("note", "case"), "noted", {}, text))


def ask(
    actor: Actor, case_id: str, *, text: str, saw: int, key: str, now: datetime, of: str = "filer",
    reply_by: datetime | None = None,
) -> Done:  # fmt: skip
    """Ask the party that can answer; a notice goes out. ``reply_by``: none, then as the law says."""
    _one_of(of, PARTIES, "asked")
    _ahead(reply_by, now)
    if not text.strip():
        raise WrongUse("A question says what is asked.")
    said = {"of": of, **({"reply_by": reply_by} if reply_by else {})}

    def steps(found: Found) -> list[Step]:
        told = {"question": f"q{found.case.seq + 1}", **said}
        return [Step("asked", told)]

    wanted = Wanted(
        "ask", _right("ask", "case"), steps, _plain(said), text, is_told=True, notice=notice_of(now, reply_by, asks=of)
    )
    return perform(actor, case_id, saw, key, now, wanted)


def answer(actor: Actor, case_id: str, *, question: str, text: str, saw: int, key: str, now: datetime) -> Done:
    """Write down an answer that came by another way."""
    told = {"question": question}
    return perform(actor, case_id, saw, key, now, _wanted("answer", _right("ask", "case"), "answered", told, text))


def withdraw(actor: Actor, case_id: str, *, question: str, saw: int, key: str, now: datetime, text: str = "") -> Done:
    """Take a question back."""
    told = {"question": question}
    return perform(actor, case_id, saw, key, now, _wanted("withdraw", _right("ask", "case"), "withdrawn", told, text))


def inspect(
    actor: Actor, case_id: str, *, result: str, saw: int, key: str, now: datetime, items: Sequence[int] | None = None,
    how: str = "documents", minutes: int | None = None, amount_minor: int | None = None, quantity: int | None = None,
    text: str = "",
) -> Done:  # fmt: skip
    """Write down what a check found; ``amount_minor`` is what it changed of the charges, where that is known."""
    _one_of(how, HOW, "checked")
    if any(number is not None and number < 0 for number in (minutes, quantity)):
        raise WrongUse("Minutes and quantity are not below nothing.")
    figures = {"minutes": minutes, "amount_minor": amount_minor, "quantity": quantity}
    told = {"result": result, "how": how, **_lines(items), **{k: v for k, v in figures.items() if v is not None}}
    right = _right("write", "inspection")
    return perform(actor, case_id, saw, key, now, _wanted("inspect", right, "inspected", told, text))


def present(actor: Actor, case_id: str, *, saw: int, key: str, now: datetime) -> Done:
    """Write down that the parcel is presented."""
    return perform(actor, case_id, saw, key, now, _wanted("present", _right("write", "movement"), "presented", {}))


def agency_answer(
    actor: Actor, case_id: str, *, grants: bool, saw: int, key: str, now: datetime, text: str = ""
) -> Done:
    """Give or deny the leave of the actor's own agency."""

    def right(actor: Actor, _found: Found, facts: Facts) -> Grant:
        grant = may(actor, "write", "permit", facts) or may(actor, "approve", "release", facts)
        if grant is None or actor.agency is None:
            raise NotAllowed("write", "permit")
        return grant

    told = {"agency": actor.agency or "", "grants": grants}
    return perform(actor, case_id, saw, key, now, _wanted("agency_answer", right, "agency_answered", told, text))


def propose(
    actor: Actor, case_id: str, *, act: str, reason: str, saw: int, key: str, now: datetime,
    items: Sequence[int] | None = None, text: str = "",
) -> Done:  # fmt: skip
    """Propose a decision that another person is to approve: ``act`` is released, refused or held."""
    _one_of(act, OBJECT_OF, "proposed")
    reason_for(act, reason)
    right = _right("propose", OBJECT_OF[act])
    wanted = _deciding("propose", right, "proposed", {"act": act, "reason": reason}, items, text)
    return perform(actor, case_id, saw, key, now, wanted)


def approve(actor: Actor, case_id: str, *, saw: int, key: str, now: datetime, text: str = "") -> Done:
    """Approve what is proposed, and so do it; a refusal writes its notice."""

    def steps(found: Found) -> list[Step]:
        proposal = found.case.proposal
        if proposal is None:
            return [Step("approved", {"saw": saw})]
        told = {"items": sorted(proposal.items), "reason": proposal.reason}
        return [Step("approved", {"saw": saw}), Step(cast("Kind", proposal.act), told)]

    wanted = Wanted("approve", _judging, steps, text=text, notice=notice_of(now))
    return perform(actor, case_id, saw, key, now, wanted)


def decline(actor: Actor, case_id: str, *, saw: int, key: str, now: datetime, text: str = "") -> Done:
    """Decline what is proposed."""
    return perform(actor, case_id, saw, key, now, _wanted("decline", _judging, "declined", {}, text))


def release(
    actor: Actor, case_id: str, *, reason: str, saw: int, key: str, now: datetime, items: Sequence[int] | None = None,
    text: str = "",
) -> Done:  # fmt: skip
    """Release alone, within the officer's limit; beyond it the release is proposed to another person."""
    reason_for("released", reason)

    def right(actor: Actor, _found: Found, facts: Facts) -> Grant:
        grant = may(actor, "write", "release", facts)
        if grant is None and any(one.role in actor.roles for one in MATRIX.granted("write", "release")):
            raise ImpossibleAct(NOT_ALONE)
        return grant or require(actor, "write", "release", facts)

    wanted = _deciding("release", right, "released", {"reason": reason}, items, text)
    return perform(actor, case_id, saw, key, now, wanted)


def hold(
    actor: Actor, case_id: str, *, reason: str, saw: int, key: str, now: datetime, items: Sequence[int] | None = None,
    text: str = "", reply_by: datetime | None = None,
) -> Done:  # fmt: skip
    """Hold by a decision that is told: a notice goes out."""
    reason_for("held", reason)
    _ahead(reply_by, now)
    wanted = _deciding("hold", _right("write", "hold"), "held", {"reason": reason}, items, text)
    return perform(actor, case_id, saw, key, now, replace(wanted, notice=notice_of(now, reply_by)))


def refuse(
    actor: Actor, case_id: str, *, reason: str, saw: int, key: str, now: datetime, items: Sequence[int] | None = None,
    text: str = "",
) -> Done:  # fmt: skip
    """Refuse: always proposed to another person, who approves it."""
    return propose(actor, case_id, act="refused", reason=reason, saw=saw, key=key, now=now, items=items, text=text)


def dispose(
    actor: Actor, case_id: str, *, disposition: str, saw: int, key: str, now: datetime,
    items: Sequence[int] | None = None, text: str = "",
) -> Done:  # fmt: skip
    """Write down what became of the goods; apart from the decision."""
    told = {"disposition": disposition, **_lines(items)}
    right = _right("write", "movement")
    return perform(actor, case_id, saw, key, now, _wanted("dispose", right, "disposed", told, text))


Right = Callable[[Actor, Found, Facts], Grant]


def _right(act: str, kind: str) -> Right:
    """What the matrix says of an act on a kind of object, whatever the case."""
    return lambda actor, _found, facts: require(actor, act, kind, facts)


def _judging(actor: Actor, found: Found, facts: Facts) -> Grant:
    """The right to approve or decline what is proposed. An agency gives its own leave, and approves nothing whole."""
    proposal = found.case.proposal
    kind = OBJECT_OF[proposal.act] if proposal else "release"
    others = facts.persons or frozenset()
    persons = others | {proposal.by} if proposal else others
    if actor.person in persons and may(actor, "approve", kind, facts._replace(persons=frozenset())):
        raise ImpossibleAct("Whoever proposed this, or checked the goods, cannot approve it; another person has to.")
    grant = require(actor, "approve", kind, facts._replace(persons=persons))
    if grant.scope == "own_agency":
        raise ImpossibleAct("An agency gives or denies its own leave; the office approves the release as a whole.")
    return grant


def _wanted(name: str, right: Right, kind: Kind, told: Mapping[str, Any], text: str = "") -> Wanted:
    return Wanted(name, right, lambda _found: [Step(kind, told)], _plain(told), text)


def _deciding(
    name: str, right: Right, kind: Kind, told: Mapping[str, Any], items: Sequence[int] | None, text: str
) -> Wanted:
    """A decision on these lines; none named: on all that are not decided for good."""

    def steps(found: Found) -> list[Step]:
        undecided = [line for line, word in found.case.items.items() if word not in FINAL]
        return [Step(kind, {**told, "items": sorted(undecided if items is None else items)})]

    return Wanted(name, right, steps, _plain({**told, **_lines(items)}), text, reason=told["reason"])


def _lines(items: Sequence[int] | None) -> dict[str, Any]:
    return {} if items is None else {"items": sorted(set(items))}


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: moment_text(value) if isinstance(value, datetime) else value for name, value in told.items()}


def _one_of(word: str, words: Collection[str], what: str) -> None:
    if word not in words:
        raise WrongUse(f"'{word}' is nothing that is {what} here. There are: {', '.join(words)}.")


def _ahead(reply_by: datetime | None, now: datetime) -> None:
    if reply_by is not None and reply_by <= now:
        raise WrongUse("The time to reply by lies behind; give one that lies ahead.")
