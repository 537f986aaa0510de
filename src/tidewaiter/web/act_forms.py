"""What each act asks of a person, as data: its words, its fields, how a filled form is read."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from typing import Any, Final, Literal, NamedTuple

from django.http import QueryDict

from tidewaiter.desk.events import DISPOSITIONS, RESULTS
from tidewaiter.service.acts.reasons import PURPOSES

LONGEST: Final = 4_000
Shape = Literal["words", "reason", "items", "day", "choice", "number", "question", "colleague"]


class Field(NamedTuple):
    """One field: how it is asked for, and the argument of the act that it fills."""

    name: str
    shape: Shape
    label: str
    hint: str = ""
    is_needed: bool = True
    choices: Mapping[str, str] = {}


class Form(NamedTuple):
    """An act as a person meets it: on its button, above its form, and in a sentence when it is done."""

    button: str
    title: str
    effect: str
    done: str
    fields: tuple[Field, ...] = ()
    icon: str = "note"
    needs_proof: bool = False
    fixed: Mapping[str, Any] = {}
    act: str = ""
    decides: str = ""


def _spoken(words: frozenset[str]) -> dict[str, str]:
    return {word: word.replace("_", " ").capitalize() for word in sorted(words)}


ITEMS: Final = Field("items", "items", "Goods lines")
REASON: Final = Field("reason", "reason", "Reason")
TEXT: Final = Field("text", "words", "Note for the file", "Colleagues read it; the filer does not.", is_needed=False)
REPLY_BY: Final = Field(
    "reply_by",
    "day",
    "Reply by",
    "Last day for an answer, end of the day in UTC. Empty: as the law says.",
    is_needed=False,
)
ASKED: Final = {"filer": "Who filed", "seller": "The seller", "recipient": "The recipient"}
FORMS: Final[dict[str, Form]] = {
    "assign": Form(
        "Assign", "Assign this case", "One person works on a case; only who has it decides.", "Assigned.",
        (Field("to", "colleague", "To"),), "person",
    ),
    "release": Form(
        "Release", "Release this parcel", "The goods lines you choose may leave at once. It cannot be taken back.",
        "Released.", (ITEMS, REASON, TEXT), "release", needs_proof=True, decides="released",
    ),
    "hold": Form(
        "Hold", "Hold this parcel", "The parcel stays. The filer gets a notice with the reason and how to appeal.",
        "Held. A notice went to the filer.", (ITEMS, REASON, REPLY_BY, TEXT), "hold", needs_proof=True, decides="held",
    ),
    "propose_release": Form(
        "Propose release", "Propose to release this parcel", "Another person approves it. Until then it stays.",
        "Release proposed. A second person has to approve it.", (ITEMS, REASON, TEXT), "release", needs_proof=True,
        fixed={"act": "released"}, act="propose", decides="released",
    ),
    "refuse": Form(
        "Propose refusal", "Propose to refuse this parcel",
        "A second person approves it. Then entry is refused and the filer gets a notice.",
        "Refusal proposed. A second person has to approve it.", (ITEMS, REASON, TEXT), "refuse", needs_proof=True,
        fixed={"act": "refused"}, act="propose", decides="refused",
    ),
    "approve": Form(
        "Approve", "Approve what was proposed", "It takes effect at once, in your name and in that of who proposed it.",
        "Approved.", (), "release", needs_proof=True,
    ),
    "decline": Form(
        "Decline", "Decline what was proposed", "The case goes back; it may be proposed anew.", "Declined.",
        (TEXT._replace(is_needed=True, label="Why"),), "refuse", needs_proof=True,
    ),
    "ask": Form(
        "Ask", "Ask a question", "The question goes out; the parcel waits for the answer.", "Asked.",
        (Field("of", "choice", "Whom", choices=ASKED),
         Field("text", "words", "Question", "Say what you need and why. Whoever is asked reads it."), REPLY_BY), "ask",
    ),
    "answer": Form(
        "Enter an answer", "Enter an answer that reached you", "The question is closed.", "Answer entered.",
        (Field("question", "question", "Question"), Field("text", "words", "Answer")), "ask",
    ),
    "withdraw": Form(
        "Withdraw a question", "Withdraw a question", "Nobody has to answer it any more.", "Question withdrawn.",
        (Field("question", "question", "Question"),), "ask",
    ),
    "present": Form(
        "Record presentation", "Record that the parcel is here", "From now on it can be checked and decided.",
        "Presentation recorded.", (), "scan",
    ),
    "inspect": Form(
        "Record a check", "Record what a check found", "The result stays in the case and cannot be changed.",
        "Result recorded.",
        (ITEMS, Field("result", "choice", "Result", choices=_spoken(RESULTS)),
         Field("how", "choice", "How", choices={
             "documents": "Documents", "scan": "Scan", "opened": "Opened", "laboratory": "Laboratory"}),
         Field("minutes", "number", "Minutes it took", is_needed=False), TEXT), "scan", needs_proof=True,
    ),
    "agency_answer": Form(
        "Answer for the agency", "Answer for your agency", "The answer stays in the case.", "Answer recorded.",
        (Field("grants", "choice", "Leave", choices={"yes": "Granted", "no": "Not granted"}), TEXT), "agency",
        needs_proof=True,
    ),
    "dispose": Form(
        "Record the end", "Record how it ended", "It stays in the case; what was decided is not touched.", "Recorded.",
        (ITEMS, Field("disposition", "choice", "How it ended", choices=_spoken(DISPOSITIONS)), TEXT), "parcel",
        needs_proof=True,
    ),
    "reveal": Form(
        "Show persons",
        "Show names and addresses",
        "They are shown once, on the next page. That you looked, and why, is kept.",
        "Shown.",
        (Field("reason", "choice", "Why you need them", choices=PURPOSES),),
        "person",
        needs_proof=True,
    ),
    "note": Form(
        "Add a note", "Add a note", "Colleagues read it; the filer does not.", "Note added.",
        (Field("text", "words", "Note"),), "note",
    ),
}  # fmt: skip
"""Acts by the last part of their address; the order is that of the buttons."""


class Filled(NamedTuple):
    """A form as it was filled in: arguments of the act, what was typed, faults by field."""

    values: dict[str, Any]
    typed: dict[str, Any]
    faults: dict[str, str]


def read(form: Form, told: QueryDict, lines: set[int]) -> Filled:
    """Read every field of a form and name every fault at once; ``lines`` are the goods lines there are."""
    values, typed, faults = dict(form.fixed), dict[str, Any](), dict[str, str]()
    for field in form.fields:
        words = told.getlist(field.name) if field.shape == "items" else told.get(field.name, "").strip()
        typed[field.name] = words
        if not words:
            if field.is_needed:
                faults[field.name] = WANTED[field.shape]
            continue
        try:
            values[field.name] = READ[field.shape](words, field, lines)
        except ValueError as fault:
            faults[field.name] = str(fault)
    return Filled(values, typed, faults)


WANTED: Final = {
    "words": "Write something.", "reason": "Choose a reason.", "items": "Choose one goods line at least.",
    "day": "Name a day.", "choice": "Choose one.", "number": "Write a number.", "question": "Choose a question.",
    "colleague": "Choose a person.",
}  # fmt: skip


def _words(told: str, _field: Field, _lines: set[int]) -> str:
    if len(told) > LONGEST:
        raise ValueError(f"At most {LONGEST:,} characters; these are {len(told):,}.")
    return told


def _items(told: list[str], _field: Field, lines: set[int]) -> list[int] | None:
    chosen = {int(word) for word in told if word.isdecimal()}
    if len(chosen) != len(set(told)) or not chosen <= lines:
        raise ValueError("One of these goods lines is not in the filing. Load the page again.")
    return None if chosen == lines else sorted(chosen)


def _day(told: str, _field: Field, _lines: set[int]) -> datetime:
    try:
        return datetime.combine(datetime.fromisoformat(told).date(), time(23, 59, 59), UTC)
    except ValueError:
        raise ValueError("A day is written as 2026-12-31.") from None


def _choice(told: str, field: Field, _lines: set[int]) -> object:
    if told not in field.choices:
        raise ValueError("Choose one of those offered.")
    return told == "yes" if field.name == "grants" else told


def _number(told: str, _field: Field, _lines: set[int]) -> int:
    if not told.isascii() or not told.isdecimal() or len(told) > 4:  # noqa: PLR2004 - minutes of a week
        raise ValueError("A whole number, as 15.")
    return int(told)


def _as_told(told: str, _field: Field, _lines: set[int]) -> str:
    return told


READ: Final[dict[str, Callable[[Any, Field, set[int]], Any]]] = {
    "words": _words, "reason": _as_told, "items": _items, "day": _day, "choice": _choice, "number": _number,
    "question": _as_told, "colleague": _as_told,
}  # fmt: skip
