"""Use case: what a batcher needs of the house, opened once."""

from collections.abc import Sequence
from pathlib import Path

from tidewaiter.kit.risk_rule import RiskRule
from tidewaiter.pipeline.clearance import Clearance, clearance
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.runners.batcher.deciding import InForce
from tidewaiter.service import discovery
from tidewaiter.service.clear import jurisdiction_of
from tidewaiter.service.footings import ShelfFootings
from tidewaiter.service.settings import home_folder
from tidewaiter.service.shelves import law_with_shelves, open_shelves


def in_force(
    jurisdiction: str, *, packs: Path | None = None, home: Path | None = None, rules: Sequence[RiskRule] | None = None
) -> InForce:
    """Plans, law and shelves as ``clear`` would use them now; ``jurisdiction`` is ``EU`` or ``EU/DE``.

    Without ``rules`` all that are found. Raises ``WrongUse`` for a jurisdiction nobody has law of.
    """
    sheet, office = jurisdiction_of(jurisdiction, packs)
    risk = list(discovery.risk_rules(packs).values()) if rules is None else list(rules)
    sheets = list(discovery.sender_sheets(packs).values())

    def opened(where: Path) -> tuple[Clearance, Shelves]:
        law = law_with_shelves(sheet, where)
        shelves = open_shelves(law, risk, sheets, where)
        return clearance(law, risk, shelves), shelves

    return InForce(ShelfFootings(home or home_folder(), opened).begin(), office)
