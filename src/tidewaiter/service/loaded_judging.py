"""What else decides of filings that came in a file: the judges of messages, in the transaction that keeps them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import polars as pl

from tidewaiter.exchange.filings import Assessment, Filing
from tidewaiter.registry.revoked import PURPOSE, any_revoked, fold, revoked
from tidewaiter.runners.history import originals_of
from tidewaiter.runners.identity import filing_keys, with_defaults
from tidewaiter.runners.reading import open_source
from tidewaiter.service import discovery
from tidewaiter.service.consequences import needs_people
from tidewaiter.service.lodging.book import Judges
from tidewaiter.service.lodging.rows import Entered
from tidewaiter.service.results import Results
from tidewaiter.service.revoking import FIELD, judge_persons
from tidewaiter.service.secret_key import seal_of_home
from tidewaiter.service.vendors.claims import COLLECTED, judge_claims
from tidewaiter.stages.typed import typed
from tidewaiter.store.log.entries import Connection

JUDGES: Final[Sequence[Judges]] = (judge_claims, judge_persons)
"""All that decide beside the plan, in their order; messages are judged by the same."""
SAID: Final = ("vat_scheme", "vat_scheme_id", FIELD)
KEY: Final = "filing_key"
CHANGED: Final[Mapping[str, pl.DataType | type[pl.DataType]]] = {
    "status": pl.String, "lane": pl.String, "pending_on": pl.List(pl.String), "items": pl.String,
    "is_provisional": pl.Boolean, "needs_people": pl.Boolean,
}  # fmt: skip


def revoked_named(connection: Connection, results: Results) -> pl.DataFrame:
    """The filings of a run that name a revoked id, by ``filing_key``, with the id as ``consignee_id``.

    Runs hold no ids of persons: the originals are read again, and only where any id was revoked at all.
    """
    found = [pl.DataFrame(schema={KEY: pl.Int64, FIELD: pl.String})]
    if not any_revoked(connection):
        return found[0]
    seal, sheets = seal_of_home(), list(discovery.sender_sheets(None).values())
    for source, sheet, submitter in originals_of(results.folder):
        for batch in open_source(source, sheets, sheet).batches():
            rows = with_defaults(typed(batch.rows).rows) if batch.rows.height else batch.rows
            if FIELD not in rows.columns:
                continue
            named = rows.filter(pl.col(FIELD).is_not_null())
            marks = {one: seal.index(fold(one), PURPOSE) for one in named[FIELD].unique()}
            gone = revoked(connection, set(marks.values()))
            told = named.filter(pl.col(FIELD).is_in([one for one, mark in marks.items() if mark in gone]))
            found.append(told.select(filing_keys(told, submitter), FIELD))
    return pl.concat(found).unique(KEY)


def judged(connection: Connection, part: pl.DataFrame, persons: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """A slice of ``loaded_rows.Run`` as the judges leave it; adds ``is_provisional``. Order and number of rows stay."""
    rows = part.with_columns(is_provisional=pl.lit(value=False)).with_row_index("at")
    rows = rows.join(persons, on=KEY, how="left", maintain_order="left", validate="m:1")
    asked = rows.filter(pl.col("told").str.contains(COLLECTED, literal=True) | pl.col(FIELD).is_not_null())
    if asked.is_empty():
        return rows.drop("at", FIELD)
    told = asked.to_dicts()
    before = [Entered({}, _filing(row), 0) for row in told]
    bodies = [msgspec.json.encode({name: row[name] for name in SAID}) for row in told]
    after: Sequence[Entered] = before
    for judge in JUDGES:
        after = judge(connection, after, bodies, now)
    changed = [
        {"at": row["at"], **_changed(new.filing)}
        for row, old, new in zip(told, before, after, strict=True)
        if new is not old and new.filing is not None
    ]
    other = pl.DataFrame(changed, schema={"at": pl.UInt32, **CHANGED})
    return rows.update(other, on="at", how="left").drop("at", FIELD)


def _filing(row: Mapping[str, Any]) -> Filing:
    return Filing(
        id=UUID(row["id"]), seq=0, reference=row["consignment_id"], filing_kind=row["filing_kind"],
        version=row["version"], filer=row["filer"], office=row["office"], jurisdiction=row["jurisdiction"],
        status=row["status"], decided_at=row["decided_at"], told=json.loads(row["told"]),
        items=json.loads(row["items"]), declarant=row["declarant_id"], amount_minor=row["customs_value_minor"],
        currency=row["currency"], scheme=row["vat_scheme"],
        assessment=Assessment(row["decision"], row["lane"], row["route"], row["pending_on"] or ()),
    )  # fmt: skip


def _changed(filing: Filing) -> dict[str, Any]:
    told = filing.assessment or Assessment("", "")
    return {
        "status": filing.status,
        "lane": told.lane,
        "pending_on": list(told.pending_on),
        "items": json.dumps(filing.items),
        "is_provisional": filing.is_provisional,
        "needs_people": needs_people(told.decision, told.pending_on),
    }
