"""May this actor do this: the question every use case asks before it changes or shows anything."""

from typing import Final

from tidewaiter.model.errors import TidewaiterError
from tidewaiter.store.rights.actor import Actor, Facts
from tidewaiter.store.rights.matrix import MATRIX, Grant, Matrix
from tidewaiter.store.rights.scopes import SCOPES

BY_ANOTHER: Final = "approve"
"""The act that is never done by a person who proposed the same thing or took part in it."""
NOTHING_KNOWN: Final = Facts()


class NotAllowed(TidewaiterError):
    """The actor has no right to do this; a door says no more than that, or that there is no such thing."""

    code = "TW-600"
    exit_code = 2

    def __init__(self, act: str, kind: str) -> None:
        self.act, self.kind = act, kind
        super().__init__(
            f"You may not {act} this {kind.replace('_', ' ')}. Ask someone who may, or an administrator for the role."
        )


def may(actor: Actor, act: str, kind: str, facts: Facts = NOTHING_KNOWN, matrix: Matrix = MATRIX) -> Grant | None:
    """The grant that lets an actor do ``act`` to an object of ``kind``, the one that masks least; none: it may not.

    Source: the matrix of rights. Whoever proposed a thing, or took part in it, does not approve it, whatever the roles;
    nor does anybody while it is not known who took part.
    """
    if act == BY_ANOTHER and (facts.persons is None or actor.person in facts.persons):
        return None
    held = [
        grant
        for grant in matrix.granted(act, kind)
        if grant.role in actor.roles and SCOPES[grant.scope].holds(actor, facts)
    ]
    return min(held, key=lambda grant: grant.is_masked, default=None)


def require(actor: Actor, act: str, kind: str, facts: Facts = NOTHING_KNOWN) -> Grant:
    """The same, refused where there is no grant.

    Raises:
        NotAllowed: no role of the actor grants it.
    """
    grant = may(actor, act, kind, facts)
    if grant is None:
        raise NotAllowed(act, kind)
    return grant
