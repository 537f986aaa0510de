"""Numbers of rate texts, exact: decimals, mixed fractions, thousands with commas; and back."""

import re
from fractions import Fraction
from typing import Final

NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?"
THOUSANDS: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
"""As ``NUMBER``, where the publisher is known to part thousands with commas; elsewhere a comma may mean a decimal."""

PERCENT: Final = rf"(?P<whole>{NUMBER})(?: (?P<above>[0-9]+)/(?P<below>[0-9]+))? ?%"
HUNDRED_MILLION: Final = 10**8
LARGEST: Final = 2**60
"""A number that needs more room is no rate; it is not understood rather than cut."""


def exact(text: str) -> Fraction:
    """The number as written; commas part thousands."""
    return Fraction(text.replace(",", ""))


def percent_of(found: re.Match[str]) -> Fraction | None:
    """The share that a match of ``PERCENT`` means; empty for a fraction that is none (``33.5 1/3``, ``1/0``).

    >>> percent_of(re.fullmatch(PERCENT, "33 1/3%"))
    Fraction(1, 3)
    """
    whole, above, below = found["whole"], found["above"], found["below"]
    if below is None:
        return Fraction(whole) / 100
    if int(below) == 0 or int(above) >= int(below) or "." in whole:
        return None
    return (Fraction(whole) + Fraction(int(above), int(below))) / 100


def decimal(number: Fraction) -> str | None:
    """A number of at most eight decimals in its shortest form; empty where no such decimal is exact.

    >>> decimal(Fraction(1, 8)), decimal(Fraction(1, 3))
    ('0.125', None)
    """
    scaled = number * HUNDRED_MILLION
    if scaled.denominator != 1:
        return None
    whole, rest = divmod(scaled.numerator, HUNDRED_MILLION)
    return f"{whole}.{rest:08}".rstrip("0").rstrip(".")


def mixed(number: Fraction) -> str:
    """A number as a decimal, or as whole and fraction: ``33 1/3``."""
    whole, rest = divmod(number.numerator, number.denominator)
    return decimal(number) or f"{whole} {rest}/{number.denominator}"


def is_in_bounds(factor: Fraction) -> bool:
    """True where the number fits the columns of a program."""
    scaled = factor * HUNDRED_MILLION
    return max(scaled.numerator, scaled.denominator, factor.numerator, factor.denominator) < LARGEST
