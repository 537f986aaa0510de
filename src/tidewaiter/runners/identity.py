"""Identity of rows: which filing a row belongs to, and whether two rows say the same."""

from collections.abc import Mapping
from functools import cache, reduce
from operator import xor

import polars as pl

from tidewaiter.model.columns import FILING_FIELDS, ITEM_FIELDS, Field
from tidewaiter.model.ids import UNIT_SEPARATOR, keys64
from tidewaiter.model.worded import Worded
from tidewaiter.stages.parties.fingerprints import fingerprints

ROW_IDENTITY = {
    "identity_key": pl.Int64,
    "identity_hash": pl.UInt64,
    "id_hash": pl.UInt64,
    "filing_hash": pl.UInt64,
    "item_hash": pl.UInt64,
    "item_no": pl.Int64,
    "source_position": pl.Int64,
}
"""These compare rows within one run only and are never stored. A filing is the pair of ``identity_key`` and
``identity_hash``: 128 bits of its text by two unrelated functions. The lasting key is ``filing_keys``."""

CONTENT = {"filing_hash": pl.UInt64, "item_hash": pl.UInt64}
"""What a row says of its filing and of its goods line, each as one number: equal numbers, equal words."""


ASKED = ("declarant_id", "filing_kind", "function", "version", "parcel_id", "item_no")
"""What a filing is known by, and what the format fills in where a row is silent."""


def with_defaults(rows: pl.DataFrame, words: Mapping[str, Worded] | None = None) -> pl.DataFrame:
    """Fill what the format itself defines when silent: an original import filing, version 1, parcel = filing.

    Of ``words``, columns kept apart from the rows, those of ``ASKED`` are laid beside the rows.
    """
    rows = rows.with_columns(words[name].told(name) for name in ASKED if words and name in words)
    plain = {"filing_kind": pl.lit("import"), "function": pl.lit("original"), "version": pl.lit(1, dtype=pl.Int64)}
    present = set(rows.columns)
    filled = [(pl.coalesce(name, value) if name in present else value).alias(name) for name, value in plain.items()]
    parcel = pl.coalesce("parcel_id", "consignment_id") if "parcel_id" in present else pl.col("consignment_id")
    return rows.with_columns(*filled, parcel.alias("parcel_id"))


Submitter = str | pl.Expr
"""Who sent all the rows, or the column that says so of each."""


def identified(rows: pl.DataFrame, submitter: Submitter, words: Mapping[str, Worded] | None = None) -> pl.DataFrame:
    """The identity columns of each row, in order; ``words`` are columns kept apart from the rows."""
    text = identity_text(rows, submitter)
    item_no = pl.col("item_no") if "item_no" in rows.columns else pl.lit(None, dtype=pl.Int64)
    found = rows.select(
        identity=text,
        identity_hash=text.hash(seed=1),
        id_hash=pl.col("consignment_id").hash(seed=2),
        filing_hash=_content_hash(rows, words or {}, FILING_FIELDS),
        item_hash=_content_hash(rows, words or {}, ITEM_FIELDS),
        item_no=item_no,
        source_position="source_position",
    )
    return found.with_columns(fingerprints(found["identity"]).alias("identity_key")).select(list(ROW_IDENTITY))


def identity_text(rows: pl.DataFrame, submitter: Submitter) -> pl.Expr:
    """What a filing's key is made of; an empty declarant takes the submitter."""
    declarant = pl.col("declarant_id") if "declarant_id" in rows.columns else pl.lit(None, dtype=pl.String)
    identity = (declarant.fill_null(submitter), "filing_kind", pl.col("consignment_id").fill_null(""), "version")
    return pl.concat_str(identity, separator=UNIT_SEPARATOR)


def contents(rows: pl.DataFrame) -> pl.DataFrame:
    """What each row says, as two numbers that can be compared within one run."""
    return rows.select(
        filing_hash=_content_hash(rows, {}, FILING_FIELDS), item_hash=_content_hash(rows, {}, ITEM_FIELDS)
    )


def content_prints(rows: pl.DataFrame) -> pl.Series:
    """What each row says, as one lasting number (BLAKE2b-64 of the names and values of its fields)."""
    said = [
        pl.concat_str(pl.lit(f"{field.inner}="), pl.col(field.inner).to_physical().cast(pl.String))
        for field in (*FILING_FIELDS, *ITEM_FIELDS)
        if field.inner in rows.columns
    ]
    texts = rows.select(text=pl.concat_str(said, separator=UNIT_SEPARATOR, ignore_nulls=True)).to_series()
    return pl.Series("content", keys64(texts.to_list()), dtype=pl.Int64)


def filing_keys(rows: pl.DataFrame, submitter: Submitter) -> pl.Series:
    """The lasting key of each row's filing (BLAKE2b-64), as history keeps it."""
    texts = rows.select(identity_text(rows, submitter)).to_series()
    return pl.Series("filing_key", keys64(texts.to_list()), dtype=pl.Int64)


def _content_hash(rows: pl.DataFrame, words: Mapping[str, Worded], fields: tuple[Field, ...]) -> pl.Expr:
    """One number for what a row says in these fields; an absent column and an empty value are the same."""
    present = {*rows.columns, *words}
    there = [(field, seed) for seed, field in enumerate(fields, start=11) if field.inner in present]
    if not there:
        return pl.lit(0, dtype=pl.UInt64)
    mixed = pl.lit(reduce(xor, (_hash_of_nothing(field.dtype, seed) for field, seed in there)), dtype=pl.UInt64)
    for field, seed in there:
        own = words.get(field.inner)
        mixed = mixed ^ (pl.lit(_hash_of_words(own, seed)) if own else pl.col(field.inner).hash(seed))
    return mixed


def _hash_of_words(column: Worded, seed: int) -> pl.Series:
    """What hashing each row of the column would give."""
    nothing = _hash_of_nothing(column.words.dtype, seed)
    return column.each(lambda words: words.hash(seed)).told("").fill_null(nothing)


@cache
def _hash_of_nothing(dtype: pl.DataType, seed: int) -> int:
    """What an empty value hashes to: taken out again, so that it counts as little as a column that is not there."""
    return int(pl.Series([None], dtype=dtype).hash(seed)[0])
