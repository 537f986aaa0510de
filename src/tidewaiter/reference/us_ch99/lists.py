"""The lists of goods that chapter 99 headings refer to: files of codes with the heading or the group they belong to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from tidewaiter.reference.cells import code_of, day_of
from tidewaiter.reference.faults import Faults
from tidewaiter.reference.tables import Columns, Row, read_rows

PREFIX_DIGITS: Final = (4, 6, 8, 10)
DIGITS: Final = (8, 10)

HEADED: Final = {
    "s301_product_lists": (Columns(("hts8", "ch99_code"), ("list",)), "hts8", DIGITS),
    "s232_derivative_products": (
        Columns(("hts_prefix", "ch99_code", "derivative_type"), ("effective_date",)), "hts_prefix", PREFIX_DIGITS,
    ),
    "s232_copper_products": (Columns(("hts10", "ch99_code")), "hts10", DIGITS),
    "s232_semi_products": (Columns(("hts10", "ch99_code"), ("heading", "description")), "hts10", DIGITS),
    "s201_solar_products": (Columns(("hts10", "ch99_code"), ("heading", "description")), "hts10", DIGITS),
    "fentanyl_carveout_products": (Columns(("hts8", "ch99_code", "category")), "hts8", DIGITS),
}  # fmt: skip
"""Lists whose rows name the heading they belong to: columns, the column of the code, its digits."""

ANNEX: Final = Columns(("hts_prefix", "annex", "metal_type", "effective_date"), ("source",))
IEEPA_EXEMPT: Final = Columns(("hts10",))
S122_EXEMPT: Final = Columns(("hts8",))
FLOOR_EXEMPT: Final = Columns(("hts8", "category", "country_group", "ch99_code"))
OF_CALENDAR: Final = (
    "revision effective_date policy_effective_date policy_event tpc_date tpc_policy_revision needs_review".split()
)
NAMED: Final = OF_CALENDAR[0]
CALENDAR: Final = Columns(tuple(OF_CALENDAR[:2]), tuple(OF_CALENDAR[2:]), nothing=("NA",))
OF_CONCORDANCE: Final = (
    "old_hts10 new_hts10 revision_from revision_to change_type description_old description_new similarity".split()
)
RENAMED_AT: Final = OF_CONCORDANCE[3]
CONCORDANCE: Final = Columns(tuple(OF_CONCORDANCE[:5]), tuple(OF_CONCORDANCE[5:]), nothing=("NA",))
CENSUS: Final = Columns(("Code", "Name"))


@dataclass(slots=True)
class Lists:
    """What the list files say, by heading, group or file; each code with the first day it is listed, where told."""

    by_heading: dict[str, list[tuple[str, date | None]]] = field(default_factory=dict)
    by_file: dict[str, list[tuple[str, str, date | None]]] = field(default_factory=dict)
    annexes: list[tuple[str, str, str, date]] = field(default_factory=list)
    ieepa_exempt: list[str] = field(default_factory=list)
    s122_exempt: list[str] = field(default_factory=list)
    floor_exempt: list[tuple[str, str, str]] = field(default_factory=list)
    calendar: list[tuple[str, date, date | None, str]] = field(default_factory=list)
    renamed: list[tuple[str, str, str]] = field(default_factory=list)
    census: dict[str, str] = field(default_factory=dict)


def read_list(file: Path, name: str, lists: Lists, faults: Faults) -> bool:
    """Add what the list file ``name`` (without its suffix) says; false where it is no list."""
    if name in HEADED:
        _headed(file, name, lists, faults)
    elif name == "s232_annex_products":
        lists.annexes += [made for row in _once(file, ANNEX, "hts_prefix", faults) if (made := _annex(row, faults))]
    elif name == "ieepa_exempt_products":
        lists.ieepa_exempt += _codes(file, IEEPA_EXEMPT, "hts10", DIGITS, faults)
    elif name == "s122_exempt_products":
        lists.s122_exempt += _codes(file, S122_EXEMPT, "hts8", DIGITS, faults)
    elif name == "floor_exempt_products":
        lists.floor_exempt += [
            (code_of(row, "hts8", DIGITS, faults), row["country_group"], row["ch99_code"])
            for row in read_rows(file, FLOOR_EXEMPT, faults)
        ]
    elif name.endswith("_dates"):
        lists.calendar += _calendar(file, faults)
    elif name == "hts_concordance":
        lists.renamed += [
            (row["old_hts10"], row["new_hts10"], row[RENAMED_AT]) for row in read_rows(file, CONCORDANCE, faults)
        ]
    elif name == "census_codes":
        lists.census.update((row["Code"], row["Name"]) for row in read_rows(file, CENSUS, faults))
    else:
        return False
    return True


def _headed(file: Path, name: str, lists: Lists, faults: Faults) -> None:
    columns, column, digits = HEADED[name]
    seen: dict[tuple[str, ...], Row] = {}
    for row in read_rows(file, columns, faults):
        code = code_of(row, column, digits, faults)
        start = day_of(row, "effective_date", faults, may_be_empty=True)
        heading = row["ch99_code"]
        if not heading.startswith("9903."):
            faults.add(row.place, f"ch99_code: '{heading}' is no heading of chapter 99", "Write it like 9903.88.01.")
        key = (code, heading, str(start))
        if key in seen and row.cells == seen[key].cells:
            faults.add(row.place, f"{code} of {heading} stands there already ({seen[key].place})", "Keep one of them.")
        seen.setdefault(key, row)
        lists.by_heading.setdefault(heading, []).append((code, start))
        lists.by_file.setdefault(name, []).append((code, heading, start))


def _annex(row: Row, faults: Faults) -> tuple[str, str, str, date] | None:
    code = code_of(row, "hts_prefix", PREFIX_DIGITS, faults)
    start = day_of(row, "effective_date", faults)
    return (code, row["annex"], row["metal_type"], start) if start else None


def _codes(file: Path, columns: Columns, column: str, digits: Sequence[int], faults: Faults) -> list[str]:
    return [code_of(row, column, digits, faults) for row in _once(file, columns, column, faults)]


def _once(file: Path, columns: Columns, column: str, faults: Faults) -> Iterator[Row]:
    """The rows of a list in which each code may stand once."""
    seen: dict[str, Row] = {}
    for row in read_rows(file, columns, faults):
        if row[column] in seen:
            faults.add(
                row.place, f"{row[column]} stands there already ({seen[row[column]].place})", "Keep one of them."
            )
        seen[row[column]] = row
        yield row


def _calendar(file: Path, faults: Faults) -> Iterator[tuple[str, date, date | None, str]]:
    for row in _once(file, CALENDAR, NAMED, faults):
        day = day_of(row, "effective_date", faults)
        policy = day_of(row, "policy_effective_date", faults, may_be_empty=True)
        if day:
            yield row[NAMED], day, policy, row["policy_event"]
