"""Rolling: a finished run becomes a tally, once; its originals are read again for what each filing says."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.kit.risk_rule import Window
from tidewaiter.runners.batcher.tally import FILING, UNTOLD, Tally, open_tally, write_tally
from tidewaiter.runners.history import load_history, originals_of
from tidewaiter.runners.identity import content_prints, filing_keys, with_defaults
from tidewaiter.runners.reading import open_source
from tidewaiter.stages.typed import typed


def tally_of_run(
    run: Path, jurisdiction: str, folder: Path, windows: Sequence[Window], sheets: Sequence[SenderSheet]
) -> Tally:
    """The tally of a run's folder, made in ``folder`` unless it is there and serves these windows.

    As long as it takes to read the originals: for a thread or process of its own, never for the one that answers.
    Raises ``WrongUse`` where the folder holds no run of the jurisdiction.
    """
    if folder.is_dir() and (known := open_tally(folder)).serves(windows):
        return known
    rows = load_history(run, jurisdiction).rows
    keys = np.sort(rows["filing_key"].to_numpy())
    filings = np.zeros(len(keys), dtype=FILING)
    filings["key"] = keys
    said = np.concatenate([np.zeros((0, 2), dtype=np.int64), *_said(run, keys, sheets)])
    filings["content"] = summed(said, keys)
    return write_tally(folder, run.name, rows, filings, windows)


def _said(run: Path, keys: np.ndarray, sheets: Sequence[SenderSheet]) -> Iterator[np.ndarray]:
    """Filing and content of each row of the run's originals whose filing was accepted."""
    for source, sheet, submitter in originals_of(run):
        for batch in open_source(source, sheets, sheet).batches():
            if batch.rows.height:
                rows = with_defaults(typed(batch.rows).rows)
                own = filing_keys(rows, submitter).to_numpy()
                is_taken = np.isin(own, keys)
                prints = content_prints(rows.filter(pl.Series(is_taken))).to_numpy()
                yield np.unique(np.stack((own[is_taken], prints), axis=1), axis=0)


def summed(said: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """The contents of each filing's distinct lines added up (64 bits, wrapping), in the order of ``keys``.

    Of a filing whose original is gone nothing is said: its content is ``UNTOLD``, and no other's is.
    """
    distinct = np.unique(said, axis=0)
    total = np.zeros(len(keys), dtype=np.uint64)
    at = np.searchsorted(keys, distinct[:, 0])
    np.add.at(total, at, distinct[:, 1].view(np.uint64))
    total[at[total[at] == UNTOLD]] = 1
    return total.view(np.int64)
