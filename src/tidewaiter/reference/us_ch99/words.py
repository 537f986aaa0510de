"""What the wording of a chapter 99 heading says: from which day, to which day, for which countries, on what value."""

import csv
import re
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
HOUR: Final = r"(?:12:01 a\.m\.,? eastern (?:daylight|day light|standard) time,? (?:on )?)?"
STARTS: Final = re.compile(
    rf"(?:on (?:or|and) after|(?<!on or )\bafter(?= 12:01)) {HOUR}(?=(.{{0,40}}))", re.IGNORECASE
)
ENDS: Final = re.compile(rf"\b(and before|and through|through|terminated as of) {HOUR}((?:{MONTHS})\b.{{0,20}})")
DAY: Final = re.compile(rf"({MONTHS})\.? (\d{{1,2}}), ?(\d{{4}})(?!\d)", re.IGNORECASE)
LOOKS_LIKE_A_DAY: Final = re.compile(rf"(?:{MONTHS})\b|\d{{1,4}}[/.-]\d|\[", re.IGNORECASE)
PLACEHOLDER: Final = re.compile(r"\[ *\]")
OUT_OF_FORCE: Final = re.compile(r"\[?Compiler.s note:[^\]]*\b(suspended|terminated(?! (?:as of|on))|expired)\b")
CONTENT: Final = re.compile(r"upon the value of the (steel|aluminum|copper) content", re.IGNORECASE)
PRODUCT: Final = re.compile(
    r"(?:articles|goods|products?) (?:that are )?(?:the product of|products of|of) "
    r"(.+?)(?=,? (?:as (?:specified|provided)|with an|that are entered|entered|provided|of a kind)|;|\.$|$| \[)",
    re.IGNORECASE,
)
EU: Final = ("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK").split()
_ONE_DAY: Final = timedelta(days=1)


class MalformedDay(ValueError):
    """A start that is written as a day and is none; ``is_open`` where the place for it was left empty."""

    def __init__(self, text: str, *, is_open: bool) -> None:
        self.is_open = is_open
        super().__init__(f"'{text.strip()}' is no day" if not is_open else "the day of its start was left empty")


def start_in(wording: str) -> date | None:
    """The day from which a heading applies, by its words; the start day counts, of several the earliest.

    Nothing where no day is told: it then applies always. ``MalformedDay`` for one that cannot be read.

    >>> start_in("entries on or after March 12, 2025, articles of steel")
    datetime.date(2025, 3, 12)
    """
    found = []
    for told in STARTS.finditer(wording):
        words = told[1]
        day = DAY.match(words)
        if day:
            found.append(_day(day))
        elif LOOKS_LIKE_A_DAY.match(words):
            raise MalformedDay(words[:20], is_open=bool(PLACEHOLDER.match(words)))
    return min(found, default=None)


def end_in(wording: str) -> date | None:
    """The last day on which a heading applies, by its words: "through" counts the day, "before" does not."""
    found = []
    for told in ENDS.finditer(wording):
        day = DAY.match(told[2])
        if day:
            found.append(_day(day) - (timedelta() if "through" in told[1] else _ONE_DAY))
    return max(found, default=None)


def is_out_of_force(wording: str) -> bool:
    """True where the compiler's note says that the provision is suspended, terminated or expired."""
    return OUT_OF_FORCE.search(wording) is not None


def content_in(rate_text: str) -> str:
    """Upon whose value a rate is charged: ``steel``, ``aluminum`` or ``copper``; empty for the whole value."""
    told = CONTENT.search(rate_text)
    return told[1].lower() if told else ""


def origins_in(wording: str) -> tuple[str, ...] | None:
    """Countries whose products a heading speaks of; empty for any country, nothing where a name is not known.

    >>> origins_in("articles the product of Cameroon or the Democratic Republic of the Congo, as provided for in x")
    ('CM', 'CD')
    """
    told = PRODUCT.findall(wording)
    if not told:
        return None
    found: list[str] = []
    for name in _names(told[-1]):
        if name in {"any country", "all countries"}:
            return ()
        if name in {"European Union", "member countries of the European Union"}:
            found += EU
        elif country := country_named(name):
            found.append(country)
        else:
            return None
    return tuple(found) or None


def _names(told: str) -> list[str]:
    """The names in a list of countries; one that holds "and" itself stays whole."""
    names: list[str] = []
    for part in re.split(r", (?:and |or )?| or ", told):
        whole = _bare(part)
        names += [whole] if country_named(whole) else [_bare(name) for name in part.split(" and ")]
    return [name for name in names if name]


def _bare(name: str) -> str:
    return name.strip().removeprefix("either ").removeprefix("the ").strip()


def country_named(name: str) -> str | None:
    """The two letters of a country by the name the tariff or the census gives it."""
    known, bare = _countries(), name.strip()
    spellings = (bare, bare.split(" (", maxsplit=1)[0], _turned(bare), bare.split(",", maxsplit=1)[0])
    return next((known[spelling] for spelling in spellings if spelling in known), None)


def _turned(name: str) -> str:
    """``Congo, Democratic Republic of the Congo (formerly Zaire)`` by its second half."""
    return name.rsplit(", ", maxsplit=1)[-1].split(" (", maxsplit=1)[0].strip()


def _day(found: re.Match[str]) -> date:
    month, number, year = found.groups()
    try:
        return datetime.strptime(f"{month[:3]} {number} {year}", "%b %d %Y").date()  # noqa: DTZ007 - a day has no hour
    except ValueError as fault:
        raise MalformedDay(found[0], is_open=False) from fault


@cache
def _countries() -> dict[str, str]:
    table = files("tidewaiter.reference.us_ch99").joinpath("countries.csv").read_text(encoding="utf-8")
    return {row["name"]: row["country"] for row in csv.DictReader(table.splitlines())}
