"""Special rates of the United States tariff: which programme gives which rate, as the column says it."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import polars as pl

from tidewaiter.kit.rates.parse import parse
from tidewaiter.reference.tariff_lines import RATE, rate

SEGMENT: Final = re.compile(r"(?P<rate>[^()]*)\((?P<programmes>[^()]*)\)")
PROGRAMME: Final = re.compile(r"[A-Z]{1,2}[+*]?")
PREFERENCES: Final = {"commodity_code": pl.String(), "programme": pl.String(), **RATE}
"""A row is a line's rate under one programme, by the symbol of the schedule (``AU``, ``A+``, ``S``)."""


class Special(NamedTuple):
    """A rate text and the programmes that give it."""

    text: str
    programmes: tuple[str, ...]


def special_rates(text: str) -> list[Special] | None:
    """The rates of a special column with their programmes; nothing where any part of it is in doubt.

    In doubt are words outside of a rate and its brackets, a symbol of another form, and a programme with two rates.

    >>> special_rates("Free (A+,AU) 2.8% (JP)")
    [Special(text='Free', programmes=('A+', 'AU')), Special(text='2.8%', programmes=('JP',))]
    >>> special_rates("Free (A+,AU")
    """
    found = [
        Special(" ".join(one["rate"].split()).strip(" ,;"), _programmes(one["programmes"]))
        for one in SEGMENT.finditer(text)
    ]
    named = [programme for one in found for programme in one.programmes]
    is_whole = not SEGMENT.sub("", text).strip() and all(one.text for one in found)
    is_sound = all(PROGRAMME.fullmatch(programme) for programme in named) and len(set(named)) == len(named)
    return found if is_whole and is_sound else None


def marked(text: str) -> dict[str, str] | None:
    """The rate text of each programme of a special column; nothing where any part of it is in doubt.

    >>> marked("Free (A+,AU) 2.8% (JP)")
    {'A+': 'Free', 'AU': 'Free', 'JP': '2.8%'}
    """
    found = special_rates(text)
    return None if found is None else {programme: one.text for one in found for programme in one.programmes}


def preferences(lines: pl.DataFrame) -> pl.DataFrame:
    """The rates of all programmes on the lines of an edition that have a special column of their own (``PREFERENCES``).

    A rate that refers to other lines, or is not understood, is a row without numbers that says why. A column in doubt
    gives no row at all: see ``doubtful``. Nothing here says that a programme is in force on a day or that goods come
    under it; the schedule's general notes do.
    """
    return pl.DataFrame(list(_rows(lines)), schema=PREFERENCES, orient="row")


def doubtful(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines whose special column cannot be cut into rates and programmes with certainty."""
    is_doubtful = [bool(text) and special_rates(text) is None for text in lines["special_text"].fill_null("")]
    return lines.filter(pl.Series(is_doubtful, dtype=pl.Boolean)).select("commodity_code", "special_text")


def _rows(lines: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    for code, text in lines.select("commodity_code", "special_text").iter_rows():
        for special in (special_rates(text) or ()) if text else ():
            told = rate(parse(special.text, "us"), special.text, code, code)
            for programme in special.programmes:
                yield (code, programme, *told)


def _programmes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in text.split(",")))
