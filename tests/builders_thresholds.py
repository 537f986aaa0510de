"""Filings at every threshold of a sheet and on both sides of every change, made by walking the sheet.

What the sheet holds is all that is asked of it: the names of its limits, their spans, the days on which anything
changes. A new limit or a new span is covered without a word here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from itertools import product
from typing import Final

import polars as pl

from tests.builders_twin import RUN_MOMENT, plain_rates, shelves_of
from tests.twin.random_filings import NUMBERS, OWN, SCHEMES
from tidewaiter.kit.jurisdiction import Jurisdiction, period_starts
from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.reference import exchange_rates

Filing = dict[str, str | None]

DAY: Final = timedelta(days=1)
FOREIGN: Final = ("USD", "CNY", "GBP", "EUR")
FINEST: Final = Decimal("0.000001")
"""Amounts are declared with at most six decimals."""

TODAY: Final = RUN_MOMENT.date()
STEPS: Final = (-1, 0, 1)
RELATIONS: Final = (("B2C", "sale"), ("C2C", "gift"), ("B2B", "sale"))
DISPATCH: Final = {"CA": ("CN", "US")}
AUTHORISED: Final = {"GB": (None, "GBBIRDS001"), "US": (None, "AD-VALOREM")}
POSTCODE: Final = {"CA": "M5V 2T6"}
HOME: Final = {"EU": "DE"}


@dataclass(frozen=True)
class Threshold:
    """A value of the goods at which a sheet changes its mind, for as long as one span of it holds."""

    name: str
    minor: int
    valid_from: date
    valid_to: date | None
    place: str | None = None

    @property
    def days(self) -> tuple[date, ...]:
        """First and last day of the span; one that is open, or ends in days to come, is asked on the day of the run."""
        last = min(self.valid_to or TODAY, max(TODAY, self.valid_from))
        return tuple(dict.fromkeys((self.valid_from, last)))


def thresholds(jurisdiction: Jurisdiction) -> list[Threshold]:
    """Every limit of value in a sheet: its parameters called so, and the bounds of its fees."""
    limits = [
        Threshold(fact.name, int(str(fact.value)), fact.valid_from, fact.valid_to)
        for fact in jurisdiction.parameters
        if fact.is_money and fact.name.endswith("_limit_minor")
    ]
    bounds = [
        Threshold(f"{fee.code} {bound}", bound, fee.valid_from, fee.valid_to, fee.place or None)
        for fee in jurisdiction.fees
        for bound in (fee.intrinsic_above_minor, fee.intrinsic_limit_minor)
        if bound is not None
    ]
    return [*limits, *bounds]


def changes(jurisdiction: Jurisdiction) -> list[date]:
    """Every day on which something in a sheet starts or is gone."""
    return period_starts(jurisdiction)


def scenes(code: str) -> list[Filing]:
    """Who sends what to whom, how, and under which scheme: all of it combined."""
    schemes = dict.fromkeys([None, *SCHEMES[code]])
    return [
        {
            "party_relation": relation, "nature": nature, "mode": mode, "country_of_dispatch": dispatch,
            "authorisations": authorised, "vat_scheme": scheme, "vat_scheme_id": scheme and NUMBERS[code][0],
        }
        for (relation, nature), mode, dispatch, authorised, scheme in product(
            RELATIONS, ("post", "express"), DISPATCH.get(code, ("CN",)), AUTHORISED.get(code, (None,)), schemes
        )
    ]  # fmt: skip


def amount_of(minor: int, rate: tuple[int, int], digits: int, *, largest: bool) -> Decimal:
    """The largest (or smallest) amount of a foreign currency, that comes to ``minor``, halves upwards."""
    numerator, denominator = rate
    with localcontext(prec=60):
        edge = (Decimal(minor) + (Decimal("0.5") if largest else Decimal("-0.5"))).scaleb(-digits)
        exact = edge * denominator / numerator
        if not largest:
            return exact.quantize(FINEST, rounding=ROUND_CEILING)
        below = exact.quantize(FINEST, rounding=ROUND_FLOOR)
        return below - FINEST if below * numerator == edge * denominator else below


def days_of(jurisdiction: Jurisdiction) -> list[date]:
    """Every day that any filing here is on."""
    of_limits = [day for limit in thresholds(jurisdiction) for day in limit.days]
    return sorted({*of_limits, *(day + step * DAY for day in changes(jurisdiction) for step in (-1, 0))})


def rates_of(jurisdiction: Jurisdiction, rule: str | None) -> pl.DataFrame:
    """The product's own exchange rates on all of these days."""
    return exchange_rates.rates(rule or "ecb_daily", days_of(jurisdiction) if rule else [], jurisdiction.currency)


def shelves_on(jurisdiction: Jurisdiction) -> tuple[Shelves, dict, dict]:
    """Shelves with those rates, and the rates as plain tables for the second reader."""
    rates, sales = (rates_of(jurisdiction, rule) for rule in (jurisdiction.exchange_rule, jurisdiction.sale_rule))
    shelves = replace(
        shelves_of(jurisdiction.code),
        rates=lambda days: rates.filter(pl.col("duty_day").is_in(days)),
        sale_rates=lambda days: sales.filter(pl.col("duty_day").is_in(days)),
    )
    return shelves, plain_rates(rates), plain_rates(sales)


def at_thresholds(jurisdiction: Jurisdiction, rates: dict) -> Iterator[tuple[Threshold, int, int, Filing]]:
    """Every threshold with the step beside it, the number of its scene and day, and the filing that stands there.

    A filing is declared in a foreign currency wherever one has a rate that day: at and below the limit the largest
    amount that still comes to it, above it the smallest that no longer does.
    """
    code, digits = jurisdiction.code, CURRENCY_DIGITS[jurisdiction.currency]
    for threshold in thresholds(jurisdiction):
        for number, (day, scene) in enumerate(product(threshold.days, scenes(code))):
            known = [name for name in FOREIGN if name != OWN[code] and name in rates.get(day, {})]
            currency = known[number % len(known)] if known else OWN[code]
            for step in STEPS:
                minor = threshold.minor + step
                amount = Decimal(minor).scaleb(-digits)
                if known:
                    amount = amount_of(minor, rates[day][currency][:2], digits, largest=step <= 0)
                yield threshold, number, step, _filing(code, day, scene, amount, currency, threshold.place)


def at_changes(jurisdiction: Jurisdiction) -> Iterator[Filing]:
    """Every change on the day before and on the day, in every scene, to every place that it may concern."""
    code = jurisdiction.code
    dated = [*jurisdiction.tax_rates, *jurisdiction.fees]
    for day in changes(jurisdiction):
        ends = {fact.place for fact in dated if day in {fact.valid_from, fact.valid_to and fact.valid_to + DAY}}
        places = sorted(place for place in ends if place and len(place) == 2) or [None]
        for step, place, scene in product((-1, 0), places, scenes(code)):
            yield _filing(code, day + step * DAY, scene, Decimal(30), OWN[code], place)


def _filing(code: str, day: date, scene: Filing, amount: Decimal, currency: str, place: str | None) -> Filing:
    return {
        **scene, "accepted_at": f"{day}", "destination_country": place or HOME.get(code, code),
        "consignee_postcode": POSTCODE.get(code, "10001"), "item_no": "1", "item_description": "T-shirts of cotton",
        "item_commodity_code": "610910", "item_origin": "CN", "item_quantity": "1", "item_unit": "PCE",
        "item_net_mass_kg": "0.4", "item_value_amount": f"{amount:f}", "item_value_currency": currency,
    }  # fmt: skip
