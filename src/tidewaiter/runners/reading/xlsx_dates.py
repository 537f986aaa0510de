"""Numbers of a workbook as text: days that are kept as numbers, and decimals without what floats add to them."""

import re
from datetime import datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import IO, Final

from tidewaiter.runners.reading.xlsx_xml import Parsing, parsed

BUILT_IN_DATES: Final = frozenset((*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)))
"""Number formats of days that every workbook knows by number (ISO/IEC 29500-1, 18.8.30), East Asian ones included."""

QUOTED: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
DAYS_OF: Final = re.compile("[yd]", re.IGNORECASE)
GENERAL: Final = {"general", "standard"}
PLAIN: Final = re.compile(r"-?[0-9]{1,15}")
DIGITS_KEPT: Final = 15
"""So many significant digits a spreadsheet shows and lets be typed; what a file has beyond is the float beneath."""

ROUNDED: Final = Context(prec=DIGITS_KEPT)
SECONDS: Final = 86_400
SMALLEST: Final = -40
"""Exponent of the smallest number that is written out."""

FIRST_SOUND: Final = 61
"""Of the days of 1900 a workbook counts one too many (a 29 February): from 1 March on it is right."""

LAST: Final = 2_958_465
BEGIN_1900: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's days are those of nobody's zone
BEGIN_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001 - the same


def date_styles(stream: IO[bytes] | None, name: str) -> frozenset[int]:
    """Numbers of the cell styles that show a day."""
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside: list[str] = []

    def started(element: str, told: dict[str, str]) -> None:
        inside.append(element)
        if element == "numFmt":
            formats[told.get("numFmtId", "")] = told.get("formatCode", "")
        elif element == "xf" and "cellXfs" in inside:
            styles.append(told.get("numFmtId", "0"))

    def ended(_element: str) -> None:
        inside.pop()

    if stream is not None:
        for _ in parsed(stream, Parsing(name, started, ended)):
            pass
    return frozenset(number for number, of in enumerate(styles) if _is_date(of, formats))


def _is_date(of: str, formats: dict[str, str]) -> bool:
    if of in formats:
        return formats[of].lower() not in GENERAL and bool(DAYS_OF.search(QUOTED.sub("", formats[of])))
    return of.isascii() and of.isdigit() and int(of) in BUILT_IN_DATES


@lru_cache(maxsize=65_536)
def day_text(number: str, *, since_1904: bool) -> str | None:
    """A day kept as a number, as ISO 8601; None where it is none. A time is added where the number has one.

    >>> day_text("46315", since_1904=False), day_text("46315.5", since_1904=False)
    ('2026-10-20', '2026-10-20T12:00:00')
    """
    value = _decimal(number)
    if value is None or not (0 if since_1904 else FIRST_SOUND) <= value <= LAST:
        return None
    days = int(value)
    seconds = int(((value - days) * SECONDS).to_integral_value())
    moment = (BEGIN_1904 if since_1904 else BEGIN_1900) + timedelta(days=days, seconds=seconds)
    return moment.date().isoformat() if not seconds else moment.isoformat(timespec="seconds")


@lru_cache(maxsize=65_536)
def number_text(number: str) -> str | None:
    """A number as its sender sees it, written out in full; None where digits are lost, or it is none.

    >>> number_text("19.989999999999998"), number_text("0.30000000000000004"), number_text("1.2E-3")
    ('19.99', '0.3', '0.0012')
    >>> number_text("123456789012"), number_text("1.23456789012346E+17")
    ('123456789012', None)
    """
    if PLAIN.fullmatch(number):
        return number
    value = _decimal(number)
    if value is None or abs(value) >= 10**DIGITS_KEPT:
        return None
    text = format(ROUNDED.plus(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and value.adjusted() > SMALLEST else None
