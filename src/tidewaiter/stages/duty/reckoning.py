"""How amounts of duty are worked out on rows: exactly, rounded at the moment that the law names."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

import polars as pl

from tidewaiter.kit.rates.declared import declared
from tidewaiter.kit.rates.evaluate import Bases, evaluate, evaluated
from tidewaiter.kit.rates.units import NAMES
from tidewaiter.kit.rounding import FINE, FINE_DIGITS, USUAL, RoundingRule, Roundings

VALUE: Final = "customs_value_minor"
TAKES: Final = (
    *dict.fromkeys(root for unit in declared().values() for root in unit.meta.root_names()), VALUE,
    "retail_price_minor",
)  # fmt: skip
"""Columns of a goods line that a duty may be charged on."""

BY_VALUE: Final = ("free", "ad_valorem")
BY_PROGRAM: Final = ("specific", "compound")


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A currency with its decimals, and how amounts in it round; ``parts`` of a minor unit are counted as one each."""

    currency: str
    digits: int
    rounding: Roundings = USUAL
    parts: int = 1

    def fine(self) -> "Reckoning":
        """The same in millionths of the minor unit, for what is rounded only once it is added up."""
        return Reckoning(self.currency, self.digits + FINE_DIGITS, Roundings(), FINE)

    def amounts(self, rows: pl.DataFrame, value: str = VALUE) -> pl.DataFrame:
        """``amount_minor`` and ``missing`` (words for what a line does not tell) of each row's own program.

        ``rows`` have the columns of ``PROGRAM`` and those of a goods line; ``value`` is what shares are taken of. A
        text that gives no amount has neither, nor has a row without a ``value``.
        """
        places = is_any_of(rows["duty_kind"], BY_PROGRAM).arg_true()
        if len(places) == rows.height:
            return self._by_program(rows, value)
        is_simple = is_any_of(rows["duty_kind"], BY_VALUE)
        by_value = self.rounding.times_rate(pl.col(value), pl.col("duty_num") * self.parts, pl.col("duty_den"))
        made = rows.select(amount_minor=pl.when(is_simple).then(by_value), missing=pl.lit(None, dtype=pl.String))
        if not len(places):
            return made
        own = self._by_program(rows[places], value)
        return made.with_columns(made[name].scatter(places, own[name]) for name in made.columns)

    def _by_program(self, rows: pl.DataFrame, value: str) -> pl.DataFrame:
        held = {**declared(), "value": pl.col(value), "retail_price": pl.col("retail_price_minor")}

        def bases(rule: RoundingRule) -> Bases:
            return Bases(self.currency, self.digits, held, rule.mode, rule.unit_minor, self.parts)

        first, *others = self.rounding.rules
        if others:
            told = rows.select(told=self.rounding.by_rule(lambda rule: evaluate(bases(rule)))).unnest("told")
        else:
            told = evaluated(rows, bases(first))
        is_told = rows[value].null_count() == 0
        told = told if is_told else told.select(pl.when(rows[value].is_not_null()).then(pl.all()))
        is_whole = told["missing"].null_count() == told.height
        return told if is_whole else told.with_columns(pl.col("missing").replace(NAMES))


def is_any_of(words: pl.Series, told: Sequence[str]) -> pl.Series:
    """True where a word is one of these few; empty where there is none. Cheaper than looking them up as a list."""
    return reduce(or_, (words == word for word in told))
