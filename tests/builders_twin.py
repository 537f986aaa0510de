"""One set of random filings, two readers: shelves both can look into, and the product driven without its doors."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Lock

import polars as pl

from tests.builders_twin_tariff import slow_added, slow_preferred, slow_table, stacked_of
from tests.twin.clearance import Shelves as TwinShelves
from tests.twin.clearance import Twin
from tests.twin.facts import Sheet
from tests.twin.random_filings import days_of, random_filings
from tests.twin.random_sheets import varied
from tidewaiter.kit.format import SenderSheet
from tidewaiter.kit.jurisdiction import Jurisdiction, read_sheet
from tidewaiter.kit.risk_rule import RiskRule
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.pipeline.clearance import clearance
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.pipeline.tariff_index import TariffIndex
from tidewaiter.reference import exchange_rates, nomenclature
from tidewaiter.runners.footing import Fixed, Footing
from tidewaiter.runners.local import CHUNK_ROWS, Order, clear
from tidewaiter.runners.reading import Source
from tidewaiter.service import discovery

RUN_MOMENT = datetime(2026, 10, 20, 12, tzinfo=UTC)
PACKS = Path(discovery.__file__).parents[1] / "packs" / "jurisdictions"


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
    return whole, plain_rates(whole)


def plain_rates(table: pl.DataFrame) -> dict:
    """Exchange rates as a plain table: day to currency to (numerator, denominator, is_legal)."""
    plain: dict = {}
    told = table.select("duty_day", "currency", "rate_num", "rate_den", "exchange_status").iter_rows()
    for day, currency, numerator, denominator, status in told:
        plain.setdefault(day, {})[currency] = (numerator, denominator, status == "legal")
    return plain


@cache
def rules_of_the_house() -> tuple[RiskRule, ...]:
    """All risk rules, read once."""
    return tuple(discovery.risk_rules().values())


@cache
def sheets_of_the_house() -> tuple[SenderSheet, ...]:
    """All sender sheets, read once."""
    return tuple(discovery.sender_sheets().values())


def shelves_of(code: str) -> Shelves:
    """Shelves of the product with the table above and a tariff of our own."""
    whole, _ = exchange_table(code)
    tariff = stacked_of(code)
    known = nomenclature.nomenclature(Path("nowhere"))
    return Shelves(
        lambda days: whole.filter(pl.col("duty_day").is_in(days)),
        TariffIndex(tariff.answers, lock=Lock()),
        known,
        tariff.general.editions,
        lambda days: exchange_table(code, "sale_rule")[0].filter(pl.col("duty_day").is_in(days)),
    )


@cache
def texts_of(code: str, drawn: int | None = None) -> dict[str, str]:
    """The sheets of a jurisdiction by name; ``drawn``: with what is drawn by this lot laid over them."""
    folder = PACKS / code.lower()
    parts = [folder / "sheet.toml", *sorted((folder / "members").glob("*.toml"))]
    texts = {part.relative_to(folder).as_posix(): part.read_text(encoding="utf-8") for part in parts}
    return texts if drawn is None else varied(texts, code, drawn)


@cache
def twin_of(code: str, office: str | None = None, drawn: int | None = None) -> Twin:
    """The second reader with the same shelves as plain tables."""
    return twin_with(code, exchange_table(code)[1], exchange_table(code, "sale_rule")[1], office, drawn)


def twin_with(code: str, rates: dict, sale_rates: dict, office: str | None = None, drawn: int | None = None) -> Twin:
    """The second reader with exchange rates of one's own, as plain tables."""
    shelves = TwinShelves(rates, slow_table(), sale_rates, slow_added(), slow_preferred())
    return Twin(Sheet(texts_of(code, drawn)), shelves, RUN_MOMENT, office)


def cleared(
    code: str,
    source: Path,
    target: Path,
    office: str | None = None,
    chunk_rows: int = CHUNK_ROWS,
    drawn: int | None = None,
    shelves: Shelves | None = None,
) -> dict[str, pl.DataFrame]:
    """Clear one file with all risk rules, by the shelves above or by others; the lake's tables by name.

    ``drawn`` as in ``texts_of``.
    """
    jurisdiction = discovery.jurisdictions()[code]
    if drawn is not None:
        jurisdiction = read_sheet(texts_of(code, drawn), jurisdiction.regime)
    return cleared_by(jurisdiction, source, target, office, chunk_rows, shelves)


def cleared_by(
    jurisdiction: Jurisdiction,
    source: Path,
    target: Path,
    office: str | None = None,
    chunk_rows: int = CHUNK_ROWS,
    shelves: Shelves | None = None,
) -> dict[str, pl.DataFrame]:
    """The same by a law that the caller has changed."""
    code, rules = jurisdiction.code, list(rules_of_the_house())
    shelves = shelves or shelves_of(code)
    order = Order(
        sources=[Source(source, source.name)], target=target,
        footings=Fixed(Footing(clearance(jurisdiction, rules, shelves), shelves)),
        sheets=list(sheets_of_the_house()), office=office, accepted_at=RUN_MOMENT,
        arguments={"jurisdiction": code}, chunk_rows=chunk_rows,
    )  # fmt: skip
    clear(order)
    return {
        name: pl.read_parquet(target / f"{name}.parquet") for name in ("consignments", "items", "charges", "findings")
    }
