"""Checkpoints: what was taken in, kept on disk, so that a run that was killed after reading need not read again."""

import json
from dataclasses import asdict
from pathlib import Path

import polars as pl

from tidewaiter.runners.intake import Intake, SourceReport
from tidewaiter.runners.spool import Spool
from tidewaiter.runners.workspace import told_plainly

TAKEN = "taken.json"
TABLES = ("quarantine", "duplicates", "aside")


def keep_intake(intake: Intake, folder: Path) -> None:
    """Write down everything but the spool itself; complete once ``taken.json`` is there."""
    told = {
        "spool": intake.spool.folder.name,
        "heights": intake.spool.heights,
        "filings": intake.filings,
        "sources": [asdict(source) for source in intake.sources],
        "counts": intake.counts,
        "source_rows": intake.source_rows,
    }
    half = folder / f"{TAKEN}.half"
    with told_plainly(folder):
        for name, table in zip(TABLES, (intake.quarantine, intake.duplicates, intake.aside), strict=True):
            table.write_ipc(folder / f"{name}.arrow")
        half.write_text(json.dumps(told), encoding="utf-8")
        half.rename(folder / TAKEN)


def forget_intake(folder: Path) -> None:
    """Take back the word that everything was taken in, before any of it is removed."""
    (folder / TAKEN).unlink()


def kept_intake(folder: Path) -> Intake | None:
    """What ``keep_intake`` wrote; None where it did not come to its end."""
    note = folder / TAKEN
    if not note.is_file():
        return None
    told = json.loads(note.read_text(encoding="utf-8"))
    quarantine, duplicates, aside = (pl.read_ipc(folder / f"{name}.arrow") for name in TABLES)
    return Intake(
        spool=Spool(folder / told["spool"], told["heights"]),
        filings=told["filings"],
        is_contiguous=True,
        quarantine=quarantine,
        duplicates=duplicates,
        aside=aside,
        sources=[
            SourceReport(**{**source, "unknown_columns": tuple(source["unknown_columns"])})
            for source in told["sources"]
        ],
        counts=told["counts"],
        source_rows=told["source_rows"],
    )
