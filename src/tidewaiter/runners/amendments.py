"""Filings that come again: the same is a duplicate, other content under one version, or one out of turn, set aside."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.runners.following import changes_in, faults_of, originals_in
from tidewaiter.runners.history import History, rows_told_before, told_otherwise
from tidewaiter.runners.identity import CONTENT, contents, filing_keys
from tidewaiter.runners.intake import Intake
from tidewaiter.runners.setting_aside import DUPLICATES, QUARANTINE, rows_as_told
from tidewaiter.runners.spool import Spool

KNOWN_OTHERWISE = "This filing was accepted before with other content. Send it under the next version, or leave it out."
KNOWN_UNREADABLE = "This filing was accepted before and its original is gone, so the two cannot be compared."

KNOWN = {
    "filing_key": pl.Int64,
    "filing_no": pl.Int64,
    "at": pl.Int64,
    "source_no": pl.Int32,
    "source_position": pl.Int64,
    "consignment_id": pl.String,
    **CONTENT,
}
"""An accepted row whose filing an earlier run accepted too; ``at`` is its place in the spool."""


def set_aside_known(history: History, sheets: Sequence[SenderSheet], intake: Intake, submitter: str) -> None:
    """Take filings that earlier runs accepted out of this one and number the rest of the spool's rows anew.

    Adds to ``intake.duplicates`` or ``intake.quarantine`` and moves the counts; nothing else changes.
    """
    _refuse_out_of_turn(history, intake, _compare(history, sheets, intake, submitter), submitter)


def _compare(history: History, sheets: Sequence[SenderSheet], intake: Intake, submitter: str) -> np.ndarray:
    """Take out what earlier runs accepted under the same version; gives the numbers of those filings."""
    spool = intake.spool
    known = _known_rows(history, spool, submitter)
    if known.is_empty():
        return np.array([], dtype=np.int64)
    before, lost = rows_told_before(history, known["filing_key"].unique(), sheets)
    is_lost = pl.col("filing_key").is_in(lost.implode())
    is_other = pl.col("filing_key").is_in(told_otherwise(known, before).implode())
    again = known.filter(~is_lost & ~is_other)
    _as_duplicates(intake, again, before)
    _as_quarantined(intake, spool, known.filter(is_lost), KNOWN_UNREADABLE)
    _as_quarantined(intake, spool, known.filter(~is_lost & is_other), KNOWN_OTHERWISE)
    return np.unique(known["filing_no"].to_numpy())


def _refuse_out_of_turn(history: History, intake: Intake, gone: np.ndarray, submitter: str) -> None:
    """Set aside amendments and cancellations that cannot follow on what stands, and number what is left anew."""
    spool = intake.spool
    changes = [change for change in changes_in(spool, submitter) if change.filing_no not in gone]
    faults = faults_of(changes, history, originals_in(spool, changes, submitter))
    if faults:
        named = _rows_of(spool, list(faults))
        for number, fault in faults.items():
            told = named.filter(pl.col("filing_no") == number)
            _as_quarantined(intake, spool, told, fault.sentence, fault.code, fault.field)
    gone = np.unique(np.concatenate([gone, np.array(list(faults), dtype=np.int64)]))
    if not len(gone):
        return
    for batch in range(len(spool)):
        own = spool.numbers(batch)
        behind = np.searchsorted(gone, own)
        is_gone = (own >= 0) & np.isin(own, gone)
        spool.number(batch, np.where((own >= 0) & ~is_gone, own - behind, -1))


def _known_rows(history: History, spool: Spool, submitter: str) -> pl.DataFrame:
    """Accepted rows whose filing an earlier run accepted too."""
    keys = history.rows["filing_key"].unique().implode()
    found, start = [pl.DataFrame(schema=KNOWN)], 0
    for number, height in enumerate(spool.heights):
        rows, own = spool.read(number), spool.numbers(number)
        told = rows.select("source_no", "source_position", "consignment_id").hstack(contents(rows))
        told = told.with_columns(
            filing_keys(rows, submitter), filing_no=pl.Series(own), at=pl.int_range(start, start + height)
        )
        found.append(told.filter((pl.col("filing_no") >= 0) & pl.col("filing_key").is_in(keys)).select(list(KNOWN)))
        start += height
    return pl.concat(found)


def _as_duplicates(intake: Intake, again: pl.DataFrame, before: pl.DataFrame) -> None:
    """Each row beside the first one that told the same of the same filing."""
    said = ["filing_key", *CONTENT]
    first = before.unique(said, keep="first", maintain_order=True)
    rows = again.join(first, on=said, how="left", maintain_order="left")
    rows = rows.with_columns(_file_names(intake, rows))
    intake.duplicates = pl.concat([intake.duplicates, rows.select(list(DUPLICATES))])
    _moved(intake, "duplicates", again)


def _rows_of(spool: Spool, filing_nos: Sequence[int]) -> pl.DataFrame:
    """The rows of these filings with their places."""
    found, start = [], 0
    for number, height in enumerate(spool.heights):
        own = pl.Series(spool.numbers(number))
        if own.is_in(filing_nos).any():
            rows = spool.read(number)
            told = rows.select("source_no", "source_position", "consignment_id", "version", "function").with_columns(
                filing_no=own, at=pl.int_range(start, start + height)
            )
            found.append(told.filter(pl.col("filing_no").is_in(filing_nos)))
        start += height
    return pl.concat(found)


def _as_quarantined(
    intake: Intake, spool: Spool, known: pl.DataFrame, message: str, code: str = "DUP-03",
    field: str = "consignment_id",
) -> None:  # fmt: skip
    if known.is_empty():
        return
    known = known.sort("at")
    original = rows_as_told(spool, known["at"].to_numpy())["original"]
    rows = known.with_columns(
        _file_names(intake, known), original, code=pl.lit(code), pointer=pl.lit(field),
        value=pl.col(field).cast(pl.String), message=pl.lit(message),
    )  # fmt: skip
    quarantine = pl.concat([intake.quarantine, rows.select(list(QUARANTINE))])
    intake.quarantine = quarantine.sort("source_file", "source_position", "code", "pointer")
    _moved(intake, "quarantined", known)


def _file_names(intake: Intake, rows: pl.DataFrame) -> pl.Series:
    names = [source.name for source in intake.sources]
    return pl.Series("source_file", [names[number] for number in rows["source_no"]], dtype=pl.String)


def _moved(intake: Intake, fate: str, known: pl.DataFrame) -> None:
    """Move the counts of accepted filings and rows to another fate."""
    filings = known["filing_no"].n_unique()
    intake.counts["accepted"] -= filings
    intake.counts[fate] += filings
    intake.source_rows["accepted"] -= known.height
    intake.source_rows[fate] += known.height
