"""Spelling: names, streets and codes as they are commonly mistyped, brought to one key, whole columns at a time."""

from functools import cache
from typing import Final

import numpy as np
import polars as pl

from tidewaiter.stages.parties.fingerprints import Prints, at_once, prints_of, word_prints_of

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


PERSON: Final = (*TITLES, *NOBODY)
"""Words that tell nothing of a person: ``García, María`` and ``Mrs MARIA GARCIA`` are one."""

COMPANY: Final = NOBODY
"""Words that tell nothing of a trading name."""

STREET: Final = (*STREET_WORDS, *NOBODY)
"""Words that tell nothing of a street and its number: ``12a, Rue Haute`` and ``haute 12 A`` are one."""


def words_of(*columns: tuple[pl.Series, tuple[str, ...]]) -> list[Prints]:
    """Keys of the words of each column, folded, those ignored left out; unknown where nothing is named."""
    made = at_once(folded, *(texts for texts, _ in columns))
    return word_prints_of(*((texts, ignored(words)) for texts, (_, words) in zip(made, columns, strict=True)))


def code(codes: pl.Series) -> pl.Series:
    """A code without spaces, dashes and case; null where nothing is left or it only fills the field."""
    return codes.to_frame("codes").select(_bare()).select(_told()).to_series()


@cache
def _bare() -> pl.Expr:
    return pl.col("codes").str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]+", "")


@cache
def _told() -> pl.Expr:
    bare = pl.col("codes")
    return pl.when((bare != "") & ~bare.str.contains(EMPTY_CODE)).then(bare)


def codes_of_places(codes: pl.Series) -> pl.Series:
    """Postcodes given as ``code`` makes them, without the four digits that lead on to one house: ``100060001``."""
    return codes.str.replace(EXTENDED, "$1")


@cache
def ignored(words: tuple[str, ...]) -> np.ndarray:
    """Fingerprints of words that count nothing."""
    return prints_of(folded(pl.Series(words, dtype=pl.String)))[0].numbers


def folded(texts: pl.Series) -> pl.Series:
    """Lower case, accents gone, spellings of one sound made one; ASCII punctuation is left to who reads the words."""
    lower, is_foreign = texts.to_frame("texts").select(_lower(), _is_foreign()).get_columns()
    if is_foreign.any():
        bare = lower.filter(is_foreign).str.normalize("NFKD").str.replace_all(r"\p{M}+", "").str.replace_many(LETTERS)
        lower = lower.scatter(is_foreign.arg_true(), bare.str.replace_all(r"[^\p{L}\p{N}]+", " "))
    return lower.str.replace_many(FOLDED, leftmost=True)


@cache
def _lower() -> pl.Expr:
    return pl.col("texts").str.to_lowercase()


@cache
def _is_foreign() -> pl.Expr:
    """True for texts with letters beyond ASCII."""
    return (_lower().str.len_bytes() != _lower().str.len_chars()).fill_null(value=False).alias("is_foreign")
