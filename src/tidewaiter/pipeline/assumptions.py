"""Assumptions: what somebody takes as given in place of law and shelves, laid over them and marked as assumed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import polars as pl

from tidewaiter.kit.facts import TaxRate
from tidewaiter.kit.jurisdiction import Jurisdiction, Regime, period_starts
from tidewaiter.kit.rates.expression import Duty
from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.program import programs
from tidewaiter.model.money import MICRO, Rate
from tidewaiter.pipeline.shelves import Rates, Shelves
from tidewaiter.pipeline.tariff_index import LookUp, TariffIndex

ASSUMED: Final = "assumed"
BY_REQUEST: Final = "assumed in the request"
REDUCED: Final = "reduced_rate_goods"
"""The list of goods whose tax rate is not told by the standard one; an assumed rate is told of all goods."""

ON_TOP: Final = ("additional_duties_not_loaded", "surtax_not_loaded")
"""Parameters by which sheets say that duties on top of the tariff are not loaded."""

ALL_DUTIES: Final = "all duties on the goods, those on top of the tariff as well"


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Canonical rate texts, and exchange rates as ``(currency, numerator, denominator)``; empty: nothing assumed.

    Equal assumptions are equal values, so that filings that assume the same are worked out together.
    """

    duty_rate: str | None = None
    tax_rate: str | None = None
    exchange_rates: tuple[tuple[str, int, int], ...] = ()

    def told(self) -> list[dict[str, str]]:
        """One entry an assumption, as answers mark them."""
        rates = [(f"exchange_rate {name}", f"{num}/{den}") for name, num, den in self.exchange_rates]
        said = [("duty_rate", self.duty_rate), ("tax_rate", self.tax_rate), *rates]
        told = [{"what": what, "value": value, "by": "request"} for what, value in said if value is not None]
        return [one | ({"stands_for": ALL_DUTIES} if one["what"] == "duty_rate" else {}) for one in told]


def law_with(assumed: Assumptions, law: Jurisdiction) -> Jurisdiction:
    """The jurisdiction with one tax rate everywhere, where one is assumed; its span covers what the sheet covers.

    An assumed duty stands for all duties on the goods: those on top that the sheet does not hold are none to wait for.
    """
    on_top = [f"law_{name}" for name in ON_TOP if name in law.parameter_names]
    if assumed.duty_rate is not None and on_top:
        law = replace(law, regime=_without(on_top, law.regime))
    if assumed.tax_rate is None:
        return law
    places = dict.fromkeys([*law.places, *(rate.place for rate in law.tax_rates)])
    start = min(period_starts(law))
    rate = _tax_rate(assumed.tax_rate)
    rates = [TaxRate(place, "standard", rate, start, BY_REQUEST, ASSUMED) for place in places]
    told = tuple(parameter for parameter in law.parameters if parameter.name != REDUCED)
    return replace(law, tax_rates=tuple(rates), parameters=told)


def _without(columns: Sequence[str], regime: Regime) -> Regime:
    """A regime that is told nothing of some parameters."""
    untold = [pl.lit(None, dtype=pl.String).alias(name) for name in columns]
    return lambda filings: regime(filings.with_columns(untold))


def shelves_with(assumed: Assumptions, shelves: Shelves) -> Shelves:
    """The shelves with the assumed duty and exchange rates in place of their own."""
    rates, tariff = shelves.rates, shelves.tariff
    if assumed.exchange_rates:
        rates = _exchange(assumed, rates)
    if assumed.duty_rate is not None:
        tariff = TariffIndex(ask=_tariff(assumed.duty_rate, tariff.ask), lock=tariff.lock)
    return replace(shelves, rates=rates, tariff=tariff)


def _tax_rate(text: str) -> Rate:
    read = parse(text)
    share = read.terms[0].factor if isinstance(read, Duty) else 0 * MICRO
    return Rate.of_percent(text.removesuffix("%").strip()) if share else Rate(0, MICRO)


def _exchange(assumed: Assumptions, ask: Rates) -> Rates:
    names = [name for name, _, _ in assumed.exchange_rates]

    def rates(days: list[date]) -> pl.DataFrame:
        told = ask(days)
        rows = [_exchange_row(day, rate) for day in days for rate in assumed.exchange_rates]
        own = pl.DataFrame(rows, schema=told.schema, orient="row")
        return pl.concat([told.filter(~pl.col("currency").is_in(names)), own]).sort("duty_day", "currency")

    return rates


def _exchange_row(day: date, rate: tuple[str, int, int]) -> Sequence[object]:
    """A row as shelves of exchange rates have it."""
    return (day, *rate, day, ASSUMED, BY_REQUEST)


def _tariff(text: str, ask: LookUp) -> LookUp:
    """One duty for everything: whatever the tariff says of options and of duties on top gives way to it."""
    program = programs([parse(text)]).row(0, named=True)
    said = {
        **program, **{f"mfn_{name}": value for name, value in program.items()},
        "rate_text": text, "mfn_rate_text": text, "rate_code": None, "mfn_rate_code": None, "measure_id": None,
        "documents": None, "mfn_duty_source": BY_REQUEST, "mfn_duty_evidence": ASSUMED,
        "duty_option": "mfn", "option_reason": None, "unresolved_reason": None, "mfn_unresolved_reason": None,
        "needs_proof": False, "duty_source": BY_REQUEST, "duty_evidence": ASSUMED,
    }  # fmt: skip

    def look_up(keys: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        told, stacked = ask(keys)
        given = [pl.lit(said[name], dtype=dtype).alias(name) for name, dtype in told.schema.items() if name in said]
        return told.with_columns(given), stacked.clear()

    return look_up
