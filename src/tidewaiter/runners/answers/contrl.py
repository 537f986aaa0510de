"""CONTRL: the syntax of an EDIFACT interchange acknowledged, or refused with the place; what it says is not looked at.

Codes (0083, 0085) are those of ISO 9735 and its CONTRL (recalled).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np

from tidewaiter.model.errors import BrokenInterchange, UnusableInput
from tidewaiter.runners.answers.edifact_text import interchange, message, segment
from tidewaiter.runners.reading import Source
from tidewaiter.runners.reading.edifact_cuts import Cuts, cut
from tidewaiter.runners.reading.edifact_frames import (
    UNB,
    Envelope,
    Messages,
    frame_faults,
    messages_of,
    untagged_in,
)
from tidewaiter.runners.reading.edifact_rows import BLOCK_MAX, PIECE
from tidewaiter.runners.reading.edifact_signs import is_edifact, signs_of
from tidewaiter.runners.reading.edifact_stream import blocks
from tidewaiter.runners.reading.text import Text
from tidewaiter.runners.reading.unwrapping import unwrapped

KIND: Final = ("CONTRL", "D", "3", "UN")
REJECTED, ACKNOWLEDGED = "4", "7"
OF_FRAME: Final = (("13", "UNH"), ("13", "UNT"), ("29", "UNT"), ("28", "UNT"), ("13", ""))
"""What each fault of a message's frame is called (0085) and its segment, in the order of ``frame_faults``."""

REFERENCE_CHARS: Final = 14
PARTY_CHARS: Final = 35


class Faulty(NamedTuple):
    """A message that is refused: its reference and type, the code of the fault, its segment and its place."""

    reference: str
    kind: tuple[str, ...]
    code: str
    tag: str
    place: int | None


@dataclass
class Seen:
    """One interchange: what UNB says, its messages that are refused, and what is wrong with it as a whole."""

    reference: str = ""
    sender: tuple[str, ...] = ("",)
    recipient: tuple[str, ...] = ("",)
    faulty: list[Faulty] = field(default_factory=list)
    fault: BrokenInterchange | None = None

    @property
    def is_accepted(self) -> bool:
        """True where all of it but the messages named is acknowledged."""
        return self.fault is None


def contrl(source: Source, now: datetime) -> Iterator[bytes]:
    """One CONTRL for each interchange of a file, in an interchange of our own to its sender.

    ``UnusableInput`` for a file that is no EDIFACT, or in which not even the beginning can be read.
    """
    seen = interchanges_in(source)
    for number, one in enumerate(seen, start=1):
        when = f"{now:%y%m%d}", f"{now:%H%M}"
        reference = f"C{one.reference}"[:REFERENCE_CHARS]
        body = message(1, KIND, list(_body(one)))
        yield from interchange(one.recipient, one.sender, when, reference, [body], has_advice=number == 1)


def interchanges_in(source: Source) -> list[Seen]:
    """The interchanges of a file up to the first that is broken as a whole; nothing behind that can be told apart."""
    seen: list[Seen] = []
    with unwrapped(source) as contents:
        text = Text(contents, source.name)
        if not is_edifact(text.start):
            raise UnusableInput(
                f"{source.name} is no EDIFACT: it begins with neither UNA nor UNB. Nobody can answer it."
            )
        signs, envelope = signs_of(text.start, source.name), Envelope(source.name)
        try:
            for block, is_last in blocks(text.pieces(PIECE), signs, source.name, BLOCK_MAX):
                cuts = cut(block, signs)
                messages = messages_of(cuts)
                _note(seen, cuts, messages)
                envelope.take(cuts, messages)
                if is_last:
                    envelope.finish(cuts.rest)
        except BrokenInterchange as fault:
            if not seen:
                raise
            seen[min(max(envelope.opened, 1), len(seen)) - 1].fault = fault
            del seen[max(envelope.opened, 1) :]
    return seen


def _note(seen: list[Seen], cuts: Cuts, messages: Messages) -> None:
    """Add interchanges that a block opens, and what is wrong with its messages."""
    opens = messages.around[cuts.tags[messages.around] == UNB]
    before = len(seen)
    for at in opens:
        one = np.array([at])
        sender, recipient, reference = (_components(cuts, one, element) for element in (2, 3, 5))
        seen.append(Seen(reference[0], sender, recipient))
    if not messages.count or not seen:
        return
    owners = before - 1 + np.searchsorted(opens, messages.first)
    for at, code, tag in _faults(cuts, messages):
        if owners[at] >= 0:
            seen[int(owners[at])].faulty.append(_faulty(cuts, messages, at, code, tag))


def _faults(cuts: Cuts, messages: Messages) -> Iterator[tuple[int, str, str]]:
    """The first fault of each message that has one, in the order of the messages."""
    found: dict[int, tuple[str, str]] = {}
    for (is_hit, _), (code, tag) in zip(frame_faults(cuts, messages, ""), OF_FRAME, strict=False):
        for at in map(int, np.flatnonzero(is_hit)):
            found.setdefault(at, (code, tag))
    yield from ((at, *found[at]) for at in sorted(found))


def _faulty(cuts: Cuts, messages: Messages, at: int, code: str, tag: str) -> Faulty:
    first, last = int(messages.first[at]), int(messages.last[at])
    header = np.array([first])
    place = None if tag else untagged_in(cuts, first, last)
    return Faulty(_components(cuts, header, 1)[0], _components(cuts, header, 2), code, tag, place)


def _components(cuts: Cuts, segment_at: np.ndarray, element: int) -> tuple[str, ...]:
    first, last = cuts.element(segment_at, element)
    told = [cuts.text(token) for token in range(int(first[0]), int(last[0]) + 1)]
    return tuple(told) or ("",)


def _body(one: Seen) -> Iterator[str]:
    """UCI for the interchange, UCM for each message that is refused, UCS for the segment where it is known."""
    head = (one.reference, one.sender, one.recipient)
    if one.fault is not None:
        yield segment("UCI", *head, REJECTED, one.fault.syntax_code, one.fault.tag)
        return
    yield segment("UCI", *head, ACKNOWLEDGED)
    for told in one.faulty:
        yield segment("UCM", told.reference, told.kind, REJECTED, told.code, told.tag)
        if told.place is not None:
            yield segment("UCS", str(told.place), told.code)
