"""Tax rates as the plan reads them: the standard one of each place and day, and those of goods that have their own."""

from collections.abc import Iterator
from datetime import date
from typing import Final

import polars as pl

from tidewaiter.kit.facts import STANDARD, TaxRate
from tidewaiter.kit.jurisdiction import Jurisdiction, list_parameters
from tidewaiter.model.dates import in_force

REDUCED: Final = "reduced_tax_goods"
"""A list of every sheet: goods that any of its reduced rates may hold for."""

COLUMNS: Final = {
    "place": pl.String,
    "duty_day": pl.Date,
    "tax_num": pl.Int64,
    "tax_den": pl.Int64,
    "tax_evidence": pl.String,
    "tax_rate_no": pl.UInt32,
}


def standard_rates(jurisdiction: Jurisdiction, days: list[date]) -> pl.DataFrame:
    """Standard rates in force, in the columns of ``COLUMNS``; ``tax_rate_no`` counts the rates of the sheet."""
    rows = [
        (rate.place, day, *_numbers(rate), rate.evidence, number)
        for number, rate in enumerate(jurisdiction.tax_rates)
        if rate.category == STANDARD
        for day in days
        if in_force(rate, day)
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def reduced_rates(jurisdiction: Jurisdiction, items: pl.DataFrame) -> pl.DataFrame:
    """Rates of goods of a chunk that have their own: ``COLUMNS`` and commodity_code; the first of the sheet counts."""
    schema = {**COLUMNS, "commodity_code": pl.String}
    if f"is_{REDUCED}" not in items.columns:
        return pl.DataFrame(schema=schema)
    place = "tax_place" if "tax_place" in items.columns else "destination_country"
    asked = (
        items.lazy()
        .filter(f"is_{REDUCED}")
        .select("duty_day", "commodity_code", place=pl.coalesce(place, "destination_country"))
        .unique()
        .collect(engine="in-memory")
    )
    rows = [
        (place, day, *_numbers(rate), rate.evidence, number, code)
        for day, code, place in asked.sort(asked.columns).iter_rows()
        for number, rate in _first(jurisdiction, place, day, code)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _first(jurisdiction: Jurisdiction, place: str | None, day: date | None, code: str) -> Iterator[tuple[int, TaxRate]]:
    """The rate that holds for goods of a code, if any does."""
    if place is None or day is None:
        return
    for number, rate in enumerate(jurisdiction.tax_rates):
        if rate.place == place and in_force(rate, day) and code.startswith(goods_of(jurisdiction, rate, day)):
            yield number, rate
            return


def goods_of(jurisdiction: Jurisdiction, rate: TaxRate, day: date) -> tuple[str, ...]:
    """Prefixes of the codes that a rate holds for on a day; none for a standard one."""
    if not isinstance(rate.goods, str):
        return rate.goods
    spans = [span.value for span in list_parameters(jurisdiction)[rate.goods] if in_force(span, day)]
    return tuple(prefix for value in spans if isinstance(value, tuple) for prefix in value)


def tax_texts(jurisdiction: Jurisdiction) -> pl.DataFrame:
    """Words of every rate of the sheet: tax_rate_no, rate_text, source."""
    rows = [
        (
            number,
            f"{rate.rate.text()}{' of the price with tax' if rate.gross_up else ''}",
            f"{rate.source} ({rate.evidence})",
        )
        for number, rate in enumerate(jurisdiction.tax_rates)
    ]
    schema = {"tax_rate_no": pl.UInt32, "rate_text": pl.String, "source": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _numbers(rate: TaxRate) -> tuple[int, int]:
    """Numerator and denominator on the base before tax; a tax inside its own price is more than its rate of that."""
    of = rate.rate
    return of.numerator, of.denominator - of.numerator if rate.gross_up else of.denominator
