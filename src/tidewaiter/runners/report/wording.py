"""Wording: how the report calls outcomes, and the figures of one run that all of its parts speak about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tidewaiter.measure.figures import Figures, is_mendable
from tidewaiter.measure.groups import Row
from tidewaiter.measure.outcomes import OUTCOMES
from tidewaiter.measure.reasons import WAITING
from tidewaiter.model.columns import FILING_FIELDS, ITEM_FIELDS
from tidewaiter.model.findings import FindingKind
from tidewaiter.model.privacy import Privacy, masked
from tidewaiter.model.words import filled, share

CALLED: Final = {
    "release": "may go", "release_conditional": "may go on a condition", "ask": "asked", "hold": "held",
    "refuse": "refused",
}  # fmt: skip
COLUMNS: Final = ("filings", "share", "may go", "asked", "held", "refused")
"""Heads of a table of outcomes."""

PERSONAL: Final = {
    name: field.privacy
    for field in (*FILING_FIELDS, *ITEM_FIELDS)
    for name in (field.column, field.door)
    if field.privacy in {Privacy.PERSONAL, Privacy.CONTACT}
}


@dataclass(frozen=True)
class Told:
    """A run: its summary, and what was measured of it beyond that."""

    summary: Mapping[str, Any]
    figures: Figures
    kinds: Mapping[str, FindingKind]

    @property
    def mendable(self) -> set[str]:
        """Codes that an answer of the filer would end."""
        return {code for code, kind in self.kinds.items() if is_mendable(kind)}

    @property
    def accepted(self) -> int:
        """Filings that were decided."""
        return int(self.summary["consignments"]["accepted"])

    @property
    def waiting(self) -> int:
        """Filings that do not go yet."""
        return sum(self.outcomes[name] for name in WAITING)

    @property
    def outcomes(self) -> dict[str, int]:
        """Filings by outcome."""
        return {name: self.figures.modes.whole[name] for name in OUTCOMES}

    def title_of(self, code: str | None) -> str:
        """What a finding is called."""
        return "No finding names it" if code is None else self.summary["titles"].get(code) or code

    def sentence_of(self, code: str | None, evidence: Mapping[str, Any]) -> str:
        """A finding's sentence with its evidence; persons are no evidence on a page."""
        if code is None:
            return ""
        sentence = self.summary["sentences"].get(code) or self.title_of(code)
        shown = {name: _without_person(name, value) for name, value in evidence.items()}
        return filled(sentence, shown, self.summary["currency"])


def _without_person(name: str, value: object) -> object:
    return masked(value, PERSONAL[name]) if name in PERSONAL and isinstance(value, str) else value


def waits(row: Row) -> int:
    """Filings of a group that do not go yet."""
    return sum(row[name] for name in WAITING)


def goes(row: Row) -> int:
    """Filings of a group that may go, on a condition or without."""
    return int(row["release"] + row["release_conditional"])


def outcome_cells(row: Row, of_all: int) -> tuple[str, ...]:
    """The cells under ``COLUMNS``."""
    figures = (goes(row), row["ask"], row["hold"], row["refuse"])
    return (f"{row['filings']:,}", share(row["filings"], of_all), *(f"{count:,}" for count in figures))


def wait_words(row: Row) -> str:
    """How many of a group wait, as it stands behind their number."""
    return f"{share(waits(row), row['filings'])} wait" if waits(row) else "none wait"
