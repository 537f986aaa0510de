"""Shapes: what the values of a column look like, told from a sample of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tidewaiter.model.codes import COUNTRIES, CURRENCY_DIGITS

S10: Final = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}")
WHOLE: Final = re.compile(r"\d+")
POINTED: Final = re.compile(r"\d{1,12}(\.\d+)?|\d{1,3}(,\d{3})+(\.\d+)?")
WITH_COMMA: Final = re.compile(r"\d{1,12},\d+|\d{1,3}(\.\d{3})+(,\d+)?")
TARIFF: Final = re.compile(r"\d{4}[. ]?\d{2}([. ]?\d{2}){0,2}")
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}")
PHONE: Final = re.compile(r"\+?[\d ()/.-]{6,20}")
IOSS: Final = re.compile(r"IM\d{10}")
DATA_SET: Final = re.compile(r"[HIF][1-9]|BIRDS|FORMAL|INFORMAL|I86")
PART: Final = re.compile(r"\d{1,2}/\d{1,2}")
URL: Final = re.compile(r"https?://\S+", re.IGNORECASE)
POSTCODE: Final = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9 -]{2,9}", re.IGNORECASE)
TOKEN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/#-]*")
MARKED: Final = re.compile(r"(?=.*\d)[A-Za-z0-9._/#-]+")
"""One word with a digit in it."""

UNIT: Final = re.compile(r"[A-Za-z]{1,5}\.?")
ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}([T ].*)?|\d{8}|\d{4}/\d{1,2}/\d{1,2}.*")
OTHER_DATE: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(\D.*)?")
TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}.*")
MONTHS: Final = 12
FEW: Final = 24
"""So many different words make a list of words."""


@dataclass(frozen=True)
class Shape:
    """A column's sample: the values that say something, in the order of the file."""

    values: Sequence[str]

    def share(self, pattern: re.Pattern[str]) -> float:
        """Share of the different values that are of this form, 0 to 1."""
        return sum(map(bool, map(pattern.fullmatch, self.different))) / max(len(self.different), 1)

    @cached_property
    def different(self) -> list[str]:
        """Each value once."""
        return list(dict.fromkeys(self.values))

    @cached_property
    def countries(self) -> float:
        """Share that are codes of countries."""
        return sum(value.upper() in COUNTRIES for value in self.different) / max(len(self.different), 1)

    @cached_property
    def currencies(self) -> float:
        """Share that are codes of currencies."""
        return sum(value.upper() in CURRENCY_DIGITS for value in self.different) / max(len(self.different), 1)

    @cached_property
    def numbers(self) -> float:
        """Share that are numbers, whatever their decimal mark."""
        hits = sum(bool(POINTED.fullmatch(value) or WITH_COMMA.fullmatch(value)) for value in self.different)
        return hits / max(len(self.different), 1)

    @cached_property
    def commas(self) -> int:
        """How many have a decimal comma: a comma that cuts off no thousands."""
        return sum(bool(WITH_COMMA.fullmatch(value)) and not re.fullmatch(r"\d{1,3},\d{3}", value)
                   for value in self.different)  # fmt: skip

    @cached_property
    def points(self) -> int:
        """How many have a decimal point."""
        return sum(bool(re.fullmatch(r"\d+\.(\d{1,2}|\d{4,})|0\.\d+", value)) for value in self.different)

    @cached_property
    def dates(self) -> float:
        """Share that are days, in whatever order."""
        hits = sum(bool(_iso(value) or OTHER_DATE.fullmatch(value)) for value in self.different)
        return hits / max(len(self.different), 1)

    @cached_property
    def date_order(self) -> str:
        """``dmy`` or ``mdy`` where days are written so, ``dm?`` where nobody can tell, empty for ISO 8601."""
        found = [match for value in self.different if (match := OTHER_DATE.fullmatch(value))]
        if not found:
            return ""
        first, second = max(int(match[1]) for match in found), max(int(match[2]) for match in found)
        if first > MONTHS >= second:
            return "dmy"
        return "mdy" if second > MONTHS >= first else "dm?"

    @cached_property
    def median(self) -> float:
        """The middle of the numbers; for looking at alone, never for reckoning."""
        found = sorted(float(value.replace(",", ".")) for value in self.values if re.fullmatch(r"\d+([.,]\d+)?", value))
        return found[len(found) // 2] if found else 0.0

    @cached_property
    def length(self) -> float:
        """Letters of a value, on average."""
        return sum(map(len, self.different)) / max(len(self.different), 1)

    @cached_property
    def words(self) -> float:
        """Words of a value, on average."""
        return sum(len(value.split()) for value in self.different) / max(len(self.different), 1)


def _iso(value: str) -> bool:
    if value.isdigit():
        return len(value) == 8 and value[:2] in {"19", "20"} and 1 <= int(value[4:6]) <= MONTHS  # noqa: PLR2004 - CCYYMMDD
    return bool(ISO_DATE.fullmatch(value))
