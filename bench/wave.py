"""A wave: the data of one aircraft comes at ten times the average rate, half an hour before it lands.

A stream of messages is cleared as it comes: the batcher takes all that waits, clears it with everything before as
history, and takes what has come meanwhile. Messages come in made-up time, batches last as long as they really do.
``python -m bench.wave`` prints when every parcel was decided, beside when it was presented.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from tidewaiter.service.clear import clear_files
from tidewaiter.world.write import write_sample

PARCELS = 12_000
AVERAGE_PER_S = 20_000_000 / 86_400
"""A continent's day."""

TIMES = 10
AROUND_S = 5
"""Seconds of average traffic before the wave and after it."""

LANDING = datetime(2026, 10, 20, 12, tzinfo=UTC)
BEFORE_LANDING = timedelta(minutes=30)
FIRST_PRESENTED, LAST_PRESENTED = timedelta(minutes=10), timedelta(minutes=60)
"""After landing: unloading takes its time, but the first parcels come off soon."""

SEED = 20_261_020


@dataclass(frozen=True)
class Wave:
    """Messages in the order in which they come (``filing``, rows of one filing together), and what is known of each.

    ``moments`` has a row a filing: ``comes_s`` from the start of the stream, ``is_wave``, ``presented_s``, parcel.
    """

    rows: pl.DataFrame
    moments: pl.DataFrame
    starts: datetime


@dataclass(frozen=True)
class Outcome:
    """A row a filing with ``decided_s`` beside its moments; how many batches there were and how long the longest."""

    filings: pl.DataFrame
    batches: int
    longest_s: float


def make_wave(folder: Path, parcels: int, average_per_s: float = AVERAGE_PER_S) -> Wave:
    """Average traffic, the wave at ``TIMES`` its rate, average traffic again."""
    around = int(AROUND_S * average_per_s)
    total = parcels + 2 * around
    file = write_sample(folder, total, SEED, "EU", LANDING.date(), name="wave", form="parquet", faults=0)
    rows = pl.read_parquet(file)
    is_new = (pl.col("consignment_id") != pl.col("consignment_id").shift()).fill_null(value=False)
    rows = rows.with_columns(filing=is_new.cum_sum())
    filings = int(rows["filing"].n_unique())
    place = np.arange(filings)
    is_wave = (place >= around) & (place < around + parcels)
    comes_s = np.cumsum(np.where(is_wave, 1 / (TIMES * average_per_s), 1 / average_per_s))
    starts = LANDING - BEFORE_LANDING - timedelta(seconds=float(comes_s[around]))
    landing_s = (LANDING - starts).total_seconds()
    presented_s = landing_s + np.linspace(FIRST_PRESENTED.total_seconds(), LAST_PRESENTED.total_seconds(), filings)
    parcels_of = rows.unique("filing", keep="first", maintain_order=True)["parcel_id"].str.to_uppercase()
    moments = pl.DataFrame(
        {"comes_s": comes_s, "is_wave": is_wave, "presented_s": presented_s, "parcel_id": parcels_of}
    )
    return Wave(rows, moments.with_row_index("filing"), starts)


def run(wave: Wave, folder: Path, clock: Callable[[], float] = time.perf_counter) -> Outcome:
    """Clear the stream batch by batch; ``clock`` tells how long each one took."""
    comes = wave.moments["comes_s"].to_numpy()
    decided, done, now, longest, batches = np.zeros(len(comes)), 0, float(comes[0]), 0.0, 0
    while done < len(comes):
        upto = int(np.searchsorted(comes, now, side="right"))
        began = clock()
        _clear(wave, done, upto, folder, batches)
        lasted = clock() - began
        now, longest, batches = now + lasted, max(longest, lasted), batches + 1
        decided[done:upto] = now
        done = upto
        now = max(now, float(comes[done])) if done < len(comes) else now
    return Outcome(wave.moments.with_columns(decided_s=pl.Series(decided)), batches, longest)


def _clear(wave: Wave, done: int, upto: int, folder: Path, number: int) -> None:
    """One batch: all that waits, with what was cleared before as its history."""
    told = wave.rows.filter(pl.col("filing").is_between(done, upto, closed="left"))
    at = wave.moments["comes_s"].gather(told["filing"])
    accepted = (pl.lit(wave.starts) + pl.duration(milliseconds=pl.lit(at) * 1000)).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    file = folder / f"batch-{number:04d}.parquet"
    landing = pl.lit(LANDING.isoformat())
    told.drop("filing", "presented_at", strict=False).with_columns(
        accepted_at=accepted, lodged_at=accepted, arrival_est=landing
    ).write_parquet(file)
    runs = folder / "runs"
    history = runs if number else None
    cleared = clear_files([str(file)], "EU", runs / f"{number:04d}", on="accepted", history=history)
    counts = cleared.summary["consignments"]
    if counts["accepted"] != upto - done:
        raise SystemExit(f"Of {upto - done} filings of batch {number} only {counts['accepted']} were decided: {counts}")


def presented(wave: Wave, folder: Path) -> pl.DataFrame:
    """When each parcel was presented, as a run reads it off the events: ``parcel_id``, ``presented_s``, ``verdict``.

    The run looks back on all batches and is told one of their files again, so that it has nothing left to decide.
    """
    when = wave.moments["presented_s"].to_list()
    at = pl.Series([(wave.starts + timedelta(seconds=second)).isoformat() for second in when])
    first = wave.rows.unique("filing", keep="first", maintain_order=True)
    landed = first.select("parcel_id", event=pl.lit("arrived"), at=pl.lit(LANDING.isoformat()))
    shown = first.select("parcel_id", event=pl.lit("presented")).with_columns(at=at)
    file = folder / "events.csv"
    pl.concat([landed, shown]).write_csv(file)
    runs = folder / "runs"
    again = [str(folder / "batch-0000.parquet")]
    target = clear_files(again, "EU", runs / "again", on="accepted", history=runs, events=[str(file)]).folder
    seconds = (pl.col("presented_at") - pl.lit(wave.starts)).dt.total_milliseconds() / 1000
    return pl.read_parquet(target / "movements.parquet").select("parcel_id", "verdict", presented_s=seconds)


def figures(outcome: Outcome, told: pl.DataFrame) -> dict[str, float]:
    """What is told of the wave; seconds, and the share decided before presentation in percent."""
    wave = outcome.filings.filter("is_wave").drop("presented_s").join(told, on="parcel_id", how="left")
    comes, decided, shown = (wave[name].to_numpy() for name in ("comes_s", "decided_s", "presented_s"))
    return {
        "parcels of the wave": wave.height,
        "filings around it": outcome.filings.height - wave.height,
        "batches": outcome.batches,
        "longest batch, s": outcome.longest_s,
        "from a message to its decision, median, s": float(np.median(decided - comes)),
        "from a message to its decision, longest, s": float((decided - comes).max()),
        "from the last message of the wave to its decision, s": float(decided.max() - comes.max()),
        "from decision to presentation, least, s": float((shown - decided).min()),
        "from decision to presentation, median, s": float(np.median(shown - decided)),
        "decided before presentation, %": 100.0 * float((shown > decided).mean()),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=PARCELS)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="tidewaiter-wave-") as name:
        folder = Path(name)
        wave = make_wave(folder, asked.parcels)
        told = figures(run(wave, folder), presented(wave, folder))
    for what, figure in told.items():
        print(f"{what:55} {figure:>12,.2f}" if figure % 1 else f"{what:55} {figure:>12,.0f}")


if __name__ == "__main__":
    main()
