"""Dealing: narrow rows go to shards by key, and what a shard shows of its filings comes back by chunk.

A shard holds every row of its keys, so windows are worked out one shard at a time and memory is one shard, whatever
the number of filings. Only what the windows need is dealt: whole numbers in fixed records, appended to plain files.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from tidewaiter.kit.risk_rule import Window, marks_of
from tidewaiter.runners.settling import places_by_shard
from tidewaiter.runners.side_by_side import in_order
from tidewaiter.runners.spool import Ints, Span
from tidewaiter.runners.workspace import told_plainly
from tidewaiter.stages.windows import (
    NARROW,
    PERSON,
    PERSON_DAY,
    keys_of,
    lone_facts,
    shared_facts,
    windows_of,
    with_facts,
)

FILINGS_A_SHARD = 500_000
"""Filings whose windows are worked out at a time where nothing else is asked for."""

EMPTY = np.iinfo(np.int64).min
"""How an empty value travels in a record of whole numbers."""

PLAYED = "played"
"""A file that is there once all facts are dealt back."""

NAMED = ("filing_no", "key")
"""How a record begins; a key is any whole number and never empty, what follows may be."""


class Share(NamedTuple):
    """One shard of one key."""

    key: str
    shard: int


@dataclass(frozen=True)
class Deal:
    """Where narrow rows are dealt to, and facts dealt back: files below ``folder``, appended to by one caller."""

    folder: Path
    windows: Sequence[Window]
    shards: int

    def begin(self) -> bool:
        """Make an empty folder, and say so; False where this deal was played to its end before."""
        if (self.folder / PLAYED).is_file():
            return False
        shutil.rmtree(self.folder, ignore_errors=True)
        with told_plainly(self.folder):
            self.folder.mkdir(parents=True)
        return True

    def add(self, narrow: pl.DataFrame) -> None:
        """Deal narrow rows to the shards of each of their keys."""
        numbers = {name: _numbers(narrow[name].cast(pl.Int64)) for name in (*NARROW, *marks_of(self.windows))}
        filing_no = narrow["filing_no"].to_numpy()
        for key in keys_of(self.windows):
            at = narrow[key].is_not_null().arg_true().to_numpy()
            keys = narrow[key].gather(at).to_numpy()
            measures = (numbers[name][at] for name in _measured(key, self.windows))
            rows = np.stack((filing_no[at], keys, *measures), axis=1)
            for shard, own in enumerate(_dealt_rows(rows, self.shards)):
                self._append(self._rows(Share(key, shard)), own)

    def play(self, spans: Sequence[Span], history: pl.DataFrame | None) -> None:
        """Work out the facts of filings that share a key, shard by shard, and deal them to their chunks."""
        borders = np.array([span.first for span in spans[1:]], dtype=np.int64)
        shares = [Share(key, shard) for key in keys_of(self.windows) for shard in range(self.shards)]
        for share, table in in_order(lambda share: (share, self._facts(share, history)), shares):
            for chunk, own in _by_chunk(table, borders):
                self._append(self._chunk(share.key, chunk), own)
        with told_plainly(self.folder):
            (self.folder / PLAYED).touch()

    def facts(self, span: Span, narrow: pl.DataFrame) -> pl.DataFrame:
        """All facts of a chunk's filings, one row for each narrow row, in their order."""
        made = lone_facts(narrow, self.windows)
        for key in keys_of(self.windows):
            names = _fact_names(key, self.windows)
            path = self._chunk(key, span.number)
            if path.is_file():
                rows = np.fromfile(path, dtype=np.int64).reshape(-1, 1 + len(names))
                shared = {name: _series(name, rows[:, column]) for column, name in enumerate(names, start=1)}
                made = with_facts(made, rows[:, 0] - span.first, pl.DataFrame(shared))
        return made

    def _facts(self, share: Share, history: pl.DataFrame | None) -> Ints:
        """Numbers and facts of the filings of a shard that share its key, sorted by filing; the deal is spent."""
        path = self._rows(share)
        names = _fact_names(share.key, self.windows)
        if not path.is_file():
            return np.zeros((0, 1 + len(names)), dtype=np.int64)
        measured = _measured(share.key, self.windows)
        rows = np.fromfile(path, dtype=np.int64).reshape(-1, len(NAMED) + len(measured))
        path.unlink()
        keys = pl.Series(share.key, np.ascontiguousarray(rows[:, 1]))
        measures = [_series(name, rows[:, column]) for column, name in enumerate(measured, start=len(NAMED))]
        narrow = pl.DataFrame([keys, *measures]).with_columns(pl.col("day").cast(pl.Date))
        at, shared = shared_facts(narrow, share.key, windows_of(share.key, self.windows), history)
        made = np.stack((rows[at, 0], *(_numbers(shared[name]) for name in names)), axis=1)
        return made[np.argsort(made[:, 0], kind="stable")]

    def _rows(self, share: Share) -> Path:
        return self.folder / f"rows-{share.key}-{share.shard:04d}"

    def _chunk(self, key: str, chunk: int) -> Path:
        return self.folder / f"facts-{key}-{chunk:06d}"

    def _append(self, path: Path, rows: Ints) -> None:
        if len(rows):
            with told_plainly(self.folder), path.open("ab") as file:
                rows.tofile(file)


def _dealt_rows(rows: Ints, shards: int) -> Iterator[Ints]:
    """The rows of each shard, by their key."""
    if shards == 1:
        yield rows
        return
    for at in places_by_shard(rows[:, 1], shards):
        yield rows[at]


def _by_chunk(table: Ints, borders: Ints) -> Iterator[tuple[int, Ints]]:
    """The rows of each chunk that has any; ``borders`` are the first filings of all chunks but the first."""
    chunk = np.searchsorted(borders, table[:, 0], side="right")
    cut = np.flatnonzero(np.diff(chunk)) + 1
    for own in np.split(table, cut) if len(table) else ():
        yield int(np.searchsorted(borders, own[0, 0], side="right")), own


def _measured(key: str, windows: Sequence[Window]) -> list[str]:
    """What a record of this key says beside its filing: what all windows need, and the marks that its own count."""
    return [*NARROW, *marks_of(windows_of(key, windows))]


def _fact_names(key: str, windows: Sequence[Window]) -> list[str]:
    own = [window.fact for window in windows_of(key, windows)]
    return [*own, PERSON_DAY] if key == PERSON else own


def _numbers(values: pl.Series) -> Ints:
    found: Ints = values.fill_null(EMPTY).to_numpy()
    return found


def _series(name: str, numbers: Ints) -> pl.Series:
    """Whole numbers as a column, empty where they say so."""
    made = pl.Series(name, np.ascontiguousarray(numbers))
    is_empty = numbers == EMPTY
    return made.set(pl.Series(is_empty), None) if is_empty.any() else made


def shards_for(filings: int, asked: int | None) -> int:
    """How many shards: what was asked for, else as many as keep each within ``FILINGS_A_SHARD``."""
    return asked or max(1, -(-filings // FILINGS_A_SHARD))
