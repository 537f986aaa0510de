"""Filings by parcel: every filing that names a barcode, dealt to the shard of its parcel."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.chunks import TOLD, Moment
from tidewaiter.runners.history import History
from tidewaiter.runners.intake import Intake
from tidewaiter.runners.movements.shards import Shards
from tidewaiter.runners.spool import Spool, complete
from tidewaiter.stages.movements.parcels import ACCEPTED, EARLIER, KNOWN, QUARANTINED

READ: Final = (
    "parcel_id", "consignment_id", "version", "declarant_id", "filing_kind", "accepted_at", "arrival_est",
    "presented_at", "flight", "master_document", "receptacle",
)  # fmt: skip
IN_HISTORY: Final = ("parcel_id", "consignment_id", "version", "declarant_id", "filing_kind", "receptacle")
SINCE: Final = frozenset({"receptacle"})
"""Columns that runs of earlier editions do not have."""

BATCH_ROWS: Final = 1 << 18


def deal_filings(
    shards: Shards, inside: Shards, intake: Intake, accepted_at: Moment, history: History | None
) -> None:
    """Deal accepted filings, those of earlier runs and those set aside out to ``shards``, which are closed after.

    Which parcels a receptacle holds goes to ``inside``.
    """
    for rows in accepted(intake.spool, accepted_at):
        shards.deal(rows)
        inside.deal(_pairs(rows))
    for rows in (*_set_aside(intake), *_earlier(history)):
        named = rows.filter(pl.col("parcel_id").is_not_null())
        shards.deal(named)
        inside.deal(_pairs(named))
    shards.close()


def _pairs(rows: pl.DataFrame) -> pl.DataFrame:
    """Receptacle and parcel of filings that say in which receptacle their parcel lies."""
    said = rows.filter(pl.col("receptacle").is_not_null() & pl.col("parcel_id").is_not_null())
    return said.select(parcel_id="receptacle", inner="parcel_id")


def accepted(spool: Spool, accepted_at: Moment) -> Iterator[pl.DataFrame]:
    """Accepted filings in the columns of ``KNOWN``, one row each, in the order of the spool; one frame a batch."""
    last = -1
    for number in range(len(spool)):
        own = spool.numbers(number)
        highest = np.maximum.accumulate(np.concatenate(([last], own)))
        at = np.flatnonzero(own > highest[:-1])
        last = int(highest[-1])
        if len(at):
            rows = complete(spool.read(number, READ, at), READ).with_columns(filing_no=pl.Series(own[at]))
            yield _known(rows, ACCEPTED, accepted_at)


def _known(rows: pl.DataFrame, standing: int, accepted_at: Moment) -> pl.DataFrame:
    moment = pl.lit(accepted_at) if not isinstance(accepted_at, str) else pl.col(TOLD[accepted_at])
    return rows.with_columns(
        accepted_at=moment.cast(KNOWN["accepted_at"]), standing=pl.lit(standing, dtype=pl.UInt8),
        told_presented_at="presented_at", filed_flight="flight",
    ).select(list(KNOWN))  # fmt: skip


def _only_named(rows: pl.DataFrame, standing: int) -> pl.DataFrame:
    """Filings of which no more is known than which parcel they name."""
    told = rows.with_columns(filing_no=pl.lit(-1, dtype=pl.Int64), standing=pl.lit(standing, dtype=pl.UInt8))
    absent = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in KNOWN.items() if name not in told.columns]
    return told.with_columns(absent).select(list(KNOWN))


def _set_aside(intake: Intake) -> Iterator[pl.DataFrame]:
    """Filings in quarantine: rows that were read, and the references of those that could not be."""
    yield _only_named(intake.aside, QUARANTINED)
    named = intake.quarantine.select(consignment_id=pl.col("consignment_id").str.strip_chars().str.to_uppercase())
    yield _only_named(named.unique().drop_nulls().with_columns(parcel_id="consignment_id"), QUARANTINED)


def _earlier(history: History | None) -> Iterator[pl.DataFrame]:
    """Filings that earlier runs accepted."""
    for folder in history.folders if history else ():
        path = folder / "consignments.parquet"
        try:
            for batch in _batches(path):
                yield _only_named(batch, EARLIER)
        except (OSError, ValueError) as fault:
            reason = str(fault).partition("\n")[0]
            raise UnusableInput(
                f"{path} cannot be read ({reason}). Move its folder out of --history, or clear its files again."
            ) from fault


def _batches(path: Path) -> Iterator[pl.DataFrame]:
    with pq.ParquetFile(path) as file:
        there = [name for name in IN_HISTORY if name in file.schema_arrow.names or name not in SINCE]
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=there):
            rows = pl.from_arrow(batch)
            yield rows if isinstance(rows, pl.DataFrame) else rows.to_frame()
