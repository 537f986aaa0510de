"""How long an EU day of 12.5 million goods lines takes: EUR 3 a distinct HS6 of a filing, IOSS and not, H7 and H1.

Filings of one to six goods lines are streamed through the stages of the plan from their values to the totals, chunk by
chunk, in two threads, and nothing but sums is kept. Chunks are made beforehand, each of other filings, and fed again
and again until the day is full. The reference is the same by plain numpy: distinct pairs of filing and HS6, money,
tax. Told are wall time, core-seconds, the highest memory of the process and the sums.

About three filings in a hundred stay unresolved, as they must: some of the made-up codes are babies' garments (6111),
which may carry a reduced rate in Germany, and no reduced rate is loaded; where tax is due at the border on such a line,
nobody knows how much (RES-07).
"""

import argparse
import os
import resource
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import polars as pl

from bench.charging import FACTS, ORIGINS, codes, plan_of, typed
from tidewaiter.cli.memory import keep_memory
from tidewaiter.model.columns import FILING_SCHEMA
from tidewaiter.pipeline.plan import Chunk, Plan
from tidewaiter.pipeline.tables import FILINGS, ITEMS
from tidewaiter.service import discovery

DAY_ITEMS: Final = 12_500_000
CHUNK_ITEMS: Final = 262_144
POOL, WORKERS, MOST_LINES = 4, 2, 6
CODES: Final = 6_000
SHARES_OF_LINES: Final = (0.45, 0.25, 0.13, 0.09, 0.05, 0.03)
IOSS_SHARE, FULL_SET_SHARE, LOW_SHARE, CLAIM_SHARE = 0.7, 0.1, 0.93, 0.05
EUR_3: Final = 300


def chunk_of(seed: int, items: int) -> Chunk:
    """Filings of one to six lines with so many lines in all, most of them low in value."""
    draw = np.random.default_rng(seed)
    sizes = draw.choice(np.arange(1, MOST_LINES + 1), size=items, p=SHARES_OF_LINES)
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), items)) + 1]
    sizes[-1] -= int(sizes.sum()) - items
    parcels = len(sizes)
    code = codes(CODES)
    is_low = np.repeat(draw.random(parcels) < LOW_SHARE, sizes)
    row = np.repeat(np.arange(parcels, dtype=np.uint32), sizes)
    lines = pl.DataFrame({"filing_row": row}).with_columns(
        item_no=pl.Series(np.arange(items) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1),
        commodity_code=code.gather(draw.integers(0, CODES, items)),
        origin=pl.Series(ORIGINS).gather(draw.integers(0, len(ORIGINS), items)),
        preference=pl.when(pl.Series(draw.random(items) < CLAIM_SHARE)).then(pl.lit("300")),
        origin_proof=pl.when(pl.Series(draw.random(items) < CLAIM_SHARE)).then(pl.lit("U164")),
        value_micro=pl.Series(
            np.where(is_low, draw.integers(1, 2_500, items), draw.integers(1, 60_000, items)) * 10_000
        ),
        value_currency=pl.lit("EUR"),
        net_mass_mg=pl.Series(draw.integers(1, 3_000_000, items)),
    )
    is_ioss, is_full = (pl.Series(draw.random(parcels) < share) for share in (IOSS_SHARE, FULL_SET_SHARE))
    filings = pl.DataFrame({"filing_row": np.arange(parcels, dtype=np.uint32)}).with_columns(
        presented_at=pl.lit("2026-10-20").str.to_date().cast(FILING_SCHEMA["presented_at"]),
        filing_kind=pl.lit("import"), function=pl.lit("original"), mode=pl.lit("express"),
        party_relation=pl.lit("B2C"), nature=pl.lit("sale"), destination_country=pl.lit("DE"),
        office_country=pl.lit("DE"), reduced_set=pl.when(is_full).then(pl.lit("H1")).otherwise(pl.lit("H7")),
        vat_scheme=pl.when(is_ioss).then(pl.lit("IOSS")).otherwise(pl.lit("NONE")),
        vat_scheme_id=pl.when(is_ioss).then(pl.lit("IM2760000742")),
        freight_micro=pl.lit(1_990_000), freight_currency=pl.lit("EUR"),
    )  # fmt: skip
    return Chunk(typed(filings, {**FILINGS, **FACTS}), typed(lines, ITEMS))


def told(plan: Plan, chunk: Chunk) -> Counter[str]:
    """Sums of a chunk after its walk."""
    done = plan.run(Chunk(chunk.filings, chunk.items))
    sums = done.filings.select(
        filings=pl.len(), hs6="distinct_hs6", duty="duty_minor", tax="tax_minor", due="due_at_border_minor",
        per_code=pl.col("duty_rule") == "per_code", unresolved=~pl.col("resolved"),
    )  # fmt: skip
    return Counter({"items": done.items.height, **sums.sum().row(0, named=True), "filings": sums.height})


def by_numpy(chunk: Chunk) -> int:
    """EUR 3 for each distinct HS6 of a filing, tax on values and duty: no choice of rules, no shares, no reasons."""
    value = chunk.items["value_micro"].to_numpy() // 10_000
    parcel = chunk.items["filing_row"].to_numpy().astype(np.int64)
    hs6 = chunk.items["commodity_code"].str.slice(0, 6).cast(pl.Int64).to_numpy()
    distinct = np.unique(parcel * 1_000_000 + hs6) // 1_000_000
    duty = np.bincount(distinct, minlength=parcel[-1] + 1) * EUR_3
    worth = np.bincount(parcel, value).astype(np.int64)
    return int((duty + ((worth + duty) * 190_000 + 500_000) // 1_000_000).sum())


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--items", type=int, default=DAY_ITEMS)
    asked.add_argument("--chunk", type=int, default=CHUNK_ITEMS, help="goods lines in a chunk")
    given = asked.parse_args()
    plan = plan_of(discovery.jurisdictions()["EU"])
    pool = [chunk_of(seed, given.chunk) for seed in range(POOL)]
    rounds = range(-(-given.items // given.chunk))
    wall, cores, sums = time.monotonic(), sum(os.times()[:2]), Counter[str]()
    with ThreadPoolExecutor(WORKERS) as threads:
        for part in threads.map(lambda number: told(plan, pool[number % POOL]), rounds):
            sums.update(part)
    wall, cores = time.monotonic() - wall, sum(os.times()[:2]) - cores
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{sums['items']:,} goods lines: {wall:.1f} s, {cores:.1f} core-seconds, peak memory {peak:,.0f} MiB")
    print(f"  {sums['items'] / cores / 1e6:.2f} M items a core-second; {dict(sums)}")
    loop = time.process_time()
    for number in rounds:
        by_numpy(pool[number % POOL])
    print(f"  numpy loop: {time.process_time() - loop:.1f} core-seconds")


if __name__ == "__main__":
    keep_memory()
    main()
