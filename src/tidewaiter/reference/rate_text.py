"""Rate texts of the United States tariff, read into programs of whole numbers; what is not understood says so."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Final

from tidewaiter.model.money import MICRO

E8: Final = 10**8
"""Amounts per unit are kept in hundred-millionths of the major unit: "0.020668 cents" needs them."""

FREE: Final = re.compile(r"free", re.IGNORECASE)
PERCENT: Final = re.compile(r"(\d+(?:\.\d+)?)(?: (\d+)/(\d+))? ?%")
AMOUNT: Final = re.compile(
    r"(?:\$(?P<dollars>\d+(?:\.\d+)?)|(?P<cents>\d+(?:\.\d+)?) ?(?:¢|cents?)) ?(?P<per>/ ?\S.*|each)"
)

UNITS: Final[dict[str, tuple[str, int]]] = {
    "kg": ("kg", 1),
    "t": ("kg", 1000),
    "each": ("piece", 1),
    "head": ("piece", 1),
    "1000": ("piece", 1000),
    "1,000": ("piece", 1000),
    "thousand": ("piece", 1000),
    "doz.": ("dozen", 1),
    "gross": ("gross", 1),
    "pr.": ("pair", 1),
    "liter": ("litre", 1),
    "pf.liter": ("proof_litre", 1),
    "pf. liter": ("proof_litre", 1),
    "bbl": ("barrel", 1),
    "m2": ("m2", 1),
    "m3": ("m3", 1),
}
"""Units as published: the unit a filing is asked for, and how many of it the published amount is for."""

LARGEST: Final = 2**60
"""A number that needs more room is no rate; it is not understood rather than cut."""

TAG: Final = re.compile(r"<[^>]*>")
SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Program:
    """What a rate text means: a share of the value, an amount per unit, or nothing yet.

    ``kind``: ``ad_valorem`` (``num / den`` of the value), ``free`` (0 / 1), ``specific`` (``e8`` hundred-millionths of
    a dollar for each ``unit``), ``unresolved`` (the rest is empty).
    """

    kind: str
    num: int | None = None
    den: int | None = None
    e8: int | None = None
    unit: str | None = None


NOT_UNDERSTOOD: Final = Program("unresolved")


def plain(text: str) -> str:
    """The text without mark-up and double spaces: ``14.5¢/m<sup>2 </sup>+ 0.4%`` is ``14.5¢/m2 + 0.4%``."""
    return SPACE.sub(" ", TAG.sub("", text)).strip()


def read_rate(text: str) -> Program:
    """The program of a plain rate text.

    >>> read_rate("33 1/3%")
    Program(kind='ad_valorem', num=1000000, den=3000000, e8=None, unit=None)
    >>> read_rate("20.4¢/kg")
    Program(kind='specific', num=None, den=None, e8=20400000, unit='kg')
    >>> read_rate("8¢ each + 8%").kind
    'unresolved'
    """
    if FREE.fullmatch(text):
        return Program("free", 0, 1)
    if percent := PERCENT.fullmatch(text):
        return _ad_valorem(*percent.groups())
    if amount := AMOUNT.fullmatch(text):
        return _specific(amount["dollars"], amount["cents"], amount["per"].removeprefix("/").strip())
    return NOT_UNDERSTOOD


def _ad_valorem(whole: str, above: str | None, below: str | None) -> Program:
    if below is not None and (int(below) == 0 or "." in whole):
        return NOT_UNDERSTOOD
    share = (Fraction(whole) + (Fraction(int(above or 0), int(below)) if below else 0)) / 100
    denominator = lcm(share.denominator, MICRO)
    numerator = int(share * denominator)
    return Program("ad_valorem", numerator, denominator) if max(numerator, denominator) < LARGEST else NOT_UNDERSTOOD


def _specific(dollars: str | None, cents: str | None, per: str) -> Program:
    """An amount per unit; one finer than a hundred-millionth of a dollar is not understood rather than rounded."""
    if per not in UNITS:
        return NOT_UNDERSTOOD
    unit, units_in_it = UNITS[per]
    major = Decimal(dollars) if dollars is not None else Decimal(cents or 0) / 100
    e8 = Fraction(major) * E8 / units_in_it
    is_exact = e8.denominator == 1 and e8 < LARGEST
    return Program("specific", e8=int(e8), unit=unit) if is_exact else NOT_UNDERSTOOD
