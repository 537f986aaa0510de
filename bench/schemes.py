"""How many parcels of each planted scheme the matching finding names, and how many honest ones it names as well.

``python -m bench.schemes`` makes worlds of several seeds, clears each, lays the findings beside the truth and prints a
table. Nobody tunes on the seeds that are reported: the default ones are kept for that.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

from tidewaiter.service.clear import clear_files
from tidewaiter.service.world import make_world

SEEDS: Final = (9_001, 9_002, 9_003)
PARCELS, WEEKS = 100_000, 4
MATCHING: Final[Mapping[str, tuple[str, ...]]] = {
    "split_order": ("SPL-01",),
    "undervaluation": ("VAL-91", "VAL-92"),
    "vague_text": ("TXT-04",),
    "hs_swap": (),
    "gift_from_company": ("EU-09", "GB-06", "US-05", "GFT-01"),
    "scheme_number_abuse": (),
}
"""The findings made for each scheme; a code that a jurisdiction does not have finds nothing there."""


def named(folder: Path, parcels: int, weeks: int, seed: int, destination: str, sheet: Path | None) -> pl.DataFrame:
    """One row a scheme: ``planted`` filings, those of them ``named``, ``honest`` filings, those of them ``flagged``."""
    world = make_world(folder / "world", parcels=parcels, weeks=weeks, seed=seed, destination=destination, sheet=sheet)
    begins = world.order["begins"]
    done = clear_files([str(world.folder / "messages")], destination, folder / "run", on=begins, home=folder / "home")
    return beside_truth(world.folder, done.folder)


def beside_truth(world: Path, run: Path, matching: Mapping[str, Sequence[str]] = MATCHING) -> pl.DataFrame:
    """Findings of a finished run beside the truth of the world; filings that were not accepted count as not named."""
    truth = pl.read_parquet(world / "truth.parquet").filter(pl.col("consignment_id").is_not_null())
    found = pl.read_parquet(run / "findings.parquet").select("consignment_id", "code").unique()
    rows = []
    for scheme, codes in matching.items():
        hits = found.filter(pl.col("code").is_in(codes))["consignment_id"].unique()
        hit = pl.col("consignment_id").is_in(hits.implode())
        planted, honest = truth.filter(pl.col("scheme") == scheme), truth.filter(~pl.col("is_illicit"))
        rows.append(
            {
                "scheme": scheme,
                "planted": planted.height,
                "named": planted.filter(hit).height,
                "honest": honest.height,
                "flagged": honest.filter(hit).height,
                "flagged_repeat": honest.filter(hit, pl.col("is_repeat_buyer")).height,
                "repeat": honest.filter("is_repeat_buyer").height,
                "flagged_family": honest.filter(hit, pl.col("is_family")).height,
                "family": honest.filter("is_family").height,
            }
        )
    return pl.DataFrame(rows)


def told(figures: pl.DataFrame) -> Iterator[str]:
    """The figures as lines of a table."""
    yield f"  {'scheme':22}{'planted':>9}{'named':>9}{'share':>9}{'honest flagged':>17}{'repeat':>9}{'family':>9}"
    for row in figures.to_dicts():
        shares = [
            (row["named"], row["planted"]),
            (row["flagged"], row["honest"]),
            (row["flagged_repeat"], row["repeat"]),
            (row["flagged_family"], row["family"]),
        ]
        caught, honest, repeat, family = (f"{100 * part / max(whole, 1):.2f} %" for part, whole in shares)
        counts = f"{row['planted']:>9,}{row['named']:>9,}"
        yield f"  {row['scheme']:22}{counts}{caught:>9}{honest:>17}{repeat:>9}{family:>9}"


def main() -> None:
    """Make, clear and compare, seed by seed; then all seeds together."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--as", dest="destination", default="EU")
    asked.add_argument("--parcels", type=int, default=PARCELS)
    asked.add_argument("--weeks", type=int, default=WEEKS)
    asked.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    asked.add_argument("--sheet", type=Path)
    given = asked.parse_args()
    tables = []
    for seed in given.seeds:
        with TemporaryDirectory() as folder:
            place = Path(folder)
            tables.append(named(place, given.parcels, given.weeks, seed, given.destination, given.sheet))
        print(f"seed {seed}, {given.destination}, {given.parcels:,} parcels in {given.weeks} weeks")
        print("\n".join(told(tables[-1])), flush=True)
    together = pl.concat(tables).group_by("scheme", maintain_order=True).sum()
    print("all seeds")
    print("\n".join(told(together)))


if __name__ == "__main__":
    main()
