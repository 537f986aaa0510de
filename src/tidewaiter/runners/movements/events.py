"""Events taken in: each row of the event files goes to the shard of its parcel or receptacle, or aside with its reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import polars as pl

from tidewaiter.kit.event_sheet import EventCode, EventSheet, own_events
from tidewaiter.model.errors import TidewaiterError, UnusableInput
from tidewaiter.model.events import ABOUT, EVENT_FIELDS
from tidewaiter.runners.intake import SourceReport
from tidewaiter.runners.landing import Landed
from tidewaiter.runners.movements.shards import Shards
from tidewaiter.runners.reading import Batch, Reading, open_source
from tidewaiter.runners.side_by_side import ahead
from tidewaiter.stages.movements.told import TOLD, typed_events

SET_ASIDE: Final = {
    "source_file": pl.String, "source_position": pl.Int64, "parcel_id": pl.String, "code": pl.String,
    "pointer": pl.String, "value": pl.String, "message": pl.String, "original": pl.String,
}  # fmt: skip
"""An event row that could not be taken, as in ``quarantine``, but known by its parcel."""

DEALT: Final = {
    **{name: dtype for name, dtype in TOLD.items() if name != "receptacle"},
    "source_no": pl.Int32(),
    "is_nested": pl.Boolean(),
}
"""An event by what it is about; ``is_nested`` where it was told of the receptacle that the parcel is in."""

OWN: Final = (own_events(),)
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Dealt:
    """Where events go: those of ``parcels``, and those of ``receptacles``, whose id stands as ``parcel_id``."""

    parcels: Shards
    receptacles: Shards


@dataclass
class TakenEvents:
    """What came in: reports of the files, rows set aside, counts of rows, the last moment told."""

    sources: list[SourceReport] = field(default_factory=list)
    aside: list[pl.DataFrame] = field(default_factory=list)
    rows_in: int = 0
    quarantined: int = 0
    latest: datetime | None = None

    def quarantine(self) -> pl.DataFrame:
        """Rows set aside (``SET_ASIDE``), by file and place."""
        names = [report.name for report in self.sources]
        parts = [
            rows.with_columns(source_file=pl.lit(names[number])).select(list(SET_ASIDE))
            for number, rows in enumerate(self.aside)
        ]
        return pl.concat([pl.DataFrame(schema=SET_ASIDE), *parts]).sort("source_file", "source_position", "pointer")


def take_events(
    landed: Sequence[Landed], dealt: Dealt, sheets: Sequence[EventSheet] = OWN, progress: Progress | None = None
) -> TakenEvents:
    """Read every event file once, batch by batch, by the sheet that fits it, and deal its events out."""
    taken = TakenEvents()
    codes = {sheet.layout.name: sheet.codes for sheet in sheets}
    for number, original in enumerate(landed):
        reading = open_source(original.source, [sheet.layout for sheet in sheets])
        report = SourceReport(original.source.name, original.sha256, original.bytes, original.source.member)
        taken.sources.append(report)
        aside = [pl.DataFrame(schema={name: dtype for name, dtype in SET_ASIDE.items() if name != "source_file"})]
        records = 0
        for batch in ahead(reading.batches()):
            _refuse_without_columns(reading, batch)
            records += _records(reading, batch)
            taken.rows_in += batch.rows.height + batch.rejects.height
            aside += _take_batch(taken, dealt, batch, number, codes[reading.sheet_name])
            if progress:
                progress("events", batch.rows.height + batch.rejects.height)
        taken.aside.append(pl.concat(aside))
        report.sheet, report.carrier, report.encoding = reading.sheet_name, reading.carrier, reading.encoding
        report.unknown_columns, report.rows = tuple(reading.unknown_columns), reading.source_rows
        _refuse_if_lost(report, records)
    return taken


def _records(reading: Reading, batch: Batch) -> int:
    """Records of a batch: where a message tells several events, it is one."""
    rows = batch.rows.height if reading.is_flat else batch.rows["source_position"].n_unique()
    return rows + batch.rejects.height


def _take_batch(
    taken: TakenEvents, dealt: Dealt, batch: Batch, number: int, codes: Sequence[EventCode]
) -> list[pl.DataFrame]:
    """Deal out what can be read; what cannot comes back as rows set aside."""
    read = typed_events(batch.rows, codes)
    told = read.events.with_columns(source_no=pl.lit(number, dtype=pl.Int32), is_nested=pl.lit(value=False))
    dealt.parcels.deal(told.filter(pl.col("receptacle").is_null()))
    dealt.receptacles.deal(told.filter(pl.col("receptacle").is_not_null()).with_columns(parcel_id="receptacle"))
    last = read.events["at"].max()
    if isinstance(last, datetime):
        taken.latest = last if taken.latest is None else max(last, taken.latest)
    aside = [batch.rejects.rename({"consignment_id": "parcel_id"})] if batch.rejects.height else []
    if read.faults.height:
        aside.append(_faulty(batch.rows, read.faults))
    taken.quarantined += batch.rejects.height + read.faults["at_row"].n_unique()
    return [rows.select(name for name in SET_ASIDE if name != "source_file") for rows in aside]


def _faulty(text: pl.DataFrame, faults: pl.DataFrame) -> pl.DataFrame:
    """Rows as they were told beside each of their faults."""
    fields = [field.name for field in EVENT_FIELDS if field.name in text.columns]
    told = text[faults["at_row"]]
    names = [name for name in ABOUT if name in fields]
    named = told.select(pl.coalesce(names)).to_series() if names else pl.Series([None] * told.height, dtype=pl.String)
    originals = ["; ".join(f"{name}={value}" for name, value in row.items() if value is not None)
                 for row in told.select(fields).iter_rows(named=True)]  # fmt: skip
    return faults.with_columns(
        told["source_position"], named.alias("parcel_id"), original=pl.Series(originals, dtype=pl.String)
    )


def _refuse_without_columns(reading: Reading, batch: Batch) -> None:
    """A table that has no column for what every event must say is no list of events; an object may lack a key."""
    missing = [field.name for field in EVENT_FIELDS if field.is_needed and field.name not in batch.rows.columns]
    missing += [] if set(ABOUT) & set(batch.rows.columns) else [ABOUT[0]]
    if missing and batch.rows.height and reading.is_flat and reading.carrier != "ndjson":
        every = ", ".join(field.name for field in EVENT_FIELDS)
        raise UnusableInput(
            f"{reading.source.name} holds no events: it has no column {', '.join(missing)}. Call the columns {every}."
        )


def _refuse_if_lost(report: SourceReport, records: int) -> None:
    """Stop where rows of a file were counted and became neither events nor rejects: a fault of ours, never silent."""
    if records != report.rows:
        raise TidewaiterError(
            f"{report.name} has {report.rows:,} rows, of which {records:,} were read. Nothing was taken; "
            "please report this file."
        )
