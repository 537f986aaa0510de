"""Data quality of filers over one or several finished runs: scores by filer and day, and the faults to mend first."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from tidewaiter.measure import data_quality as measure
from tidewaiter.measure.lake import Lake
from tidewaiter.model.errors import WrongUse
from tidewaiter.model.words import filled
from tidewaiter.service.results import Results, open_results

WORST: Final = 20
EXAMPLES: Final = 3
UNTOLD: Final = "none"
"""How to ask for the filings that tell no filer."""

Filers = Sequence[str | None] | None


def data_quality(folders: Sequence[Path], filer: str | None = None, worst: int = WORST) -> dict[str, Any]:
    """Filers with their scores in per mille, the lowest first; the days of one ``filer``; the ``worst`` faults.

    Each fault has its code, title, dimension, filings, their share of those looked at, and up to three examples with
    the sentence a filer is told.

    Raises:
        UnusableInput: the files of a run cannot be read.
        WrongUse: a folder holds no finished run, or no filing is of this filer.
    """
    results = [open_results(folder) for folder in folders]
    lakes = [Lake(folder) for folder in folders]
    whose: Filers = None if filer is None else [None if filer == UNTOLD else filer]
    days = measure.filer_days(lakes)
    own = [row for row in measure.by_filer(days).to_dicts() if whose is None or row["filer"] in whose]
    if not own and whose:
        raise WrongUse(f"No filing is of {filer}. Leave --filer out to see who files.")
    looked_at = sum(row["filings"] for row in own)
    return {
        "runs": [str(folder) for folder in folders],
        "filings": looked_at,
        "filers": own,
        "days": measure.days_of(days, whose[0]) if whose else [],
        "faults": [_told(fault, looked_at, results, whose) for fault in measure.faults(lakes, worst, whose)],
    }


def _told(fault: measure.Fault, looked_at: int, results: Sequence[Results], whose: Filers) -> dict[str, Any]:
    titles = (one.summary["titles"].get(fault.code) for one in results)
    examples = list(islice((row for one in results for row in _examples(one, fault.code, whose)), EXAMPLES))
    return {
        "code": fault.code,
        "title": next(filter(None, titles), None),
        "dimension": fault.dimension,
        "filings": fault.filings,
        "share_per_mille": 1000 * fault.filings // looked_at,
        "examples": examples,
    }


def _examples(results: Results, code: str, whose: Filers) -> Iterator[dict[str, str]]:
    """Filings with a finding, then rows in quarantine, each with its sentence."""
    sentence, currency = results.summary["sentences"].get(code, ""), results.summary["currency"]
    for row in measure.examples(Lake(results.folder), code, EXAMPLES, whose).to_dicts():
        said = filled(sentence, json.loads(row["evidence"] or "{}"), currency)
        yield {"consignment_id": row["consignment_id"], "sentence": said}
    rows = results.rows("quarantine", lambda every: every.filter(pl.col("code") == code).head(EXAMPLES))
    for row in rows.to_dicts() if rows is not None else ():
        place = f"{row['source_file']}, row {row['source_position']}"
        yield {"consignment_id": row["consignment_id"] or place, "sentence": row["message"]}
