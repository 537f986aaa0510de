"""The spool: typed rows on disk between reading and clearing, so that memory never grows with the file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa

from tidewaiter.model.columns import FIELDS
from tidewaiter.model.worded import Worded
from tidewaiter.runners.workspace import told_plainly

PASSED = {"source_position": pl.Int64, "source_no": pl.Int32, "defaulted": pl.String, "unmapped": pl.String}
"""What rides along with the fields: where a row came from, what its sheet supplied, what nobody mapped."""
EVERY: Final[dict[str, pl.DataType | type[pl.DataType]]] = {item.inner: item.dtype for item in FIELDS} | PASSED
"""All columns of a spooled row."""

COUNTING = ((pl.UInt8, 1 << 8), (pl.UInt16, 1 << 16), (pl.UInt32, 1 << 32))
"""Whole numbers, and how many words they tell apart."""

Ints = np.ndarray


@dataclass
class Spool:
    """Batches of rows in reading order, one Arrow file each; columns that a file lacks are simply not there.

    Beside a batch stands the number of the filing each of its rows belongs to, once that is settled (-1: of none).
    """

    folder: Path
    heights: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the folder."""
        with told_plainly(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)

    def add(self, rows: pl.DataFrame) -> None:
        """Write one batch at the end."""
        self.write(len(self.heights), rows)
        self.heights.append(rows.height)

    def write(
        self,
        number: int,
        rows: pl.DataFrame,
        words: Mapping[str, Worded] | None = None,
        order: Sequence[str] = (),
    ) -> None:
        """Write the batch of a number, columns in this order; those of few words as such: a quarter of the bytes.

        Whoever writes batches side by side appends their heights in order.
        """
        arrays = {name: rows[name].to_arrow(compat_level=pl.CompatLevel.newest()) for name in rows.columns}
        arrays |= {name: _listed(column) for name, column in (words or {}).items()}
        names = dict.fromkeys([*(name for name in order if name in arrays), *arrays])
        batch = pa.record_batch([arrays[name] for name in names], names=list(names))
        with told_plainly(self.folder), pa.ipc.new_file(str(self._path(number)), batch.schema) as file:
            file.write_batch(batch)

    def read(self, number: int, columns: Sequence[str] | None = None, at: Ints | slice | None = None) -> pl.DataFrame:
        """One batch back, or its rows ``at`` these places; of ``columns`` only those the batch has.

        What is no column of few words is mapped rather than copied.
        """
        with pa.memory_map(str(self._path(number))) as file:
            batch = pa.ipc.open_file(file).get_batch(0)
        wanted = batch.schema.names if columns is None else [name for name in columns if name in batch.schema.names]
        if isinstance(at, np.ndarray):
            places = pl.Series(at)
            return pl.DataFrame([_told(name, batch.column(name), places) for name in wanted])
        return pl.DataFrame([_told(name, batch.column(name)[at or slice(None)]) for name in wanted])

    def number(self, batch: int, filing_no: Ints) -> None:
        """Say which filing each row of a batch belongs to; ascending over the rows that have one."""
        with told_plainly(self.folder):
            np.save(self._numbers(batch), filing_no)

    def numbers(self, batch: int) -> Ints:
        """The filing of each row of a batch, int64; -1 for a row of no filing."""
        found: Ints = np.load(self._numbers(batch))
        return found

    def _path(self, number: int) -> Path:
        return self.folder / f"batch-{number:06d}.arrow"

    def _numbers(self, number: int) -> Path:
        return self.folder / f"filing-{number:06d}.npy"

    def __len__(self) -> int:
        return len(self.heights)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole filings that are cleared together: rows ``start`` to ``end`` of the spool, filings from ``first`` on."""

    number: int
    start: int
    end: int
    first: int
    filings: int


def _listed(column: Worded) -> pa.DictionaryArray:
    """A column of few words as Arrow keeps one, in the smallest whole numbers that count them."""
    at = column.at.cast(next(kind for kind, most in COUNTING if len(column.words) <= most)).to_arrow()
    return pa.DictionaryArray.from_arrays(at, column.words.to_arrow(compat_level=pl.CompatLevel.newest()), safe=False)


def _told(name: str, array: pa.Array, at: pl.Series | None = None) -> pl.Series:
    """A column of a batch, or of its rows ``at`` these places."""
    if not pa.types.is_dictionary(array.type):
        values = pl.Series(name, array)
        return values if at is None else values.gather(at)
    column = Worded(pl.Series(array.dictionary), pl.Series(array.indices))
    return (column if at is None else column.some(at)).told(name)


def let_go(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows with texts of their own: a few texts of a batch would else keep all of it in memory."""
    own = pl.from_arrow(rows.to_arrow(compat_level=pl.CompatLevel.oldest()))
    return own if isinstance(own, pl.DataFrame) else own.to_frame()


