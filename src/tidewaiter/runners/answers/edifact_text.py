"""EDIFACT text: segments written with their separators released, and interchanges whose counts are true."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

RELEASED: Final = str.maketrans({sign: f"?{sign}" for sign in "?+:'"} | dict.fromkeys(map(chr, range(32)), " "))
PART_CHARS: Final = 512
PARTS_MAX: Final = 5
"""A text (C108) is at most five parts of 512 characters; what is longer is cut."""

Element = str | Sequence[str]


def segment(tag: str, *elements: Element) -> str:
    """One segment; elements of several components are sequences, empty ones at the end are left out."""
    told = [_trimmed(":", [element] if isinstance(element, str) else element) for element in elements]
    while told and not told[-1]:
        told.pop()
    return "+".join((tag, *told)) + "'"


def free_text(text: str) -> list[str]:
    """A text as the components of one element."""
    return [text[start : start + PART_CHARS] for start in range(0, len(text), PART_CHARS)][:PARTS_MAX]


def message(number: int, kind: Sequence[str], body: Sequence[str]) -> str:
    """A message around its segments."""
    header = segment("UNH", str(number), kind)
    return "\n".join((header, *body, segment("UNT", str(len(body) + 2), str(number)))) + "\n"


def interchange(
    sender: Element,
    recipient: Element,
    when: tuple[str, str],
    reference: str,
    messages: Iterable[str],
    *,
    has_advice: bool = True,
) -> Iterator[bytes]:
    """An interchange in UTF-8 (UNOW) around its messages, piece by piece; ``when`` is day (YYMMDD) and time (HHMM).

    ``has_advice``: UNA stands before it, which only the first of a file may have.
    """
    advice = "UNA:+.? '\n" if has_advice else ""
    yield f"{advice}{segment('UNB', ('UNOW', '4'), sender, recipient, when, reference)}\n".encode()
    count = 0
    for told in messages:
        count += 1
        yield told.encode()
    yield f"{segment('UNZ', str(count), reference)}\n".encode()


def day_of(receipt: Mapping[str, Any]) -> tuple[str, str]:
    """Day and time of an answer: those of the run's order, so that the same run is always answered alike."""
    day = str(receipt.get("run", {}).get("on") or "")
    return (day[2:10].replace("-", ""), "0000") if len(day) == len("2026-01-01") else ("000101", "0000")


def _trimmed(sign: str, parts: Sequence[str]) -> str:
    told = [part.translate(RELEASED) for part in parts]
    while told and not told[-1]:
        told.pop()
    return sign.join(told)
