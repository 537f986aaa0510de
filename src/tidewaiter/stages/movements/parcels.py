"""Parcels: many events become one row a parcel, many filings one row a parcel."""

from typing import Final

import polars as pl

from tidewaiter.model.codes import EVENTS
from tidewaiter.model.columns import INSTANT, Schema

SAID: Final = ("parcel_id", "event_no", "at", "place", "carrier_id", "flight")
"""What an event says: two rows that say the same are one event told twice."""

FIRSTS: Final = ("departed", "missing", "arrived", "presented")
"""Events of which the first one counts, however often they are told."""

WORD_ROOM: Final = 16
"""More than there are words: a moment and a word in one number, a microsecond 16 of them."""

OF_EVENTS: Final[Schema] = {
    "parcel_id": pl.String(),
    **{f"{word}_at": INSTANT for word in FIRSTS},
    "place": pl.String(),
    "departed_flight": pl.String(),
    "arrived_flight": pl.String(),
    "named_flight": pl.String(),
    "has_moved": pl.Boolean(),
}
"""``place`` is the last one named, ``has_moved`` false where nothing but ``lodged`` is told."""

KNOWN: Final[Schema] = {
    "parcel_id": pl.String(),
    "filing_no": pl.Int64(),
    "standing": pl.UInt8(),
    "consignment_id": pl.String(),
    "version": pl.Int64(),
    "declarant_id": pl.String(),
    "filing_kind": pl.String(),
    "arrival_est": INSTANT,
    "told_presented_at": INSTANT,
    "accepted_at": INSTANT,
    "filed_flight": pl.String(),
    "master_document": pl.String(),
    "receptacle": pl.String(),
}
"""A filing that names a parcel; ``filing_no`` is -1 for one that is not of this run, or was not accepted."""

ACCEPTED, EARLIER, QUARANTINED = 0, 1, 2
"""``standing`` of a filing: accepted now, accepted by an earlier run, set aside."""


def once(events: pl.DataFrame) -> pl.DataFrame:
    """Add ``is_again``: true for a row that says what a row before it said."""
    if _all_differ(events, *SAID):
        return events.with_columns(is_again=pl.lit(value=False))
    return events.with_columns(is_again=~pl.struct(SAID).is_first_distinct())


def _all_differ(rows: pl.DataFrame, *said: str | pl.Expr) -> bool:
    """True only where no two rows say the same: numbers made of what they say tell it at a fraction of the cost."""
    return bool(rows.select(pl.struct(said).hash().n_unique()).item() == rows.height)


def first_told(events: pl.DataFrame) -> pl.DataFrame:
    """The rows told again, each with ``of_source_no`` and ``of_position`` of the first that said the same."""
    again = events.filter("is_again")
    first = events.filter(~pl.col("is_again")).select(*SAID, of_source_no="source_no", of_position="source_position")
    return again.join(first, on=SAID, how="left", nulls_equal=True, maintain_order="left")


def parcels_of(events: pl.DataFrame) -> pl.DataFrame:
    """One row a parcel (``OF_EVENTS``) of rows that say different things; their order does not matter."""
    when = {word: pl.col("event_no") == EVENTS.index(word) for word in FIRSTS}
    moments = {f"{word}_at": pl.when(is_it).then("at") for word, is_it in when.items()}
    flights = {f"{word}_flight": pl.when(when[word]).then("flight") for word in ("departed", "arrived")}
    told = _in_order(events).select(
        "parcel_id", "place", named_flight="flight", has_moved=pl.col("event_no") > 0, **moments, **flights
    )
    parcels = told.group_by("parcel_id").agg(
        *(pl.col(name).min() for name in moments),
        pl.col("place").last(ignore_nulls=True),
        *(pl.col(name).first(ignore_nulls=True) for name in (*flights, "named_flight")),
        pl.col("has_moved").any(),
    )
    return parcels.select(list(OF_EVENTS))


def _in_order(events: pl.DataFrame) -> pl.DataFrame:
    """By moment and word; only where a parcel has two events of one word and moment does it take more to part them."""
    place = pl.col("at").to_physical() * WORD_ROOM + pl.col("event_no")
    if _all_differ(events, "parcel_id", place.alias("place_in_time")):
        return events.sort(place)
    return events.sort("at", "event_no", "place", "flight", nulls_last=True)


def filed(known: pl.LazyFrame) -> pl.LazyFrame:
    """One row a parcel of its filings (``KNOWN``): the strongest of them names it, the others fill what it leaves open.

    An accepted filing goes before one of an earlier run and that before one set aside; an import before other kinds,
    the highest version first, then by reference and declarant, so that the order of files does not matter.
    """
    lonely = known.filter(pl.col("parcel_id").is_unique())
    several = known.filter(~pl.col("parcel_id").is_unique())
    ordered = several.sort(
        "parcel_id", "standing", pl.col("filing_kind") != "import", "version", "consignment_id", "declarant_id",
        descending=[False, False, False, True, False, False],
    )  # fmt: skip
    open_to_others = ("arrival_est", "told_presented_at", "filed_flight", "master_document", "receptacle")
    plain = [name for name in KNOWN if name not in {"parcel_id", *open_to_others}]
    merged = ordered.group_by("parcel_id", maintain_order=True).agg(
        *(pl.col(name).first() for name in plain), *(pl.col(name).first(ignore_nulls=True) for name in open_to_others)
    )
    return pl.concat([lonely.select(list(KNOWN)), merged.select(list(KNOWN))])
