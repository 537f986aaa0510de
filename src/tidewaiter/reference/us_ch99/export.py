"""Chapter 99 as an export of the tariff prints it: headings with their words, days, countries and rates."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from tidewaiter.kit.rates.expression import Duty, Term
from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.printed import printed
from tidewaiter.reference.faults import Faults, Place
from tidewaiter.reference.us_ch99.words import MalformedDay, end_in, is_out_of_force, origins_in, start_in
from tidewaiter.reference.us_hts_file import Line, read_export

CHAPTER: Final = "9903"
APPLICABLE: Final = "applicable_duty"


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading: ``rate`` is what it adds (or, as ``is_floor``, what both duties reach); ``unresolved`` says why not.

    ``origins`` is empty for any country and nothing where the words do not tell.
    """

    number: str
    rate: str | None
    is_floor: bool
    origins: tuple[str, ...] | None
    valid_from: date | None
    valid_to: date | None
    is_out_of_force: bool
    unresolved: str


def headings_in(file: Path, faults: Faults) -> dict[str, Heading]:
    """All headings of chapter 99 in an export; a start that is no day is a fault."""
    lines = [
        line for line in read_export(file).lines if line.code.startswith(CHAPTER) and len(line.code) > len(CHAPTER)
    ]
    return {line.number: _heading(file, line, faults) for line in lines}


def _heading(file: Path, line: Line, faults: Faults) -> Heading:
    start, unresolved = None, ""
    try:
        start = start_in(line.description)
    except MalformedDay as damage:
        unresolved = str(damage)
        if not damage.is_open:
            faults.add(Place(file.name, line.row), f"{line.number}: {damage}", "Fetch the export again.")
    rate, is_floor = _rate(line)
    return Heading(
        line.number, rate, is_floor, origins_in(line.description), start, end_in(line.description),
        is_out_of_force(line.description), unresolved,
    )  # fmt: skip


def _rate(line: Line) -> tuple[str | None, bool]:
    """What a heading adds, and whether it is a floor: a bare share for goods whose ordinary duty is below it."""
    read = parse(line.general.rstrip("."), "us")
    if not isinstance(read, Duty):
        return None, False
    added = tuple(term for term in read.terms if term.unit != APPLICABLE)
    is_floor = len(added) == len(read.terms) and "less than" in line.description
    if len(added) != 1 or added[0].currency is not None:
        return None, False
    return printed(Duty((Term("", added[0].factor, added[0].unit),))), is_floor
