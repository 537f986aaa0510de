"""A made-up tariff that both readers of filings look into: general rates, preferences, and duties on top of them."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import polars as pl

from tests.twin.amounts import Rate
from tests.twin.stacked import Added
from tests.twin.us_rates import reading
from tidewaiter.kit.rates.expression import Duty, Expression
from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.program import PROGRAM, cells
from tidewaiter.reference.tariff import Tariff, TariffEdition
from tidewaiter.reference.tariff_answers import ADDITIONS, TARIFF, TariffAnswers, in_form
from tidewaiter.reference.tariff_lines import RATE, rate
from tidewaiter.service import discovery

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
    "820810": "6% but not less than 20.4¢/kg",
    "392690": "$0.30 each less 4%",
}
TABLE = {date(2000, 1, 1): (OLD, "recalled"), date(2026, 1, 1): (NEW, "read")}
"""Rates as published, by the day they start: by value, by quantity, free, and one that is not understood."""

LONG, LATELY = date(2000, 1, 1), date(2025, 2, 4)
ON_TOP = (
    ("AD-1", "anti_dumping", "value", "CN", "6109", LONG, "27.3%", "read"),
    ("AD-2", "anti_dumping", "value", "VN", "640411", LONG, "as the notes have it", "read"),
    ("AD-3", "anti_dumping", "value", "HK", "851830", LONG, "$0.35 each + 0.333%", "recalled"),
    ("CV-1", "countervailing", "value_and_duty", "CN", "6109", LONG, "3.33%", "read"),
    ("SG-1", "safeguard", "value", None, "420222", LATELY, "12¢/kg", "read"),
    ("AT-1", "additional_duty", "value", "CN", "95", LATELY, "10%", "read"),
    ("AT-2", "additional_duty", "value", "CN", "95", LATELY, "7.5%", "read"),
    ("AT-3", "additional_duty", "value_and_duty", "IN", "9", LONG, "2.5%", "recalled"),
    ("AT-4", "additional_duty", "value", "IN", "9", LATELY, "1.5%", "read"),
    ("EX-1", "excise", "value_and_duty", None, "2204", LONG, "31¢/liter + 1.05%", "read"),
    ("EX-2", "excise", "value", None, "2402", LONG, "$0.17 each", "read"),
    ("EX-3", "excise", "value_and_duty", "CN", "6109", LATELY, "0.77%", "read"),
)
"""Duties on top, in the order in which they stack: name, charge, base, origin (nothing: all), goods, first day, rate,
evidence."""

PREFERRED = (
    ("300", "VN", "6109", "Free", True),
    ("200", "IN", "6404", "3.5%", True),
    ("300", "TR", "420222", "$0.60 each", False),
    ("200", "CN", "851830", "1 1/3%", True),
    ("120", "IN", "9", "2.75%", True),
)
"""Preferences: what is claimed, origin, goods, rate, and whether it wants a proof of origin."""


def tariff_of(code: str, table: dict[date, tuple[dict[str, str], str]]) -> Tariff:
    """A tariff of rate texts by code, and their evidence, by the day they start."""
    currency = discovery.jurisdictions()[code].currency
    editions = tuple(
        TariffEdition(f"rates of {start}", "{code}", evidence, f"{start}", start, _lines(rates, currency))
        for start, (rates, evidence) in table.items()
    )
    return Tariff(code, (), editions)


def expression(text: str, currency: str) -> Expression:
    """A rate as compiled, its dollars called another money."""
    read = parse(text, "us")
    if isinstance(read, Duty):
        return Duty(tuple(replace(term, currency=term.currency and currency) for term in read.terms))
    return read


def _lines(rates: dict[str, str], currency: str) -> pl.DataFrame:
    rows = [(code, *rate(expression(text, currency), text, code, code)) for code, text in rates.items()]
    return pl.DataFrame(rows, schema={"code": pl.String, **RATE}, orient="row")


@dataclass(frozen=True)
class StackedTariff:
    """The general rates with preferences in their place and duties on top, as the product asks them."""

    general: Tariff
    currency: str

    def answers(self, keys: pl.DataFrame) -> TariffAnswers:
        """As ``Tariff.answers``."""
        told = self.general.answers(keys).tariff
        rows = [row | self._preferred(row) for row in told.to_dicts()]
        added = [added for row in rows for added in self._added(row)]
        return TariffAnswers(
            in_form(pl.DataFrame(rows, schema=told.schema), TARIFF), pl.DataFrame(added, schema=ADDITIONS)
        )

    def _program(self, text: str) -> dict:
        read = cells(expression(text, self.currency))
        return dict(zip(PROGRAM, read, strict=True))

    def _preferred(self, row: dict) -> dict:
        code = (row["commodity_code"] or "").replace(".", "")
        for claim, origin, goods, text, needs_proof in PREFERRED:
            fits = (claim, origin) == (row["preference"], row["origin"]) and code.startswith(goods)
            if fits and row["rate_code"] is not None:
                open_to = {"duty_option": "preference", "needs_proof": needs_proof, "rate_text": text}
                return self._program(text) | open_to | {"unresolved_reason": None, "option_reason": None}
        return {}

    def _added(self, row: dict) -> list[dict]:
        code, day = (row["commodity_code"] or "").replace(".", ""), row["duty_day"]
        fitting = [
            one for one in ON_TOP
            if code.startswith(one[4]) and one[3] in {None, row["origin"]} and day is not None and one[5] <= day
        ]  # fmt: skip
        return [
            {
                "tariff_row": row["tariff_row"], "position": 10 * place, "charge": charge, "tax_type": "Z1",
                "base": base, "rate_text": text, "measure_id": name, "source": "a notice", "evidence": evidence,
                "unresolved_reason": None if reading(text) else "its rate is not understood", **self._program(text),
            }
            for place, (name, charge, base, _, _, _, text, evidence) in enumerate(fitting)
        ]  # fmt: skip


@cache
def stacked_of(code: str) -> StackedTariff:
    """The tariff of a jurisdiction as the product asks it."""
    return StackedTariff(tariff_of(code, TABLE), discovery.jurisdictions()[code].currency)


def slow_table() -> dict:
    """General rates as the second reader understands them, by first day and code."""
    return {
        start: {code: Rate(code, reading(text), evidence == "read") for code, text in rates.items()}
        for start, (rates, evidence) in TABLE.items()
    }


def slow_added() -> tuple[Added, ...]:
    """Duties on top, in their order."""
    return tuple(
        Added(name, charge, base, origin, goods, start, reading(text), evidence == "read")
        for name, charge, base, origin, goods, start, text, evidence in ON_TOP
    )


def slow_preferred() -> tuple:
    """Preferences by claim, origin and goods."""
    return tuple((claim, origin, goods, reading(text), proof) for claim, origin, goods, text, proof in PREFERRED)
