"""Settling: which filing every row belongs to and which rows are taken, in memory that does not grow with the file.

A *run* is a stretch of neighbouring rows of one filing within a batch. A run whose filing has no other run and in which
nothing is odd is an accepted filing: for nearly all rows that is the whole story, told by one number a run. The rows
of all other runs, the suspects, are brought together and judged by ``grouping``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from tidewaiter.runners.grouping import ACCEPTED, fates
from tidewaiter.runners.spool import Ints, Spool
from tidewaiter.runners.workspace import told_plainly

KEYS_A_SHARD = 4_000_000
"""Keys of runs that are sorted at a time where nothing else is asked for: 32 MB."""

RUN = np.dtype([("key", np.int64), ("rows", np.int32), ("is_odd", np.bool_)])
"""A run: the key of its filing, how many rows it has, and whether something in it is odd."""


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


def keep_identity(identity: Spool, number: int, rows: pl.DataFrame) -> None:
    """Write a batch of identities, and beside it its runs: all that settling asks of nearly all rows."""
    identity.write(number, rows)
    with told_plainly(identity.folder):
        np.save(_path_of_runs(identity, number), _runs_of(rows))


def _runs_of(rows: pl.DataFrame) -> Ints:
    """The runs of a batch in order (``RUN``)."""
    is_start = _starts(rows)
    at = np.flatnonzero(is_start)
    runs = np.zeros(len(at), dtype=RUN)
    runs["key"] = rows["identity_key"].to_numpy()[at]
    runs["rows"] = np.diff(at, append=rows.height)
    runs["is_odd"] = _is_odd(rows, is_start)
    return runs


def _starts(rows: pl.DataFrame) -> Ints:
    """True for the first row of each run."""
    key, twin = rows["identity_key"].to_numpy(), rows["identity_hash"].to_numpy()
    is_start = np.ones(len(key), dtype=bool)
    is_start[1:] = (key[1:] != key[:-1]) | (twin[1:] != twin[:-1])
    return is_start


def _path_of_runs(identity: Spool, number: int) -> Path:
    return identity.folder / f"runs-{number:06d}.npy"


def _runs(identity: Spool, number: int) -> Ints:
    runs: Ints = np.load(_path_of_runs(identity, number))
    return runs


def _counted(identity: Spool) -> tuple[list[int], int]:
    """The number of each batch's first run, and of all runs."""
    counts = [len(_runs(identity, number)) for number in range(len(identity))]
    behind = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
    return behind[:-1].tolist(), int(behind[-1])


def _repeated_keys(identity: Spool, shards: int, folder: Path) -> Ints:
    """Keys that more than one run has, sorted; worked out shard by shard, each holding all runs of its keys."""
    with told_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"{shard:04d}" for shard in range(shards)]
        files = [path.open("wb") for path in paths]
        try:
            for number in range(len(identity)):
                keys = _runs(identity, number)["key"]
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
    found, start = [_no_suspects()], 0
    for number, first in enumerate(firsts):
        runs, is_lost = _runs(identity, number), _has_lost_a_row(identity, number, lost)
        run = np.repeat(np.arange(len(runs)), runs["rows"])
        is_suspect = runs["is_odd"] | _is_among(runs["key"], repeated)
        is_suspect[run[is_lost]] = True
        at = np.flatnonzero(is_suspect[run])
        if len(at):
            rows = identity.read(number, at=at)
            found.append(
                rows.with_columns(
                    is_spoilt=rows["is_spoilt"] | pl.Series(is_lost[at]),
                    row=pl.Series(start + at),
                    run=pl.Series(first + run[at]),
                )
            )
        start += len(run)
    return pl.concat(found, how="diagonal") if len(found) > 1 else found[0]


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


def _has_lost_a_row(identity: Spool, number: int, lost: pl.DataFrame) -> Ints:
    """True for rows of a batch whose filing is named by a row that could not be read."""
    if lost.is_empty():
        return np.zeros(identity.heights[number], dtype=bool)
    named = lost.unique().with_columns(is_lost=pl.lit(value=True))
    place = ["source_no", "id_hash"]
    found = identity.read(number, place).join(named, on=place, how="left", maintain_order="left")
    return found["is_lost"].fill_null(value=False).to_numpy()


def _is_odd(rows: pl.DataFrame, is_start: Ints) -> Ints:
    """Per run: a spoilt row, several tellings, differing fields of the filing, or item numbers that do not ascend."""
    odd, inside = rows["is_spoilt"].to_numpy().copy(), ~is_start[1:]
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
    for batch, first in enumerate(firsts):
        lengths = _runs(identity, batch)["rows"]
        runs = first + np.arange(len(lengths), dtype=np.int64)
        own = np.repeat(numbering.before(runs), lengths)
        low, high = np.searchsorted(rows, (start, start + len(own)))
        own[rows[low:high] - start] = number[low:high]
        spool.number(batch, own)
        start += len(own)


def strays(identity: Spool, lost: pl.DataFrame) -> int:
    """How many of the ``lost`` filings no row that was read belongs to."""
    rest = lost.unique()
    for number in range(len(identity)):
        if rest.is_empty():
            break
        rest = rest.join(identity.read(number, rest.columns).unique(), on=rest.columns, how="anti")
    return rest.height
