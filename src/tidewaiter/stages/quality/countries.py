"""Countries: codes that are none, and places that do not fit together."""

from collections.abc import Sequence
from typing import Final, Literal

import polars as pl

from tidewaiter.kit.metals import MADE_IN
from tidewaiter.model.codes import COUNTRIES
from tidewaiter.model.findings import FindingKind, Severity
from tidewaiter.stages.quality.check import Check

CUSTOMS_CODES: Final = frozenset({"XC", "XL", "XS"})
"""Ceuta, Melilla and Serbia as the nomenclature of countries for foreign trade writes them."""

UNION: Final = "EU"
"""Stands for the whole Union in an origin; a country it is not."""

TOGETHER: Final = (("GB", "IM", "XI"), ("FR", "MC"), ("PR", "US"))
"""Places cleared as one: an address in one and goods for another are no contradiction."""


def _kind(code: str, severity: Severity, level: Literal["filing", "item"], what: str, field: str) -> FindingKind:
    column = field.removeprefix("item_")
    sentence = f"{{{column}}} is no country of ISO 3166. Give the two letters of the {what}."
    title = f"Country code of the {what} is unknown"
    return FindingKind(code, title, sentence, severity, level, pointer=field, evidence=(column,))


CONSIGNOR: Final = _kind("FMT-10", "ask", "filing", "consignor", "consignor_country")
CONSIGNEE: Final = _kind("FMT-11", "ask", "filing", "consignee", "consignee_country")
DESTINATION: Final = _kind("FMT-12", "ask", "filing", "destination", "destination_country")
ORIGIN: Final = _kind("FMT-13", "ask", "item", "origin", "item_origin")
SELLER: Final = _kind("FMT-14", "note", "filing", "seller", "seller_country")
ELSEWHERE: Final = FindingKind(
    "FMT-15",
    "Consignee lives elsewhere",
    "The consignee's address is in {consignee_country}, the goods go to {destination_country}. One may be mistaken.",
    "note",
    "filing",
    pointer="consignee_country",
    evidence=("consignee_country", "destination_country"),
)
FROM_HOME: Final = FindingKind(
    "PTY-02",
    "Goods come from the country they go to",
    "The goods are sent from {country_of_dispatch}, where they also go. Check the country of dispatch.",
    "note",
    "filing",
    pointer="country_of_dispatch",
    evidence=("country_of_dispatch", "destination_country"),
)
FILING_KINDS: Final = (CONSIGNOR, CONSIGNEE, DESTINATION, SELLER, ELSEWHERE, FROM_HOME)


def filing_checks(places: Sequence[str]) -> tuple[Check, ...]:
    """Checks of a filing; ``places`` of the jurisdiction count as countries whatever ISO says."""
    known = sorted(COUNTRIES | CUSTOMS_CODES | set(places))
    destination = pl.col("destination_country")
    lives = pl.col("consignee_country")
    is_near = pl.any_horizontal(lives.is_in(group) & destination.is_in(group) for group in TOGETHER)
    return (
        *(Check(kind, ~pl.col(kind.pointer).is_in(known)) for kind in (CONSIGNOR, CONSIGNEE, DESTINATION, SELLER)),
        Check(ELSEWHERE, (lives != destination) & ~is_near),
        Check(FROM_HOME, pl.col("country_of_dispatch") == destination),
    )


METAL_MADE_IN: Final = tuple(name for names in MADE_IN.values() for name in names)
METAL: Final = FindingKind(
    "FMT-28",
    "Country where a metal was made is unknown",
    "Where steel was melted and poured, or aluminium smelted and cast, is no country of ISO 3166. Give two letters.",
    "ask",
    "item",
    pointer="item_steel_melted_country",
    evidence=METAL_MADE_IN,
)
ITEM_CHECKS: Final = (
    Check(ORIGIN, ~pl.col("origin").is_in(sorted(COUNTRIES | CUSTOMS_CODES | {UNION}))),
    Check(METAL, pl.any_horizontal(~pl.col(name).is_in(sorted(COUNTRIES | CUSTOMS_CODES)) for name in METAL_MADE_IN)),
)
