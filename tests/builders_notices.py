"""Tax notices of the United Kingdom as a table of printed lines, sorted by what of them can be worked out again."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import ParseError, parse

HALF_A_PRINTED_RATE = Decimal("0.005")
PERCENT = 100


@dataclass(frozen=True)
class Line:
    """One charge of a notice as it is printed; amounts in pence, ``rate`` in per cent, empty where not printed."""

    scenario: str
    file: str
    item: str
    tax_type: str
    base_minor: int | None
    rate: str | None
    has_quantity: bool
    has_preference: bool
    assessed_minor: int

    @property
    def is_ad_valorem(self) -> bool:
        """Base and rate are printed."""
        return self.base_minor is not None and self.rate is not None

    @property
    def is_vat(self) -> bool:
        """VAT, or VAT on the Union's duties."""
        return self.tax_type.startswith("B")

    @property
    def may_be_rounded(self) -> bool:
        """Some rate that is printed like this one makes the amount."""
        if self.base_minor is None or self.rate is None:
            return False
        exact = PERCENT * Decimal(self.assessed_minor) / self.base_minor
        slack = PERCENT * Decimal("0.5") / self.base_minor
        return abs(exact - Decimal(self.rate)) <= HALF_A_PRINTED_RATE + slack

    @property
    def why_not(self) -> str:
        """Why the line cannot be worked out again; empty for one by value."""
        if self.is_ad_valorem:
            return ""
        if self.has_quantity:
            return "charged by quantity, and no amount for each is printed"
        if not self.has_preference:
            return "a security, the sum of what is held elsewhere in the notice: neither base nor rate is printed"
        return "neither base nor rate is printed"


def read_notices(path: Path) -> list[Line]:
    """All lines of the table, in its order."""
    with path.open(encoding="utf-8", newline="") as handle:
        return [_line(row) for row in csv.DictReader(handle)]


def _line(row: dict[str, str]) -> Line:
    return Line(
        scenario=row["scenario"],
        file=row["file"],
        item=row["item"],
        tax_type=row["tax_type"],
        base_minor=_minor(row["base"]) if row["base"] else None,
        rate=row["rate"] or None,
        has_quantity=bool(row["spec_base"]),
        has_preference=bool(row["preference"]),
        assessed_minor=_minor(row["assessed"]),
    )


def _minor(text: str) -> int:
    whole = Decimal(text).scaleb(2)
    assert whole == whole.to_integral_value()
    return int(whole)


def procedures(folder: Path) -> str:
    """Procedure and additional procedures that the declaration of a scenario claims, such as ``4000;C07;1RV``."""
    codes = next(codes for path in sorted(folder.rglob("*.xml")) if (codes := list(_claimed(path))))
    return ";".join(codes)


def _claimed(path: Path) -> Iterator[str]:
    try:
        root = parse(path).getroot()  # noqa: S314 - public samples on this disk
    except ParseError:
        return
    for element in root.iter():
        if element.tag.rpartition("}")[2] == "GovernmentProcedure":
            told = {child.tag.rpartition("}")[2]: child.text or "" for child in element}
            yield told.get("CurrentCode", "") + told.get("PreviousCode", "")


def by_notice(lines: list[Line]) -> dict[tuple[str, str], list[Line]]:
    """Lines of each goods item of each notice."""
    found = defaultdict(list)
    for line in lines:
        found[line.file, line.item].append(line)
    return dict(found)
