"""Texts on plain lists: Python where a text is plain ASCII, Polars itself where it is not."""

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, Final

import polars as pl

from tidewaiter.pipeline.few.program import Unsure, Values, Work

ODD: Final = re.compile(r"\[\[|&&|--|~~|\{,|\(\?[^:i]|.\(\?i|\\[pPzxuUQEbBGKN]")
"""What the two languages of patterns read differently, or may."""

BY_KIND: Final = re.compile(r"\\[dDwWsS]|\(\?i")
"""What turns on kinds of signs or on case, which beyond ASCII are those of Unicode."""

REMEMBERED: Final = 4_096
"""Texts whose number is remembered."""

SHORT: Final = 256
"""Signs of a text up to which Python may look for a pattern: it goes back and tries again, and Polars never does."""


@cache
def pattern(said: str) -> re.Pattern[str] | None:
    """The pattern for Python; None where it might read it otherwise than Polars does."""
    if ODD.search(said) or NESTED.search(said):
        return None
    try:
        return re.compile(_ending(said), re.ASCII)
    except re.error:
        return None


NESTED: Final = re.compile(r"[+*}]\)+[+*{]|\)[+*{]")
"""Repeated groups, in which going back and trying again may take for ever."""


def _ending(said: str) -> str:
    """With the end of the text where ``$`` stands: Python's own also means before a last line break."""
    made, is_class, at = "", False, 0
    while at < len(said):
        sign = said[at]
        if sign == "\\":
            made += said[at : at + 2]
            at += 2
            continue
        is_class = (is_class or sign == "[") and sign != "]"
        made += r"\Z" if sign == "$" and not is_class else sign
        at += 1
    return made


def by_each(
    plain: Callable[[str], Any] | None, asked: Callable[[pl.Expr], pl.Expr], *, beyond_ascii: bool = False
) -> Work:
    """``plain`` of each text; texts beyond ASCII (unless told), long ones, or all without ``plain``, are for Polars."""
    if plain is None:
        return Asked(asked)
    ask = Asked(asked)

    def work(texts: Values) -> Values:
        if all(text is None or (len(text) <= SHORT and (beyond_ascii or text.isascii())) for text in texts):
            return [None if text is None else plain(text) for text in texts]
        return ask(texts)

    return work


class Asked:
    """What Polars makes of texts."""

    def __init__(self, asked: Callable[[pl.Expr], pl.Expr]) -> None:
        """Hold the question."""
        self._asked = asked
        self._expr = asked(pl.col("texts"))

    def __call__(self, texts: Values) -> Values:
        """The answers to one column of texts."""
        return pl.DataFrame({"texts": pl.Series(texts, dtype=pl.String)}).select(self._expr).to_series().to_list()

    def of(self, at: int) -> pl.Expr:
        """The question about the column of that number."""
        return self._asked(pl.col(str(at)))


def all_asked(several: Sequence[Asked]) -> Work:
    """Several questions about a column each, asked at once."""

    def work(*columns: Values) -> list[Values]:
        kept: dict[int, int] = {}
        for at, column in enumerate(columns):
            kept.setdefault(id(column), at)
        told = pl.DataFrame([pl.Series(str(at), columns[at], dtype=pl.String) for at in kept.values()])
        exprs = [
            one.of(kept[id(column)]).alias(f"a{at}")
            for at, (one, column) in enumerate(zip(several, columns, strict=True))
        ]
        return [made.to_list() for made in told.select(exprs).get_columns()]

    return work


def contains(said: str) -> Work:
    """Whether the pattern is found anywhere in each text."""
    found = pattern(said)
    plain = None if found is None else lambda text: found.search(text) is not None
    return by_each(plain, lambda text: text.str.contains(said), beyond_ascii=not BY_KIND.search(said))


def extracted(said: str, group: int) -> Work:
    """What a group of the pattern holds where it is found first."""
    found = pattern(said)

    def plain(text: str) -> str | None:
        at = found.search(text) if found else None
        return at.group(group) if at else None

    return by_each(
        plain if found else None, lambda text: text.str.extract(said, group), beyond_ascii=not BY_KIND.search(said)
    )


def replaced(said: str, by: str) -> Work:
    """Each text with ``by`` in every place where the pattern is found."""
    found = pattern(said)
    is_plain = found is not None and found.match("") is None and not set(by) & {"$", "\\"}
    plain = (lambda text: found.sub(by, text)) if found is not None and is_plain else None
    return by_each(plain, lambda text: text.str.replace_all(said, by), beyond_ascii=not BY_KIND.search(said))


def upper() -> Work:
    """Capitals."""
    return by_each(str.upper, lambda text: text.str.to_uppercase())


def lower() -> Work:
    """Small letters."""
    return by_each(str.lower, lambda text: text.str.to_lowercase())


def holds(a: Values, b: Values) -> Values:
    """Whether one text stands in the other."""
    return [None if x is None or y is None else y in x for x, y in zip(a, b, strict=True)]


def begins(a: Values, b: Values) -> Values:
    """Whether a text begins with the other."""
    return [None if x is None or y is None else x.startswith(y) for x, y in zip(a, b, strict=True)]


def ends(a: Values, b: Values) -> Values:
    """Whether a text ends with the other."""
    return [None if x is None or y is None else x.endswith(y) for x, y in zip(a, b, strict=True)]


def part(start: int, length: int | None) -> Work:
    """So many signs from the start on; ``Unsure`` of a start counted from the end."""
    if start < 0:
        raise Unsure("counted from the end")
    cut = slice(start, None if length is None else start + length)
    return lambda texts: [None if text is None else text[cut] for text in texts]


def split(a: Values, b: Values) -> Values:
    """The parts of a text between the places where the other stands."""
    if "" in b:
        raise Unsure("split by nothing")
    return [None if x is None or y is None else x.split(y) for x, y in zip(a, b, strict=True)]


def got(at: int) -> Work:
    """The part of a list at a place; empty beyond its end."""
    return lambda lists: [None if one is None or not -len(one) <= at < len(one) else one[at] for one in lists]


def signs(texts: Values) -> Values:
    """How many signs."""
    return [None if text is None else len(text) for text in texts]


def octets(texts: Values) -> Values:
    """How many bytes of UTF-8."""
    return [None if text is None else len(text.encode()) for text in texts]


def joined(by: str) -> Work:
    """Texts joined; empty as soon as one is."""
    return lambda *columns: [None if None in row else by.join(row) for row in zip(*columns, strict=True)]


def joined_told(by: str) -> Work:
    """Those texts joined that are there."""
    return lambda *columns: [by.join(x for x in row if x is not None) for row in zip(*columns, strict=True)]


NUMERAL: Final = re.compile(r"[0-9]{1,18}", re.ASCII)


def numeral(dtype: pl.DataType) -> Work:
    """Plain digits as a number; anything else is asked of Polars."""

    def plain(text: str) -> int | None:
        return int(text) if NUMERAL.fullmatch(text) else _asked(text, dtype)

    return lambda texts: [None if text is None else plain(text) for text in texts]


@lru_cache(maxsize=REMEMBERED)
def _asked(text: str, dtype: pl.DataType) -> int | None:
    made: int | None = pl.Series([text]).cast(dtype, strict=False)[0]
    return made
