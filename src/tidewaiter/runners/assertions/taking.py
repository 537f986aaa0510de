"""Assertions taken in: every row of the files is dealt to a shard, or set aside with its reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from tidewaiter.kit.format import OF_ASSERTIONS, assertion_sheet
from tidewaiter.model.assertions import ASSERTED, ASSERTION_FIELDS, SOURCE
from tidewaiter.model.columns import Schema
from tidewaiter.model.errors import TidewaiterError, UnusableInput
from tidewaiter.runners.assertions.typing import typed_assertions
from tidewaiter.runners.intake import SourceReport
from tidewaiter.runners.landing import Landed
from tidewaiter.runners.movements.shards import Shards
from tidewaiter.runners.reading import Batch, Reading, open_source
from tidewaiter.runners.side_by_side import ahead

SET_ASIDE: Final = {
    "source_file": pl.String, "source_position": pl.Int64, "reference": pl.String, "code": pl.String,
    "pointer": pl.String, "value": pl.String, "message": pl.String, "original": pl.String,
}  # fmt: skip
"""A row that could not be taken, as in ``quarantine``, but known by the party's own number."""

NAME: Final = "named"
TOLD: Final[Schema] = {
    **ASSERTED, "source_file": pl.String(), "source_position": pl.Int64(), NAME: pl.String(),
    "is_earlier": pl.Boolean(),
}  # fmt: skip
"""An assertion with where it was read, its name (who says it, of what kind, under which number), and whether an earlier
run was told it."""

Progress = Callable[[str, int], None]


@dataclass
class TakenAssertions:
    """What came in: reports of the files, rows set aside, counts of rows."""

    sources: list[SourceReport] = field(default_factory=list)
    aside: list[pl.DataFrame] = field(default_factory=list)
    rows_in: int = 0
    quarantined: int = 0

    def quarantine(self) -> pl.DataFrame:
        """Rows set aside (``SET_ASIDE``), by file and place."""
        return pl.concat([pl.DataFrame(schema=SET_ASIDE), *self.aside]).sort(
            "source_file", "source_position", "pointer"
        )


def take_assertions(landed: Sequence[Landed], shards: Shards, progress: Progress | None = None) -> TakenAssertions:
    """Read every file once, batch by batch, and deal its assertions out to ``shards``, which stay open."""
    taken = TakenAssertions()
    for original in landed:
        reading = open_source(original.source, [assertion_sheet()], OF_ASSERTIONS)
        report = SourceReport(original.source.name, original.sha256, original.bytes, original.source.member)
        taken.sources.append(report)
        records = 0
        for batch in ahead(reading.batches()):
            _refuse_without_columns(reading, batch)
            records += batch.rows.height + batch.rejects.height
            _take_batch(taken, shards, batch, report.name)
            if progress:
                progress("assertions", batch.rows.height + batch.rejects.height)
        report.sheet, report.carrier, report.encoding = reading.sheet_name, reading.carrier, reading.encoding
        report.unknown_columns, report.rows = tuple(reading.unknown_columns), reading.source_rows
        if records != report.rows:
            raise TidewaiterError(
                f"{report.name} has {report.rows:,} rows, of which {records:,} were read. Nothing was taken; "
                "please report this file."
            )
        taken.rows_in += records
    return taken


def named(rows: pl.DataFrame, file: str | None = None) -> pl.DataFrame:
    """Assertions in the columns of ``TOLD``: those of a ``file``, or rows of an earlier run."""
    told = rows if file is None else rows.with_columns(source_file=pl.lit(file))
    name = pl.concat_str(SOURCE, separator="\x1f").alias(NAME)
    return told.with_columns(name, is_earlier=pl.lit(file is None)).select(list(TOLD))


def _take_batch(taken: TakenAssertions, shards: Shards, batch: Batch, file: str) -> None:
    """Deal out what can be read; what cannot is set aside."""
    read = typed_assertions(batch.rows) if batch.rows.height else None
    aside = [batch.rejects.rename({"consignment_id": "reference"})] if batch.rejects.height else []
    taken.quarantined += batch.rejects.height
    if read is not None:
        shards.deal(named(read.rows, file))
        taken.quarantined += read.faults["at"].n_unique()
        if read.faults.height:
            aside.append(_faulty(batch.rows, read.faults))
    taken.aside += [rows.with_columns(source_file=pl.lit(file)).select(list(SET_ASIDE)) for rows in aside]


def _faulty(text: pl.DataFrame, faults: pl.DataFrame) -> pl.DataFrame:
    """Rows as they were told beside each of their faults."""
    fields = [field.name for field in ASSERTION_FIELDS if field.name in text.columns]
    told = text[faults["at"]]
    known = told["reference"] if "reference" in fields else pl.Series([None] * told.height, dtype=pl.String)
    originals = ["; ".join(f"{name}={value}" for name, value in row.items() if value is not None)
                 for row in told.select(fields).iter_rows(named=True)]  # fmt: skip
    return faults.with_columns(
        told["source_position"], known.alias("reference"), original=pl.Series(originals, dtype=pl.String)
    )


def _refuse_without_columns(reading: Reading, batch: Batch) -> None:
    """A table that has no column for what every assertion must say is no list of them; an object may lack a key."""
    missing = [field.name for field in ASSERTION_FIELDS if field.is_needed and field.name not in batch.rows.columns]
    if missing and batch.rows.height and reading.carrier != "ndjson":
        every = ", ".join(field.name for field in ASSERTION_FIELDS)
        raise UnusableInput(
            f"{reading.source.name} holds no assertions: it has no column {', '.join(missing)}. "
            f"Call the columns {every}."
        )
