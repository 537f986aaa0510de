"""Intake: originals become typed rows on the spool; what cannot be taken is set aside with its reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.errors import TidewaiterError
from tidewaiter.runners.ahead import ahead
from tidewaiter.runners.grouping import CONTRADICTED, DUPLICATE, SPOILT, Fates, fates
from tidewaiter.runners.identity import ROW_IDENTITY, identified, with_defaults
from tidewaiter.runners.landing import Landed
from tidewaiter.runners.reading import open_source
from tidewaiter.runners.spool import Spool, let_go
from tidewaiter.stages.typed import typed

QUARANTINE = {
    "source_file": pl.String,
    "source_position": pl.Int64,
    "consignment_id": pl.String,
    "code": pl.String,
    "pointer": pl.String,
    "value": pl.String,
    "message": pl.String,
    "original": pl.String,
}
DUPLICATES = {
    "source_file": pl.String,
    "source_position": pl.Int64,
    "consignment_id": pl.String,
    "of_file": pl.String,
    "of_position": pl.Int64,
}
CONTRADICTION = (
    "The rows of this filing contradict each other (its own fields differ, or an item number is used twice), or it is "
    "told twice with different content. Send what holds, once; what changes it goes under the next version."
)
SPOILT_FILING = "Another row of this filing could not be taken, and half a filing is never accepted."


@dataclass
class SourceReport:
    """What was found out about one input: how it was read and what nobody mapped."""

    name: str
    sha256: str
    bytes: int
    member: str = ""
    sheet: str = ""
    carrier: str = ""
    encoding: str = ""
    unknown_columns: tuple[str, ...] = ()
    rows: int = 0


@dataclass
class Intake:
    """Everything that came in, sorted by fate. ``fates`` is over the rows of the spool, in reading order."""

    spool: Spool
    fates: Fates
    quarantine: pl.DataFrame
    duplicates: pl.DataFrame
    sources: list[SourceReport]
    counts: dict[str, int]
    source_rows: dict[str, int]


@dataclass
class _Taking:
    """What gathers while sources are read."""

    spool: Spool
    identities: list[pl.DataFrame] = field(default_factory=list)
    rejects: list[pl.DataFrame] = field(default_factory=list)
    sources: list[SourceReport] = field(default_factory=list)


Progress = Callable[[str, int], None]


def take_in(
    landed: Sequence[Landed],
    sheets: Sequence[SenderSheet],
    format_name: str | None,
    scratch: Path,
    submitter: str,
    progress: Progress | None = None,
) -> Intake:
    """Read every original once, batch by batch, and settle the fate of every row."""
    taking = _Taking(Spool(scratch / "spool"))
    for number, original in enumerate(landed):
        reading = open_source(original.source, sheets, format_name)
        report = SourceReport(original.source.name, original.sha256, original.bytes, original.source.member)
        taking.sources.append(report)
        records = 0
        for batch in ahead(reading.batches()):
            records += batch.rows["source_position"].n_unique() + batch.rejects.height
            _take_batch(taking, batch.rows, batch.rejects, number, submitter, is_flat=reading.carrier != "ndjson")
            if progress:
                progress("reading", batch.rows.height + batch.rejects.height)
        report.sheet, report.carrier, report.encoding = reading.sheet_name, reading.carrier, reading.encoding
        report.unknown_columns, report.rows = tuple(reading.unknown_columns), reading.source_rows
        _refuse_if_lost(report, records)
    return _settled(taking)


def _refuse_if_lost(report: SourceReport, records: int) -> None:
    """Stop where records of a file were counted and became neither rows nor rejects: a fault of ours, never silent."""
    if records != report.rows:
        raise TidewaiterError(
            f"{report.name} has {report.rows:,} records, of which {records:,} were read. Nothing was taken; "
            "please report this file."
        )


def _take_batch(
    taking: _Taking, text: pl.DataFrame, rejects: pl.DataFrame, source_no: int, submitter: str, *, is_flat: bool
) -> None:
    if rejects.height:
        taking.rejects.append(rejects.with_columns(source_no=pl.lit(source_no, dtype=pl.Int32)))
    if not text.height:
        return
    if "consignment_id" not in text.columns:
        text = text.with_columns(consignment_id=pl.lit(None, dtype=pl.String))
    read = typed(text)
    rows = with_defaults(read.rows).with_columns(source_no=pl.lit(source_no, dtype=pl.Int32))
    unit = pl.lit(source_no << 40, dtype=pl.Int64)
    identity = identified(rows, submitter).with_columns(
        unit=unit if is_flat else unit + pl.col("source_position"),
        is_spoilt=~read.is_good,
        source_no=pl.lit(source_no, dtype=pl.Int32),
    )
    if read.faults.height:
        taking.rejects.append(_faulty(text, read.faults, source_no))
    taking.identities.append(identity)
    taking.spool.add(rows)


def _faulty(text: pl.DataFrame, faults: pl.DataFrame, source_no: int) -> pl.DataFrame:
    """Quarantine rows for unreadable values: the row as it was told beside each fault."""
    at = faults["at"]
    told = text[at]
    return faults.select("code", "pointer", "value", "message").with_columns(
        source_position=told["source_position"],
        consignment_id=told["consignment_id"],
        original=pl.Series([_as_told(row) for row in told.iter_rows(named=True)], dtype=pl.String),
        source_no=pl.lit(source_no, dtype=pl.Int32),
        is_in_spool=pl.lit(value=True),
    )


def _as_told(row: dict[str, object]) -> str:
    """A row as readable text: the fields that say something."""
    return "; ".join(
        f"{name}={value}" for name, value in row.items() if value is not None and name != "source_position"
    )


def _settled(taking: _Taking) -> Intake:
    identity_schema = {**ROW_IDENTITY, "unit": pl.Int64, "is_spoilt": pl.Boolean, "source_no": pl.Int32}
    rows = pl.concat(taking.identities) if taking.identities else pl.DataFrame(schema=identity_schema)
    rejects = (
        pl.concat(taking.rejects, how="diagonal_relaxed")
        if taking.rejects
        else pl.DataFrame(schema={"source_no": pl.Int32, **QUARANTINE})
    )
    if "is_in_spool" not in rejects.columns:
        rejects = rejects.with_columns(is_in_spool=pl.lit(None, dtype=pl.Boolean))
    rejects = rejects.with_columns(pl.col("is_in_spool").fill_null(value=False))
    rows, strays = _spoil_filings_of_rejects(rows, rejects)
    settled = fates(rows)
    names = [report.name for report in taking.sources]
    quarantine = _quarantine(taking.spool, rows, rejects, settled, names)
    duplicates = _duplicates(taking.spool, rows, settled, names)
    unread = int((~rejects["is_in_spool"]).sum())
    counts = dict(settled.counts)
    counts["quarantined"] += strays
    counts = {"rows_in": sum(counts.values()), **counts, "refused": 0}
    source_rows = {
        "in": rows.height + unread,
        "accepted": int((settled.fate == 0).sum()),
        "duplicates": int((settled.fate == DUPLICATE).sum()),
        "quarantined": int(np.isin(settled.fate, (SPOILT, CONTRADICTED)).sum()) + unread,
    }
    return Intake(taking.spool, settled, quarantine, duplicates, taking.sources, counts, source_rows)


def _spoil_filings_of_rejects(rows: pl.DataFrame, rejects: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Mark the rows whose filing lost a row before it could be read; count rejected rows that belong to none.

    A row that could not even be split into fields may still name its consignment; several of one name are one.
    """
    lost = rejects.filter(~pl.col("is_in_spool")).select(
        "source_no", id_hash=pl.col("consignment_id").str.strip_chars().str.to_uppercase().hash(seed=2),
        is_named=pl.col("consignment_id").is_not_null(), row=pl.col("source_position"),
    )  # fmt: skip
    if lost.is_empty():
        return rows, 0
    named = lost.filter("is_named").select("source_no", "id_hash").unique().with_columns(is_lost=pl.lit(value=True))
    marked = rows.join(named, on=["source_no", "id_hash"], how="left", maintain_order="left").with_columns(
        is_spoilt=pl.col("is_spoilt") | pl.col("is_lost").fill_null(value=False)
    )
    known = rows.select("source_no", "id_hash").unique()
    strays = named.join(known, on=["source_no", "id_hash"], how="anti").height
    nameless = lost.filter(~pl.col("is_named")).select("source_no", "row").n_unique()
    return marked.drop("is_lost"), strays + nameless


