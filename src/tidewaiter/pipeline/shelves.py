"""Shelves as the plan reads them: small tables cut to a chunk's days, codes and places."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

import polars as pl

from tidewaiter.kit.facts import Parameter
from tidewaiter.kit.key_numbers import key_numbers
from tidewaiter.pipeline.tariff_index import TariffIndex

Rates = Callable[[list[date]], pl.DataFrame]

RATES = {
    "duty_day": pl.Date, "currency": pl.String, "rate_num": pl.Int64, "rate_den": pl.Int64,
    "exchange_status": pl.String,
}  # fmt: skip
"""Columns of ``Rates`` that a plan reads."""

HS6 = 6
SPACING = re.compile(r"[.\s]")
"""People set codes as 8517.13 00."""

COUNTRIES = "countries"
"""Unit of a list that holds origins; any other list holds goods."""


@dataclass(frozen=True)
class Shelves:
    """What the reference room lends to one run; ``editions`` names every shelf's edition by hash.

    ``sale_rates`` are those of the day goods were sold; none where the law never asks.
    """

    rates: Rates
    tariff: TariffIndex
    nomenclature: pl.DataFrame
    editions: Mapping[str, str] = field(default_factory=dict)
    sale_rates: Rates = lambda _days: pl.DataFrame(schema=RATES)


def days_of(filings: pl.DataFrame, name: str = "duty_day") -> list[date]:
    """Distinct duty points of a chunk, or other days of its filings, ascending."""
    days = filings[name].drop_nulls()
    first, last = days.min(), days.max()
    return [cast("date", first)] if first is not None and first == last else days.unique().sort().to_list()


class KnownCodes:
    """The six-digit codes of the nomenclature, cut to those that a chunk may ask for."""

    def __init__(self, nomenclature: pl.DataFrame) -> None:
        """Hold them by code."""
        known = nomenclature["hs"].filter(nomenclature["hs"].str.len_bytes() == HS6)
        self._known, self._one = frozenset(known), known.head(1).to_list()
        self._all = known.unique().sort().to_frame("hs")

    def of(self, items: pl.DataFrame) -> pl.DataFrame:
        """Those known of these items, and one more in any case: a table without rows says that nothing is loaded."""
        if items.height > self._all.height:
            return self._all
        told = items["commodity_code"].drop_nulls().unique()
        return pl.DataFrame({"hs": self.among(told)}, schema={"hs": pl.String})

    def among(self, codes: Iterable[str]) -> list[str]:
        """The same of codes as they were told."""
        asked = {SPACING.sub("", code)[:HS6] for code in codes}
        return sorted(self._known.intersection(asked).union(self._one))


class GoodsLists:
    """Lists of goods and countries by name, made ready once; ``starts``: the first days of the periods of the law."""

    def __init__(self, lists: Mapping[str, list[Parameter]], starts: list[date]) -> None:
        """Ready the conditions: by code those of goods, by origin those of countries."""
        goods = {name: [span for span in spans if span.unit != COUNTRIES] for name, spans in lists.items()}
        countries = {name: [span for span in spans if span.unit == COUNTRIES] for name, spans in lists.items()}
        day = pl.lit(pl.Series(starts, dtype=pl.Date)).gather(pl.col("law_period"))
        self._start = (day if starts else pl.lit(None, dtype=pl.Date)).alias("period_start")
        self._by_code = [_is_on(spans).alias(f"is_{name}") for name, spans in goods.items()]
        self._by_origin = [_is_on(spans).alias(f"is_{name}") for name, spans in countries.items() if spans]

    def of(self, items: pl.DataFrame) -> pl.DataFrame:
        """One row an item, in their order: is it on which list (``is_<name>``) at the start of its period.

        Lists of goods are looked through once for each code of a chunk, lists of countries once for each origin.
        """
        told = self.by_code(items)
        if not self._by_origin:
            return told
        by_origin = self.by_origin(items)
        return told.with_columns(pl.col(name) | by_origin[name] for name in by_origin.columns)

    def by_code(self, items: pl.DataFrame) -> pl.DataFrame:
        """Is it on which list by its code."""
        return _marked(self._by_code, self._start, items.select("law_period", "commodity_code"))

    def by_origin(self, items: pl.DataFrame) -> pl.DataFrame:
        """Is it on which of the lists that name countries, by its origin; no columns where none does."""
        return _marked(self._by_origin, self._start, items.select("law_period", "origin"))


def _marked(lists: Sequence[pl.Expr], start: pl.Expr, rows: pl.DataFrame) -> pl.DataFrame:
    """For each row of a period and a code (or an origin): does a list hold it; one that holds none costs nothing."""
    number, first = key_numbers(rows)
    marked = rows[first].lazy().with_columns(start).select(lists).collect(engine="in-memory")
    laid = {name: marked[name].gather(number) if marked[name].any() else pl.lit(value=False) for name in marked.columns}
    return rows.with_columns(**laid).select(list(laid))


def _is_on(spans: list[Parameter]) -> pl.Expr:
    """True where any span of the list is in force and holds the code or the origin."""
    held = [_holds(span) & _is_in_force(span) for span in spans]
    return pl.any_horizontal([pl.lit(value=False), *held]).fill_null(value=False)


def _is_in_force(span: Parameter) -> pl.Expr:
    start = pl.col("period_start")
    return (start >= span.valid_from) & ((start <= span.valid_to) if span.valid_to else pl.lit(value=True))


def _holds(span: Parameter) -> pl.Expr:
    values = list(span.value) if isinstance(span.value, tuple) else [str(span.value)]
    if span.unit == COUNTRIES:
        return pl.col("origin").is_in(values)
    return pl.any_horizontal([_begins_with(length, values) for length in sorted({len(prefix) for prefix in values})])


def _begins_with(length: int, prefixes: list[str]) -> pl.Expr:
    """True where a code begins with one of the prefixes of one length, all of them looked up at once."""
    return pl.col("commodity_code").str.slice(0, length).is_in([name for name in prefixes if len(name) == length])
