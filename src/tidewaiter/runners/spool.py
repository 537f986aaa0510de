"""The spool: typed rows on disk between reading and clearing, so that memory never grows with the file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from tidewaiter.model.columns import FIELDS
from tidewaiter.runners.workspace import told_plainly

ROW_NO = "row_no"
PASSED = {"source_position": pl.Int64, "source_no": pl.Int32, "defaulted": pl.String, "unmapped": pl.String}
"""What rides along with the fields: where a row came from, what its sheet supplied, what nobody mapped."""


@dataclass
class Spool:
    """Batches of typed rows in reading order, one Arrow file each; columns that a file lacks are simply not there."""

    folder: Path
    heights: list[int] = field(default_factory=list)

    def add(self, rows: pl.DataFrame) -> None:
        """Write one batch."""
        with told_plainly(self.folder):
            self.folder.mkdir(exist_ok=True)
            rows.write_ipc(self._path(len(self.heights)), compression="uncompressed")
        self.heights.append(rows.height)

    def read(self, number: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """One batch back, mapped rather than copied; of ``columns`` only those the batch has."""
        with pa.memory_map(str(self._path(number))) as file:
            table = pa.ipc.open_file(file).read_all()
        if columns is not None:
            present = set(table.column_names)
            table = table.select([name for name in columns if name in present])
        rows = pl.from_arrow(table)
        return rows if isinstance(rows, pl.DataFrame) else rows.to_frame()

    def _path(self, number: int) -> Path:
        return self.folder / f"batch-{number:06d}.arrow"

    def __len__(self) -> int:
        return len(self.heights)


def let_go(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows with texts of their own: a few texts of a batch would else keep all of it in memory."""
    own = pl.from_arrow(rows.to_arrow(compat_level=pl.CompatLevel.oldest()))
    return own if isinstance(own, pl.DataFrame) else own.to_frame()


def complete(rows: pl.DataFrame, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The rows with every field of the house (or those of ``columns``), absent ones empty, in a fixed order."""
    wanted = {item.inner: item.dtype for item in FIELDS} | PASSED
    names = wanted if columns is None else {name: wanted[name] for name in columns}
    present = set(rows.columns)
    empty = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in names.items() if name not in present]
    extra = [name for name in rows.columns if name not in wanted]
    return rows.with_columns(empty).select(*extra, *names)


def in_chunks(
    spool: Spool, filing_no: np.ndarray, chunk_rows: int, columns: Sequence[str] | None = None
) -> Iterator[pl.DataFrame]:
    """Whole filings at a time, about ``chunk_rows`` rows each, with ``filing_no``; rows of no filing are left out.

    ``filing_no`` is ascending over the rows that have one (each filing's rows stand together). Where no row has one,
    there is one chunk of no rows, so that whoever writes knows the columns.
    """
    held: list[pl.DataFrame] = []
    height, start, is_first = 0, 0, True
    for number in range(len(spool)):
        rows = complete(spool.read(number, columns), columns)
        own = filing_no[start : start + rows.height]
        start += rows.height
        held.append(_accepted(rows, own))
        height += held[-1].height
        while height >= chunk_rows:
            together = pl.concat(held)
            cut = _border(together["filing_no"].to_numpy(), chunk_rows)
            if not cut:
                break
            yield together[:cut]
            is_first = False
            held, height = [together[cut:]], together.height - cut
    if height or is_first:
        yield pl.concat(held) if held else _no_rows(columns)


def _no_rows(columns: Sequence[str] | None) -> pl.DataFrame:
    wanted = {item.inner: item.dtype for item in FIELDS} | PASSED
    names = wanted if columns is None else {name: wanted[name] for name in columns}
    return pl.DataFrame(schema={"filing_no": pl.Int64, **names})


def _accepted(rows: pl.DataFrame, filing_no: np.ndarray) -> pl.DataFrame:
    """The rows that belong to a filing, with its number."""
    numbered = rows.with_columns(filing_no=pl.Series(filing_no))
    return numbered if (filing_no >= 0).all() else numbered.filter(pl.Series(filing_no >= 0))


def _border(filing_no: np.ndarray, wanted: int) -> int:
    """The last border between two filings at or before ``wanted`` rows; 0 where the next one is not complete yet."""
    starts = np.flatnonzero(np.diff(filing_no)) + 1
    if not len(starts):
        return 0
    before = starts[starts <= wanted]
    return int(before[-1]) if len(before) else int(starts[0])


def regrouped(spool: Spool, filing_no: np.ndarray, chunk_rows: int, folder: Path) -> tuple[Spool, np.ndarray]:
    """Write the spool again so that each filing's rows stand together; for files whose rows were scattered.

    Each batch is dealt out to files by range of ``filing_no``; then every file is sorted by itself, so memory is one
    batch or one file. Gives the new spool and the ``filing_no`` of its rows.
    """
    ranges = _ranges(filing_no, chunk_rows)
    dealt = folder / "dealt"
    dealt.mkdir(parents=True, exist_ok=True)
    pieces: dict[int, list[Path]] = {}
    start = 0
    for number, height in enumerate(spool.heights):
        own = filing_no[start : start + height]
        start += height
        rows = _accepted(complete(spool.read(number)), own)
        to = np.searchsorted(ranges, rows["filing_no"].to_numpy(), side="right") - 1
        for target, piece in rows.with_columns(to=pl.Series(to)).partition_by("to", as_dict=True).items():
            path = dealt / f"{target[0]:06d}-{number:06d}.arrow"
            with told_plainly(path):
                piece.drop("to").write_ipc(path, compression="uncompressed")
            pieces.setdefault(int(target[0]), []).append(path)
    return _sorted_again(pieces, folder)


def _sorted_again(pieces: dict[int, list[Path]], folder: Path) -> tuple[Spool, np.ndarray]:
    again, numbers = Spool(folder / "grouped"), []
    for target in sorted(pieces):
        rows = pl.concat([pl.read_ipc(path) for path in pieces[target]]).sort("filing_no", maintain_order=True)
        numbers.append(rows["filing_no"].to_numpy())
        again.add(rows.drop("filing_no"))
        for path in pieces[target]:
            path.unlink()
    return again, np.concatenate(numbers) if numbers else np.zeros(0, dtype=np.int64)


def _ranges(filing_no: np.ndarray, chunk_rows: int) -> np.ndarray:
    """First filing of each range, so that a range holds about ``chunk_rows`` rows."""
    per_filing = np.bincount(filing_no[filing_no >= 0])
    upto = np.concatenate(([0], np.cumsum(per_filing)))
    wanted = np.arange(0, upto[-1], max(chunk_rows, 1))
    return np.unique(np.searchsorted(upto, wanted, side="right") - 1)
