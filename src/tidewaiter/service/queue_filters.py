"""What a queue is narrowed to, and how that is asked of the database so that an index answers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from tidewaiter.model.errors import WrongUse
from tidewaiter.store.rights import MATRIX, Actor, NotAllowed

LANES: Final = ("release", "hold", "divert")
DECISIONS: Final = ("open", "held", "released", "refused", "partial")
STATES: Final = ("open", "closed", "all")
ME: Final = "me"
NOBODY: Final = "nobody"
TEXT_MAX: Final = 100
LAST: Final = "\U0010ffff"
"""Sorts behind every letter."""


class Filters(NamedTuple):
    """None of them set: all open cases that the actor may see.

    ``assigned`` is ``me``, ``nobody`` or a person; ``text`` is how a reference or a barcode begins; ``agency`` one
    whose leave is wanted; ``is_overdue``: a reply clock has run out.
    """

    office: str | None = None
    lane: str | None = None
    decision: str | None = None
    assigned: str | None = None
    agency: str | None = None
    has_question: bool | None = None
    is_overdue: bool | None = None
    text: str | None = None
    state: str = "open"


class Where(NamedTuple):
    """Tables and condition with its values; ``order`` is the table of priority and age, ``name`` the case's id."""

    tables: str
    text: str
    values: list[Any]
    order: str = "c"
    name: str = "c.id"


def where(actor: Actor, filters: Filters, now: datetime) -> Where:
    """The filters as a condition.

    What the actor may see is the database's own rule; his office is named besides, so that its index is used.

    Raises:
        NotAllowed: no role of the actor reads cases.
        WrongUse: a word that is none of ours.
    """
    _checked(filters)
    scopes = {one.scope for one in MATRIX.granted("read", "case") if one.role in actor.roles}
    if not scopes:
        raise NotAllowed("read", "case")
    office = actor.office if scopes == {"office"} and filters.office is None else filters.office
    agency = actor.agency if scopes == {"own_agency"} and filters.agency is None else filters.agency
    said = [*_plain(filters, office), *_assigned(actor, filters.assigned), *_asked(filters, now)]
    text, values = [words for words, _ in said], [value for _, told in said for value in told]
    if agency is None:
        return Where("desk_case as c", _all(text), values)
    is_plain = filters._replace(office=None, agency=None) == Filters(state=filters.state)
    return _of_agency(agency, text, values, is_alone=is_plain)


Said = tuple[str, tuple[object, ...]]


def _plain(filters: Filters, office: str | None) -> Iterator[Said]:
    if filters.state != "all":
        yield ("not c.is_closed" if filters.state == "open" else "c.is_closed"), ()
    for name, value in (("office", office), ("lane", filters.lane), ("decision", filters.decision)):
        if value is not None:
            yield f"c.{name} = %s", (value,)


def _assigned(actor: Actor, assigned: str | None) -> Iterator[Said]:
    if assigned == NOBODY:
        yield "c.assigned_to is null", ()
    elif assigned is not None:
        yield "c.assigned_to = %s", (actor.person if assigned == ME else assigned,)


def _asked(filters: Filters, now: datetime) -> Iterator[Said]:
    if filters.has_question is not None:
        yield ("c.questions_open > 0" if filters.has_question else "c.questions_open = 0"), ()
    if filters.is_overdue is not None:
        yield ("c.reply_by < %s" if filters.is_overdue else "(c.reply_by is null or c.reply_by >= %s)"), (now,)
    if begins := (filters.text or "").strip():
        words = (
            '((c.reference collate "C" >= %s and c.reference collate "C" < %s)'
            ' or (c.barcode collate "C" >= %s and c.barcode collate "C" < %s))'
        )
        yield words, (begins, begins + LAST) * 2


def _of_agency(agency: str, text: list[str], values: list[Any], *, is_alone: bool) -> Where:
    """By the agency's own list, which has an order of its own in an index; alone where it holds all that is asked."""
    said = ["a.agency = %s", *text]
    if is_alone:
        return Where("case_agency as a", _all(said).replace("c.", "a."), [agency, *values], "a", "a.case_id")
    also = [words.replace("c.", "a.") for words in text if words.endswith("c.is_closed")]
    joined = "case_agency as a join desk_case as c on c.id = a.case_id"
    return Where(joined, _all([*said, *also]), [agency, *values], "a", "a.case_id")


def _all(text: list[str]) -> str:
    return " and ".join(text) or "true"


def _checked(filters: Filters) -> None:
    for name, words in (("lane", LANES), ("decision", DECISIONS), ("state", STATES)):
        told = getattr(filters, name)
        if told is not None and told not in words:
            raise WrongUse(f"'{told}' is no {name}. There are: {', '.join(words)}.")
    for name in ("office", "agency", "assigned", "text"):
        told = getattr(filters, name)
        if told is not None and (len(told) > TEXT_MAX or "\0" in told):
            raise WrongUse(f"The {name} is too long, or has a character that no {name} has.")
