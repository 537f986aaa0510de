"""Spelling: names and streets brought to one form, whole columns at a time."""

import polars as pl

STREET_WORDS = tuple(
    """
    street st str strasse straße road rd avenue ave av lane ln drive dr boulevard blvd bd rue via viale calle carrer rua
    ulica ul ulitsa weg platz allee laan straat gade vej gata gatan vag vagen katu tie utca ut no nr
    """.split()
)
"""Words that say street or number in the tongues parcels go to, accents gone: written or left out at will."""


def person(names: pl.Series) -> pl.Series:
    """A name, first name first, however it was given."""
    has_comma = names.str.contains(",", literal=True)
    if has_comma.any():
        swapped = names.str.replace(r"^\s*([^,]+),\s*(.+)$", "$2 $1")
        names = pl.select(pl.when(has_comma).then(swapped).otherwise(names)).to_series()
    return plain(names)


def street(streets: pl.Series) -> pl.Series:
    """A street without its street words, the number last: ``12, Rue Haute`` and ``rue haute 12`` are one."""
    spaced = plain(streets).str.replace_all(" ", "  ", literal=True)
    padded = pl.select(pl.concat_str(pl.lit(" "), spaced, pl.lit(" "))).to_series()
    bare = padded.str.replace_many([f" {word} " for word in STREET_WORDS], [" "])
    single = bare.str.replace_all(r" +", " ").str.strip_chars()
    return _or_null(single.str.replace(r"^(\d+\w?) (.+)$", "$2 $1"))


def code(codes: pl.Series) -> pl.Series:
    """A postcode without spaces and dashes."""
    return _or_null(codes.str.replace_all(r"[^0-9A-Za-z]+", ""))


def plain(texts: pl.Series) -> pl.Series:
    """Lower case, accents gone, anything but letters and digits one space; null where nothing is left."""
    lower = texts.str.to_lowercase()
    is_foreign = (lower.str.len_bytes() != lower.str.len_chars()).fill_null(value=False)
    simple = lower.str.replace_all(r"[^a-z0-9]+", " ")
    if is_foreign.any():
        bare = lower.filter(is_foreign).str.normalize("NFKD").str.replace_all(r"\p{M}+", "")
        bare = bare.str.replace_all(r"[^\p{L}\p{N}]+", " ")
        simple = simple.scatter(is_foreign.arg_true(), bare)
    return _or_null(simple.str.strip_chars())


def _or_null(texts: pl.Series) -> pl.Series:
    """An empty text is no key."""
    return pl.select(pl.when(texts != "").then(texts)).to_series()
