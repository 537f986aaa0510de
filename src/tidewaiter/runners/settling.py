"""Settling: which filing every row belongs to and which rows are taken, in memory that does not grow with the file.

A *run* is a stretch of neighbouring rows of one filing within a batch. A run whose filing has no other run and in which
nothing is odd is an accepted filing: for nearly all rows that is the whole story, told by one number a run. The rows
of all other runs, the suspects, are brought together and judged by ``grouping``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from tidewaiter.runners.grouping import ACCEPTED, fates
from tidewaiter.runners.spool import Ints, Spool
from tidewaiter.runners.workspace import told_plainly

KEYS_A_SHARD = 4_000_000
"""Keys of runs that are sorted at a time where nothing else is asked for: 32 MB."""

SEEN = ("identity_key", "identity_hash", "filing_hash", "item_no", "unit", "is_spoilt", "source_no", "id_hash")


@dataclass(frozen=True)
class Settled:
    """What became of the rows.

    ``suspects`` has ``row`` (place in reading order, ascending), ``source_no``,
    ``source_position``, ``fate`` and ``of_row`` (the row it repeats, else -1); every row that is not among them is
    accepted. ``counts`` are consignments, ``filings`` the accepted ones.
    """

    suspects: pl.DataFrame
    filings: int
    rows: int
    is_contiguous: bool
    counts: dict[str, int]

    def of(self, *fate: int) -> pl.DataFrame:
        """The suspects of these fates."""
        return self.suspects.filter(pl.col("fate").is_in(fate))


def settle(identity: Spool, spool: Spool, lost: pl.DataFrame, scratch: Path, shards: int | None = None) -> Settled:
    """Decide every row's fate and number the rows of ``spool``.

    ``identity``: a batch for each of the spool, with the identity columns, ``unit``, ``is_spoilt`` and ``source_no``.
    ``lost``: ``source_no`` and ``id_hash`` of filings that lost a row before it could be read. Neither the number of
    shards nor the cut of the batches changes the answer.
    """
    firsts, runs = _counted(identity)
    wanted = shards or max(1, -(-runs // KEYS_A_SHARD))
    repeated = _repeated_keys(identity, wanted, scratch / "keys")
    rows = _rows_of_suspects(identity, firsts, repeated, lost)
    judged = fates(rows)
    taken, own, place = judged.fate == ACCEPTED, rows["run"].to_numpy(), rows["row"].to_numpy()
    numbering = _Numbering(np.unique(own), own[taken][np.unique(judged.filing_no[taken], return_index=True)[1]])
    number = np.full(len(own), -1, dtype=np.int64)
    number[taken] = numbering.before(numbering.heads)[judged.filing_no[taken]]
    _number_rows(identity, spool, firsts, numbering, place, number)
    suspects = rows.select("row", "source_no", "source_position").with_columns(
        fate=pl.Series(judged.fate),
        of_row=pl.Series(np.where(judged.of_row >= 0, place[judged.of_row], -1), dtype=pl.Int64),
    )
    plain = runs - len(numbering.suspects)
    return Settled(
        suspects=suspects,
        filings=plain + judged.filings,
        rows=sum(identity.heights),
        is_contiguous=numbering.stand_together(own[taken], judged.filing_no[taken]),
        counts={**judged.counts, "accepted": judged.counts["accepted"] + plain},
    )


@dataclass(frozen=True)
class _Numbering:
    """Numbers filings by first appearance: runs in order, without suspects, with the heads of accepted suspects."""

    suspects: Ints
    heads: Ints

    def before(self, run: Ints) -> Ints:
        """How many accepted filings begin before each run: the number of the filing that begins with it."""
        behind: Ints = run - np.searchsorted(self.suspects, run) + np.searchsorted(self.heads, run)
        return behind

    def stand_together(self, run: Ints, filing: Ints) -> bool:
        """True where no other filing begins between the head of an accepted suspect and any of its other runs."""
        if not len(run):
            return True
        return bool((self.before(run + 1) == self.before(self.heads[filing] + 1)).all())


def _counted(identity: Spool) -> tuple[list[int], int]:
    """The number of each batch's first run, and of all runs."""
    firsts, runs = [], 0
    for rows in _batches(identity, ("identity_key", "identity_hash")):
        firsts.append(runs)
        runs += int(_starts(rows).sum())
    return firsts, runs


def _batches(identity: Spool, columns: Iterable[str] = SEEN) -> Iterator[pl.DataFrame]:
    return (identity.read(number, list(columns)) for number in range(len(identity)))


def _starts(rows: pl.DataFrame) -> Ints:
    """True for the first row of each run."""
    key, twin = rows["identity_key"].to_numpy(), rows["identity_hash"].to_numpy()
    is_start = np.ones(len(key), dtype=bool)
    is_start[1:] = (key[1:] != key[:-1]) | (twin[1:] != twin[:-1])
    return is_start


