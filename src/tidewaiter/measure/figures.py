"""Figures of a run: everything its report tells, measured once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from tidewaiter.measure.arrivals import Arrivals, Movements, estimated_arrivals, movements
from tidewaiter.measure.groups import Groups, Row, codes_of, groups, shares_of
from tidewaiter.measure.lake import Lake, at_once
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
    filers, marketplaces, dispatch, destinations, modes, arriving, moved, why, odd = at_once(
        partial(groups, lake, "declarant_id", FILERS, mendable=mendable, by="faulty"),
        partial(groups, lake, "marketplace_id", LETTERS + OTHERS_NAMED, mendable=mendable),
        partial(groups, lake, "country_of_dispatch", COUNTRIES),
        partial(groups, lake, "destination_country", COUNTRIES),
        partial(groups, lake, "mode", COUNTRIES),
        partial(estimated_arrivals, lake),
        partial(movements, lake),
        partial(reasons, lake, WHY),
        partial(exceptions, lake),
    )
    lettered = [row["name"] for row in marketplaces.named[:LETTERS]]
    filer_codes, marketplace_codes, schemes = at_once(
        partial(codes_of, lake, "declarant_id", [row["name"] for row in filers.rows]),
        partial(codes_of, lake, "marketplace_id", lettered),
        partial(shares_of, lake, "marketplace_id", lettered, "vat_scheme"),
    )
    return Figures(
        dispatch=dispatch,
        destinations=destinations,
        modes=modes,
        filers=filers,
        filer_codes=filer_codes,
        marketplaces=marketplaces,
        marketplace_codes=marketplace_codes,
        marketplace_schemes=schemes,
        arrivals=arriving,
        movements=moved,
        reasons=why,
        exceptions=odd,
    )


def is_mendable(kind: FindingKind) -> bool:
    """True where an answer of the filer would end the wait; notes and gaps of our own shelves are none of these."""
    return kind.severity != "note" and kind.waits_for == "information"
