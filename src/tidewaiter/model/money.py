"""Money: whole minor units; a rate is a numerator over a denominator; every rounding has a name and a Decimal twin.

Amounts as declared are kept in millionths of the currency's major unit (``_micro``), so nothing a sender writes
with up to six decimals is lost; amounts as assessed are minor units (``_minor``).
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from math import lcm

from tidewaiter.model.codes import CURRENCY_DIGITS

MICRO = 1_000_000
MINOR_MAX = 9_000_000_000_000_000
"""Amounts above this (in minor or micro units) are refused at the door: products must fit 128 bits, sums 64."""


class Rounding(StrEnum):
    """Named roundings; halves are the only place where they differ, but for ``floor`` and ``ceiling``."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    FLOOR = "floor"
    CEILING = "ceiling"


_DECIMAL_MODE = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.FLOOR: ROUND_FLOOR,
    Rounding.CEILING: ROUND_CEILING,
}


@dataclass(frozen=True, slots=True)
class Rate:
    """An exact rate: ``numerator / denominator`` of the base. 33 1/3 % is ``Rate(1, 3)``."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        """Refuse a rate that cannot be one."""
        if self.denominator <= 0 or self.numerator < 0:
            raise ValueError(f"A rate is a non-negative fraction, not {self.numerator}/{self.denominator}.")

    @classmethod
    def of_percent(cls, percent: str | Decimal) -> "Rate":
        """Rate of a percentage written in decimals: ``Rate.of_percent("2.5")`` is 25000 / 1000000."""
        exact = Fraction(Decimal(percent)) / 100
        denominator = lcm(exact.denominator, MICRO)
        return cls(int(exact * denominator), denominator)

    def text(self) -> str:
        """The rate as a person writes it: ``2.5 %``, or ``1/3`` where no decimal is exact."""
        percent = Fraction(self.numerator, self.denominator) * 100
        if MICRO % percent.denominator:
            return f"{percent.numerator}/{percent.denominator} %"
        return f"{(Decimal(percent.numerator) / Decimal(percent.denominator)).normalize():f} %"


def digits_of(currency: str) -> int:
    """Decimals of a currency's minor unit; KeyError for a currency ISO 4217 does not list."""
    return CURRENCY_DIGITS[currency]


def divided(numerator: int, denominator: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """Non-negative integer division by a named rounding: the integer way.

    >>> divided(5, 2), divided(5, 2, Rounding.HALF_EVEN), divided(5, 2, Rounding.FLOOR)
    (3, 2, 2)
    """
    quotient, rest = divmod(numerator, denominator)
    if rounding is Rounding.FLOOR:
        return quotient
    if rounding is Rounding.CEILING:
        return quotient + (rest > 0)
    if rounding is Rounding.HALF_EVEN and 2 * rest == denominator:
        return quotient + (quotient & 1)
    return quotient + (2 * rest >= denominator)


def divided_decimal(numerator: int, denominator: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """The Decimal twin of ``divided``: the same answer by another road, for tests and checks."""
    whole, rest = divmod(numerator, denominator)
    share = Decimal(rest) / Decimal(denominator)
    if Decimal(2) * rest == denominator:
        share = Decimal("0.5")
    return int((Decimal(whole) + share).quantize(Decimal(1), rounding=_DECIMAL_MODE[rounding]))


def apportioned(total: int, weights: list[int]) -> list[int]:
    """Share ``total`` over ``weights`` by running sums, so that the shares always add up to it.

    Each share is the difference of two floors; no weight at all shares evenly.

    >>> apportioned(100, [1, 1, 1])
    [33, 33, 34]
    """
    used = weights if sum(weights) > 0 else [1] * len(weights)
    whole = sum(used)
    running, shares, given = 0, [], 0
    for weight in used:
        running += weight
        upto = total * running // whole
        shares.append(upto - given)
        given = upto
    return shares


def money_text(minor: int, currency: str) -> str:
    """``money_text(305, "EUR")`` is ``EUR 3.05``; digits follow the currency."""
    digits = digits_of(currency)
    return f"{currency} {Decimal(minor).scaleb(-digits):,.{digits}f}"
