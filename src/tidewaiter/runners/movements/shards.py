"""Shards: rows dealt out by barcode or another key, so that all of one key lies together and memory holds one shard."""

from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa

from tidewaiter.model.columns import Schema
from tidewaiter.runners.landing import Landed
from tidewaiter.runners.reading.unwrapping import packing
from tidewaiter.runners.workspace import told_plainly
from tidewaiter.stages.parties.fingerprints import fingerprints

SHARD_BYTES: Final = 64 << 20
"""Plain bytes of event files that make a shard: about a million events."""

PACKED_RATIO: Final = 8
SHARDS_MAX: Final = 256
ORDER: Final = "parcel_order"
"""Fingerprint of the barcode, unsigned: shards are ranges of it, so their order is the same however many there are."""


def shards_for(landed: list[Landed], filings: int) -> int:
    """How many shards keep one of them small, by the size of the event files and the number of filings."""
    size = sum(one.bytes * (PACKED_RATIO if _is_packed(one.source.path) else 1) for one in landed)
    wanted = max(-(-size // SHARD_BYTES), -(-filings // 1_000_000))
    return max(1, min(SHARDS_MAX, wanted))


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        magic = file.read(4)
    return bool(packing(magic)) or magic == b"PAR1"


class Shards:
    """Rows with a ``parcel_id``, each kept in the shard of its parcel in the order in which they were dealt."""

    def __init__(self, folder: Path, count: int, columns: Schema, by: str = "parcel_id") -> None:
        """Files go to ``folder``, which is made; ``columns`` are those of the rows, dealt out ``by`` one of them."""
        self._folder, self.count, self._by = folder, count, by
        self._empty = pl.DataFrame(schema={**columns, ORDER: pl.UInt64()})
        self._open: dict[int, pa.RecordBatchStreamWriter] = {}
        with told_plainly(folder):
            folder.mkdir(parents=True, exist_ok=True)

    def deal(self, rows: pl.DataFrame) -> None:
        """Append rows to their shards; ``close`` before anything is read."""
        if rows.is_empty():
            return
        order = fingerprints(rows[self._by]).to_numpy().view(np.uint64)
        rows = rows.with_columns(pl.Series(ORDER, order)).select(self._empty.columns)
        if self.count == 1:
            self._append(0, rows)
            return
        shard = ((order >> np.uint64(32)) * np.uint64(self.count)) >> np.uint64(32)
        dealt = rows.with_columns(pl.Series("shard", shard, dtype=pl.UInt32)).partition_by(
            "shard", as_dict=True, include_key=False, maintain_order=True
        )
        for (number,), part in dealt.items():
            self._append(int(str(number)), part)

    def _append(self, number: int, rows: pl.DataFrame) -> None:
        table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
        with told_plainly(self._folder):
            if number not in self._open:
                self._open[number] = pa.ipc.new_stream(str(self._path(number)), table.schema)
            self._open[number].write_table(table)

    def close(self) -> None:
        """Finish the files."""
        with told_plainly(self._folder):
            for writer in self._open.values():
                writer.close()
        self._open = {}

    def read(self, number: int) -> pl.DataFrame:
        """All rows of a shard, mapped rather than copied."""
        path = self._path(number)
        if not path.exists():
            return self._empty
        with pa.memory_map(str(path)) as file, pa.ipc.open_stream(file) as reader:
            rows = pl.from_arrow(reader.read_all())
        return rows if isinstance(rows, pl.DataFrame) else rows.to_frame()

    def _path(self, number: int) -> Path:
        return self._folder / f"shard-{number:03d}.arrows"
