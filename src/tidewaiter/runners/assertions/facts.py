"""Facts: what others claim of each accepted filing, kept on disk by the filing's number for the chunk that asks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa

from tidewaiter.model.assertions import FACTS
from tidewaiter.runners.assertions.joining import PAIR, facts_of
from tidewaiter.runners.workspace import told_plainly

BLOCK: Final = 1 << 16
"""Filings whose pairs lie in one file."""


class AssertionFacts:
    """Pairs of assertions and filings, dealt out by the filing's number; read by the chunks that hold it."""

    def __init__(self, folder: Path) -> None:
        """Files go to ``folder``, which is made."""
        self._folder = folder
        self._open: dict[int, pa.RecordBatchStreamWriter] = {}
        with told_plainly(folder):
            folder.mkdir(parents=True, exist_ok=True)

    def add(self, pairs: pl.DataFrame) -> None:
        """Keep pairs; ``close`` before facts are asked for."""
        if pairs.is_empty():
            return
        dealt = pairs.select(list(PAIR)).with_columns(block=pl.col("filing_no") // BLOCK)
        for (block,), part in dealt.partition_by("block", as_dict=True, include_key=False).items():
            table = part.to_arrow(compat_level=pl.CompatLevel.oldest())
            with told_plainly(self._folder):
                if block not in self._open:
                    self._open[int(str(block))] = pa.ipc.new_stream(str(self._path(int(str(block)))), table.schema)
                self._open[int(str(block))].write_table(table)

    def close(self) -> None:
        """Finish the files."""
        with told_plainly(self._folder):
            for writer in self._open.values():
                writer.close()
        self._open = {}

    def blocks(self) -> Iterator[tuple[int, pl.DataFrame]]:
        """Pairs by block, each with the number of its first filing."""
        for path in sorted(self._folder.glob("pairs-*.arrows")):
            block = int(path.stem.removeprefix("pairs-"))
            yield block * BLOCK, self._read(block).sort("filing_no", "kind", "asserted_by", "reference")

    def beside(self, filings: pl.DataFrame) -> pl.DataFrame:
        """Filings of a chunk (``filing_no`` ascending) with ``FACTS``, empty where nobody claims anything."""
        numbers = filings["filing_no"].to_numpy()
        found = [self._read(block) for block in np.unique(numbers // BLOCK).tolist()]
        pairs = pl.concat([pl.DataFrame(schema=PAIR), *found])
        own = facts_of(pairs.filter(pl.col("filing_no").is_in(filings["filing_no"].implode())))
        told = filings.select("filing_no").join(own, on="filing_no", how="left", maintain_order="left")
        return filings.with_columns(told.select(list(FACTS)).get_columns())

    def _read(self, block: int) -> pl.DataFrame:
        path = self._path(block)
        if not path.is_file():
            return pl.DataFrame(schema=PAIR)
        with pa.memory_map(str(path)) as file, pa.ipc.open_stream(file) as reader:
            rows = pl.from_arrow(reader.read_all())
        return rows if isinstance(rows, pl.DataFrame) else rows.to_frame()

    def _path(self, block: int) -> Path:
        return self._folder / f"pairs-{block:06d}.arrows"
