"""Shelves as the plan reads them: small tables cut to a chunk's days, codes and places."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from tidewaiter.kit.facts import Parameter
from tidewaiter.kit.jurisdiction import Jurisdiction

TariffLookUp = Callable[[pl.DataFrame], pl.DataFrame]
"""Distinct (commodity_code, duty_day) in; the same rows with the tariff's columns out."""

Rates = Callable[[list[date]], pl.DataFrame]

RATES = {
    "duty_day": pl.Date, "currency": pl.String, "rate_num": pl.Int64, "rate_den": pl.Int64, "exchange_status": pl.String,
}  # fmt: skip
"""Columns of ``Rates`` that a plan reads."""

TARIFF_KEYS = ("commodity_code", "duty_day")


@dataclass
class TariffIndex:
    """Answers of the tariff, each asked once in a run; ``tariff_row`` finds an answer's texts again.

    Who looks up from several threads lends a ``lock``.
    """

    ask: TariffLookUp
    known: pl.DataFrame | None = None
    lock: AbstractContextManager[object] = field(default_factory=nullcontext)

    def look_up(self, items: pl.DataFrame) -> pl.DataFrame:
        """The answers for the items' codes and days, each with its ``tariff_row``."""
        keys = items.lazy().select(TARIFF_KEYS).filter(pl.col("commodity_code").is_not_null()).unique().collect()
        with self.lock:
            known = self._knowing(keys)
        return known.join(keys, on=list(TARIFF_KEYS), how="semi")

    def _knowing(self, keys: pl.DataFrame) -> pl.DataFrame:
        """All answers so far, those for ``keys`` among them."""
        new = keys if self.known is None else keys.join(self.known, on=list(TARIFF_KEYS), how="anti")
        if new.height or self.known is None:
            start = 0 if self.known is None else self.known.height
            answers = self.ask(new.sort(TARIFF_KEYS)).with_row_index("tariff_row", offset=start)
            self.known = answers if self.known is None else pl.concat([self.known, answers])
        return self.known


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
    return filings[name].drop_nulls().unique().sort().to_list()


def tax_rates(jurisdiction: Jurisdiction, days: list[date]) -> pl.DataFrame:
    """Standard rates in force: place, duty_day, tax_num, tax_den, tax_evidence, rate_text, source."""
    rows = [
        (
            rate.place,
            day,
            rate.rate.numerator,
            rate.rate.denominator,
            rate.evidence,
            rate.rate.text(),
            f"{rate.source} ({rate.evidence})",
        )
        for day in days
        for rate in jurisdiction.tax_rates
        if rate.category == "standard" and rate.valid_from <= day and (rate.valid_to is None or day <= rate.valid_to)
    ]
    schema = {
        "place": pl.String, "duty_day": pl.Date, "tax_num": pl.Int64, "tax_den": pl.Int64,
        "tax_evidence": pl.String, "rate_text": pl.String, "source": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def goods_lists(lists: Mapping[str, list[Parameter]], starts: list[date], items: pl.DataFrame) -> pl.DataFrame:
    """For each distinct period, code and origin of a chunk: is it on which list (``is_<name>``)."""
    keys = ["law_period", "commodity_code", "origin"]
    distinct = items.lazy().select(keys).unique().collect()
    day = pl.lit(pl.Series(starts, dtype=pl.Date)).gather(pl.col("law_period"))
    return (
        distinct.lazy()
        .with_columns(period_start=day if starts else pl.lit(None, dtype=pl.Date))
        .with_columns(_is_on(spans).alias(f"is_{name}") for name, spans in lists.items())
        .drop("period_start")
        .collect()
    )


def _is_on(spans: list[Parameter]) -> pl.Expr:
    """True where any span of the list is in force and holds the code or the origin."""
    held = [_holds(span) & _is_in_force(span) for span in spans]
    return pl.any_horizontal([pl.lit(value=False), *held]).fill_null(value=False)


def _is_in_force(span: Parameter) -> pl.Expr:
    start = pl.col("period_start")
    return (start >= span.valid_from) & ((start <= span.valid_to) if span.valid_to else pl.lit(value=True))


def _holds(span: Parameter) -> pl.Expr:
    values = list(span.value) if isinstance(span.value, tuple) else [str(span.value)]
    if span.unit == "countries":
        return pl.col("origin").is_in(values)
    return pl.any_horizontal([pl.col("commodity_code").str.starts_with(prefix) for prefix in values])
