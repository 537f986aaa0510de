"""Reasons that an act may give, and the law that its notice rests on: dated data, read from one sheet."""

import tomllib
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from tidewaiter.model.errors import WrongUse

UNKNOWN_LAW: Final = "The legal basis is not on our sheet; the office tells it on request."
UNKNOWN_APPEAL: Final = "Ask the office how to appeal and by when."
PURPOSES: Final = {
    "contact": "To reach the sender or the recipient.",
    "identity": "To tell this person from another of the same name.",
    "screening": "To compare names with a list.",
    "inspection": "To find or open the parcel.",
    "complaint": "To answer a complaint or a court.",
}
"""Why somebody may look at personal data without their mask."""


class Reason(NamedTuple):
    """A reason by its code: for which acts, and how a filer reads it."""

    code: str
    acts: frozenset[str]
    says: str


class Basis(NamedTuple):
    """The law of one kind of notice in one jurisdiction from a day on; days to reply, empty: not known here.

    ``no_reply`` of a question: what follows where nobody answers in time (``return``, ``abandon``, ``estimate``).
    """

    jurisdiction: str
    act: str
    valid_from: date
    law: str
    appeal: str
    source: str
    evidence: str
    reply_days: int | None = None
    no_reply: str | None = None


@cache
def _sheet() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("reasons.toml").read_text(encoding="utf-8"))


@cache
def reasons() -> dict[str, Reason]:
    """All reasons by their code."""
    return {one["code"]: Reason(one["code"], frozenset(one["acts"]), one["says"]) for one in _sheet()["reason"]}


def reason_for(act: str, code: str) -> Reason:
    """The reason of that code for this act; ``WrongUse`` says which there are."""
    found = reasons().get(code)
    if found is None or act not in found.acts:
        known = ", ".join(sorted(one.code for one in reasons().values() if act in one.acts))
        raise WrongUse(f"'{code}' is no reason for which something is {act}. There are: {known}.")
    return found


def basis_of(jurisdiction: str, act: str, on: date) -> Basis | None:
    """The newest law in force on a day; None where the sheet has none."""
    told = [Basis(**one) for one in _sheet()["basis"] if (one["jurisdiction"], one["act"]) == (jurisdiction, act)]
    return max((one for one in told if one.valid_from <= on), key=lambda one: one.valid_from, default=None)


def reply_clock(basis: Basis | None, now: datetime) -> datetime | None:
    """Until when to reply, by the law; None where it is not known."""
    return now + timedelta(days=basis.reply_days) if basis and basis.reply_days else None
