"""Whole numbers as they are given on the command line."""

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter, Token

from tidewaiter.model.errors import WrongUse

DIGITS_MAX = 18


def read_whole(_type: object, tokens: Sequence[Token]) -> int:
    """The number that is written; 1.5 is refused and not rounded."""
    token = tokens[0]
    digits = token.value.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > DIGITS_MAX:
        raise WrongUse(f"{token.keyword} is a whole number of at most {DIGITS_MAX} digits, not '{token.value}'.")
    return int(token.value)


Whole = Annotated[int, Parameter(converter=read_whole)]