def complete(rows: pl.DataFrame, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The rows with every field of the house (or those of ``columns``), absent ones empty, in a fixed order."""
    wanted = _wanted(columns)
    present = set(rows.columns)
    missing = [_nothing(name) for name in wanted if name not in present]
    known = {item.inner for item in FIELDS} | set(PASSED)
    extra = [name for name in rows.columns if name not in known]
    return rows.with_columns(missing).select(*extra, *wanted)


@cache
def _nothing(name: str) -> pl.Expr:
    """A field of the house, empty."""
    return pl.lit(None, dtype=_wanted([name])[name]).alias(name)


def _wanted(columns: Sequence[str] | None) -> dict[str, pl.DataType | type[pl.DataType]]:
    return EVERY if columns is None else {name: EVERY[name] for name in columns}


def spans(spool: Spool, chunk_rows: int) -> Iterator[Span]:
    """Cut the spool into spans of about ``chunk_rows`` rows of filings; one span of no rows where there are none.

    Each filing's rows stand together, so a border lies between two filings. Where a batch is about as large as a span
    the span ends with it: rows of one batch are mapped, those of several are copied together.
    """
    held, at, count, start = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 0, 0
    for batch, following in enumerate(_first_after(spool)):
        own = spool.numbers(batch)
        is_of_filing = own >= 0
        held = np.concatenate((held, own[is_of_filing]))
        at = np.concatenate((at, start + np.flatnonzero(is_of_filing)))
        start += len(own)
        for cut in _cuts(held, following, chunk_rows):
            yield _span(count, held[:cut], at[:cut])
            held, at, count = held[cut:], at[cut:], count + 1
    if not count:
        yield Span(0, 0, 0, 0, 0)


def _first_after(spool: Spool) -> list[int]:
    """For each batch, the first filing that is told in any later one; -1 after the last."""
    following = [-1]
    for batch in range(len(spool) - 1, 0, -1):
        own = spool.numbers(batch)
        known = own[own >= 0]
        following.append(int(known[0]) if len(known) else following[-1])
    return following[::-1] if len(spool) else []


def _cuts(held: Ints, following: int, chunk_rows: int) -> Iterator[int]:
    """How many of the rows held at the end of a batch make a span, and of the rest, as long as they make one."""
    while 2 * len(held) >= 3 * chunk_rows and (cut := _border(held, chunk_rows)):
        yield cut
        held = held[cut:]
    if following == -1 and len(held):
        yield len(held)
    elif 2 * len(held) >= chunk_rows and (whole := int(np.searchsorted(held, following))):
        yield whole


def _span(number: int, held: Ints, at: Ints) -> Span:
    return Span(number, int(at[0]), int(at[-1]) + 1, int(held[0]), int(held[-1] - held[0]) + 1)


def _border(filing_no: Ints, wanted: int) -> int:
    """The last border between two filings at or before ``wanted`` rows; 0 where the next one is not complete yet."""
    starts = np.flatnonzero(np.diff(filing_no)) + 1
    if not len(starts):
        return 0
    before = starts[starts <= wanted]
    return int(before[-1]) if len(before) else int(starts[0])


@dataclass(frozen=True)
class Lines:
    """Where the rows of a span lie, those of no filing left out: places in batches, and the filing of each row."""

    spool: Spool
    places: tuple[tuple[int, Ints], ...]
    filing_no: Ints

    def read(self, columns: Sequence[str] | None = None, at: Ints | None = None) -> pl.DataFrame:
        """The rows with ``filing_no``, complete: all columns or these, all rows or those ``at``, ascending."""
        nothing = pl.DataFrame(schema=_wanted(columns))
        held, start = [], 0
        for batch, places in self.places:
            own = places
            if at is not None:
                low, high = np.searchsorted(at, (start, start + len(places)))
                own = places[at[low:high] - start]
            if len(own):
                held.append(complete(self.spool.read(batch, columns, _stretch(own)), columns))
            start += len(places)
        rows = pl.concat(held, rechunk=len(held) > 1) if held else nothing
        numbers = self.filing_no if at is None else self.filing_no[at]
        return rows.with_columns(filing_no=pl.Series(numbers))


def _stretch(places: Ints) -> Ints | slice:
    """Neighbouring places as one stretch: those are not copied one by one."""
    first, last = int(places[0]), int(places[-1])
    return slice(first, last + 1) if last - first + 1 == len(places) else places


def lines_of(spool: Spool, span: Span) -> Lines:
    """Where the rows of a span are."""
    places, numbers, start = [], [np.zeros(0, dtype=np.int64)], 0
    for batch, height in enumerate(spool.heights):
        first, last = max(span.start - start, 0), min(span.end - start, height)
        if first < last:
            own = spool.numbers(batch)[first:last]
            kept = np.flatnonzero(own >= 0)
            places.append((batch, first + kept))
            numbers.append(own[kept])
        start += height
    return Lines(spool, tuple(places), np.concatenate(numbers))


def in_chunks(spool: Spool, chunk_rows: int) -> Iterator[Lines]:
    """The rows of one span after the other."""
    return (lines_of(spool, span) for span in spans(spool, chunk_rows))


def _of_filings(rows: pl.DataFrame, filing_no: Ints) -> pl.DataFrame:
    """The rows that belong to a filing, with its number."""
    numbered = rows.with_columns(filing_no=pl.Series(filing_no))
    return numbered if (filing_no >= 0).all() else numbered.filter(pl.Series(filing_no >= 0))


def regrouped(spool: Spool, filings: int, chunk_rows: int, folder: Path) -> Spool:
    """Write the spool again so that each filing's rows stand together; for files whose rows were scattered.

    Each batch is dealt out to files by range of filings; then every file is sorted by itself, so memory is one batch
    or one file. Gives the new spool, numbered.
    """
    ranges = _ranges(spool, filings, chunk_rows)
    dealt = folder / "dealt"
    dealt.mkdir(parents=True, exist_ok=True)
    pieces: dict[int, list[Path]] = {}
    for number in range(len(spool)):
        rows = _of_filings(complete(spool.read(number)), spool.numbers(number))
        to = np.searchsorted(ranges, rows["filing_no"].to_numpy(), side="right") - 1
        for target, piece in rows.with_columns(to=pl.Series(to)).partition_by("to", as_dict=True).items():
            path = dealt / f"{target[0]:06d}-{number:06d}.arrow"
            with told_plainly(path):
                piece.drop("to").write_ipc(path, compression="uncompressed")
            pieces.setdefault(int(target[0]), []).append(path)
    return _sorted_again((pieces[target] for target in sorted(pieces)), Spool(folder / "grouped"))


def _sorted_again(pieces: Iterable[list[Path]], again: Spool) -> Spool:
    for paths in pieces:
        rows = pl.concat([pl.read_ipc(path) for path in paths]).sort("filing_no", maintain_order=True)
        again.number(len(again), rows["filing_no"].to_numpy())
        again.add(rows.drop("filing_no"))
        for path in paths:
            path.unlink()
    return again


def _ranges(spool: Spool, filings: int, chunk_rows: int) -> Ints:
    """First filing of each range, so that a range holds about ``chunk_rows`` rows."""
    per_filing = np.zeros(filings, dtype=np.int64)
    for batch in range(len(spool)):
        own = spool.numbers(batch)
        per_filing += np.bincount(own[own >= 0], minlength=filings)
    upto = np.concatenate(([0], np.cumsum(per_filing)))
    wanted = np.arange(0, upto[-1], max(chunk_rows, 1))
    return np.unique(np.searchsorted(upto, wanted, side="right") - 1)
