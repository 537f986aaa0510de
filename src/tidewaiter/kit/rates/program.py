"""Programs: an expression as columns of whole numbers, one row each, ready for arithmetic on many rows."""

from fractions import Fraction
from math import lcm
from typing import Final

import polars as pl

from tidewaiter.kit.rates.expression import Duty, Expression, Free, Reference, Term, Unresolved, kind_of
from tidewaiter.kit.rates.numbers import HUNDRED_MILLION
from tidewaiter.model.columns import Schema
from tidewaiter.model.money import MICRO

STEP: Final = pl.Struct({"join": pl.String(), "factor": pl.Int64(), "unit": pl.String(), "is_amount": pl.Boolean()})

PROGRAM: Final[Schema] = {
    "duty_kind": pl.String(),
    "duty_num": pl.Int64(),
    "duty_den": pl.Int64(),
    "duty_unit": pl.String(),
    "duty_currency": pl.String(),
    "duty_terms": pl.List(STEP),
}
"""An expression as columns. ``duty_kind``: ``free`` ``ad_valorem`` ``specific`` ``compound`` ``reference``
``unresolved``.

``ad_valorem``: ``duty_num / duty_den`` of the customs value. ``specific``: ``duty_num / duty_den`` hundred-millionths
of a major unit of ``duty_currency`` for each ``duty_unit``. ``compound``: ``duty_terms`` in their order, each
``factor / duty_den`` of a base of money (``unit``), or of hundred-millionths of a major unit for each ``unit`` where
``is_amount``. ``free`` is 0 / 1; a reference and what is unresolved have no numbers."""

MOST_OF_MONEY: Final = 2**24
MOST_AMOUNT: Final = 2**60
MOST_DENOMINATOR: Final = 2**60
"""Bounds that keep sums of products with the largest values and quantities within 128 bits."""

Cells = tuple[str, int | None, int | None, str | None, str | None, list[dict[str, str | int | bool]] | None]


def cells(expression: Expression) -> Cells:
    """The columns of ``PROGRAM`` for one expression; one whose numbers need more room is ``unresolved``.

    >>> cells(Duty((Term("", Fraction(1, 3), "value"),)))
    ('ad_valorem', 1000000, 3000000, 'value', None, None)
    """
    kind = kind_of(expression)
    match expression:
        case Free():
            return kind, 0, 1, None, None, None
        case Reference() | Unresolved():
            return kind, None, None, None, None, None
    (first, *_), numbers = expression.terms, [_scaled(term) for term in expression.terms]
    if kind == "ad_valorem":
        den = lcm(numbers[0].denominator, MICRO)
        return _bounded((kind, int(numbers[0] * den), den, first.unit, None, None), MOST_AMOUNT)
    if kind == "specific":
        number = numbers[0]
        return _bounded((kind, number.numerator, number.denominator, first.unit, first.currency, None), MOST_AMOUNT)
    return _compound(expression, numbers)


def programs(expressions: list[Expression]) -> pl.DataFrame:
    """A row of ``PROGRAM`` for each expression, in order."""
    return pl.DataFrame([cells(expression) for expression in expressions], schema=PROGRAM, orient="row")


def _scaled(term: Term) -> Fraction:
    return term.factor * HUNDRED_MILLION if term.currency is not None else term.factor


def _compound(duty: Duty, numbers: list[Fraction]) -> Cells:
    den = lcm(*(number.denominator for number in numbers))
    steps: list[dict[str, str | int | bool]] = []
    for term, number in zip(duty.terms, numbers, strict=True):
        is_amount = term.currency is not None
        factor = int(number * den)
        if factor >= (MOST_AMOUNT if is_amount else MOST_OF_MONEY):
            return _NO_ROOM
        steps.append({"join": term.join, "factor": factor, "unit": term.unit, "is_amount": is_amount})
    currency = next((term.currency for term in duty.terms if term.currency is not None), None)
    return ("compound", None, den, None, currency, steps) if den < MOST_DENOMINATOR else _NO_ROOM


def _bounded(made: Cells, most: int) -> Cells:
    return made if max(made[1] or 0, made[2] or 0) < most else _NO_ROOM


_NO_ROOM: Final[Cells] = ("unresolved", None, None, None, None, None)
