"""What a duty expression is: terms in a row with what joins them, or why there is nothing to compute."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

Join = Literal["", "+", "-", "MIN", "MAX"]
Kind = Literal["free", "ad_valorem", "specific", "compound", "reference", "unresolved"]

VALUE: Final = "value"
"""The customs value of the goods: the base of a share where no other is named."""

COMPUTABLE: Final = ("free", "ad_valorem", "specific", "compound")
"""Kinds that give an amount once value and quantities are known."""


@dataclass(frozen=True, slots=True)
class Term:
    """One step of a duty: ``factor`` of a base of money, or ``factor`` major units of ``currency`` per ``unit``.

    A share has no currency; its ``unit`` is ``value``, another base of money (``retail_price``, ``value_of_case``) or
    an amount that is determined elsewhere (``EA``: the agricultural component). ``join`` says how it goes on from what
    stands before it; the first term has none.
    """

    join: Join
    factor: Fraction
    unit: str
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Free:
    """No duty, said in words. A rate of 0 % is no ``Free`` but a share."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Terms in their order. ``+`` and ``-`` bind tighter than MIN and MAX; the last MIN or MAX splits.

    Written MAX means the smaller of what stands left and right of it, written MIN the larger (the words name a maximum
    and a minimum of the duty, as in TARIC). A duty below nothing is nothing.
    """

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The text sends its reader elsewhere; ``text`` as published."""

    text: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """The text is not understood. Never zero: ``text`` as published, ``reason`` what could not be read."""

    text: str
    reason: str


Expression = Free | Duty | Reference | Unresolved


def kind_of(expression: Expression) -> Kind:
    """The shape an expression is computed in.

    >>> kind_of(Duty((Term("", Fraction(1, 10), VALUE),)))
    'ad_valorem'
    """
    match expression:
        case Free():
            return "free"
        case Reference():
            return "reference"
        case Unresolved():
            return "unresolved"
        case Duty((Term(unit="value", currency=None),)):
            return "ad_valorem"
        case Duty((Term(currency=str()),)):
            return "specific"
    return "compound"
