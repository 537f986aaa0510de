"""Spelling: names, streets and codes as they are commonly mistyped, brought to one key, whole columns at a time."""

from collections.abc import Sequence
from functools import cache

import polars as pl

from tidewaiter.stages.parties.fingerprints import word_fingerprints

STREET_WORDS = tuple(
    """
    street st str road rd avenue ave av lane ln drive dr boulevard blvd bd rue via viale calle carrer rua ulica ul
    ulitsa weg platz allee laan gade vej gata gatan vag vagen katu tie utca no nr number numero
    """.split()
)
"""Words that say street or number in the tongues parcels go to, accents gone: written or left out at will."""

TITLES = tuple("mr mrs ms miss dr prof herr frau mme mlle monsieur madame sig sra sr".split())
NOBODY = tuple("unknown none null na nil test tba xx xxx".split())
"""Words that stand for a name or street nobody gave."""

FOLDED = {"strasse": "str", "straat": "str", "aa": "a", "ae": "a", "oe": "o", "ue": "u"}
"""Spellings of one sound: Müller is Mueller, Århus is Aarhus, and Hauptstr. is Hauptstraße."""

LETTERS = {
    "ß": "ss",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "æ": "a",
    "œ": "o",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    "þ": "th",
    "ð": "d",
}
"""Letters that are no letter with an accent, so that taking accents away leaves them."""

EMPTY_CODE = r"^(?:0+|9{4,}|X+|NA|NONE|NULL|NIL|UNKNOWN|TEST|TBA)$"
"""Codes that only fill a field which must not be empty."""

EXTENDED = r"^(\d{5})\d{4}$"
"""Five digits that name a place and four that lead on to one house (ZIP+4)."""


def person(names: pl.Series) -> pl.Series:
    """Key of a name: ``García, María`` and ``Mrs MARIA GARCIA`` are one; null where nobody is named."""
    return _words_of(names, (*TITLES, *NOBODY))


def company(names: pl.Series) -> pl.Series:
    """Key of a trading name; null where nobody is named."""
    return _words_of(names, NOBODY)


def street(streets: pl.Series) -> pl.Series:
    """Key of a street with its number: ``12a, Rue Haute`` and ``haute 12 A`` are one; null where none is named."""
    return _words_of(streets, (*STREET_WORDS, *NOBODY))


def code(codes: pl.Series) -> pl.Series:
    """A code without spaces, dashes and case; null where nothing is left or it only fills the field."""
    bare = codes.str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]+", "")
    return pl.select(pl.when((bare != "") & ~bare.str.contains(EMPTY_CODE)).then(bare)).to_series()


def postcode(codes: pl.Series) -> pl.Series:
    """A postcode as ``code``, without the four digits that lead on to one house: ``10006-0001`` is ``10006``."""
    return code(codes).str.replace(EXTENDED, "$1")


def _words_of(texts: pl.Series, ignored: Sequence[str]) -> pl.Series:
    """Key of the words of each text, those ignored left out, all of them folded."""
    return word_fingerprints(_folded(texts), _folded_words(tuple(ignored)))


@cache
def _folded_words(words: tuple[str, ...]) -> pl.Series:
    return _folded(pl.Series(words))


def _folded(texts: pl.Series) -> pl.Series:
    """Lower case, accents gone, spellings of one sound made one; ASCII punctuation is left to who reads the words."""
    lower = texts.str.to_lowercase()
    is_foreign = (lower.str.len_bytes() != lower.str.len_chars()).fill_null(value=False)
    if is_foreign.any():
        bare = lower.filter(is_foreign).str.normalize("NFKD").str.replace_all(r"\p{M}+", "").str.replace_many(LETTERS)
        lower = lower.scatter(is_foreign.arg_true(), bare.str.replace_all(r"[^\p{L}\p{N}]+", " "))
    return lower.str.replace_many(FOLDED, leftmost=True)
