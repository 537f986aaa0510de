"""Writing: a parcel day as a file of messages, streamed, as CSV, NDJSON or Parquet."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl
from polars.io.plugins import register_io_source

from tidewaiter.model.columns import ITEM_FIELDS
from tidewaiter.world.day import DEMO_DIRT, DEMO_FAULTS, sample_days_chunks

Form = Literal["csv", "ndjson", "parquet"]
PLAIN_NAME = {field.door: field.name for field in ITEM_FIELDS}


def write_sample(
    folder: Path,
    parcels: int,
    seed: int,
    destination: str,
    on: date,
    *,
    name: str = "",
    form: Form = "csv",
    dirt: float = DEMO_DIRT,
    faults: float = DEMO_FAULTS,
) -> Path:
    """Write a day to ``folder/<name>.<form>`` and say where; the name is that of the destination where none is given.

    With the shares of harmless dirt and true faults that make a summary worth reading; 0 and 0 write clean traffic.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name or destination.lower()}.{form}"
    WRITERS[form](path, sample_days_chunks(parcels, seed, destination, on, dirt=dirt, faults=faults))
    return path


def _write_csv(path: Path, chunks: Iterator[pl.DataFrame]) -> None:
    """One row an item, filing fields repeated."""
    with path.open("wb") as file:
        for number, chunk in enumerate(chunks):
            chunk.write_csv(file, include_header=number == 0)


def _write_ndjson(path: Path, chunks: Iterator[pl.DataFrame]) -> None:
    """One object a filing, its items a list with unprefixed names."""
    with path.open("wb") as file:
        for chunk in chunks:
            nested(chunk).write_ndjson(file)


def nested(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a filing (a run of neighbours with one reference), its lines a list of structs."""
    of_item = [name for name in rows.columns if name in PLAIN_NAME]
    of_filing = [name for name in rows.columns if name not in PLAIN_NAME]
    item = pl.struct(pl.col(name).alias(PLAIN_NAME[name]) for name in of_item)
    return (
        rows.select(*of_filing, items=item, run=pl.col("consignment_id").rle_id())
        .group_by("run", maintain_order=True)
        .agg(pl.col(of_filing).first(), "items")
        .drop("run")
    )


def _write_parquet(path: Path, chunks: Iterator[pl.DataFrame]) -> None:
    """Canonical text columns, one row an item."""
    first = next(chunks)

    def told(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, batch: int | None
    ) -> Iterator[pl.DataFrame]:
        """All chunks as they are: nothing is asked of this source but to be written down."""
        del columns, predicate, rows, batch
        yield first
        yield from chunks

    register_io_source(told, schema=first.schema).sink_parquet(path, compression="zstd", compression_level=1)


WRITERS: dict[Form, Callable[[Path, Iterator[pl.DataFrame]], None]] = {
    "csv": _write_csv,
    "ndjson": _write_ndjson,
    "parquet": _write_parquet,
}
