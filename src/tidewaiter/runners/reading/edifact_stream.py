"""EDIFACT stream: the text of interchanges in blocks that end with a message, whatever a block of the file cuts."""

from collections.abc import Iterator
from typing import Final

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.edifact_signs import Signs
from tidewaiter.runners.reading.text import LINE_MAX

TRAILER_MAX: Final = 1 << 10
"""A trailer (UNT) is a few dozen bytes; what is longer is none."""

BLANKS: Final = b"\r\n \t"


def blocks(pieces: Iterator[bytes], signs: Signs, name: str, size: int) -> Iterator[tuple[bytes, bool]]:
    """Blocks of at least ``size`` bytes, each ending with the trailer of a message, and at last what is left.

    True comes with the last one. ``UnusableInput`` for a message without end.
    """
    held, searched = b"", 0
    waiting: list[bytes] = []
    have = 0
    for piece in pieces:
        waiting.append(piece)
        have += len(piece)
        if len(held) + have < size:
            continue
        held, waiting, have = b"".join((held, *waiting)), [], 0
        stop = _last_end(held, signs, searched)
        if stop:
            yield held[:stop], False
            held = held[stop:]
        elif len(held) > LINE_MAX:
            raise UnusableInput(
                f"{name} has a message of more than {LINE_MAX >> 20} MiB. Nothing of the file was taken; check that "
                f"its segments end with {chr(signs.terminator)!r}."
            )
        searched = 0 if stop else max(0, len(held) - TRAILER_MAX)
    yield b"".join((held, *waiting)), True


def _last_end(text: bytes, signs: Signs, start: int) -> int:
    """Where the last whole trailer behind ``start`` ends; 0 for none."""
    trailer = b"UNT" + bytes([signs.element])
    at = text.rfind(trailer, start)
    while at >= 0:
        end = _end(text, at, signs) if _begins(text, at, signs) else 0
        if end:
            return end
        at = text.rfind(trailer, start, at)
    return 0


def _begins(text: bytes, at: int, signs: Signs) -> bool:
    """True where a segment begins: behind a terminator that nothing releases, blanks between them."""
    before = at - 1
    while before >= 0 and text[before] in BLANKS and text[before] != signs.terminator:
        before -= 1
    return before < 0 or (text[before] == signs.terminator and not _is_released(text, before, signs))


def _end(text: bytes, at: int, signs: Signs) -> int:
    """The byte after the terminator of the segment that begins at a byte; 0 where it is too far or not there yet."""
    end = at
    while (end := text.find(signs.terminator, end + 1, at + TRAILER_MAX)) > 0:
        if not _is_released(text, end, signs):
            return end + 1
    return 0


def _is_released(text: bytes, at: int, signs: Signs) -> bool:
    """True where an odd number of release characters stands before a byte."""
    if signs.release < 0:
        return False
    first = at
    while first > 0 and text[first - 1] == signs.release:
        first -= 1
    return (at - first) % 2 == 1
