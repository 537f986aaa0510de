"""Figures of a run: everything its report tells, measured once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tidewaiter.measure.arrivals import Arrivals, Movements, estimated_arrivals, movements
from tidewaiter.measure.groups import Groups, Row, codes_of, groups, shares_of
from tidewaiter.measure.lake import Lake
from tidewaiter.measure.quarantine import exceptions
from tidewaiter.measure.reasons import Why, reasons
from tidewaiter.model.findings import FindingKind

COUNTRIES: Final = 12
FILERS: Final = 10
LETTERS: Final = 50
"""Marketplaces that get a letter: those with most filings."""
OTHERS_NAMED: Final = 200
WHY: Final = 6


@dataclass(frozen=True)
class Figures:
    """What a report is made of. Groups of ``marketplaces`` with their codes and schemes become letters."""

    dispatch: Groups
    destinations: Groups
    modes: Groups
    filers: Groups
    filer_codes: dict[str | None, list[Row]]
    marketplaces: Groups
    marketplace_codes: dict[str | None, list[Row]]
    marketplace_schemes: dict[str | None, list[Row]]
    arrivals: Arrivals
    movements: Movements | None
    reasons: list[Why]
    exceptions: list[dict[str, Any]]


def figures(lake: Lake, kinds: Sequence[FindingKind]) -> Figures:
    """Measure a closed lake; ``kinds`` say which findings a filer can mend."""
    mendable = sorted(kind.code for kind in kinds if is_mendable(kind))
    filers = groups(lake, "declarant_id", FILERS, mendable=mendable, by="faulty")
    marketplaces = groups(lake, "marketplace_id", LETTERS + OTHERS_NAMED, mendable=mendable)
    lettered = [row["name"] for row in marketplaces.named[:LETTERS]]
    return Figures(
        dispatch=groups(lake, "country_of_dispatch", COUNTRIES),
        destinations=groups(lake, "destination_country", COUNTRIES),
        modes=groups(lake, "mode", COUNTRIES),
        filers=filers,
        filer_codes=codes_of(lake, "declarant_id", [row["name"] for row in filers.rows]),
        marketplaces=marketplaces,
        marketplace_codes=codes_of(lake, "marketplace_id", lettered),
        marketplace_schemes=shares_of(lake, "marketplace_id", lettered, "vat_scheme"),
        arrivals=estimated_arrivals(lake),
        movements=movements(lake),
        reasons=reasons(lake, WHY),
        exceptions=exceptions(lake),
    )


def is_mendable(kind: FindingKind) -> bool:
    """True where an answer of the filer would end the wait; notes and gaps of our own shelves are none of these."""
    return kind.severity != "note" and kind.waits_for == "information"
