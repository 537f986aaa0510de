"""Our own way of writing duties, which ``printed`` writes: ``9.6 % + 0.21 EUR/kg MAX 0.17 EUR/kg``."""

import re
from fractions import Fraction
from json import JSONDecodeError, loads
from typing import Final

from tidewaiter.kit.rates.dialects.dialect import Dialect
from tidewaiter.kit.rates.expression import VALUE, Reference, Term, Unresolved
from tidewaiter.kit.rates.numbers import NUMBER, PERCENT, percent_of
from tidewaiter.kit.rates.units import MONEY, PLACEHOLDERS, QUANTITIES

SHARE: Final = re.compile(rf"{PERCENT}(?: of (?P<base>\w+))?")
AMOUNT: Final = re.compile(rf"(?P<amount>{NUMBER}) (?P<currency>[A-Z]{{3}})/(?:(?P<per>[1-9][0-9]*) )?(?P<unit>\w+)")


def quoted(text: str) -> Reference | Unresolved | None:
    """A reference or an unresolved text as ``printed`` writes them; nothing for any other text."""
    word, _, rest = text.partition(" ")
    try:
        told = loads(rest) if word in {"reference", "unresolved"} else None
    except JSONDecodeError:
        return None
    match word, told:
        case "reference", str():
            return Reference(told)
        case "unresolved", [str(published), str(reason)]:
            return Unresolved(published, reason)
    return None


def term(piece: str) -> Term | None:
    """One term, its join left out."""
    if piece in PLACEHOLDERS:
        return Term("", Fraction(1), piece)
    if found := SHARE.fullmatch(piece):
        share, base = percent_of(found), found["base"] or VALUE
        return Term("", share, base) if share is not None and base in MONEY else None
    if (found := AMOUNT.fullmatch(piece)) and found["unit"] in QUANTITIES:
        factor = Fraction(found["amount"]) / int(found["per"] or 1)
        return Term("", factor, found["unit"], found["currency"])
    return None


DIALECT: Final = Dialect("canonical", re.compile(r" (?:[+-]|MIN|MAX) "),
                         {"+": "+", "-": "-", "min": "MIN", "max": "MAX"}, term)  # fmt: skip
