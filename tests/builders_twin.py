"""One set of random filings, two readers: shelves both can look into, and the product driven without its doors."""

import csv
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Lock

import polars as pl

from tests.twin.amounts import Rate
from tests.twin.clearance import Shelves as TwinShelves
from tests.twin.clearance import Twin
from tests.twin.facts import Sheet
from tests.twin.random_filings import days_of, random_filings
from tests.twin.us_rates import reading
from tidewaiter.kit.rates.expression import Duty
from tidewaiter.kit.rates.parse import parse
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.pipeline.clearance import clearance
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.pipeline.tariff_index import TariffIndex
from tidewaiter.reference import exchange_rates, nomenclature
from tidewaiter.reference.tariff import Tariff, TariffEdition
from tidewaiter.reference.tariff_lines import RATE, rate
from tidewaiter.runners.footing import Fixed, Footing
from tidewaiter.runners.local import CHUNK_ROWS, Order, clear
from tidewaiter.runners.reading import Source
from tidewaiter.service import discovery

RUN_MOMENT = datetime(2026, 10, 20, 12, tzinfo=UTC)
PACKS = Path(discovery.__file__).parents[1] / "packs" / "jurisdictions"

OLD = {
    "610910": "12%", "950300": "Free", "851830": "2.5%", "640411": "17%", "420222": "$1.20 each", "330499": "Free",
    "711719": "33 1/3%", "392690": "20.4¢/kg", "820810": "$0.96/doz.", "910211": "$0.44 each + 6%", "090121": "7.5%",
    "220421": "6.3¢/liter", "220830": "Free", "240220": "57.6%", "330300": "3.2%", "490199": "Free",
    "640419": "25¢/pr.", "401410": "2.7%", "930400": "4.1¢/m2", "180690": "8.3%", "611120": "12%",
    "87089981": "0.000065%",
}  # fmt: skip
NEW = OLD | {
    "610910": "12.0005%",
    "6109100010": "11.9%",
    "61091000": "1/3%",
    "640411": "25¢/pr.",
    "950300": "0.05%",
    "851830": "2 1/7%",
}
TARIFF = {date(2000, 1, 1): (OLD, "recalled"), date(2026, 1, 1): (NEW, "read")}
"""Rates as published, by the day they start: by value, by quantity, free, and one that is not understood."""


def rows_of(jurisdiction: str, count: int, seed: int) -> dict[str, list[dict[str, str | None]]]:
    """Random filings by their reference."""
    return {rows[0]["consignment_id"]: rows for rows in random_filings(jurisdiction, count, seed)}


def write_csv(path: Path, rows: Iterable[dict[str, str | None]]) -> Path:
    """Rows under door names; what a row leaves out is an empty cell."""
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    assert set(names) <= set(BY_DOOR)
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, names)
        writer.writeheader()
        writer.writerows(rows)
    return path


@cache
def exchange_table(code: str, rule: str = "exchange_rule") -> tuple[pl.DataFrame, dict]:
    """The product's rates on every day anybody may ask for, once as its shelf and once as a plain table.

    The Kuwaiti dinar, which has three decimals and which nobody publishes here, is added.
    """
    jurisdiction = discovery.jurisdictions()[code]
    days = sorted({day + timedelta(days=step) for day in [*days_of(code), RUN_MOMENT.date()] for step in (-1, 0, 1)})
    named = getattr(jurisdiction, rule)
    rates = exchange_rates.rates(named or "ecb_daily", days if named else [], jurisdiction.currency)
    dinar = rates.filter(pl.col("currency") == jurisdiction.currency).with_columns(
        currency=pl.lit("KWD"), rate_num=pl.lit(3259, dtype=pl.Int64), rate_den=pl.lit(1000, dtype=pl.Int64),
        exchange_status=pl.lit("assumed"),
    )  # fmt: skip
    whole = pl.concat([rates, dinar])
    plain: dict = {}
    told = whole.select("duty_day", "currency", "rate_num", "rate_den", "exchange_status").iter_rows()
    for day, currency, numerator, denominator, status in told:
        plain.setdefault(day, {})[currency] = (numerator, denominator, status == "legal")
    return whole, plain


def tariff_of(code: str, table: dict[date, tuple[dict[str, str], str]]) -> Tariff:
    """A tariff of rate texts by code, and their evidence, by the day they start."""
    currency = discovery.jurisdictions()[code].currency
    editions = tuple(
        TariffEdition(f"rates of {start}", "{code}", evidence, f"{start}", start, _program(rates, currency))
        for start, (rates, evidence) in table.items()
    )
    return Tariff(code, (), editions)


def shelves_of(code: str) -> Shelves:
    """Shelves of the product with the table above and a tariff of our own."""
    whole, _ = exchange_table(code)
    tariff = tariff_of(code, TARIFF)
    known = nomenclature.nomenclature(Path("nowhere"))
    return Shelves(
        lambda days: whole.filter(pl.col("duty_day").is_in(days)),
        TariffIndex(tariff.answers, lock=Lock()),
        known,
        tariff.editions,
        lambda days: exchange_table(code, "sale_rule")[0].filter(pl.col("duty_day").is_in(days)),
    )


def _program(rates: dict[str, str], currency: str) -> pl.DataFrame:
    """The rates as compiled lines, their dollars called the jurisdiction's own money."""
    rows = []
    for code, text in rates.items():
        read = parse(text, "us")
        if isinstance(read, Duty):
            read = Duty(tuple(replace(term, currency=term.currency and currency) for term in read.terms))
        rows.append((code, *rate(read, text, code, code)))
    return pl.DataFrame(rows, schema={"code": pl.String, **RATE}, orient="row")


@cache
def twin_of(code: str, office: str | None = None) -> Twin:
    """The second reader with the same shelves as plain tables."""
    tariff = {
        start: {code: _twin_rate(code, text, is_certain=evidence == "read") for code, text in rates.items()}
        for start, (rates, evidence) in TARIFF.items()
    }
    shelves = TwinShelves(exchange_table(code)[1], tariff, exchange_table(code, "sale_rule")[1])
    return Twin(Sheet(PACKS / code.lower()), shelves, RUN_MOMENT, office)


def _twin_rate(code: str, text: str, *, is_certain: bool) -> Rate:
    """A text as the second reader understands it."""
    return Rate(code, reading(text), is_certain)


def cleared(
    code: str, source: Path, target: Path, office: str | None = None, chunk_rows: int = CHUNK_ROWS
) -> dict[str, pl.DataFrame]:
    """Clear one file with all risk rules; the lake's tables by name."""
    jurisdiction, rules = discovery.jurisdictions()[code], list(discovery.risk_rules().values())
    shelves = shelves_of(code)
    order = Order(
        sources=[Source(source, source.name)], target=target,
        footings=Fixed(Footing(clearance(jurisdiction, rules, shelves), shelves)),
        sheets=list(discovery.sender_sheets().values()), office=office, accepted_at=RUN_MOMENT,
        arguments={"jurisdiction": code}, chunk_rows=chunk_rows,
    )  # fmt: skip
    clear(order)
    return {
        name: pl.read_parquet(target / f"{name}.parquet") for name in ("consignments", "items", "charges", "findings")
    }
