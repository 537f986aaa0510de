"""Beside: tables of a finished run read in step with its filings, one part of the lake at a time.

A run lays its parts end to end, each a chunk of filings in every table: a part of one table goes with the part of the
other that has the same filings. Within a part rows may stand in any order.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow.parquet as pq

from tidewaiter.model.errors import TidewaiterError

KEY: Final = ("consignment_id", "version")
PLACE: Final = "place"
Row = dict[str, Any]


def parts_of(path: Path) -> Iterator[pl.DataFrame]:
    """The parts of a table that have rows; none where the run wrote no such table."""
    if path.is_file():
        with pq.ParquetFile(path) as file:
            for number in range(file.num_row_groups):
                part = pl.DataFrame(file.read_row_group(number))
                if part.height:
                    yield part


class Beside:
    """A table that is read in step with the filings."""

    def __init__(self, path: Path) -> None:
        """Nothing is read before it is asked for."""
        self._path, self._parts = path, parts_of(path)
        self._next = next(self._parts, None)

    def of(self, keys: pl.DataFrame) -> pl.DataFrame:
        """The rows of these filings (``KEY`` and ``PLACE``), by place, those of one in the order of the table."""
        found = []
        while self._next is not None:
            told = self._next.join(keys, on=KEY, how="left", maintain_order="left")
            if told[PLACE].null_count() == told.height:
                break
            found.append(told.filter(pl.col(PLACE).is_not_null()))
            self._next = next(self._parts, None) if found[-1].height == told.height else _rest(self._next, keys)
        return pl.concat(found).sort(PLACE, maintain_order=True) if found else pl.DataFrame(schema={PLACE: pl.UInt32})

    def refuse_rest(self) -> None:
        """Stop where rows are left that belong to no filing: an answer without them would be wrong."""
        if self._next is not None:
            named = self._next["consignment_id"][0]
            raise TidewaiterError(f"{self._path.name} has rows of '{named}', which is no filing of the run.")


def _rest(part: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    return part.join(keys, on=KEY, how="anti", maintain_order="left")


class ByFiling:
    """Rows sorted by place, handed out filing by filing."""

    def __init__(self, rows: pl.DataFrame) -> None:
        """Places are asked for in ascending order."""
        self._groups = groupby(rows.iter_rows(named=True), key=lambda row: row[PLACE])
        self._next = next(self._groups, None)

    def of(self, place: int) -> list[Row]:
        """The rows of the filing at this place."""
        if self._next is None or self._next[0] != place:
            return []
        rows = list(self._next[1])
        self._next = next(self._groups, None)
        return rows
