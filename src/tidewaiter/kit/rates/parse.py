"""Reading: a text of one of the dialects becomes an expression, or says what of it is not understood."""

import re
from collections.abc import Iterator
from typing import Final

from tidewaiter.kit.rates.dialects import au, canonical, taric, us
from tidewaiter.kit.rates.dialects.dialect import Dialect, plain
from tidewaiter.kit.rates.expression import Duty, Expression, Free, Join, Reference, Term, Unresolved
from tidewaiter.kit.rates.numbers import is_in_bounds

DIALECTS: Final[dict[str, Dialect]] = {
    dialect.name: dialect for dialect in (canonical.DIALECT, taric.DIALECT, us.DIALECT, au.DIALECT)
}
MOST_TERMS: Final = 12
"""A duty of more terms is no duty that anybody published."""


def parse(text: str, dialect: str = "canonical") -> Expression:
    """The expression a text means; ``Unresolved`` with text and reason for what the grammar does not read.

    ``dialect``: ``canonical`` ``taric`` ``us`` ``au``; KeyError for another. Spaces and mark-up do not count.

    >>> parse("8¢ each + 8%", "us").terms[0]
    Term(join='', factor=Fraction(2, 25), unit='piece', currency='USD')
    """
    spoken = DIALECTS[dialect]
    if spoken is canonical.DIALECT and (quoted := canonical.quoted(text)):
        return quoted
    words = plain(text)
    if words.lower() in spoken.free:
        return Free()
    if not words:
        return Unresolved(text, "there is no text")
    if any(pattern.fullmatch(words) for pattern in spoken.references):
        return Reference(words)
    return _duty(words, spoken)


def _duty(words: str, spoken: Dialect) -> Duty | Unresolved:
    terms: list[Term] = []
    for join, piece in _pieces(words, spoken):
        term = spoken.term(piece)
        if term is None:
            return Unresolved(words, f"'{piece}' is no share and no amount of a known unit" if piece else
                              "a part of the sum is missing")  # fmt: skip
        if not is_in_bounds(term.factor):
            return Unresolved(words, f"'{piece}' is a number that no rate has")
        terms.append(Term(join, term.factor, term.unit, term.currency))
    if len({term.currency for term in terms} - {None}) > 1:
        return Unresolved(words, "amounts in two currencies")
    if len(terms) > MOST_TERMS:
        return Unresolved(words, f"more than {MOST_TERMS} terms")
    return Duty(tuple(terms))


def _pieces(words: str, spoken: Dialect) -> Iterator[tuple[Join, str]]:
    """The text cut at what joins its terms; each term with the join before it."""
    join: Join = ""
    start = 0
    for found in re.finditer(spoken.joins, words):
        yield join, words[start : found.start()].strip()
        join, start = spoken.meaning(found[0]), found.end()
    yield join, words[start:].strip()
