"""EDIFACT frames: messages from header to trailer, interchanges around them, and whether their counts are true."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from tidewaiter.model.errors import BrokenInterchange
from tidewaiter.runners.reading.edifact_cuts import NONE, Cuts, code, tag_of
from tidewaiter.runners.reading.text_views import Flags, Places

UNH, UNT, UNS = code("UNH"), code("UNT"), code("UNS")
UNA, UNB, UNG, UNE, UNZ = (code(tag) for tag in ("UNA", "UNB", "UNG", "UNE", "UNZ"))
AROUND: Final = (UNA, UNB, UNG, UNE, UNZ)
"""Segments that stand around messages."""


@dataclass(frozen=True)
class Messages:
    """Messages of a block: their first and last segments, and the message of each segment (-1: around them).

    A message begins with its header or, where that is missing, right behind the one before it; it ends with its trailer
    or before the next begins. So every segment is part of one or stands around them.
    """

    first: Places
    last: Places
    of_segment: Places
    around: Places

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.first)


def messages_of(cuts: Cuts) -> Messages:
    """The messages of a block that begins outside of one."""
    tags = cuts.tags
    is_around = np.isin(tags, AROUND)
    is_after = np.concatenate(([True], is_around[:-1] | (tags[:-1] == UNT)))[: len(tags)]
    begins = ~is_around & ((tags == UNH) | is_after)
    of_segment = np.where(is_around, -1, np.cumsum(begins) - 1)
    ends = ~is_around & np.concatenate((begins[1:] | is_around[1:], [True]))[: len(tags)]
    return Messages(np.flatnonzero(begins), np.flatnonzero(ends), of_segment, np.flatnonzero(is_around))


def text_of(cuts: Cuts, first: int, last: int) -> bytes:
    """Segments as they stand in the file."""
    start = cuts.starts[cuts.elements[cuts.heads[first] - 1] + 1 if cuts.heads[first] else 0]
    return cuts.block[start : cuts.ends[cuts.elements[cuts.heads[last + 1] - 1]] + 1]


@dataclass
class Envelope:
    """Interchanges and groups as they open and close, told block by block; raises as soon as a count is wrong."""

    name: str
    messages: int = 0
    groups: int = 0
    reference: str | None = None
    group: str | None = None
    in_group: int = 0
    total: int = 0
    opened: int = 0

    def take(self, cuts: Cuts, messages: Messages) -> None:
        """Follow one block. ``BrokenInterchange`` with the figures where what is said is not what is there."""
        done = 0
        for at, count in zip(messages.around, np.searchsorted(messages.first, messages.around), strict=True):
            self._count(int(count) - done)
            done = int(count)
            self._follow(cuts, int(at))
        self._count(messages.count - done)

    def finish(self, rest: bytes) -> None:
        """The end of the file: everything is closed and nothing left over."""
        if rest.strip():
            self._refuse(f"its last segment is not ended ({rest.strip()[:40].decode(errors='replace')!r})", "18")
        if self.reference is not None:
            self._refuse(f"the interchange {self.reference!r} has no UNZ after {self.messages:,} messages", "13", "UNZ")

    def _count(self, more: int) -> None:
        if more and self.reference is None:
            self._refuse("it has a message outside of an interchange (UNB to UNZ)", "33", "UNH")
        self.messages += more
        self.in_group += more
        self.total += more

    def _follow(self, cuts: Cuts, at: int) -> None:
        tag, segment = int(cuts.tags[at]), np.array([at])
        if tag == UNA:
            if text_of(cuts, at, at) != cuts.signs.advice:
                self._refuse("it changes its separators (UNA) on the way", "22", "UNA")
            return
        is_in, is_grouped = self.reference is not None, self.group is not None
        wanted = {UNB: not is_in, UNG: is_in and not is_grouped, UNE: is_grouped, UNZ: is_in and not is_grouped}
        if not wanted[tag]:
            self._refuse(f"it has {tag_of(tag)} where none may stand, behind message {self.total:,}", "15", tag_of(tag))
        told = [cuts.text(int(cuts.token(segment, element)[0])) for element in (1, 2, 5)]
        if tag == UNB:
            self.reference, self.messages, self.groups = told[2], 0, 0
            self.opened += 1
        elif tag == UNG:
            self.group, self.in_group = told[2], 0
            self.groups += 1
        elif tag == UNE:
            self._compare("UNE", told, self.in_group, self.group)
            self.group = None
        else:
            self._compare("UNZ", told, self.groups or self.messages, self.reference)
            self.reference = None

    def _compare(self, tag: str, told: list[str], counted: int, reference: str | None) -> None:
        if not _is_number(told[0], counted):
            self._refuse(f"{tag} says {told[0] or 'nothing'} where {counted:,} were counted", "29", tag)
        if told[1] != reference:
            self._refuse(f"{tag} ends {told[1]!r}, but {reference!r} was begun", "28", tag)

    def _refuse(self, why: str, code: str, tag: str = "") -> None:
        sentence = f"{self.name} is no whole EDIFACT file: {why}. Nothing of it was taken; send it again."
        raise BrokenInterchange(sentence, code, tag)


def _is_number(told: str, counted: int) -> bool:
    return told.strip().isascii() and told.strip().isdigit() and len(told) < 20 and int(told) == counted  # noqa: PLR2004 - more digits than any count has


def untagged_in(cuts: Cuts, first: int, last: int) -> int:
    """Which segment of a message, from 1, has no tag; the first of them."""
    return int(np.flatnonzero(cuts.tags[first : last + 1] == NONE)[0]) + 1


def frame_faults(cuts: Cuts, messages: Messages, kind: str) -> list[tuple[Flags, str]]:
    """What can be wrong with the frame of a message: which ones it hits, and the sentence about it."""
    first, last = messages.first, messages.last
    sizes = last - first + 1
    told = cuts.texts(cuts.token(last, 1)).cast(pl.Int64, strict=False).fill_null(-1).to_numpy()
    ends, begins = cuts.texts(cuts.token(last, 2)), cuts.texts(cuts.token(first, 1))
    types = cuts.texts(cuts.token(first, 2))
    untagged = np.bincount(messages.of_segment[(cuts.tags == NONE) & (messages.of_segment >= 0)], minlength=len(first))
    return [
        (cuts.tags[first] != UNH, "The message does not begin with UNH. Begin it with its header."),
        (cuts.tags[last] != UNT, "The message has no UNT. End it with its trailer, and each segment with its sign."),
        (told != sizes, "UNT of the message says {told} segments where {counted} were counted. Send it whole."),
        (~begins.eq_missing(ends).to_numpy(), "UNH and UNT of the message carry different references."),
        (untagged > 0, "The message has a segment without a tag. Release separators within texts."),
        ((types != kind).fill_null(value=True).to_numpy(), f"The message is no {kind}. Send one kind a file."),
    ]
