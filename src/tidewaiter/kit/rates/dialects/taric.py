"""Duties as TARIC and the tariffs that follow it write them: ``9.60 % + 21.00 EUR / 100 kg MAX 17.00 %``."""

import re
from fractions import Fraction
from typing import Final

from tidewaiter.kit.rates.dialects.dialect import Dialect
from tidewaiter.kit.rates.dialects.taric_units import BY_CODE, BY_WORDS
from tidewaiter.kit.rates.expression import VALUE, Term
from tidewaiter.kit.rates.numbers import NUMBER, PERCENT, percent_of
from tidewaiter.kit.rates.units import PLACEHOLDERS, Unit

SHARE: Final = re.compile(
    rf"{PERCENT}(?P<retail> (?:of )?(?:the )?(?:retail(?: selling)? price|RSP|RET))?(?P<cif> CIF)?", re.IGNORECASE
)
AMOUNT: Final = re.compile(rf"(?P<amount>{NUMBER}) ?(?P<currency>[A-Z]{{3}})(?: ?/ ?| +(?=[A-Z]))(?P<unit>\S.*)")
BEFORE_CURRENCY: Final = re.compile(rf"(?P<sign>[€£]) ?(?P<amount>{NUMBER}) ?(?:/ ?|per )(?P<unit>\S.*)")
SIGNS: Final = {"€": "EUR", "£": "GBP"}
INSIDE: Final = re.compile(r"[\s()]+")


def term(piece: str) -> Term | None:
    """One term, its join left out."""
    name = re.sub(r"[ /]", "", piece)
    if name in PLACEHOLDERS and name.isupper():
        return Term("", Fraction(1), name)
    if found := SHARE.fullmatch(piece):
        share = percent_of(found)
        base = "retail_price" if found["retail"] else "cif_value" if found["cif"] else VALUE
        return Term("", share, base) if share is not None else None
    found = AMOUNT.fullmatch(piece) or BEFORE_CURRENCY.fullmatch(piece)
    unit = unit_of(found["unit"]) if found else None
    if not found or not unit:
        return None
    currency = SIGNS.get(found["sign"]) if "sign" in found.groupdict() else found["currency"]
    return Term("", Fraction(found["amount"]) / unit[1], unit[0], currency)


def unit_of(text: str) -> Unit | None:
    """The unit that TARIC writes in words (``100 kg / net drained wt``) or in codes (``DTN E``, ``DTNE``, ``DTN``)."""
    words = INSIDE.sub("", text).lower().replace(",", "")
    return BY_WORDS.get(words) or BY_CODE.get(re.sub(r"[\s|/]", "", text))


DIALECT: Final = Dialect(
    "taric",
    re.compile(r" ?\+ ?| - ?|(?<=[0-9%A-Za-z)])-(?= ?[0-9])| (?:MIN|MAX) "),
    {"+": "+", "-": "-", "min": "MIN", "max": "MAX"},
    term,
    frozenset({"free", "nihil"}),
)
