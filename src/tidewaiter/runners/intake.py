"""Intake: originals become typed rows on the spool; what cannot be taken is set aside with its reason."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.errors import TidewaiterError
from tidewaiter.runners.identity import identified, with_defaults
from tidewaiter.runners.landing import Landed
from tidewaiter.runners.reading import Batch, Reading, open_source
from tidewaiter.runners.setting_aside import (
    FATES_ASIDE,
    all_rejects,
    duplicates,
    faulty,
    filings_aside,
    named_in,
    quarantine,
)
from tidewaiter.runners.settling import keep_identity, settle, strays
from tidewaiter.runners.side_by_side import ahead, in_order
from tidewaiter.runners.spool import Spool, let_go
from tidewaiter.stages.typed import typed


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
    notes: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """The source as a receipt tells it."""
        return {**asdict(self), "unknown_columns": list(self.unknown_columns), "notes": list(self.notes)}


@dataclass
class Intake:
    """Everything that came in, sorted by fate; the spool's rows carry the number of their filing.

    ``filings`` are the accepted ones; ``is_contiguous`` where the rows of each stand together; ``aside`` what the rows
    in quarantine say of their parcel.
    """

    spool: Spool
    filings: int
    is_contiguous: bool
    quarantine: pl.DataFrame
    duplicates: pl.DataFrame
    aside: pl.DataFrame
    sources: list[SourceReport]
    counts: dict[str, int]
    source_rows: dict[str, int]


@dataclass
class _Taking:
    """What gathers while sources are read."""

    spool: Spool
    identity: Spool
    rejects: list[pl.DataFrame] = field(default_factory=list)
    sources: list[SourceReport] = field(default_factory=list)


@dataclass(frozen=True)
class _Piece:
    """A batch on its way: how to read it, which source it is of and which batch of the spool it becomes."""

    read: Callable[[], Batch]
    source_no: int
    spool_no: int
    is_flat: bool


@dataclass(frozen=True)
class _Done:
    """What became of a piece: rows spooled, records seen, and what has to be set aside."""

    rows: int
    records: int
    rejects: list[pl.DataFrame]


Progress = Callable[[str, int], None]


def take_in(
    landed: Sequence[Landed],
    sheets: Sequence[SenderSheet],
    format_name: str | None,
    scratch: Path,
    submitter: str,
    progress: Progress | None = None,
    shards: int | None = None,
) -> Intake:
    """Read every original once, batch by batch, and settle the fate of every row."""
    taking = _Taking(Spool(scratch / "spool"), Spool(scratch / "identity"))
    for number, original in enumerate(landed):
        _take_source(taking, original, number, open_source(original.source, sheets, format_name), submitter, progress)
    return _settled(taking, scratch, shards)


def _take_source(
    taking: _Taking, original: Landed, number: int, reading: Reading, submitter: str, progress: Progress | None
) -> None:
    report = SourceReport(original.source.name, original.sha256, original.bytes, original.source.member)
    taking.sources.append(report)
    records = 0

    def pieces() -> Iterator[_Piece]:
        for spool_no, read in enumerate(ahead(reading.pieces()), start=len(taking.spool)):
            yield _Piece(read, number, spool_no, is_flat=reading.is_flat)

    for done in in_order(lambda piece: _taken(taking, piece, submitter), pieces()):
        records += done.records
        taking.rejects += done.rejects
        taking.spool.heights.append(done.rows)
        taking.identity.heights.append(done.rows)
        if progress:
            progress("reading", done.rows + sum(rejects.height for rejects in done.rejects))
    report.sheet, report.carrier, report.encoding = reading.sheet_name, reading.carrier, reading.encoding
    report.unknown_columns, report.rows = tuple(reading.unknown_columns), reading.source_rows
    report.notes = reading.notes
    _refuse_if_lost(report, records)


def _refuse_if_lost(report: SourceReport, records: int) -> None:
    """Stop where records of a file were counted and became neither rows nor rejects: a fault of ours, never silent."""
    if records != report.rows:
        raise TidewaiterError(
            f"{report.name} has {report.rows:,} records, of which {records:,} were read. Nothing was taken; "
            "please report this file."
        )


def _taken(taking: _Taking, piece: _Piece, submitter: str) -> _Done:
    """Type a batch, spool it with the identity of its rows, and say what could not be read."""
    batch, source_no = piece.read(), pl.lit(piece.source_no, dtype=pl.Int32)
    read = typed(batch.loose, batch.words)
    rows = with_defaults(read.rows, read.words).with_columns(source_no=source_no)
    words = {name: column for name, column in read.words.items() if name not in rows.columns}
    unit = pl.lit(piece.source_no << 40, dtype=pl.Int64)
    identity = identified(rows, submitter, words).with_columns(
        unit=unit if piece.is_flat else unit + pl.col("source_position"), is_spoilt=~read.is_good, source_no=source_no
    )
    keep_identity(taking.identity, piece.spool_no, identity)
    taking.spool.write(piece.spool_no, rows, words, [BY_DOOR[name].inner for name in batch.order])
    aside = [batch.rejects.with_columns(source_no=source_no)] if batch.rejects.height else []
    if read.faults.height:
        aside.append(let_go(faulty(batch.some(read.faults["at"]).rows, read.faults, piece.source_no)))
    records = rows["source_position"].n_unique() + batch.rejects["source_position"].n_unique()
    return _Done(rows.height, records, aside)


def _settled(taking: _Taking, scratch: Path, shards: int | None) -> Intake:
    rejects = all_rejects(taking.rejects)
    unread = rejects.filter(~pl.col("is_in_spool"))
    lost = named_in(unread)
    settled = settle(taking.identity, taking.spool, lost, scratch, shards)
    names = [report.name for report in taking.sources]
    stray = strays(taking.identity, lost) + _nameless(unread)
    counts = {**settled.counts, "quarantined": settled.counts["quarantined"] + stray}
    records = unread.select("source_no", "source_position").n_unique()
    heights = {fate: settled.of(*kinds).height for fate, kinds in FATES_ASIDE.items()}
    source_rows = {
        "in": settled.rows + records,
        "accepted": settled.rows - sum(heights.values()),
        "duplicates": heights["duplicates"],
        "quarantined": heights["quarantined"] + records,
    }
    return Intake(
        spool=taking.spool,
        filings=settled.filings,
        is_contiguous=settled.is_contiguous,
        quarantine=quarantine(taking.spool, rejects, settled, names),
        duplicates=duplicates(taking.spool, settled, names),
        aside=filings_aside(taking.spool, settled),
        sources=taking.sources,
        counts={"rows_in": sum(counts.values()), **counts, "refused": 0},
        source_rows=source_rows,
    )


def _nameless(unread: pl.DataFrame) -> int:
    """Records that could not be split into fields and name no filing: each counts as one."""
    return unread.filter(pl.col("consignment_id").is_null()).select("source_no", "source_position").n_unique()
