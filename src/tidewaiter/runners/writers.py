"""Writers: the lake files of a run, appended chunk by chunk in a thread of their own."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
import pyarrow.parquet as pq

from tidewaiter.runners.workspace import told_plainly


class LakeWriter:
    """Parquet files by name, each growing by row groups; at most one chunk waits, so memory stays bounded."""

    def __init__(self, folder: Path) -> None:
        """Files go to ``folder``, which exists."""
        self._folder = folder
        self._open: dict[str, pq.ParquetWriter] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lake")
        self._waiting: Future[None] | None = None

    def __enter__(self) -> Self:
        """Nothing is opened before the first rows come."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish what waits and close all files; an error on the way is raised, never swallowed."""
        try:
            if self._waiting is not None and error is None:
                self._waiting.result()
        finally:
            self._thread.shutdown(wait=True)
            with told_plainly(self._folder), ExitStack() as all_of_them:
                for writer in self._open.values():
                    all_of_them.callback(writer.close)

    def append(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Append each frame to its file; returns once the *previous* call's rows are written."""
        if self._waiting is not None:
            self._waiting.result()
        self._waiting = self._thread.submit(self._write, frames)

    def _write(self, frames: Mapping[str, pl.DataFrame]) -> None:
        with told_plainly(self._folder):
            for name, frame in frames.items():
                table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
                if name not in self._open:
                    self._open[name] = pq.ParquetWriter(
                        self._folder / f"{name}.parquet", table.schema, compression="zstd", compression_level=1,
                        write_statistics=True,
                    )  # fmt: skip
                self._open[name].write_table(table)


def write_whole(folder: Path, frames: Iterable[tuple[str, pl.DataFrame]]) -> None:
    """Write small frames in one go."""
    with told_plainly(folder):
        for name, frame in frames:
            pq.write_table(
                frame.to_arrow(compat_level=pl.CompatLevel.oldest()), folder / f"{name}.parquet", compression="zstd"
            )
