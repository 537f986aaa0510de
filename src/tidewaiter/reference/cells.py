"""What a cell of a publication must be: a code, a day, a number, a country; or a fault that says so."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from tidewaiter.model.codes import COUNTRIES
from tidewaiter.model.dates import FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR
from tidewaiter.reference.faults import Faults, Place
from tidewaiter.reference.tables import Row

FOREVER: Final = date(9999, 12, 31)
SCIENTIFIC: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
AS_NUMBER: Final = re.compile(r"[0-9]+[.,]0+")
SPREADSHEET: Final = "Take the code from the original and keep the column as text in the spreadsheet program."
NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def code_fault(code: str, lengths: Sequence[int]) -> str:
    """Why a text is no commodity code of one of ``lengths`` digits; empty where it is one. Nothing is ever padded.

    >>> code_fault("6.10E+09", (10,))
    "'6.10E+09' went through a spreadsheet program that took it for a number"
    >>> code_fault("101210000", (8, 10))
    "'101210000' has 9 digits: a leading zero may have been lost"
    >>> code_fault("6109100010", (10,))
    ''
    """
    if SCIENTIFIC.fullmatch(code) or AS_NUMBER.fullmatch(code):
        return f"'{code}' went through a spreadsheet program that took it for a number"
    if not (code.isascii() and code.isdecimal()):
        return f"'{code}' is no commodity code of digits alone"
    if len(code) in lengths:
        return ""
    has_lost = len(code) % 2 == 1 and len(code) + 1 in lengths
    tail = ": a leading zero may have been lost" if has_lost else f", not {' or '.join(map(str, lengths))}"
    return f"'{code}' has {len(code)} digits{tail}"


def code_of(row: Row, column: str, lengths: Sequence[int], faults: Faults) -> str:
    """The code of a cell; dots of its printed form do not count."""
    text = row[column]
    bare = text.replace(".", "") if re.fullmatch(r"[0-9]{4}(\.[0-9]{2})+", text) else text
    fault = code_fault(bare, lengths)
    if fault:
        faults.add(row.place, f"{column}: {fault}", SPREADSHEET)
    return bare


def day_of(row: Row, column: str, faults: Faults, *, may_be_empty: bool = False) -> date | None:
    """The day of a cell, written like 2026-10-01."""
    text = row[column]
    if not text:
        if not may_be_empty:
            faults.add(row.place, f"{column} is empty", "Give the day like 2026-10-01.")
        return None
    try:
        day = date.fromisoformat(text[:10]) if text[10:] in {"", " 00:00:00"} else None
    except ValueError:
        day = None
    if day is None or not FIRST_PLAUSIBLE_YEAR <= day.year <= LAST_PLAUSIBLE_YEAR:
        faults.add(row.place, f"{column}: '{text}' is no day of law", "Write it like 2026-10-01.")
        return None
    return day


def span_of(row: Row, faults: Faults) -> tuple[date | None, date | None]:
    """``valid_from`` and ``valid_to`` of a row, both included; an end before its start is a fault."""
    start = day_of(row, "valid_from", faults)
    end = day_of(row, "valid_to", faults, may_be_empty=True)
    if start and end and end < start:
        faults.add(row.place, f"valid_to {end} lies before valid_from {start}", "Both days count: mend one of them.")
    return start, end


def number_of(row: Row, column: str, faults: Faults) -> Fraction | None:
    """A number greater than nothing, written with a point, as an exact fraction."""
    text = row[column]
    if not NUMBER.fullmatch(text) or not Fraction(text):
        faults.add(row.place, f"{column}: '{text}' is no number above zero", "Write it with a point, like 1.0842.")
        return None
    return Fraction(text)


def country_of(row: Row, column: str, faults: Faults) -> str:
    """A country by its two letters."""
    if row[column] not in COUNTRIES:
        faults.add(row.place, f"{column}: nobody knows the country '{row[column]}'", "Write its ISO code, like DE.")
    return row[column]


Dated = tuple[Place, tuple[str, ...], date, date | None]
"""Where a dated fact stands, what it is about, its first and its last day."""


def refuse_overlaps(facts: Iterable[Dated], faults: Faults, name: Callable[[tuple[str, ...]], str] = " ".join) -> None:
    """Two facts about the same thing that hold on one day are a fault: nobody may guess which of them is the law."""
    last: dict[tuple[str, ...], Dated] = {}
    for fact in sorted(facts, key=lambda one: (one[1], one[2], one[3] or FOREVER)):
        place, about, start, end = fact
        earlier = last.get(about)
        if earlier and start <= (earlier[3] or FOREVER):
            is_same = (start, end) == earlier[2:]
            what = "stands there already for the same days" if is_same else f"overlaps the span from {earlier[2]}"
            faults.add(
                place,
                f"{name(about)} from {start} {what} ({earlier[0]})",
                "End the earlier one, or keep one of the two.",
                also=earlier[0],
            )
        if not earlier or (end or FOREVER) > (earlier[3] or FOREVER):
            last[about] = fact
