"""Whole numbers, comparisons and yes or no on plain lists, as Polars has them."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import polars as pl

from tidewaiter.pipeline.few.program import Unsure, Values, Work

INTEGERS: Final = {
    pl.Int8: 8, pl.Int16: 16, pl.Int32: 32, pl.Int64: 64, pl.Int128: 128,
    pl.Date: 32, pl.Datetime: 64, pl.Duration: 64,
}  # fmt: skip
NATURALS: Final = {pl.UInt8: 8, pl.UInt16: 16, pl.UInt32: 32, pl.UInt64: 64}


def limits_of(dtype: pl.DataType) -> tuple[int, int]:
    """The least and the greatest whole number that fits; ``Unsure`` of other types."""
    kind = type(dtype)
    if kind in INTEGERS:
        half = 1 << (INTEGERS[kind] - 1)
        return -half, half - 1
    if kind in NATURALS:
        return 0, (1 << NATURALS[kind]) - 1
    raise Unsure(f"{dtype} is no whole number")


def fitting(values: Values, least: int, most: int) -> Values:
    """The values, if each fits: Polars would go round where one does not."""
    for value in values:
        if value is not None and not least <= value <= most:
            raise Unsure("a number is too large")
    return values


def _plus(a: Values, b: Values) -> Values:
    return [None if x is None or y is None else x + y for x, y in zip(a, b, strict=True)]


def _minus(a: Values, b: Values) -> Values:
    return [None if x is None or y is None else x - y for x, y in zip(a, b, strict=True)]


def _times(a: Values, b: Values) -> Values:
    return [None if x is None or y is None else x * y for x, y in zip(a, b, strict=True)]


def _over(a: Values, b: Values) -> Values:
    return [None if x is None or not y else x // y for x, y in zip(a, b, strict=True)]


def _rest(a: Values, b: Values) -> Values:
    return [None if x is None or not y else x % y for x, y in zip(a, b, strict=True)]


ARITHMETIC: Final[dict[str, Work]] = {
    "Plus": _plus, "Minus": _minus, "Multiply": _times, "FloorDivide": _over, "Modulus": _rest,
}  # fmt: skip


def _eq(a: Values, b: Values) -> Values:
    return [None if x is None or y is None else x == y for x, y in zip(a, b, strict=True)]


def _ne(a: Values, b: Values) -> Values:
    return [None if x is None or y is None else x != y for x, y in zip(a, b, strict=True)]


def _lt(a: Values, b: Values) -> Values:
    return [None if x is None or y is None else x < y for x, y in zip(a, b, strict=True)]


def _le(a: Values, b: Values) -> Values:
    return [None if x is None or y is None else x <= y for x, y in zip(a, b, strict=True)]


def _gt(a: Values, b: Values) -> Values:
    return [None if x is None or y is None else x > y for x, y in zip(a, b, strict=True)]


def _ge(a: Values, b: Values) -> Values:
    return [None if x is None or y is None else x >= y for x, y in zip(a, b, strict=True)]


def _same(a: Values, b: Values) -> Values:
    return [x == y for x, y in zip(a, b, strict=True)]


def _other(a: Values, b: Values) -> Values:
    return [x != y for x, y in zip(a, b, strict=True)]


COMPARED: Final[dict[str, Work]] = {
    "Eq": _eq, "NotEq": _ne, "Lt": _lt, "LtEq": _le, "Gt": _gt, "GtEq": _ge,
    "EqValidity": _same, "NotEqValidity": _other,
}  # fmt: skip


def both(a: Values, b: Values) -> Values:
    """And, of three values: no wherever one is no, else empty wherever one is empty."""
    return [
        False if x is False or y is False else (None if x is None or y is None else True)
        for x, y in zip(a, b, strict=True)
    ]


def either(a: Values, b: Values) -> Values:
    """Or, of three values: yes wherever one is yes, else empty wherever one is empty."""
    return [
        True if x is True or y is True else (None if x is None or y is None else False)
        for x, y in zip(a, b, strict=True)
    ]


def negated(a: Values) -> Values:
    """Not; what is empty stays so."""
    return [None if x is None else not x for x in a]


def all_of(*columns: Values) -> Values:
    """And of any number of columns."""
    return [False if False in row else (None if None in row else True) for row in zip(*columns, strict=True)]


def any_of(*columns: Values) -> Values:
    """Or of any number of columns."""
    return [True if True in row else (None if None in row else False) for row in zip(*columns, strict=True)]


def chosen(asked: Values, yes: Values, no: Values) -> Values:
    """One where it holds, the other where it does not or is empty."""
    return [y if x else n for x, y, n in zip(asked, yes, no, strict=True)]


def first_told(*columns: Values) -> Values:
    """The first of the columns that tells anything."""
    made = columns[0]
    for column in columns[1:]:
        made = [y if x is None else x for x, y in zip(made, column, strict=True)]
    return made


def is_empty(a: Values) -> Values:
    """True where nothing stands."""
    return [x is None for x in a]


def is_told(a: Values) -> Values:
    """True where anything stands."""
    return [x is not None for x in a]


def size(a: Values) -> Values:
    """The number without its sign."""
    return [None if x is None else abs(x) for x in a]


def greatest(*columns: Values) -> Values:
    """The greatest of those that are there."""
    return [max((x for x in row if x is not None), default=None) for row in zip(*columns, strict=True)]


def least(*columns: Values) -> Values:
    """The least of those that are there."""
    return [min((x for x in row if x is not None), default=None) for row in zip(*columns, strict=True)]


def sum_of(*columns: Values) -> Values:
    """The sum of those that are there; 0 of none."""
    return [sum(x for x in row if x is not None) for row in zip(*columns, strict=True)]


def sum_of_all(*columns: Values) -> Values:
    """The sum, empty where one is."""
    return [None if None in row else sum(row) for row in zip(*columns, strict=True)]


def whole(a: Values) -> Values:
    """Yes and no as 1 and 0; numbers as they are."""
    return [None if x is None else int(x) for x in a]


def after(starts: Sequence[int], a: Values) -> Values:
    """How many of the ascending ``starts`` are at or before each; an empty one is before all."""
    return [0 if x is None else bisect_right(starts, x) for x in a]