def _quarantine(
    spool: Spool, rows: pl.DataFrame, rejects: pl.DataFrame, settled: Fates, names: list[str]
) -> pl.DataFrame:
    """All rows not accepted: those with a fault of their own, and the rest of their filings."""
    own = rejects.select("source_no", *(name for name in QUARANTINE if name != "source_file"))
    at = np.flatnonzero(np.isin(settled.fate, (SPOILT, CONTRADICTED)) & ~_has_fault(rows, rejects))
    rest = rows_as_told(spool, at).with_columns(
        code=pl.Series(np.where(settled.fate[at] == CONTRADICTED, "DUP-01", "ROW-90"), dtype=pl.String),
        pointer=pl.lit("consignment_id"),
        value=pl.col("consignment_id"),
        message=pl.Series(np.where(settled.fate[at] == CONTRADICTED, CONTRADICTION, SPOILT_FILING), dtype=pl.String),
    )
    both = pl.concat([own, rest.select(own.columns)]) if rest.height else own
    return _with_file(both, names).select(list(QUARANTINE)).sort("source_file", "source_position", "code", "pointer")


def _has_fault(rows: pl.DataFrame, rejects: pl.DataFrame) -> np.ndarray:
    """True for rows of the spool that have a fault of their own."""
    faulty = rejects.filter("is_in_spool").select("source_no", "source_position").unique()
    if faulty.is_empty():
        return np.zeros(rows.height, dtype=bool)
    found = rows.select("source_no", "source_position").join(
        faulty.with_columns(has=pl.lit(value=True)),
        on=["source_no", "source_position"],
        how="left",
        maintain_order="left",
    )
    return found["has"].fill_null(value=False).to_numpy()


