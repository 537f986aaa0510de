"""Telling: filings that walked the plan as few rows are laid out like a chunk's, of the columns that are looked at alone."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from tidewaiter.model.columns import told_column
from tidewaiter.model.findings import FindingKind
from tidewaiter.pipeline.few.charges import FewCharges
from tidewaiter.pipeline.few.rows import Rows
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.stage import ROW
from tidewaiter.pipeline.told import Hit
from tidewaiter.runners.clearing import CONSIGNMENTS, ITEMS, charge_rows, told
from tidewaiter.runners.footing import Footing

LOOKED_AT: Final = {
    "filings": (ROW, "run_accepted_at", told_column("mode"), told_column("vat_scheme"), *CONSIGNMENTS),
    "items": (ROW, told_column("commodity_code"), *ITEMS),
}
NAMED: Final = {"consignment_id": pl.String(), "version": pl.Int64()}
"""What items are told of their filing before charges are."""


def told_of_few(footing: Footing, filings: Rows, items: Rows, charges: FewCharges) -> dict[str, pl.DataFrame]:
    """The lake's rows of filings that walked the plan on this footing; each is named by its number."""
    found = _found(footing.clearance.kinds, filings, items)
    filings.put({"consignment_id": [str(row) for row in filings.values(ROW)]}, NAMED)
    rows = items.values(ROW)
    items.put({name: [filings.values(name)[row] for row in rows] for name in NAMED}, NAMED)
    evidence = {
        level: [name for hit in found if hit.kind.level == level for name in hit.kind.evidence] for level in LEVELS
    }
    chunk = Chunk(
        filings.only(dict.fromkeys([*LOOKED_AT["filings"], *evidence["filing"]])),
        items.only(dict.fromkeys([*LOOKED_AT["items"], *evidence["item"]])),
    )
    owed = charges.rows(filings, items)
    if owed is None:
        owed = charge_rows(Chunk(filings.frame(), items.frame()), footing.clearance, footing.shelves)
    return told(footing, chunk, lambda _chunk: owed, found)


LEVELS: Final = ("filing", "item")


def _found(kinds: Sequence[FindingKind], filings: Rows, items: Rows) -> list[Hit]:
    """The kinds that hit anything, in their order."""
    tables = dict(zip(LEVELS, (filings, items), strict=True))
    found = []
    for number, kind in enumerate(kinds):
        flags = tables[kind.level].values(kind.flag)
        if True in flags:
            at = [place for place, is_hit in enumerate(flags) if is_hit]
            found.append(Hit(number, kind, pl.Series(at, dtype=pl.UInt32)))
    return found