def _repeated_keys(identity: Spool, shards: int, folder: Path) -> Ints:
    """Keys that more than one run has, sorted; worked out shard by shard, each holding all runs of its keys."""
    with told_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"{shard:04d}" for shard in range(shards)]
        files = [path.open("wb") for path in paths]
        try:
            for rows in _batches(identity, ("identity_key", "identity_hash")):
                keys = rows["identity_key"].to_numpy()[_starts(rows)]
                for file, at in zip(files, places_by_shard(keys, shards), strict=True):
                    keys[at].tofile(file)
        finally:
            for file in files:
                file.close()
        found = [_twice(np.fromfile(path, dtype=np.int64)) for path in paths]
        for path in paths:
            path.unlink()
    return np.sort(np.concatenate(found))


def places_by_shard(keys: Ints, shards: int) -> Iterator[Ints]:
    """Where the keys of each shard stand: those that leave its number when divided."""
    shard = np.ascontiguousarray(keys).view(np.uint64) % np.uint64(shards)
    order = np.argsort(shard.astype(np.uint16), kind="stable")
    borders = np.searchsorted(shard[order], np.arange(shards + 1, dtype=np.uint64))
    for number in range(shards):
        yield order[borders[number] : borders[number + 1]]


def _twice(keys: Ints) -> Ints:
    """Keys that occur more than once."""
    ordered = np.sort(keys)
    found: Ints = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    return found


def _rows_of_suspects(identity: Spool, firsts: list[int], repeated: Ints, lost: pl.DataFrame) -> pl.DataFrame:
    """All rows of runs that are odd or not alone, in reading order, with ``row`` and ``run``."""
    found, start = [], 0
    for number, first in enumerate(firsts):
        seen = identity.read(number, SEEN)
        is_start = _starts(seen)
        is_spoilt = seen["is_spoilt"].to_numpy() | _has_lost_a_row(seen, lost)
        keys = seen["identity_key"].to_numpy()[is_start]
        is_suspect = _is_odd(seen, is_start, is_spoilt) | _is_among(keys, repeated)
        run = np.cumsum(is_start) - 1
        at = np.flatnonzero(is_suspect[run])
        if len(at):
            rows = identity.read(number)[at]
            found.append(
                rows.with_columns(
                    is_spoilt=pl.Series(is_spoilt[at]), row=pl.Series(start + at), run=pl.Series(first + run[at])
                )
            )
        start += seen.height
    return pl.concat(found) if found else _no_suspects()


def _no_suspects() -> pl.DataFrame:
    from_zero = {"identity_key": pl.Int64, "identity_hash": pl.UInt64, "filing_hash": pl.UInt64, "item_hash": pl.UInt64}
    places = {"item_no": pl.Int64, "unit": pl.Int64, "is_spoilt": pl.Boolean, "row": pl.Int64, "run": pl.Int64}
    return pl.DataFrame(schema={**from_zero, **places, "source_no": pl.Int32, "source_position": pl.Int64})


def _is_among(keys: Ints, repeated: Ints) -> Ints:
    if not len(repeated):
        return np.zeros(len(keys), dtype=bool)
    at = np.minimum(np.searchsorted(repeated, keys), len(repeated) - 1)
    found: Ints = repeated[at] == keys
    return found


def _has_lost_a_row(rows: pl.DataFrame, lost: pl.DataFrame) -> Ints:
    """True for rows whose filing is named by a row that could not be read."""
    if lost.is_empty():
        return np.zeros(rows.height, dtype=bool)
    named = lost.unique().with_columns(is_lost=pl.lit(value=True))
    found = rows.select("source_no", "id_hash").join(
        named, on=["source_no", "id_hash"], how="left", maintain_order="left"
    )
    return found["is_lost"].fill_null(value=False).to_numpy()


def _is_odd(rows: pl.DataFrame, is_start: Ints, is_spoilt: Ints) -> Ints:
    """Per run: a spoilt row, several tellings, differing fields of the filing, or item numbers that do not ascend."""
    odd, inside = is_spoilt.copy(), ~is_start[1:]
    for name in ("filing_hash", "unit"):
        values = rows[name].to_numpy()
        odd[1:] |= inside & (values[1:] != values[:-1])
    item_no = rows["item_no"].fill_null(-1).to_numpy()
    odd[1:] |= inside & (item_no[1:] <= item_no[:-1])
    found: Ints = np.logical_or.reduceat(odd, np.flatnonzero(is_start)) if len(odd) else odd
    return found


def _number_rows(
    identity: Spool, spool: Spool, firsts: list[int], numbering: _Numbering, rows: Ints, number: Ints
) -> None:
    """Write the number of every row's filing; suspects (``rows``) have theirs in ``number``."""
    start = 0
    for batch, seen in enumerate(_batches(identity, ("identity_key", "identity_hash"))):
        is_start = _starts(seen)
        runs = firsts[batch] + np.arange(int(is_start.sum()), dtype=np.int64)
        own = numbering.before(runs)[np.cumsum(is_start) - 1] if seen.height else np.zeros(0, dtype=np.int64)
        low, high = np.searchsorted(rows, (start, start + seen.height))
        own[rows[low:high] - start] = number[low:high]
        spool.number(batch, own)
        start += seen.height


def strays(identity: Spool, lost: pl.DataFrame) -> int:
    """How many of the ``lost`` filings no row that was read belongs to."""
    rest = lost.unique()
    for rows in _batches(identity, rest.columns):
        if rest.is_empty():
            break
        rest = rest.join(rows.unique(), on=rest.columns, how="anti")
    return rest.height
