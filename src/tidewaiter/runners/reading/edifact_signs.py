"""EDIFACT signs: which characters separate, and which set of characters a file is written in."""

import re
from dataclasses import dataclass
from typing import Final

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.encodings import is_utf8

BEGINS: Final = (b"UNA", b"UNB")
ADVICE: Final = 9
"""Length of the service string advice: UNA and the six signs."""

CHARACTER_SETS: Final = {
    b"UNOA": "ascii",
    b"UNOB": "ascii",
    b"UNOC": "iso8859_1",
    b"UNOD": "iso8859_2",
    b"UNOE": "iso8859_5",
    b"UNOF": "iso8859_7",
    b"UNOG": "iso8859_3",
    b"UNOH": "iso8859_4",
    b"UNOI": "iso8859_6",
    b"UNOJ": "iso8859_8",
    b"UNOK": "iso8859_9",
    b"UNOW": "utf-8",
    b"UNOY": "utf-8",
}
"""Syntax identifiers (data element 0001) of ISO 9735 and the encodings they stand for."""

_SYNTAX: Final = re.compile(rb"UNB[^A-Za-z0-9](UNO[A-Z])")


@dataclass(frozen=True, slots=True)
class Signs:
    """The separators of an interchange as bytes; ``release`` is -1 where none is used; ``advice`` is UNA as told."""

    component: int
    element: int
    release: int
    terminator: int
    advice: bytes = b""


DEFAULT: Final = Signs(ord(":"), ord("+"), ord("?"), ord("'"))


def is_edifact(start: bytes) -> bool:
    """True for text that begins as an interchange does."""
    return start.lstrip()[:3] in BEGINS


def signs_of(start: bytes, name: str) -> Signs:
    """The signs UNA tells, else the usual ones; ``UnusableInput`` for some that nobody could read by."""
    said = start.lstrip()[:ADVICE]
    if said[:3] != b"UNA":
        return DEFAULT
    component, element, _decimal, release, _reserved, terminator = said[3:].ljust(6)
    parts = [component, element, terminator, *([release] if release != ord(" ") else [])]
    if len(set(parts)) < len(parts) or any(part > 0x7E or chr(part).isalnum() or part == ord(" ") for part in parts):  # noqa: PLR2004 - the last visible sign of ASCII
        raise UnusableInput(
            f"{name} begins with UNA and separators that cannot be told apart ({said.decode(errors='replace')!r}). "
            "Write six signs after UNA, no letters or digits, none twice."
        )
    return Signs(component, element, -1 if release == ord(" ") else release, terminator, said)


def declared_encoding(head: bytes) -> str:
    """The encoding an interchange says it is written in; empty for other files and for unknown words."""
    said = _SYNTAX.search(head[:200]) if is_edifact(head) else None
    return CHARACTER_SETS.get(said[1], "") if said else ""


def as_declared(window: bytes, declared: str) -> str:
    """The encoding declared, unless bytes beyond ASCII prove to be UTF-8, as many senders write whatever they declare.

    Levels A and B have nothing beyond ASCII: what stands there is UTF-8 or foul, and told message by message.
    """
    is_whole = window[-1] < 0x80  # noqa: PLR2004 - the first byte beyond ASCII
    return "utf-8" if declared == "ascii" or is_utf8(window, is_whole=is_whole) else declared
