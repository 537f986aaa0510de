"""``tidewaiter case``: the acts, as on the pages."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from tidewaiter.cli.account import actor_by
from tidewaiter.cli.case import plainly
from tidewaiter.cli.words import show, show_json
from tidewaiter.model.words import spoken

Flag = Annotated[bool, Parameter(negative=())]
Of = Annotated[str, Parameter(name="CASE")]
Items = Annotated[tuple[int, ...], Parameter(negative=())]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Acting:
    """What every act is told: who acts, on what he saw, under which mark."""

    by: Annotated[str, Parameter(help="Name of who acts; the password is asked for.")]
    saw: Annotated[
        int | None,
        Parameter(
            help="How many events were seen; where more happened since, nothing is done. Without it all there are."
        ),
    ] = None
    key: Annotated[str | None, Parameter(help="The act's own mark: under the same one it is done once.")] = None
    json: Annotated[bool, Parameter(negative=(), help="What was done, as JSON.")] = False


def release(of: Of, /, *, acting: Acting, reason: str, item: Items = (), text: str = "") -> int:
    """Release a parcel, or some of its goods lines.

    Args:
        of: The case, by id, reference or barcode.
        acting: Who acts, and on what he saw.
        reason: Why, as a word of the list.
        item: A goods line; give it once for each. Without it all.
        text: What there is to say beside.
    """
    return _done("release", of, acting, reason=reason, items=list(item) or None, text=text)


def hold(
    of: Of, /, *, acting: Acting, reason: str, item: Items = (), text: str = "", reply_by: datetime | None = None
) -> int:
    """Hold by a decision that is told: a notice goes out.

    Args:
        of: The case, by id, reference or barcode.
        acting: Who acts, and on what he saw.
        reason: Why, as a word of the list.
        item: A goods line; give it once for each. Without it all.
        text: What there is to say beside.
        reply_by: Until when to reply; without it as the law says.
    """
    said = {"reason": reason, "items": list(item) or None, "text": text, "reply_by": _utc(reply_by)}
    return _done("hold", of, acting, **said)


def refuse(of: Of, /, *, acting: Acting, reason: str, item: Items = (), text: str = "") -> int:
    """Propose a refusal; another person approves it.

    Args:
        of: The case, by id, reference or barcode.
        acting: Who acts, and on what he saw.
        reason: Why, as a word of the list.
        item: A goods line; give it once for each. Without it all.
        text: What there is to say beside.
    """
    return _done("refuse", of, acting, reason=reason, items=list(item) or None, text=text)


def propose(
    of: Of,
    /,
    *,
    acting: Acting,
    what: Literal["released", "held", "refused"],
    reason: str,
    item: Items = (),
    text: str = "",
) -> int:
    """Propose a decision that another person approves.

    Args:
        of: The case, by id, reference or barcode.
        acting: Who acts, and on what he saw.
        what: released, held or refused.
        reason: Why, as a word of the list.
        item: A goods line; give it once for each. Without it all.
        text: What there is to say beside.
    """
    return _done("propose", of, acting, act=what, reason=reason, items=list(item) or None, text=text)


def approve(of: Of, /, *, acting: Acting, decline: Flag = False, text: str = "") -> int:
    """Approve what is proposed, and so do it; or decline it.

    Args:
        of: The case, by id, reference or barcode.
        acting: Who acts, and on what he saw.
        decline: Decline it.
        text: What there is to say beside.
    """
    return _done("decline" if decline else "approve", of, acting, text=text)


def ask(
    of: Of,
    /,
    *,
    acting: Acting,
    text: str,
    party: Literal["filer", "seller", "recipient"] = "filer",
    reply_by: datetime | None = None,
) -> int:
    """Ask the party that can answer; a notice goes out.

    Args:
        of: The case, by id, reference or barcode.
        acting: Who acts, and on what he saw.
        text: The question.
        party: Who is asked: filer, seller or recipient.
        reply_by: Until when to reply; without it as the law says.
    """
    return _done("ask", of, acting, text=text, of=party, reply_by=_utc(reply_by))


def answer(of: Of, /, *, acting: Acting, question: str, text: str = "", withdraw: Flag = False) -> int:
    """Write down an answer that came by another way, or take a question back.

    Args:
        of: The case, by id, reference or barcode.
        acting: Who acts, and on what he saw.
        question: The question's sign, as q3.
        text: The answer.
        withdraw: Take the question back.
    """
    return _done("withdraw" if withdraw else "answer", of, acting, question=question, text=text)


def note(of: Of, /, *, acting: Acting, text: str) -> int:
    """Write something down.

    Args:
        of: The case, by id, reference or barcode.
        acting: Who acts, and on what he saw.
        text: What there is to say.
    """
    return _done("note", of, acting, text=text)


def assign(of: Of, /, *, acting: Acting, to: str) -> int:
    """Give a case to somebody.

    Args:
        of: The case, by id, reference or barcode.
        acting: Who acts, and on what he saw.
        to: me, nobody, or the id of a person.
    """
    return _done("assign", of, acting, to=to)


def present(of: Of, /, *, acting: Acting) -> int:
    """Write down that the parcel is presented.

    Args:
        of: The case, by id, reference or barcode.
        acting: Who acts, and on what he saw.
    """
    return _done("present", of, acting)


def inspect(of: Of, /, *, acting: Acting, result: str, item: Items = (), how: str = "documents", text: str = "") -> int:
    """Write down what a check found.

    Args:
        of: The case, by id, reference or barcode.
        acting: Who acts, and on what he saw.
        result: What was found, as a word of the list.
        item: A goods line; give it once for each. Without it all.
        how: documents, scan, opened or laboratory.
        text: What there is to say beside.
    """
    return _done("inspect", of, acting, result=result, items=list(item) or None, how=how, text=text)


def leave(of: Of, /, *, acting: Acting, deny: Flag = False, text: str = "") -> int:
    """Give the leave of your own agency, or deny it.

    Args:
        of: The case, by id, reference or barcode.
        acting: Who acts, and on what he saw.
        deny: Deny it.
        text: What there is to say beside.
    """
    return _done("leave", of, acting, grants=not deny, text=text)


def _done(word: str, case: str, acting: Acting, **said: Any) -> int:  # noqa: ANN401 - what each act says
    actor = actor_by(acting.by)
    from tidewaiter.service.case_desk import Order
    from tidewaiter.service.case_desk import act as do
    from tidewaiter.service.clock import now

    done = do(actor, Order(word, case, said, acting.saw, acting.key), now())
    if acting.json:
        show_json(plainly(done._asdict()))
    else:
        notice = f" Notice {done.notice} goes out." if done.notice else ""
        show(["", f"  {spoken(done.act).capitalize()}: event {done.seq} of case {done.case_id}.{notice}", ""])
    return 0


def _utc(at: datetime | None) -> datetime | None:
    """A moment without a zone is UTC."""
    return at if at is None or at.tzinfo else at.replace(tzinfo=UTC)
