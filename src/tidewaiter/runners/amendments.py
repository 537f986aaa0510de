"""Filings that come again: the same content is a duplicate, other content under one version is set aside."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.runners.history import History, rows_told_before, same_content
from tidewaiter.runners.identity import filing_keys
from tidewaiter.runners.intake import DUPLICATES, QUARANTINE, Intake
from tidewaiter.runners.spool import Spool, complete

KNOWN_OTHERWISE = (
    "This filing was accepted before with other content. Send a new version with function 'amendment', "
    "or leave the file out."
)
KNOWN_UNREADABLE = "This filing was accepted before and its original is gone, so the two cannot be compared."


def set_aside_known(
    history: History, sheets: Sequence[SenderSheet], intake: Intake, spool: Spool, filing_no: np.ndarray, submitter: str
) -> np.ndarray:
    """Take filings that earlier runs accepted out of this one.

    Gives the new numbering of the rows. Adds to ``intake.duplicates`` or ``intake.quarantine`` and moves the counts; nothing else changes.
    """
    known = _known_rows(history, spool, filing_no, submitter)
    before, unreadable = rows_told_before(history, known["filing_key"].unique(), sheets)
    gone: list[int] = []
    for (key,), now in known.group_by("filing_key", maintain_order=True):
        told = before.filter(pl.col("filing_key") == key)
        gone.append(int(now["filing_no"][0]))
        if int(str(key)) not in unreadable and same_content(now, told):
            _as_duplicates(intake, now, told)
        else:
            _as_quarantined(intake, now, KNOWN_UNREADABLE if int(str(key)) in unreadable else KNOWN_OTHERWISE)
    stays = np.ones(intake.fates.filings, dtype=bool)
    stays[gone] = False
    dense = np.where(stays, np.cumsum(stays) - 1, -1)
    return np.where(filing_no >= 0, dense[filing_no], -1)


def _known_rows(history: History, spool: Spool, filing_no: np.ndarray, submitter: str) -> pl.DataFrame:
    """Accepted rows whose filing an earlier run accepted too."""
    keys = history.rows["filing_key"].unique()
    found, start = [], 0
    for number, height in enumerate(spool.heights):
        own = filing_no[start : start + height]
        start += height
        rows = spool.read(number).with_columns(filing_no=pl.Series(own)).filter(pl.Series(own >= 0))
        if rows.height:
            rows = rows.with_columns(filing_keys(rows, submitter))
            found.append(complete(rows.filter(pl.col("filing_key").is_in(keys.implode()))))
    return pl.concat(found) if found else pl.DataFrame(schema={"filing_key": pl.Int64})


def _as_duplicates(intake: Intake, now: pl.DataFrame, told: pl.DataFrame) -> None:
    names = [source.name for source in intake.sources]
    rows = now.select(
        source_file=pl.Series([names[number] for number in now["source_no"]], dtype=pl.String),
        source_position="source_position",
        consignment_id="consignment_id",
        of_file=pl.lit(str(told["of_file"][0])),
        of_position=pl.lit(int(told["source_position"][0])),
    )
    intake.duplicates = pl.concat([intake.duplicates, rows.select(pl.col(name).cast(dtype) for name, dtype in DUPLICATES.items())])
    _moved(intake, "duplicates", now.height)


def _as_quarantined(intake: Intake, now: pl.DataFrame, message: str) -> None:
    names = [source.name for source in intake.sources]
    rows = now.select(
        source_file=pl.Series([names[number] for number in now["source_no"]], dtype=pl.String),
        source_position="source_position",
        consignment_id="consignment_id",
        code=pl.lit("DUP-03"),
        pointer=pl.lit("consignment_id"),
        value="consignment_id",
        message=pl.lit(message),
        original=pl.lit(None, dtype=pl.String),
    )
    intake.quarantine = pl.concat([intake.quarantine, rows.select(list(QUARANTINE))])
    _moved(intake, "quarantined", now.height)


def _moved(intake: Intake, fate: str, rows: int) -> None:
    intake.counts["accepted"] -= 1
    intake.counts[fate] += 1
    intake.source_rows["accepted"] -= rows
    intake.source_rows[fate] += rows
