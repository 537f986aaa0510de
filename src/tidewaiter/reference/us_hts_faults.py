"""What a damaged edition of the tariff schedule gives away: checks on its lines, every fault named with its place."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tidewaiter.reference.us_hts_file import Line

SPECIAL_PROVISIONS: Final = ("98", "99")
"""Chapters whose lines are conditions on goods of other chapters, with references instead of rates."""

RESERVED_CHAPTER: Final = "77"
CHAPTERS: Final = tuple(f"{number:02}" for number in range(1, 100) if f"{number:02}" != RESERVED_CHAPTER)

NUMBER: Final = re.compile(r"\d{4}(?:\.\d{2}){0,3}")
LOST_ZERO: Final = re.compile(r"\d{4}\.\d")
PADDED: Final = re.compile(r"\.\d0 ?%")
ROUNDED: Final = re.compile(r"\d\.(?:33|66|67)\d* ?%")
BARE: Final = re.compile(r"\d+(?:\.\d+)?")
MANGLED: Final = re.compile("[ÂÃ\ufffd]")
WHOLE_DIGITS: Final = (8, 10)
"""A rate stands on a line of this many digits, never above."""

Fault = tuple[str, str]
"""What kind of damage, and where it shows."""


def faults(lines: Sequence[Line]) -> list[Fault]:
    """Every fault of an edition; an edition as published has none."""
    return [
        *_number_faults(lines),
        *_order_faults(lines),
        *_tree_faults(lines),
        *_rate_faults(lines),
        *_text_faults(lines),
    ]


def summary(found: Sequence[Fault]) -> str:
    """Kinds of damage with their counts, the commonest first."""
    return "; ".join(f"{count} x {kind}" for kind, count in Counter(kind for kind, _ in found).most_common())


def _number_faults(lines: Sequence[Line]) -> Iterator[Fault]:
    times = Counter(line.number for line in lines if line.number)
    for line in lines:
        if not line.number:
            continue
        if LOST_ZERO.fullmatch(line.number):
            yield "number lost a trailing zero", f"{line.place}: {line.number} for {line.number}0"
        elif not NUMBER.fullmatch(line.number):
            yield "number of another form", f"{line.place}: '{line.number}'"
        if times[line.number] > 1:
            yield "number not unique", f"{line.place}: stands {times[line.number]} times"
    there = {number[:2] for number in times}
    for chapter in CHAPTERS:
        if chapter not in there:
            yield "chapter missing", f"chapter {chapter}: the file is cut or filtered"
    yield from _lost_double_zeros(line for line in lines if line.number and not line.number.startswith("0"))


def _lost_double_zeros(numbered: Iterable[Line]) -> Iterator[Fault]:
    """``2709.00`` read as a number is ``2709``: then no six-digit number of the whole file ends in two zeros.

    A number that starts with zero stays text in a spreadsheet, so those prove nothing and are left out.
    """
    below: dict[str, set[str]] = defaultdict(set)
    headings = []
    for line in numbered:
        if len(line.code) > len("2709"):
            below[line.code[:4]].add(line.code[4:6])
        else:
            headings.append(line)
        if len(line.code) == len("270900") and line.code.endswith("00"):
            return
    lost = [line.number for line in headings if below[line.code] == {"00"}]
    if lost:
        yield "numbers lost their last two zeros", f"no number NNNN.00 is left; suspected: {', '.join(lost)}"


def _order_faults(lines: Sequence[Line]) -> Iterator[Fault]:
    last = ""
    for line in lines:
        if line.code and line.code < last:
            yield "out of order", f"{line.place}: stands after {last}"
        last = max(last, line.code)


def _tree_faults(lines: Sequence[Line]) -> Iterator[Fault]:
    """Indents are whole numbers that deepen one step at a time; a number continues the one it stands below.

    Statistical lines (ten digits) are known to stand two steps below their eight-digit line in published editions.
    """
    above: list[tuple[int, str]] = []
    for line in lines:
        if not (line.indent.isascii() and line.indent.isdecimal()):
            yield "indent is no number", f"{line.place}: '{line.indent}'"
            continue
        depth = int(line.indent)
        deepest = above[-1][0] if above else -1
        above = [(indent, code) for indent, code in above if indent < depth]
        parent = next((code for _, code in reversed(above) if code), "")
        is_statistical = len(line.code) == len(parent) + 2 == max(WHOLE_DIGITS) and line.code.startswith(parent)
        if depth > deepest + 1 and not is_statistical:
            yield "indent skips a step", f"{line.place}: {depth} after {deepest}"
        if line.code and not line.code.startswith(parent) and not line.code.startswith(SPECIAL_PROVISIONS):
            yield "below a line it does not continue", f"{line.place}: stands below {parent}"
        above.append((depth, line.code))


def _rate_faults(lines: Sequence[Line]) -> Iterator[Fault]:
    eight_digits = {line.code for line in lines if len(line.code) == min(WHOLE_DIGITS)}
    for line in lines:
        is_statistical = len(line.code) == max(WHOLE_DIGITS) and line.code[:8] in eight_digits
        may_have_rate = len(line.code) in WHOLE_DIGITS and not is_statistical
        if line.general and not may_have_rate:
            yield "rate filled down", f"{line.place}: '{line.general}' on a line that has none of its own"
        if may_have_rate and not line.general and not line.code.startswith(SPECIAL_PROVISIONS):
            yield "rate missing", f"{line.place}: no general rate"


def _text_faults(lines: Sequence[Line]) -> Iterator[Fault]:
    """What a spreadsheet program makes of rates: it rounds fractions, pads decimals, drops signs, breaks letters."""
    for line in lines:
        for column, text in (("general", line.general), ("special", line.special), ("column 2", line.column_2)):
            if not text:
                continue
            if ROUNDED.search(text):
                yield "fraction rounded", f"{line.place}, {column}: '{text}'"
            elif PADDED.search(text):
                yield "percentage with a trailing zero", f"{line.place}, {column}: '{text}'"
            if BARE.fullmatch(text):
                yield "rate without a sign", f"{line.place}, {column}: '{text}'"
            if MANGLED.search(text):
                yield "letters broken by another encoding", f"{line.place}, {column}: '{text}'"
