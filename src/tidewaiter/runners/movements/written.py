"""Written: verdicts and releases of all parcels, once every filing is decided."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from tidewaiter.kit.jurisdiction import Jurisdiction, law_table
from tidewaiter.runners.movements.gathering import Gathered
from tidewaiter.runners.workspace import told_plainly
from tidewaiter.stages.movements.release import MOVEMENTS, date_release
from tidewaiter.stages.movements.verdicts import judge

RELEASING = ("release", "release_conditional")


def write_movements(gathered: Gathered, folder: Path, jurisdiction: Jurisdiction) -> dict[str, Any]:
    """Write ``movements.parquet`` and the events not taken into ``folder``; give what the summary says of them.

    Reads decisions back from ``consignments.parquet``, whose rows stand in the order of ``filing_no``.
    """
    awaited = law_table(jurisdiction)["law_release_after"]
    releases, period = _decided(folder / "consignments.parquet", law_table(jurisdiction)["valid_from"])
    verdicts: Counter[str] = Counter()
    with _growing(folder / "movements.parquet") as append:
        for number in range(gathered.shards):
            parcels = pl.read_ipc(gathered.parcels_path(number))
            judged = judge(
                parcels.lazy(), gathered.flights.lazy(), gathered.masters.lazy(), gathered.facts.horizon
            ).collect()
            rows = date_release(_beside(judged, releases, period, awaited).lazy()).select(list(MOVEMENTS)).collect()
            verdicts.update(dict(rows["verdict"].value_counts().iter_rows()))
            append(rows)
    quarantine = gathered.taken.quarantine()
    with told_plainly(folder):
        quarantine.write_parquet(folder / "events_quarantine.parquet", compression="zstd")
        gathered.duplicates().write_parquet(folder / "events_duplicates.parquet", compression="zstd")
        quarantine.write_csv(folder / "events_quarantine.csv")
    return {
        "horizon": gathered.facts.horizon.isoformat() if gathered.facts.horizon else None,
        "parcels": sum(verdicts.values()),
        "verdicts": dict(sorted(verdicts.items())),
        "events": gathered.rows(),
        "words": dict(sorted(gathered.words.items())),
        "receptacles": {
            "told": gathered.receptacles.told, "without_parcels": gathered.receptacles.without_parcels,
        },
        "quarantine": dict(sorted(Counter(quarantine["code"].to_list()).items())),
    }


@contextmanager
def _growing(path: Path) -> Iterator[Callable[[pl.DataFrame], None]]:
    """A Parquet file of movements to which rows are appended, a row group at a time."""
    schema = pl.DataFrame(schema=MOVEMENTS).to_arrow(compat_level=pl.CompatLevel.oldest()).schema
    with told_plainly(path), pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        yield lambda rows: writer.write_table(rows.to_arrow(compat_level=pl.CompatLevel.oldest()))


def events_receipt(gathered: Gathered) -> dict[str, Any]:
    """What the receipt says of event files: how many rows became what, and how each file was read."""
    sources = [{**asdict(one), "unknown_columns": list(one.unknown_columns)} for one in gathered.taken.sources]
    return {"rows": gathered.rows(), "sources": sources}


def _decided(path: Path, starts: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    """By ``filing_no``: whether the decision releases, and the place in ``starts`` of the law in force (-1: none)."""
    released, periods = [np.zeros(0, dtype=bool)], [np.zeros(0, dtype=np.int16)]
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=["decision", "duty_point_at"]):
            rows = pl.DataFrame(batch)
            released.append(rows["decision"].is_in(RELEASING).to_numpy())
            day = rows["duty_point_at"].dt.date().fill_null(date.min)
            periods.append(starts.search_sorted(day, side="right").to_numpy().astype(np.int16) - np.int16(1))
    return np.concatenate(released), np.concatenate(periods)


def _beside(parcels: pl.DataFrame, released: np.ndarray, period: np.ndarray, awaited: pl.Series) -> pl.DataFrame:
    """Parcels with ``is_released`` of the filing that names each, and the event its law awaits."""
    numbers = parcels["filing_no"].fill_null(-1).to_numpy()
    is_ours = numbers >= 0
    at = numbers[is_ours]
    is_released = np.zeros(parcels.height, dtype=bool)
    is_released[is_ours] = released[at]
    in_force = np.full(parcels.height, -1, dtype=np.int64)
    in_force[is_ours] = period[at]
    words = [word or None for word in awaited.to_list()]
    names = pl.DataFrame(
        {"in_force": range(len(words)), "awaited": words}, schema={"in_force": pl.Int64, "awaited": pl.String}
    )
    told = parcels.with_columns(pl.Series("is_released", is_released), pl.Series("in_force", in_force))
    return told.join(names, on="in_force", how="left", maintain_order="left")
