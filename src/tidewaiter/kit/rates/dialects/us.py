"""Duties as the Harmonized Tariff Schedule of the United States writes them: ``$1.53/kg + 6%``, ``8¢ each + 8%``."""

import re
from fractions import Fraction
from typing import Final

from tidewaiter.kit.rates.dialects.dialect import Dialect
from tidewaiter.kit.rates.expression import VALUE, Join, Term
from tidewaiter.kit.rates.numbers import PERCENT, THOUSANDS, exact, percent_of
from tidewaiter.kit.rates.units import Unit

SHARE: Final = re.compile(rf"{PERCENT}(?: ad val\.?)?(?: on (?P<part>.+))?")
AMOUNT: Final = re.compile(
    rf"(?:\$ ?(?P<dollars>{THOUSANDS})|(?P<cents>{THOUSANDS}) ?(?:¢|cents?)) ?(?:/ ?|per )?(?P<per>\S.*)"
)

UNITS: Final[dict[str, Unit]] = {
    "kg": ("kg", 1), "t": ("kg", 1000), **dict.fromkeys("each head article".split(), ("piece", 1)),
    "1000": ("piece", 1000), "1,000": ("piece", 1000), "thousand": ("piece", 1000), "1,000 pins": ("piece", 1000),
    "doz.": ("piece", 12), "doz": ("piece", 12), "gross": ("piece", 144), "pr.": ("pair", 1), "pr": ("pair", 1),
    "doz. pr.": ("pair", 12), "liter": ("litre", 1), "pf.liter": ("proof_litre", 1), "bbl": ("barrel", 1),
    "pf.liter on ethyl alcohol content": ("proof_litre", 1), "m": ("m", 1), "m2": ("m2", 1), "m3": ("m3", 1),
    "line/gross": ("gross_line", 1), "jewel": ("jewel", 1), "jewel over 7": ("jewel_over_7", 1),
    "clean kg": ("kg_clean", 1), "carat": ("carat", 1), "kg of total sugars": ("kg_total_sugars", 1),
    "kg on drained weight": ("kg_drained", 1), "kg on entire contents of container": ("kg_contents", 1),
    "kg on contents and container": ("kg_contents_and_container", 1),
    "kg for each degree under 100 degrees (and fractions of a degree in proportion)": ("kg_degree_under_100", 1),
    "kg for each degree under 100 degrees": ("kg_degree_under_100", 1),
    **{f"kg on {metal} content": (f"kg_{metal}", 1)
       for metal in ("lead", "copper", "zinc", "molybdenum", "magnesium", "manganese", "tungsten")},
}  # fmt: skip
"""Units as published: the unit a filing is asked for, and how many of it the published amount is for."""

PARTS: Final = {
    "entire set": VALUE,
    "case": "value_of_case",
    "case and strap, band or bracelet": "value_of_case_and_strap",
    "strap, band or bracelet": "value_of_strap",
    "battery": "value_of_battery",
    "movement": "value_of_movement",
    "movement and case": "value_of_movement_and_case",
    "apparatus": "value_of_apparatus",
    "rifle": "value_of_rifle",
    "telescopic sight, if any": "value_of_telescopic_sight",
    "telescopic sight": "value_of_telescopic_sight",
    "lead content": "value_of_lead",
}
"""Parts of goods that bear a share of their own value."""

APPLICABLE: Final = re.compile(r"the duty provided (?:for )?in the applicable subheading", re.IGNORECASE)
NO_NUMBER: Final = r"(?:(?![%$¢+]).)*"
REFERENCES: Final = (
    re.compile(rf"the (?:rate|duty|rate of duty)\b{NO_NUMBER}\bapplicable\b{NO_NUMBER}", re.IGNORECASE),
    re.compile(rf"see\b{NO_NUMBER}", re.IGNORECASE),
    re.compile(rf"(?:no change|no additional duty change)\b{NO_NUMBER}", re.IGNORECASE),
)
"""Texts that send the reader elsewhere and hold no number of their own."""

JOINED: Final[dict[str, Join]] = {
    "+": "+",
    "plus": "+",
    "less": "-",
    "but not less than": "MIN",
    "but not more than": "MAX",
}


def term(piece: str) -> Term | None:
    """One term, its join left out."""
    if APPLICABLE.fullmatch(piece):
        return Term("", Fraction(1), "applicable_duty")
    if found := SHARE.fullmatch(piece):
        share, base = percent_of(found), _base(found["part"])
        return Term("", share, base) if share is not None and base else None
    if found := AMOUNT.fullmatch(piece):
        unit = UNITS.get(_unit(found["per"]))
        amount = exact(found["dollars"]) if found["dollars"] else exact(found["cents"]) / 100
        is_said = bool(re.search(r"[/]| per ", piece)) or found["per"] == "each"
        return Term("", amount / unit[1], unit[0], "USD") if unit and is_said else None
    return None


def _base(part: str | None) -> str | None:
    if part is None:
        return VALUE
    return PARTS.get(part.removeprefix("the ").removeprefix("value of ").removeprefix("the "))


def _unit(per: str) -> str:
    """A unit without the spaces that come and go: ``pf. liter``, ``line/ gross``."""
    return per.replace("pf. liter", "pf.liter").replace("/ ", "/")


DIALECT: Final = Dialect(
    "us",
    re.compile(r" ?\+ ?| plus (?=[$0-9])| less (?=[$0-9])|,? but not (?:less|more) than "),
    JOINED,
    term,
    references=REFERENCES,
)
