"""Repair of a damaged export of the tariff schedule: what is certain is mended, every other line is put in doubt."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tidewaiter.reference.us_hts_faults import (
    COLUMN_2,
    FILLED_DOWN,
    GENERAL,
    LOST_A_ZERO,
    LOST_ZEROS,
    OTHER_FORM,
    PADDED,
    PADDED_PERCENTAGE,
    SPECIAL,
    Fault,
)
from tidewaiter.reference.us_hts_file import Line

CERTAIN: Final = (LOST_A_ZERO, LOST_ZEROS, FILLED_DOWN, PADDED_PERCENTAGE)
"""Damage that leaves no doubt about a rate.

A number ``NNNN.N`` can only have been ``NNNN.N0``, and subheadings have no rate. A rate that repeats
the one above on a line that never has one of its own is left out; a line with a rate of its own is never published
without one, so nothing was filled into it. A
percentage that a program shows with two decimals of which the last is 0 is exact: no fraction of a denominator up to 16
rounds to such a one without being it."""

TWO_DECIMALS: Final = re.compile(r"[0-9]+\.[0-9][1-9] ?%")
PADDING: Final = re.compile(r"(\.[0-9])0 ?%")


@dataclass(frozen=True, slots=True)
class Repaired:
    """Lines as far as they are certain. ``doubts`` says by row why a line's own rate is not."""

    lines: tuple[Line, ...]
    doubts: Mapping[int, str]


def repaired(lines: Sequence[Line], found: Sequence[Fault]) -> Repaired:
    """Mend what can only have been one thing; doubt every line with any other fault.

    A text of another rate column that is in doubt is left out. A line whose number is in doubt is left out. In a file
    whose percentages were formatted to two decimals, one that needs both may have been rounded and is in doubt.
    """
    by_row: dict[int, list[Fault]] = {}
    for fault in found:
        by_row.setdefault(fault.row, []).append(fault)
    is_formatted = any(fault.kind == PADDED_PERCENTAGE for fault in found)
    mended = [_mended(line, by_row.get(line.row, ()), is_formatted=is_formatted) for line in lines]
    doubts = {line.row: reason for line, reason in mended if reason and line.number}
    return Repaired(tuple(line for line, _ in mended), doubts)


def _mended(line: Line, found: Sequence[Fault], *, is_formatted: bool) -> tuple[Line, str]:
    kinds = {fault.kind for fault in found}
    doubtful = [fault for fault in found if fault.kind not in CERTAIN]
    reasons = [fault.kind for fault in doubtful if fault.column in {"", GENERAL}]
    if is_formatted and TWO_DECIMALS.fullmatch(line.general) and FILLED_DOWN not in kinds:
        reasons.append("percentage that may have been rounded")
    unsure = {fault.column for fault in doubtful}
    if LOST_A_ZERO in kinds:
        line = replace(line, number=f"{line.number}0")
    if OTHER_FORM in kinds:
        line = replace(line, number="")
    line = replace(
        line,
        general="" if FILLED_DOWN in kinds else _unpadded(line.general),
        special="" if SPECIAL in unsure else _unpadded(line.special),
        column_2="" if COLUMN_2 in unsure else _unpadded(line.column_2),
    )
    return line, ", ".join(dict.fromkeys(reasons))


def _unpadded(text: str) -> str:
    return PADDING.sub(r"\1%", text) if PADDED.search(text) else text
