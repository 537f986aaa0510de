"""Contacts: postcodes, phone numbers and mail addresses that cannot be what they say; never a reason to ask."""

from typing import Final

import polars as pl

from tidewaiter.model.findings import FindingKind
from tidewaiter.stages.quality.check import Check

GAP: Final = "[ -]?"
FOUR, FIVE, FIVE_APART = "[0-9]{4}", "[0-9]{5}", f"[0-9]{{3}}{GAP}[0-9]{{2}}"
BRITISH: Final = f"[A-Z]{{1,2}}[0-9][A-Z0-9]?{GAP}[0-9][A-Z]{{2}}"
AMERICAN: Final = f"[0-9]{{5}}(?:{GAP}[0-9]{{4}})?"
POSTCODES: Final[dict[str, str]] = {
    **dict.fromkeys("AT BE BG CH CY DK HU LU LV NO SI".split(), FOUR),
    **dict.fromkeys("DE EE ES FI FR HR IT LT".split(), FIVE),
    **dict.fromkeys("CZ GR SE SK".split(), FIVE_APART),
    **dict.fromkeys("GB IM XI".split(), BRITISH),
    **dict.fromkeys("PR US".split(), AMERICAN),
    "IE": f"[A-Z][0-9][0-9W]{GAP}[A-Z0-9]{{4}}",
    "MT": f"[A-Z]{{3}}{GAP}[0-9]{{2,4}}",
    "NL": f"[0-9]{{4}}{GAP}[A-Z]{{2}}",
    "PL": f"[0-9]{{2}}{GAP}[0-9]{{3}}",
    "PT": f"[0-9]{{4}}(?:{GAP}[0-9]{{3}})?",
    "RO": "[0-9]{6}",
}
"""How a postcode looks, in capitals, gaps at will; a country that is not listed is not judged."""

_BY_SHAPE: Final = {shape: [code for code, of in POSTCODES.items() if of == shape] for shape in POSTCODES.values()}
POSTCODE_SHAPE: Final = (
    "^(?:"
    + "|".join(f"(?:{'|'.join(codes)}):(?:[A-Z]{{1,2}}{GAP})?{shape}" for shape, codes in _BY_SHAPE.items())
    + ")$"
)
"""One pattern for all countries, over ``country:postcode``; a country sign before the postcode does no harm."""

_ONE_PHONE: Final = r"[+(]{0,2}(?:[0-9][ ().\-/]*){5,17}(?:(?:ext|x)\.? ?[0-9]{1,6} *)?"
PHONE_SHAPE: Final = f"^{_ONE_PHONE}(?:[/;,] *{_ONE_PHONE})?$"
"""One number or two, however they are set."""

ONLY_NOUGHTS: Final = "^[^1-9]*$"
EMAIL_SHAPE: Final = r"^[^@\s]+@[^@\s]+\.[^@\s.]{2,}$"


def _kind(code: str, title: str, sentence: str, field: str) -> FindingKind:
    """These fields are personal: the finding points at them and does not repeat what they say."""
    return FindingKind(code, title, sentence, "note", "filing", pointer=field, evidence=("consignee_country",))


_COUNTRY, _POSTCODE = pl.col("consignee_country"), pl.col("consignee_postcode")
FILING_CHECKS: Final = (
    Check(
        _kind(
            "FMT-23",
            "Postcode does not look like its country's",
            "The consignee's postcode is not one of {consignee_country}. Check country and postcode.",
            "consignee_postcode",
        ),
        _COUNTRY.is_in(list(POSTCODES))
        & ~pl.concat_str(_COUNTRY, _POSTCODE, separator=":").str.contains(POSTCODE_SHAPE),
    ),
    Check(
        _kind(
            "FMT-24",
            "Phone number cannot be dialled",
            "The consignee's phone number has letters, nothing but noughts, or not 5 to 17 figures. Check it.",
            "consignee_phone",
        ),
        ~pl.col("consignee_phone").str.contains(PHONE_SHAPE) | pl.col("consignee_phone").str.contains(ONLY_NOUGHTS),
    ),
    Check(
        _kind(
            "FMT-25",
            "Mail address is malformed",
            "The consignee's mail address has not the shape name@place.end. Check it.",
            "consignee_email",
        ),
        ~pl.col("consignee_email").str.contains(EMAIL_SHAPE),
    ),
)
