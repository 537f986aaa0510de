"""Assertions typed: each value read like the canonical field it resembles; what cannot be read is named."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tidewaiter.model.assertions import ASSERTED, ASSERTION_FIELDS, KINDS
from tidewaiter.model.columns import BY_DOOR, INSTANT
from tidewaiter.stages.movements.told import EXAMPLE, WITHOUT_ZONE, instant
from tidewaiter.stages.typed import FAULT_SCHEMA, typed

LIKE: Final = {field.name: field.like for field in ASSERTION_FIELDS}
NAMED: Final = {like: name for name, like in LIKE.items()}
READ: Final = {field.column: BY_DOOR[field.like].inner for field in ASSERTION_FIELDS if field.name != "asserted_at"}
VALUE_CHARS: Final = 200
SENTENCES: Final = {
    "AST-91": "{0} is empty. Say it of every assertion.",
    "AST-92": f"kind is no word we know. Write one of: {', '.join(KINDS)}.",
    "AST-93": "Neither order_id nor parcel_id is told. Say which order or which parcel this is about.",
    "AST-94": "currency is empty. Write the code of the currency beside the amount.",
    "DAT-90": f"asserted_at is no moment. Write it like {EXAMPLE}.",
    "DAT-92": f"asserted_at has no offset from UTC, and none is guessed. Write it like {EXAMPLE}.",
}


@dataclass(frozen=True)
class TypedAssertions:
    """Rows that could be read (``ASSERTED`` and ``source_position``); for each fault its row in the batch."""

    rows: pl.DataFrame
    faults: pl.DataFrame


def typed_assertions(text: pl.DataFrame) -> TypedAssertions:
    """Read a batch of text rows under the names of ``ASSERTION_FIELDS`` with ``source_position``.

    A row with a fault is no assertion. Faults have the columns of ``stages.typed.FAULT_SCHEMA``.
    """
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in LIKE if name not in text.columns]
    text = text.with_columns(absent)
    read = typed(text.rename(LIKE).drop("accepted_at").with_columns(consignment_id=pl.lit("-")))
    moment = text.select(instant(pl.col("asserted_at")).cast(INSTANT).alias("asserted_at")).to_series()
    rows = read.rows.select(
        "source_position", *(pl.col(inner).alias(column) for column, inner in READ.items())
    ).with_columns(moment)
    faults = pl.concat([_of_values(read.faults), *_of_rows(text, rows)])
    bad = faults["at"].unique()
    is_good = ~pl.int_range(rows.height, dtype=pl.UInt32, eager=True).is_in(bad.implode())
    return TypedAssertions(rows.filter(is_good).select("source_position", *ASSERTED), faults.sort("at", "pointer"))


def _of_values(faults: pl.DataFrame) -> pl.DataFrame:
    """Faults of single values, told under the name that the file knows."""
    if faults.is_empty():
        return faults
    own = pl.col("pointer").replace(NAMED)
    words = pl.col("message").str.strip_prefix(pl.col("pointer"))
    return faults.with_columns(pointer=own, message=pl.concat_str(own, words))


def _of_rows(text: pl.DataFrame, rows: pl.DataFrame) -> list[pl.DataFrame]:
    """What is missing, or no word or moment."""
    told = pl.col("asserted_at")
    needed = [field.name for field in ASSERTION_FIELDS if field.is_needed]
    amounts = pl.any_horizontal(pl.col(name).is_not_null() for name in ("amount", "goods_amount"))
    is_lost = pl.lit(rows["asserted_at"]).is_null() & told.is_not_null()
    found = [
        *(("AST-91", name, pl.col(name).is_null()) for name in needed),
        ("AST-92", "kind", ~pl.col("kind").str.to_lowercase().is_in(KINDS)),
        ("AST-93", "order_id", pl.col("order_id").is_null() & pl.col("parcel_id").is_null()),
        ("AST-94", "currency", amounts & pl.col("currency").is_null()),
        ("DAT-92", "asserted_at", is_lost & told.str.contains(WITHOUT_ZONE)),
        ("DAT-90", "asserted_at", is_lost & ~told.str.contains(WITHOUT_ZONE)),
    ]
    hits = text.select(hit.fill_null(value=False).alias(str(number)) for number, (_, _, hit) in enumerate(found))
    return [
        _told(text, hits[str(number)].arg_true(), code, name)
        for number, (code, name, _) in enumerate(found)
        if hits[str(number)].any()
    ]


def _told(text: pl.DataFrame, at: pl.Series, code: str, name: str) -> pl.DataFrame:
    return pl.DataFrame({"at": at.cast(pl.UInt32), "value": text[name].gather(at).str.slice(0, VALUE_CHARS)}).select(
        "at", code=pl.lit(code), pointer=pl.lit(name), value="value", message=pl.lit(SENTENCES[code].format(name))
    ).select(pl.col(name).cast(dtype) for name, dtype in FAULT_SCHEMA.items())  # fmt: skip
