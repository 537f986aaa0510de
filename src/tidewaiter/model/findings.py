"""A finding: something a check noticed, as a code with a sentence; rows only carry flags, words come at the door."""

from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["note", "ask", "hold", "refuse"]
Level = Literal["filing", "item"]

SCORE_MAX: Final = 1000
"""The score of a filing goes from 0 to this."""

WEIGHT_OF: Final[dict[str, int]] = {"note": 0, "ask": 100, "hold": 400, "refuse": 1000}
"""Points towards the score (0 to 1000) a finding gives when its sheet names none."""


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One kind of finding, listed once for the whole house.

    ``code`` is stable (``VAL-01``); ``sentence`` may name evidence columns in braces; ``pointer`` is the
    canonical field that would mend it, ``wco`` its place in the WCO data model. ``route`` is where the parcel
    goes when this finding stands alone; ``pending_on`` what a hold waits for; ``agency`` whose leave is wanted (empty:
    nobody's).
    """

    code: str
    title: str
    sentence: str
    severity: Severity
    level: Level
    pointer: str = ""
    route: str = ""
    pending_on: str = ""
    weight: int = -1
    evidence: tuple[str, ...] = ()
    version: str = "1"
    agency: str = ""

    @property
    def points(self) -> int:
        """Points towards the score: the kind's own, or those of its severity."""
        return self.weight if self.weight >= 0 else WEIGHT_OF[self.severity]

    @property
    def to_route(self) -> str:
        """Route this finding asks for: its own, or the one of its severity."""
        return (
            self.route or {"note": "release", "ask": "ask", "hold": "document_check", "refuse": "refer"}[self.severity]
        )

    @property
    def waits_for(self) -> str:
        """What a hold by this finding waits for: its own word, or the one of its severity."""
        return self.pending_on or {"note": "", "ask": "information", "hold": "inspection", "refuse": ""}[self.severity]

    @property
    def flag(self) -> str:
        """Name of the boolean column that carries this finding: ``VAL-01`` stands in ``val_01``."""
        return self.code.lower().replace("-", "_")
