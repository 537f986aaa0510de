"""Use case: what a batcher needs of the house, opened once."""

from collections.abc import Sequence
from pathlib import Path

from tidewaiter.kit.risk_rule import RiskRule
from tidewaiter.pipeline.clearance import clearance
from tidewaiter.runners.batcher.deciding import InForce
from tidewaiter.runners.footing import Footing
from tidewaiter.service import discovery
from tidewaiter.service.clear import jurisdiction_of
from tidewaiter.service.settings import home_folder
from tidewaiter.service.shelves import law_with_shelves, open_shelves


def in_force(
    jurisdiction: str, *, packs: Path | None = None, home: Path | None = None, rules: Sequence[RiskRule] | None = None
) -> InForce:
    """Plans, law and shelves as ``clear`` would use them now; ``jurisdiction`` is ``EU`` or ``EU/DE``.

    Without ``rules`` all that are found. Raises ``WrongUse`` for a jurisdiction nobody has law of.
    """
    sheet, office = jurisdiction_of(jurisdiction, packs)
    place = home or home_folder()
    law = law_with_shelves(sheet, place)
    risk = list(discovery.risk_rules(packs).values()) if rules is None else list(rules)
    shelves = open_shelves(law, risk, list(discovery.sender_sheets(packs).values()), place)
    return InForce(Footing(clearance(law, risk, shelves), shelves), office)
