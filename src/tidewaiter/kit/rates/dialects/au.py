"""Duties as the working tariff of Australia writes them: ``5%, and $107.99/L of alcohol``."""

import re
from typing import Final

from tidewaiter.kit.rates.dialects.dialect import Dialect
from tidewaiter.kit.rates.expression import VALUE, Term
from tidewaiter.kit.rates.numbers import PERCENT, THOUSANDS, exact, percent_of

SHARE: Final = re.compile(PERCENT)
AMOUNT: Final = re.compile(rf"\$ ?(?P<amount>{THOUSANDS}) ?(?:/ ?(?P<per>\S.*)|(?P<each>each))")

OVER: Final = (
    "L of alcohol, calculated on that alcohol content by which the percentage by volume of alcohol of the goods "
    "exceeds 1.15"
)
UNITS: Final = {
    "kg": "kg",
    "kg TSS": "kg_tss",
    "kg of tobacco content": "kg_tobacco",
    "L": "litre",
    "L of alcohol": "litre_alcohol",
    OVER: "litre_alcohol_over_1_15",
    "stick": "stick",
    "L of gasoline": "litre_gasoline",
    "L of diesel": "litre_diesel",
    "L of biodiesel": "litre_biodiesel",
    "L of ethanol": "litre_ethanol",
    "L of ethanol (if any)": "litre_ethanol",
    "L of other substances in the blend": "litre_other_substances",
    "L of other substances (if any) in the blend": "litre_other_substances",
}
"""Units as published, each for one of ours."""


def term(piece: str) -> Term | None:
    """One term, its join left out."""
    if found := SHARE.fullmatch(piece):
        share = percent_of(found)
        return Term("", share, VALUE) if share is not None else None
    if found := AMOUNT.fullmatch(piece):
        unit = "piece" if found["each"] else UNITS.get(found["per"])
        return Term("", exact(found["amount"]), unit, "AUD") if unit else None
    return None


DIALECT: Final = Dialect(
    "au",
    re.compile(r",? and (?=[$0-9])|,? plus (?=[$0-9])|, less (?=[$0-9])|,? or, if (?:lower|higher),? "),
    {"and": "+", "plus": "+", "less": "-", "or, if lower": "MAX", "or, if higher": "MIN"},
    term,
    references=(re.compile(r"view tcos\b.*", re.IGNORECASE),),
)
