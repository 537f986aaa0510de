"""What can happen to a case. Events are only added; a mistake is mended by a further event."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, get_args

Kind = Literal[
    "opened", "amended", "presented", "assigned", "asked", "answered", "withdrawn", "inspected", "agency_answered",
    "proposed", "approved", "declined", "released", "held", "refused", "disposed", "noted",
]  # fmt: skip
KINDS: Final = frozenset(get_args(Kind))

Result = Literal[
    "nil", "minor", "value", "code", "origin", "quantity", "undeclared", "prohibited", "ipr", "unsafe", "not_found"
]
"""What a check found. ``not_found``: the goods were not at hand, which is an outcome and never "nothing found"."""
RESULTS: Final = frozenset(get_args(Result))

Disposition = Literal[
    "delivered", "returned_to_sender", "re_exported", "abandoned", "destroyed", "seized", "detained_ipr", "sampled",
    "short", "not_presented", "not_found", "invalidated",
]  # fmt: skip
DISPOSITIONS: Final = frozenset(get_args(Disposition))

Decided = Literal["released", "held", "refused"]
DECIDED: Final = frozenset(get_args(Decided))
FINAL: Final = frozenset({"released", "refused", "cancelled"})
"""Words after which a goods line is done with; ``cancelled``: its filer withdrew it."""
LINES: Final = ("open", "released", "cancelled")
"""What a new version leaves of its goods lines: to be decided, let go by the law as it is now, withdrawn."""
AFTER_ALL: Final = frozenset({"amended", "noted", "disposed"})
"""What may still happen to a case of which every goods line is decided for good."""

NO_MORE: Final[Mapping[str, Any]] = MappingProxyType({})


class Event(NamedTuple):
    """One thing that happened: what, when, by whom (nobody: the machine), and what more there is to say.

    ``told`` holds, by kind: ``opened`` version, items (numbers), needs (``presentation``, ``result``), agencies
    (names, or by name the goods lines each has to let in), presented_at, filing (what a queue shows of it);
    ``amended`` version, items, needs, agencies, filing, lines (``LINES``); ``assigned`` to; ``asked`` question,
    reply_by; ``answered`` and ``withdrawn`` question; ``inspected`` items, result (and how, amount_minor,
    quantity, minutes); ``agency_answered`` agency, grants; ``proposed`` act, items; ``approved`` saw (how many
    events there were); ``released``, ``held``, ``refused`` items, reason; ``disposed`` disposition, items;
    ``noted`` later (codes of findings that later arrivals made). Where items are not named, all are meant. What
    somebody typed stands apart.
    """

    kind: Kind
    at: datetime
    person: str | None = None
    told: Mapping[str, Any] = NO_MORE
