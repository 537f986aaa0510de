"""Wording: whole columns of numbers become text as senders write it, and words are picked from lists."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache

import numpy as np
import polars as pl

from tidewaiter.world.chance import Flags, Ints, Words

MINUTES_A_DAY = 1440
DAYS_BACK, DAYS_AHEAD = 60, 10


def pick(words: pl.Series | Sequence[str | None], at: Ints) -> pl.Series:
    """The word at each position."""
    listed = words if isinstance(words, pl.Series) else pl.Series(words, dtype=pl.String)
    return listed.gather(pl.Series(at.astype(np.uint32)))


def joined(*parts: pl.Series | str) -> pl.Series:
    """Texts side by side without a gap; null as soon as one part is."""
    return pl.select(pl.concat_str([pl.lit(part) for part in parts])).to_series()


def where(is_kept: Flags, text: pl.Series | str, otherwise: pl.Series | str | None = None) -> pl.Series:
    """The text where it is wanted, else another one or nothing."""
    other = pl.lit(otherwise, dtype=pl.String) if otherwise is None else pl.lit(otherwise)
    return pl.select(pl.when(pl.Series(is_kept)).then(pl.lit(text)).otherwise(other)).to_series()


def only(is_kept: Flags, made: Mapping[str, pl.Series]) -> dict[str, pl.Series]:
    """Columns made for some rows only, set among the others: ``made`` has a value for each row that is kept."""
    at = np.maximum(np.cumsum(is_kept) - 1, 0)
    if not is_kept.any():
        return {name: pl.repeat(None, len(is_kept), dtype=pl.String, eager=True) for name in made}
    return {name: where(is_kept, pick(column, at)) for name, column in made.items()}


def whole(numbers: Ints | Words) -> pl.Series:
    """Whole numbers as text."""
    return pl.Series(numbers).cast(pl.String)


def padded(numbers: Ints, digits: int) -> pl.Series:
    """Whole numbers with leading zeros; ``digits`` is up to five, or eight."""
    if digits <= len("99999"):
        return pick(_padded_words(digits), numbers)
    return joined(pick(_padded_words(digits - 4), numbers // 10_000), pick(_padded_words(4), numbers % 10_000))


def amount(cents: Ints) -> pl.Series:
    """Hundredths as a decimal: 305 is ``3.05``."""
    return joined(whole(cents // 100), pick(_decimals(2), cents % 100))


def kilograms(grams: Ints) -> pl.Series:
    """Grams as kilograms: 146 is ``0.146``."""
    return joined(whole(grams // 1000), pick(_decimals(3), grams % 1000))


def instants(on: date, minutes: Ints) -> pl.Series:
    """Minutes from the first moment of ``on`` (before it: negative) as ISO 8601 in UTC."""
    return pick(_moments(on), minutes + DAYS_BACK * MINUTES_A_DAY)


@cache
def _padded_words(digits: int) -> pl.Series:
    return pl.Series([f"{number:0{digits}d}" for number in range(10**digits)])


@cache
def _decimals(digits: int) -> pl.Series:
    return pl.Series([f".{number:0{digits}d}" for number in range(10**digits)])


@cache
def _moments(on: date) -> pl.Series:
    first = datetime.combine(on, time(0)) - timedelta(days=DAYS_BACK)
    last = first + timedelta(days=DAYS_BACK + DAYS_AHEAD)
    return pl.datetime_range(first, last, "1m", closed="left", eager=True).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
