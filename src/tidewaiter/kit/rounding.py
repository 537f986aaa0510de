"""Rounding as the law has it: how, to what unit and at which moment, by the day of the sheet."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, cast

import polars as pl

from tidewaiter.kit.expressions import WIDE, times_rate
from tidewaiter.model.errors import SheetRefused
from tidewaiter.model.money import Rounding

Moment = Literal["charge", "item", "filing"]
MOMENTS: Final[tuple[Moment, ...]] = ("charge", "item", "filing")
"""``charge``: every amount by itself; ``item``: the duties of a goods line together; ``filing``: what is charged under
one name on a whole filing together, shared back over its lines so that they add up."""

WORDED: Final = re.compile(r"(?P<mode>[a-z_]+) to (?P<unit>\d+(?:\.\d+)?) per (?P<moment>[a-z]+)")


FINE_DIGITS: Final = 6
FINE: Final = 10**FINE_DIGITS
"""Parts of a minor unit that amounts are kept in where they are added up before they are rounded."""


@dataclass(frozen=True, slots=True)
class RoundingRule:
    """One way to round; without anything said halves go up to the minor unit, each charge by itself."""

    mode: Rounding = Rounding.HALF_UP
    unit_minor: int = 1
    moment: Moment = "charge"


AS_USUAL: Final = RoundingRule()


def read_rounding(text: str, digits: int) -> RoundingRule:
    """Read ``half_up to 0.05 per charge``; ``digits`` are those of the currency's minor unit.

    Raises ``SheetRefused`` for other words, and for a unit that is no whole number of minor units.

    >>> read_rounding("half_up to 0.05 per filing", 2)
    RoundingRule(mode=<Rounding.HALF_UP: 'half_up'>, unit_minor=5, moment='filing')
    """
    said = WORDED.fullmatch(text)
    unit = Decimal(said["unit"]).scaleb(digits) if said else Decimal(0)
    is_whole = unit > 0 and unit == unit.to_integral_value()
    if said is None or not is_whole or said["mode"] not in tuple(Rounding) or said["moment"] not in MOMENTS:
        raise SheetRefused(
            f"'{text}' is no rounding. It reads '<mode> to <unit> per <moment>': mode {', '.join(Rounding)}; "
            f"unit in major units, a whole number of minor ones; moment {', '.join(MOMENTS)}."
        )
    return RoundingRule(Rounding(said["mode"]), int(unit), cast("Moment", said["moment"]))


@dataclass(frozen=True, slots=True)
class Roundings:
    """The rule of each span of the sheet (``law_period``); outside of all spans amounts round as usual."""

    by_period: tuple[RoundingRule, ...] = ()

    @property
    def rules(self) -> tuple[RoundingRule, ...]:
        """Each rule once, in the order of its start."""
        return tuple(dict.fromkeys(self.by_period)) or (AS_USUAL,)

    def is_at(self, *moments: Moment) -> pl.Expr:
        """True on rows whose rule rounds at one of these moments; takes ``law_period``."""
        periods = [period for period, rule in enumerate(self.by_period) if rule.moment in moments]
        if len(self.rules) == 1:
            return pl.lit(self.rules[0].moment in moments)
        return pl.col("law_period").is_in(periods).fill_null(value=False)

    def has_moment(self, *moments: Moment) -> bool:
        """True where any span rounds at one of these moments."""
        return any(rule.moment in moments for rule in self.rules)

    def by_rule(self, of: Callable[[RoundingRule], pl.Expr]) -> pl.Expr:
        """What ``of`` makes of the rule of the row's span; one rule for all spans costs nothing."""
        first, *others = self.rules
        answer = of(first)
        for rule in others:
            periods = [period for period, told in enumerate(self.by_period) if told == rule]
            answer = pl.when(pl.col("law_period").is_in(periods)).then(of(rule)).otherwise(answer)
        return answer

    def times_rate(self, base: pl.Expr, numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
        """``base * numerator / denominator`` on non-negative integers, rounded by the rule of the row's span."""
        return self.by_rule(lambda rule: rounded(base, numerator, denominator, rule))

    def together(self, fine: pl.Expr, *group: str, begun: pl.Expr | None = None) -> pl.Expr:
        """Amounts in millionths of the minor unit, rounded so that those of a group add up to their rounded sum.

        Each is the rounded sum up to and with it, less that before it; ``begun`` is what the group came to before the
        rows at hand. Null stays null and counts nothing.
        """
        upto = fine.cast(WIDE).cum_sum().over(*group)
        upto = upto if begun is None else upto + begun
        before = upto - fine
        return self.by_rule(
            lambda rule: rounded(upto, pl.lit(1), pl.lit(FINE), rule) - rounded(before, pl.lit(1), pl.lit(FINE), rule)
        )


def rounded(base: pl.Expr, numerator: pl.Expr, denominator: pl.Expr, rule: RoundingRule) -> pl.Expr:
    """``base * numerator / denominator`` in minor units, a multiple of the rule's unit; null stays null."""
    if rule.unit_minor == 1:
        return times_rate(base, numerator, denominator, rule.mode)
    return times_rate(base, numerator, denominator.cast(WIDE) * rule.unit_minor, rule.mode) * rule.unit_minor


USUAL: Final = Roundings()
"""Rounding where a sheet says nothing of it."""
