"""Exchange rates: which published rate the law of a jurisdiction takes on a day, as an exact fraction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

import polars as pl

from tidewaiter.model.errors import WrongUse
from tidewaiter.reference.ecb import BASE, Publication, publication

RATES: Final = {
    "duty_day": pl.Date(),
    "currency": pl.String(),
    "rate_num": pl.Int64(),
    "rate_den": pl.Int64(),
    "exchange_valid_from": pl.Date(),
    "exchange_status": pl.String(),
    "exchange_source": pl.String(),
}
"""``rate_num / rate_den`` major units of the jurisdiction's currency for one major unit of ``currency``."""

MOST_DAYS_OLD: Final = 7
"""A rate older than a week is no longer the most recent of a daily series: no run of bank holidays lasts that long, so
the series has ended (as the rouble's did in 2022) or the file has."""

LARGEST: Final = 2**40
"""Numerators and denominators stay below this, so that products with amounts fit 128 bits."""

WEDNESDAY: Final = 2
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a rate is chosen: the day that decides for a duty day, from when its rate holds, what that rests on."""

    deciding_day: Callable[[date], date]
    starts: Callable[[date, date], date]
    is_legal_for: str
    must_have_passed: bool
    source: str


def second_last_wednesday(day: date) -> date:
    """The second-last Wednesday of the month before ``day``'s.

    >>> second_last_wednesday(date(2026, 10, 20))
    datetime.date(2026, 9, 23)
    """
    last = day.replace(day=1) - _ONE_DAY
    return last - timedelta(days=(last.weekday() - WEDNESDAY) % 7 + 7)


RULES: Final = {
    "ecb_monthly": Rule(
        deciding_day=second_last_wednesday,
        starts=lambda duty_day, _published: duty_day.replace(day=1),
        is_legal_for=BASE,
        must_have_passed=True,
        source="ECB euro reference rate of {published}, Implementing Reg. (EU) 2015/2447 art. 146(2) and (3) (read)",
    ),
    "ecb_daily": Rule(
        deciding_day=lambda day: day,
        starts=lambda _duty_day, published: published,
        is_legal_for="",
        must_have_passed=False,
        source="ECB euro reference rate of {published} in place of the legal rate, which is not loaded (assumed)",
    ),
}
"""``ecb_monthly``: the rate published on the second-last Wednesday of a month, or the most recent before it, holds for
the whole of the next month; it is law for euro member states. ``ecb_daily``: the last one published up to the day."""


def rates(
    rule: str,
    days: Sequence[date],
    currency: str,
    published: Publication | None = None,
    customs: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Rates into ``currency`` on each of ``days`` by a named rule, in the columns of ``RATES``.

    ``published`` is the daily publication (none: the package's); a rate of ``customs`` (``customs_rates.EDITION``)
    goes before it on the days it holds. A currency or day that nothing covers has no row: what needs it stays
    unresolved, by name. ``currency`` itself is 1 on every day.
    """
    if rule not in RULES:
        raise WrongUse(f"No exchange rule is called '{rule}'. There are: {', '.join(RULES)}.")
    asked = sorted(set(days))
    rows = [row for day in asked for row in _rates_on(rule, day, currency, published or publication())]
    by_rule = pl.DataFrame(rows, schema=RATES, orient="row")
    if customs is None or customs.is_empty():
        return by_rule
    set_by_law = _set_by_customs(customs.filter(pl.col("currency") != currency), asked)
    others = by_rule.join(set_by_law, on=["duty_day", "currency"], how="anti", maintain_order="left")
    return pl.concat([set_by_law, others]).sort("duty_day", "currency")


def _set_by_customs(customs: pl.DataFrame, days: Sequence[date]) -> pl.DataFrame:
    """The customs rates in force on each day; where editions overlap, the one that starts last counts."""
    every = pl.DataFrame({"duty_day": days}, schema={"duty_day": pl.Date()})
    source = pl.format("{}, {} to {} (read)", "title", "valid_from", "valid_to")
    return (
        every.join(customs, how="cross")
        .filter(pl.col("duty_day").is_between("valid_from", "valid_to"))
        .sort("starts", "valid_from")
        .unique(["duty_day", "currency"], keep="last", maintain_order=True)
        .select(
            "duty_day", "currency", "rate_num", "rate_den", exchange_valid_from="valid_from",
            exchange_status=pl.lit("legal"), exchange_source=source,
        )
    )  # fmt: skip


_Row = tuple[date, str, int, int, date, str, str]


@cache
def _rates_on(rule_name: str, day: date, currency: str, published: Publication) -> tuple[_Row, ...]:
    rule = RULES[rule_name]
    same = (day, currency, 1, 1, day, "legal", "The same currency")
    deciding = rule.deciding_day(day)
    if rule.must_have_passed and deciding > published.days[-1]:
        return (same,)
    return (same, *_quoted(rule, published, day, deciding, currency))


def _quoted(rule: Rule, published: Publication, day: date, deciding: date, currency: str) -> list[_Row]:
    """One row a currency: its most recent publication beside one of ``currency``."""
    status = "legal" if rule.is_legal_for == currency else "assumed"
    found: dict[str, _Row] = {}
    for at, position in published.back_from(deciding, MOST_DAYS_OLD):
        quotes = published.at(position)
        target = quotes.get(currency)
        if target is None:
            continue
        for name in quotes.keys() - found.keys() - {currency}:
            fraction = target / quotes[name]
            if max(fraction.numerator, fraction.denominator) < LARGEST:
                starts, told = rule.starts(day, at), rule.source.format(published=at)
                found[name] = (day, name, fraction.numerator, fraction.denominator, starts, status, told)
    return [found[name] for name in sorted(found)]
