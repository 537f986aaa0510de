"""EDIFACT rows: one message a filing becomes one row a goods line, a block of messages at a time."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Final

import numpy as np
import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.carrier import Carrier, Raw, Unread
from tidewaiter.runners.reading.csv_records import FIELD_MAX
from tidewaiter.runners.reading.edifact_columns import Gathered
from tidewaiter.runners.reading.edifact_cuts import Cuts, code, cut
from tidewaiter.runners.reading.edifact_frames import (
    UNH,
    UNS,
    UNT,
    Envelope,
    Messages,
    frame_faults,
    messages_of,
    text_of,
)
from tidewaiter.runners.reading.edifact_layouts import layout_of, place_in
from tidewaiter.runners.reading.edifact_signs import signs_of
from tidewaiter.runners.reading.edifact_stream import blocks
from tidewaiter.runners.reading.encodings import is_utf8
from tidewaiter.runners.reading.rejects import Rejects, not_in
from tidewaiter.runners.reading.sheet_choice import asked_for, chosen_sheet, known
from tidewaiter.runners.reading.text import Text
from tidewaiter.runners.reading.text_views import PADDING, Flags, Places

PIECE: Final = 1 << 20
BLOCK_MAX: Final = 4 << 20
TELLING: Final = 1 << 16
"""So many bytes tell which data elements a file uses."""

PARTS_MAX: Final = 99
EVENT_TYPES: Final = frozenset({"EMSEVT", "RESDIT", "CARDIT", "IFTSTA"})
"""Types of messages that tell what happened and file nothing."""

Found = tuple[Flags, str, str]


class EdifactRows(Carrier):
    """One file of EDIFACT interchanges being read; its records are the messages."""

    name = "edifact"
    is_flat = False

    def __init__(self, text: Text, sheets: Sequence[SenderSheet], wanted: str | None, block_bytes: int) -> None:
        """Read the first messages to choose the sheet; raises ``UnusableInput`` where none fits."""
        self._text, self._signs = text, signs_of(text.start, text.name)
        size = min(block_bytes, BLOCK_MAX)
        stream = blocks(text.pieces(min(size, PIECE)), self._signs, text.name, size)
        first = next(stream)
        self._blocks = chain([first], stream)
        self.columns: list[str] = []
        self.sheet, self.columns = self._chosen(first[0], sheets, wanted)

    @property
    def encoding(self) -> str:
        """As far as it is known by now."""
        return self._text.encoding

    def pieces(self) -> Iterator[Unread]:
        """One batch a block, read at once: later messages may have data elements that earlier ones did not have."""
        envelope = Envelope(self._text.name)
        for block, is_last in self._blocks:
            cuts = cut(block, self._signs)
            messages = messages_of(cuts)
            envelope.take(cuts, messages)
            if messages.count:
                raw = Batch(cuts, messages, self.sheet, self.encoding).raw(self.records)
                self.columns += [name for name in raw.frame.columns if name not in set(self.columns)]
                self.records += messages.count
                yield partial(_same, raw)
            if is_last:
                envelope.finish(cuts.rest)

    def _chosen(self, block: bytes, sheets: Sequence[SenderSheet], wanted: str | None) -> tuple[SenderSheet, list[str]]:
        """The sheet named, or of those for the type of message the sender's own, or else the one that knows most.

        The type says what data elements mean, so that nothing more is asked of a sheet than to name the filing.
        """
        cuts = cut(_beginning(block), self._signs)
        kind, sender = _kind_and_sender(cuts)
        ours = [sheet for sheet in asked_for(sheets, wanted) if sheet.carrier == self.name]
        fitting = [sheet for sheet in ours if sheet.message == kind and (wanted or sheet.sender in {"", sender})]
        if not fitting and kind in EVENT_TYPES and not wanted:
            raise UnusableInput(
                f"{self._text.name} holds movement events ({kind}), no filings. Name it with --events and the filings "
                "alone."
            )
        if not fitting:
            types = sorted({sheet.message for sheet in ours})
            raise UnusableInput(
                f"{self._text.name} holds EDIFACT messages of the type {kind or 'none'}; "
                f"{'the format named' if wanted else 'sender sheets'} read {', '.join(types) or 'no EDIFACT'}."
            )
        told = {sheet.name: Batch(cuts, messages_of(cuts), sheet, self.encoding).raw(0).frame for sheet in fitting}
        ranked = sorted(fitting, key=lambda it: (not it.sender, -known(it, told[it.name].columns), it.name))
        sheet, columns = ranked[0], told[ranked[0].name].columns
        if columns:
            chosen_sheet(columns, [sheet], sheet.name, self._text.name)
        return sheet, columns


class Batch:
    """The messages of a block, laid out as rows by a sheet."""

    def __init__(self, cuts: Cuts, messages: Messages, sheet: SenderSheet, encoding: str) -> None:
        """Find out where goods lines begin."""
        self._cuts, self._messages, self._sheet, self._encoding = cuts, messages, sheet, encoding
        self._begins = (cuts.tags == code(sheet.items)) if sheet.items else np.zeros(cuts.segments, dtype=np.bool_)
        self._begins &= messages.of_segment >= 0

    def raw(self, before: int) -> Raw:
        """Rows of the sound messages, numbered on from those ``before``; each of the others is one reject."""
        rejects = Rejects()
        is_sound = self._sound(before, rejects)
        of_segment = self._messages.of_segment
        is_kept = (of_segment >= 0) & is_sound[np.maximum(of_segment, 0)] if len(is_sound) else of_segment >= 0
        is_said = is_kept & ~np.isin(self._cuts.tags, (UNH, UNT, UNS))
        lines = np.cumsum(self._begins & is_kept)
        number = np.cumsum(is_sound) - 1
        in_line = self._in_lines()
        items = Gathered(self._cuts, self._sheet, int(lines[-1]) if len(lines) else 0, f"{self._sheet.items}.")
        heads = Gathered(self._cuts, self._sheet, int(is_sound.sum()), "")
        at = np.flatnonzero(is_said & in_line)
        items.take(at, lines[at] - 1)
        at = np.flatnonzero(is_said & ~in_line)
        heads.take(at, number[of_segment[at]])
        owners = of_segment[self._begins & is_kept] if self._sheet.items else np.flatnonzero(is_sound)
        of_heads = {name: told.gather(pl.Series(number[owners])) for name, told in heads.columns.items()}
        return Raw(pl.DataFrame({**of_heads, **items.columns}), pl.Series(owners + before + 1), rejects.frame())

    def _in_lines(self) -> Flags:
        """Segments that say something of a goods line: from its beginning up to the summary of the message."""
        messages, cuts = self._messages, self._cuts
        if not messages.count:
            return np.zeros(cuts.segments, dtype=np.bool_)
        lines, is_end = np.cumsum(self._begins), (cuts.tags == UNS) & self._is_summary()
        ends, first, at = np.cumsum(is_end), messages.first, np.maximum(messages.of_segment, 0)
        is_open: Flags = lines > (lines[first] - self._begins[first])[at]
        if is_end.any():
            is_open &= ends == (ends[first] - is_end[first])[at]
        return is_open

    def _is_summary(self) -> Flags:
        at = np.flatnonzero(self._cuts.tags == UNS)
        found = np.zeros(self._cuts.segments, dtype=np.bool_)
        found[at] = self._cuts.keys(self._cuts.token(at, 1)) == ord("S")
        return found

    def _sound(self, before: int, rejects: Rejects) -> Flags:
        """True for messages that can become rows; each of the others is one more reject, for what is wrong first."""
        is_sound = np.ones(self._messages.count, dtype=np.bool_)
        for is_hit, rule, sentence in self._faults() if len(is_sound) else ():
            for at in map(int, np.flatnonzero(is_hit & is_sound)):
                first, last = int(self._messages.first[at]), int(self._messages.last[at])
                told = self._cuts.text(int(self._cuts.token(np.array([last]), 1)[0]))
                message = sentence.format(told=told[:20] or "nothing", counted=last - first + 1) if sentence else ""
                original, named = text_of(self._cuts, first, last), self._named(first, last)
                rejects.add(before + at + 1, rule, original, consignment_id=named, message=message)
            is_sound &= ~is_hit
        return is_sound

    def _faults(self) -> Iterator[Found]:
        cuts, messages = self._cuts, self._messages
        yield from (
            (is_hit, "ROW-08", sentence) for is_hit, sentence in frame_faults(cuts, messages, self._sheet.message)
        )
        if cuts.block.find(b"\0", 0, -len(PADDING)) >= 0:
            nul = np.flatnonzero(cuts.bytes[: -len(PADDING)] == 0)
            yield self._hit(self._segments_of(nul)), "ROW-03", ""
        if not is_utf8(cuts.block):
            yield self._foul(), "ROW-02", not_in(self._encoding)
        long = np.flatnonzero(cuts.ends - cuts.starts > FIELD_MAX)
        yield self._hit(self._segments_of(cuts.starts[long])), "ROW-05", ""
        yield (
            self._hit(self._overfull()),
            "ROW-08",
            (f"A segment of the message has more than {PARTS_MAX} parts. Release separators within texts."),
        )
        if self._sheet.items:
            yield np.bincount(messages.of_segment[self._begins], minlength=messages.count) == 0, "ROW-06", ""

    def _overfull(self) -> Places:
        """Segments of more parts than any directory has."""
        cuts = self._cuts
        parts = np.diff(cuts.elements, prepend=-1)
        sizes = np.diff(cuts.heads)
        elements = np.flatnonzero(parts > PARTS_MAX)
        return np.concatenate((np.flatnonzero(sizes > PARTS_MAX), np.searchsorted(cuts.heads, elements, "right") - 1))

    def _segments_of(self, at: Places) -> Places:
        """The segments that bytes of the block belong to."""
        closing = self._cuts.ends[self._cuts.elements[self._cuts.heads[1:] - 1]]
        segments = np.searchsorted(closing, at)
        return segments[segments < self._cuts.segments]

    def _hit(self, segments: Places) -> Flags:
        """Messages that have one of these segments."""
        found = np.zeros(self._messages.count, dtype=np.bool_)
        hit = self._messages.of_segment[segments]
        found[hit[hit >= 0]] = True
        return found

    def _foul(self) -> Flags:
        """Messages that hold bytes their encoding does not have."""
        pairs = zip(self._messages.first, self._messages.last, strict=True)
        return np.array([not is_utf8(text_of(self._cuts, int(first), int(last))) for first, last in pairs])

    def _named(self, first: int, last: int) -> str | None:
        """What a message says where the filing's reference should stand."""
        for path, filled in self._sheet.columns.items():
            tag, number = place_in(path)
            if self._sheet.key not in filled or not tag:
                continue
            segments = np.arange(first, last + 1)
            at = segments[self._cuts.tags[segments] == code(tag)][:1]
            places = [place for place, name in layout_of(tag).names.items() if name == number]
            if len(at) and places:
                return self._cuts.text(int(self._cuts.token(at, *places[0])[0])).strip() or None
        return None


def _same(raw: Raw) -> Raw:
    return raw


def _beginning(block: bytes) -> bytes:
    """The first messages of a block, as few as tell enough."""
    at = block.find(b"UNH", TELLING)
    return block if at < 0 else block[:at]


def _kind_and_sender(cuts: Cuts) -> tuple[str, str]:
    """The type of the first message and who sends it."""
    headers, opened = np.flatnonzero(cuts.tags == UNH)[:1], np.flatnonzero(cuts.tags == code("UNB"))[:1]
    kind = cuts.text(int(cuts.token(headers, 2)[0])) if len(headers) else ""
    return kind, cuts.text(int(cuts.token(opened, 2)[0])) if len(opened) else ""
