"""How fast duty and tax are worked out: a million goods lines from their values to the totals, beside plain loops.

The stages of the plan are walked from the lists of goods to the totals (scheme, preference, stacked charges, tax,
rounding, numbers that explain) on typed columns, once for one day and once for a month of days; the reference is the
same duty and tax by plain numpy on arrays. Process time on one core, memory kept
as the command keeps it. Run it with ``POLARS_MAX_THREADS=1``.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import polars as pl

from tidewaiter.cli.memory import keep_memory
from tidewaiter.kit.jurisdiction import Jurisdiction
from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.program import PROGRAM, programs
from tidewaiter.model.columns import FILING_SCHEMA, Schema
from tidewaiter.pipeline.clearance import clearance
from tidewaiter.pipeline.plan import Carry, Chunk, Plan
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.pipeline.tables import FILINGS, ITEMS
from tidewaiter.pipeline.tariff_index import TariffIndex
from tidewaiter.reference import exchange_rates, nomenclature
from tidewaiter.reference.tariff_answers import ADDITIONS, KEYS, TARIFF, TariffAnswers
from tidewaiter.service import discovery

DAY: Final = date(2026, 10, 20)
HS6 = 6
CODES, ORIGINS = 2_000, ("CN", "US", "VN", "IN", "TR", "CH")
RATES: Final = (
    *("12 %", "3.7 %", "2.7 %", "17 %", "6.5 %") * 10, *("free",) * 38, *("0.5 EUR/kg", "0.12 EUR/kg") * 4,
    "8 % + 0.2 EUR/kg", "4 % MIN 1 EUR/kg MAX 9 %",
)  # fmt: skip
"""As the texts of a real tariff: half by value, two fifths free, one in twelve by quantity, one in forty of both."""

CLAIMED, PROVEN = 0.1, 0.7
"""Shares of lines that claim a preference, and of those that name its proof."""

SKIPPED: Final = ("quality of items", "sums of items", "quality of filings")
ROUNDS: Final = 3
CHANGES: Final = (date(2026, 7, 1), date(2026, 10, 1), date(2026, 10, 12))
"""First days of the spans in which the made-up tariff stays the same."""


def codes(count: int) -> pl.Series:
    """So many codes of eight digits below the subheadings of the Harmonized System, those of chapter 61 first."""
    own = nomenclature.nomenclature(Path("nowhere"))["hs"]
    whole = own.filter((own.str.len_chars() == HS6) & (own.str.slice(0, 2) < "98")).unique().sort()
    order = pl.concat([whole.filter(whole >= "61"), whole.filter(whole < "61")]).to_list()
    return pl.Series([f"{order[number % len(order)]}{number // len(order) * 10:02d}" for number in range(count)])


def lines(count: int, days: int, worth_minor: int, seed: int = 7) -> Chunk:
    """Parcels of two goods lines each; every third seller collects the tax, one line in ten claims a preference."""
    draw = np.random.default_rng(seed)
    parcels = count // 2
    code = codes(CODES)
    rows = pl.DataFrame({"filing_row": np.repeat(np.arange(parcels, dtype=np.uint32), 2)})
    claimed = draw.random(rows.height) < CLAIMED
    items = rows.with_columns(
        item_no=pl.Series(np.tile(np.array([1, 2]), parcels)),
        commodity_code=code.gather(draw.integers(0, CODES, rows.height)),
        origin=pl.Series(ORIGINS).gather(draw.integers(0, len(ORIGINS), rows.height)),
        preference=pl.when(pl.Series(claimed)).then(pl.lit("300")),
        origin_proof=pl.when(pl.Series(claimed & (draw.random(rows.height) < PROVEN))).then(pl.lit("U164")),
        value_micro=pl.Series(draw.integers(1, worth_minor, rows.height) * 10_000),
        value_currency=pl.lit("EUR"),
        net_mass_mg=pl.Series(draw.integers(1, 3_000_000, rows.height)),
    )
    vendor = pl.Series(draw.random(parcels) < 1 / 3)
    at = pl.Series([DAY - timedelta(days=back) for back in range(days)]).gather(draw.integers(0, days, parcels))
    filings = pl.DataFrame({"filing_row": np.arange(parcels, dtype=np.uint32)}).with_columns(
        presented_at=at.cast(FILING_SCHEMA["presented_at"]),
        filing_kind=pl.lit("import"), function=pl.lit("original"), mode=pl.lit("express"),
        party_relation=pl.lit("B2C"), nature=pl.lit("sale"), destination_country=pl.lit("DE"),
        office_country=pl.lit("DE"), freight_micro=pl.lit(4_990_000), freight_currency=pl.lit("EUR"),
        vat_scheme=pl.when(vendor).then(pl.lit("IOSS")).otherwise(pl.lit("NONE")),
        vat_scheme_id=pl.when(vendor).then(pl.lit("IM2760000742")),
    )  # fmt: skip
    return Chunk(typed(filings, {**FILINGS, **FACTS}), typed(items, ITEMS))


FACTS: Final = {"person_day_value_minor": pl.Int64()}


def typed(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of a schema, in its types; what the frame lacks is empty."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )


def tariff(keys: pl.DataFrame) -> TariffAnswers:
    """A made-up tariff: a rate by the code, a preference where one is claimed, charges on goods of one origin."""
    number = pl.col("commodity_code").cast(pl.Int64)
    by_rate = programs([parse(text, "canonical") for text in RATES])
    at = keys.select((number % len(RATES)).alias("at"))["at"]
    mfn = by_rate[at].with_columns(rate_text=pl.Series(RATES).gather(at))
    free = programs([parse("free", "canonical")])
    is_claimed = keys["preference"].is_not_null()
    applied = pl.select(pl.when(is_claimed).then(pl.lit(1)).otherwise(0)).to_series()
    of_option = pl.concat([mfn.select(list(PROGRAM)), free])[
        pl.select(pl.when(is_claimed).then(keys.height).otherwise(pl.int_range(keys.height))).to_series()
    ]
    told = keys.hstack(of_option).with_columns(
        tariff_row=pl.int_range(keys.height, dtype=pl.UInt32),
        duty_option=pl.when(applied == 1).then(pl.lit("preference")).otherwise(pl.lit("mfn")),
        needs_proof=is_claimed, duty_evidence=pl.lit("read"), rate_text=mfn["rate_text"],
        mfn_rate_text=mfn["rate_text"], rate_code=pl.col("commodity_code"),
        **{f"mfn_{name}": mfn[name] for name in PROGRAM},
    )  # fmt: skip
    hit = told.filter((pl.col("origin") == "CN") & (number % 5 == 0)).select("tariff_row")
    parts = [
        hit.with_columns(
            position=pl.lit(at), charge=pl.lit(charge), base=pl.lit(base), evidence=pl.lit("read"),
            **{name: programs([parse(rate, "canonical")])[name].new_from_index(0, hit.height) for name in PROGRAM},
        )
        for at, (charge, base, rate) in enumerate(
            (("anti_dumping", "value", "31.2 %"), ("excise", "value_and_duty", "5 %"))
        )
    ]  # fmt: skip
    return TariffAnswers(typed(told, {**KEYS, **TARIFF}), typed(pl.concat(parts), ADDITIONS))


def plan_of(law: Jurisdiction) -> Plan:
    """The wide plan of a jurisdiction without checks of quality and without risk rules."""
    shelves = Shelves(
        lambda days: exchange_rates.rates(law.exchange_rule, days, law.currency),
        TariffIndex(tariff, changes=CHANGES, lock=Lock()), nomenclature.nomenclature(Path("nowhere")),
    )  # fmt: skip
    whole = clearance(law, [], shelves).wide
    kept = tuple(step for step in whole.steps if isinstance(step, Carry) or step.name not in SKIPPED)
    return replace(whole, steps=kept)


def by_numpy(chunk: Chunk) -> Callable[[], int]:
    """The same in a plain loop over arrays: value, one rate, tax, sums by parcel; no choice, no charges, no reasons."""
    value = chunk.items["value_micro"].to_numpy() // 10_000
    rate = (chunk.items["commodity_code"].cast(pl.Int64) % 8 * 10_000).to_numpy()
    parcel = chunk.items["filing_row"].to_numpy()

    def run() -> int:
        duty = (value * rate + 500_000) // 1_000_000
        tax = ((value + duty) * 190_000 + 500_000) // 1_000_000
        return int(np.bincount(parcel, duty + tax).sum())

    return run


def seconds(work: Callable[[], object]) -> float:
    """Least process seconds of several rounds."""
    least = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        least = min(least, time.process_time() - started)
    return least


def steps_of(plan: Plan, chunk: Chunk) -> dict[str, float]:
    """Process seconds of every step, the least of several rounds."""
    least: dict[str, float] = {}
    for _ in range(ROUNDS):
        walked = Chunk(chunk.filings, chunk.items)
        for number, step in enumerate(plan.steps):
            started = time.process_time()
            replace(plan, steps=(step,)).run(walked)
            name = f"{number:02d} {step.name}"
            least[name] = min(least.get(name, float("inf")), time.process_time() - started)
    return least


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--items", type=int, default=1_000_000)
    asked.add_argument("--steps", action="store_true", help="print what each step takes")
    told = asked.parse_args()
    plan = plan_of(discovery.jurisdictions()["EU"])
    for name, days, worth in (("one day, above the limit", 1, 60_000), ("one day, low value", 1, 5_000),
                              ("a month of days", 31, 60_000)):  # fmt: skip
        chunk = lines(told.items, days, worth)
        took = seconds(lambda: plan.run(Chunk(chunk.filings, chunk.items)))  # noqa: B023 - called at once
        loop = seconds(by_numpy(chunk))
        print(f"{name}: {told.items / took / 1e6:.2f} M items/s/core; numpy loop {told.items / loop / 1e6:.1f} M/s")
        if told.steps:
            for step, spent in steps_of(plan, chunk).items():
                print(f"  {step}: {spent * 1000:.0f} ms")


if __name__ == "__main__":
    keep_memory()
    main()
