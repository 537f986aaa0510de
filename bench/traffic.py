"""Traffic to measure on: a made-up day as Parquet files of at most a million parcels, and as lists."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import polars as pl

from bench.flat_list import write_flat
from tidewaiter.world.day import CHUNK_PARCELS, sample_days_chunks
from tidewaiter.world.write import write_sample

DAY = date(2026, 10, 20)
DIRT, FAULTS = 0.02, 0.005
SEED = 20_261_020
FILE_PARCELS = 1_000_000


def write_day(folder: Path, parcels: int) -> Path:
    """One day of so many parcels in files of a million; gives their folder."""
    folder.mkdir(parents=True)
    chunks = sample_days_chunks(parcels, SEED, "EU", DAY, dirt=DIRT, faults=FAULTS)
    number = 0
    while held := list(islice(chunks, FILE_PARCELS // CHUNK_PARCELS)):
        pl.concat(held).write_parquet(folder / f"day-{number:03d}.parquet", compression="zstd", compression_level=1)
        number += 1
    return folder


def write_flat_day(folder: Path, parcels: int) -> Path:
    """The same day as a courier's flat list in CSV; gives its folder."""
    folder.mkdir(parents=True)
    write_flat(folder / "flat.csv", parcels, SEED, DAY)
    return folder


def write_lists(folder: Path, parcels: int) -> Iterator[tuple[str, Path]]:
    """A flat list of few columns and a wide one of all canonical fields, as CSV."""
    yield "flat", write_flat(folder / "flat.csv", parcels, SEED, DAY)
    yield "wide", write_sample(folder, parcels, SEED, "EU", DAY, name="wide", form="csv", dirt=DIRT, faults=FAULTS)
