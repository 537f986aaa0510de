"""Rounding as a sheet words it, read again: in Decimal where an amount stands alone, by running sums where it does not.

What is added up before it is rounded is kept in millionths of the minor unit, halves upwards.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import NamedTuple

MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "floor": ROUND_FLOOR, "ceiling": ROUND_CEILING}
MILLIONTHS = 1_000_000
WIDE = Context(prec=120)


class Rule(NamedTuple):
    """How, to how many minor units, and when: ``charge``, ``item`` or ``filing``."""

    mode: str = "half_up"
    unit: int = 1
    moment: str = "charge"

    def round(self, exact):
        """A whole number of units, in minor units."""
        units = Fraction(exact) / self.unit
        whole = units.numerator // units.denominator
        rest = units - whole
        # Only the place of the rest between nothing, a half and one matters, and a Decimal holds each of these.
        mark = Decimal(0) if rest == 0 else Decimal("0.5") if rest == Fraction(1, 2) else None
        mark = mark if mark is not None else Decimal("0.25") if rest < Fraction(1, 2) else Decimal("0.75")
        return int((whole + mark).quantize(Decimal(1), MODES[self.mode], WIDE)) * self.unit


USUAL = Rule()


def worded(text, digits):
    """``half_up to 0.05 per filing`` as a rule; without a text amounts round as usual."""
    if text is None:
        return USUAL
    mode, _, unit, _, moment = text.split()
    return Rule(mode, int(Decimal(unit).scaleb(digits)), moment)


class Sums:
    """What was added up so far under each name, so that rounded amounts add up to the rounded sum."""

    def __init__(self):
        self.upto = {}

    def add(self, name, rule, exact):
        """The rounded sum with this amount, less that without it; an unknown amount counts nothing."""
        if exact is None:
            return None
        before = self.upto.get(name, 0)
        after = self.upto[name] = before + USUAL.round(exact * MILLIONTHS)
        return rule.round(Fraction(after, MILLIONTHS)) - rule.round(Fraction(before, MILLIONTHS))
