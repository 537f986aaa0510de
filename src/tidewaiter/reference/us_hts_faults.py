"""What a damaged edition of the tariff schedule gives away: checks on its lines, every fault named with its place."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

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
MANGLED: Final = re.compile("[ÂÃ?\ufffd]")
"""What another encoding leaves of a letter; no rate asks a question."""
GENERAL: Final = "general"
SPECIAL: Final = "special"
COLUMN_2: Final = "column 2"

LOST_A_ZERO: Final = "number lost a trailing zero"
LOST_ZEROS: Final = "numbers lost their last two zeros"
OTHER_FORM: Final = "number of another form"
FILLED_DOWN: Final = "rate filled down"
STRAY: Final = "rate beside that of its line"
PADDED_PERCENTAGE: Final = "percentage with a trailing zero"
WHOLE_DIGITS: Final = (8, 10)
"""A rate stands on a line of this many digits, never above."""

DEEPEST_STEP: Final = 2
"""How far below the line above it a statistical line is known to stand in published editions."""


class Fault(NamedTuple):
    """What kind of damage and where it shows; ``row`` is that of the line, ``column`` the rate column it concerns.

    ``row`` 0: the fault is of the whole file.
    """

    kind: str
    where: str
    row: int = 0
    column: str = ""


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
    return "; ".join(f"{count} x {kind}" for kind, count in Counter(fault.kind for fault in found).most_common())


def _number_faults(lines: Sequence[Line]) -> Iterator[Fault]:
    times = Counter(line.number for line in lines if line.number)
    for line in lines:
        if not line.number:
            continue
        if LOST_ZERO.fullmatch(line.number):
            yield Fault(LOST_A_ZERO, f"{line.place}: {line.number} for {line.number}0", line.row)
        elif not NUMBER.fullmatch(line.number):
            yield Fault(OTHER_FORM, f"{line.place}: '{line.number}'", line.row)
        if times[line.number] > 1:
            yield Fault("number not unique", f"{line.place}: stands {times[line.number]} times", line.row)
    there = {number[:2] for number in times}
    for chapter in CHAPTERS:
        if chapter not in there:
            yield Fault("chapter missing", f"chapter {chapter}: the file is cut or filtered")
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
        yield Fault(LOST_ZEROS, f"no number NNNN.00 is left; suspected: {', '.join(lost)}")


def _order_faults(lines: Sequence[Line]) -> Iterator[Fault]:
    """Lines that stand apart from the longest run of ascending numbers."""
    numbered = [line for line in lines if _is_well_formed(line)]
    ends: list[str] = []
    ranks = []
    for line in numbered:
        rank = bisect_right(ends, line.code)
        ends[rank : rank + 1] = [line.code]
        ranks.append(rank)
    wanted = len(ends) - 1
    apart = []
    for line, rank in zip(reversed(numbered), reversed(ranks), strict=True):
        if rank == wanted:
            wanted -= 1
        else:
            apart.append(line)
    for line in reversed(apart):
        yield Fault("out of order", f"{line.place}: stands apart from the numbers around it", line.row)


def _is_well_formed(line: Line) -> bool:
    """True where a line has a number that can be one."""
    return bool(NUMBER.fullmatch(line.number) or LOST_ZERO.fullmatch(line.number))


def _tree_faults(lines: Sequence[Line]) -> Iterator[Fault]:
    """Indents are whole numbers that deepen one step at a time; a number continues the one it stands below.

    Statistical lines (ten digits) may stand two steps below their eight-digit line.
    """
    above: list[tuple[int, str]] = []
    for line in lines:
        if not (line.indent.isascii() and line.indent.isdecimal()):
            yield Fault("indent is no number", f"{line.place}: '{line.indent}'", line.row)
            continue
        depth = int(line.indent)
        deepest = above[-1][0] if above else -1
        above = [(indent, code) for indent, code in above if indent < depth]
        parent = next((code for _, code in reversed(above) if code), "")
        code = line.code if _is_well_formed(line) else ""
        is_statistical = len(code) == len(parent) + 2 == max(WHOLE_DIGITS) and code.startswith(parent)
        if depth > deepest + (DEEPEST_STEP if is_statistical else 1):
            yield Fault("indent skips a step", f"{line.place}: {depth} after {deepest}", line.row)
        if code and not code.startswith(parent) and not code.startswith(SPECIAL_PROVISIONS):
            yield Fault("below a line it does not continue", f"{line.place}: stands below {parent}", line.row)
        above.append((depth, code))


def _rate_faults(lines: Sequence[Line]) -> Iterator[Fault]:
    """A program that fills down repeats the rate above; any other text on a line without a rate is in doubt."""
    eight_digits = {line.code for line in lines if len(line.code) == min(WHOLE_DIGITS)}
    above = ""
    for line in lines:
        is_statistical = len(line.code) == max(WHOLE_DIGITS) and line.code[:8] in eight_digits
        may_have_rate = len(line.code) in WHOLE_DIGITS and not is_statistical
        if line.general and not may_have_rate:
            where = f"{line.place}: '{line.general}' on a line that has none of its own"
            yield Fault(FILLED_DOWN if line.general == above else STRAY, where, line.row)
        if may_have_rate and not line.general and not line.code.startswith(SPECIAL_PROVISIONS):
            yield Fault("rate missing", f"{line.place}: no general rate", line.row)
        above = line.general


def _text_faults(lines: Sequence[Line]) -> Iterator[Fault]:
    """What a spreadsheet program makes of rates: it rounds fractions, pads decimals, drops signs, breaks letters."""
    for line in lines:
        for column, text in ((GENERAL, line.general), (SPECIAL, line.special), (COLUMN_2, line.column_2)):
            if not text:
                continue
            where = f"{line.place}, {column}: '{text}'"
            if ROUNDED.search(text):
                yield Fault("fraction rounded", where, line.row, column)
            elif PADDED.search(text):
                yield Fault(PADDED_PERCENTAGE, where, line.row, column)
            if BARE.fullmatch(text):
                yield Fault("rate without a sign", where, line.row, column)
            if MANGLED.search(text):
                yield Fault("letters broken by another encoding", where, line.row, column)