def _duplicates(spool: Spool, rows: pl.DataFrame, settled: Fates, names: list[str]) -> pl.DataFrame:
    """Rows that repeat another row, each with the one it repeats."""
    at = np.flatnonzero(settled.fate == DUPLICATE)
    if not len(at):
        return pl.DataFrame(schema=DUPLICATES)
    of = settled.of_row[at]
    told = _with_file(rows_as_told(spool, at), names)
    kept = rows.select("source_no", "source_position")[of]
    return told.with_columns(
        of_file=pl.Series([names[number] for number in kept["source_no"]], dtype=pl.String),
        of_position=kept["source_position"],
    ).select(list(DUPLICATES))


def rows_as_told(spool: Spool, at: np.ndarray) -> pl.DataFrame:
    """Rows of the spool by position, as text for people; ``at`` ascends."""
    found, start = [], 0
    for number, height in enumerate(spool.heights):
        own = at[(at >= start) & (at < start + height)] - start
        start += height
        if len(own):
            rows = spool.read(number)[own]
            originals = [_as_told(row) for row in rows.drop("source_no").iter_rows(named=True)]
            told = rows.select("source_no", "source_position", "consignment_id")
            found.append(let_go(told).with_columns(original=pl.Series(originals, dtype=pl.String)))
    schema = {"source_no": pl.Int32, "source_position": pl.Int64, "consignment_id": pl.String, "original": pl.String}
    return pl.concat(found) if found else pl.DataFrame(schema=schema)


def _with_file(rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    file = pl.Series("source_file", [names[number] for number in rows["source_no"]], dtype=pl.String)
    return rows.with_columns(file)
