"""Use case: cases at the terminal: found by id, reference or barcode, looked at, acted on as on the pages."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

from tidewaiter.model.errors import WrongUse
from tidewaiter.service import queue
from tidewaiter.service.acts import case as acts
from tidewaiter.service.acts.performing import Done
from tidewaiter.service.case_view import CaseView
from tidewaiter.service.case_view import case as look
from tidewaiter.service.queue_filters import ME, NOBODY, Filters
from tidewaiter.store.rights import Actor

SEVERAL: Final = 20
ACTS: Final[Mapping[str, Callable[..., Done]]] = {
    "release": acts.release, "hold": acts.hold, "refuse": acts.refuse, "ask": acts.ask, "answer": acts.answer,
    "withdraw": acts.withdraw, "note": acts.note, "assign": acts.assign, "present": acts.present,
    "inspect": acts.inspect, "leave": acts.agency_answer, "propose": acts.propose, "approve": acts.approve,
    "decline": acts.decline, "dispose": acts.dispose,
}  # fmt: skip
"""What can be done at the terminal, by its word there."""


class Order(NamedTuple):
    """An act as it is ordered: ``saw`` is how many events were seen (None: all there are), ``key`` its own mark.

    The same order under the same key, on what was seen then, is done once.
    """

    act: str
    of: str
    said: Mapping[str, Any]
    saw: int | None = None
    key: str | None = None


def cases(actor: Actor, filters: Filters, now: datetime, size: int) -> Sequence[queue.Row]:
    """The first cases of the queue."""
    return queue.page(actor, filters, now=now, size=size).rows


def show(actor: Actor, of: str, now: datetime) -> CaseView:
    """One case, by its id or by what it is called."""
    return look(actor, named(actor, of, now), now=now)


def act(actor: Actor, order: Order, now: datetime) -> Done:
    """Do it, on what was seen.

    Raises:
        WrongUse: no case is called so, or several are; or what ``service.acts.case`` raises.
    """
    name = named(actor, order.of, now)
    saw = look(actor, name, now=now).seq if order.saw is None else order.saw
    said = dict(order.said)
    if order.act == "assign":
        said["to"] = {ME: actor.person, NOBODY: None}.get(said["to"], said["to"])
    return ACTS[order.act](actor, name, saw=saw, key=order.key or str(uuid4()), now=now, **said)


def named(actor: Actor, of: str, now: datetime) -> str:
    """The id of the case that has this id, this reference or this barcode, among those that the actor may see."""
    try:
        return str(UUID(of))
    except ValueError:
        pass
    rows = queue.page(actor, Filters(text=of, state="all"), now=now, size=SEVERAL).rows
    found = [row.id for row in rows if of in (row.reference, row.barcode)]
    if not found:
        raise WrongUse(f"No case that you may see is called {of}. Give its id, or its whole reference or barcode.")
    if len(found) > 1:
        raise WrongUse(f"{len(found)} cases are called {of}: {', '.join(found)}. Give the id of one.")
    return found[0]
