"""Waiting for the parcel: what would release keeps until the parcel is there, where the law says so."""

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from tidewaiter.model.columns import INSTANT, Schema
from tidewaiter.model.findings import FindingKind

BESIDE: Final[Schema] = {"arrived_event_at": INSTANT, "presented_event_at": INSTANT, "horizon_at": INSTANT}
"""What events say of a filing's parcel, and the moment up to which they tell."""

AWAITED: Final = "law_release_after"
"""The event after which the law of the filing's day releases: ``presented``, ``arrived``; empty: it waits for none."""

STRICT: Final = "has_strict_item"

NOT_HERE = FindingKind(
    "MOV-01",
    "Waits for its parcel",
    "The law releases after the event '{law_release_after}', and up to {horizon_at} nobody has told of it.",
    "hold",
    "filing",
    pointer="presented_at",
    route="release",
    pending_on="arrival",
    weight=0,
    evidence=("law_release_after", "horizon_at", "arrived_event_at"),
)
PRESENTED_OTHERWISE = FindingKind(
    "MOV-02",
    "Presented at another moment",
    "The filing says that the parcel was presented at {presented_at}, the event says {presented_event_at}.",
    "note",
    "filing",
    pointer="presented_at",
    evidence=("presented_at", "presented_event_at"),
)
ARRIVED_OTHERWISE = FindingKind(
    "MOV-03",
    "Arrived on another day",
    "The filing expected the parcel on {arrival_est}, and it arrived on {arrived_event_at}.",
    "note",
    "filing",
    pointer="arrival_est",
    evidence=("arrival_est", "arrived_event_at"),
)
KINDS: Final = (NOT_HERE, PRESENTED_OTHERWISE, ARRIVED_OTHERWISE)

TAKES: Final[Schema] = {**BESIDE, "presented_at": INSTANT, "arrival_est": INSTANT, AWAITED: pl.String()}


def strict_items(items: pl.LazyFrame, kinds: Sequence[FindingKind]) -> pl.LazyFrame:
    """One row a filing with ``has_strict_item``: a finding that keeps it from release stands on one of its items."""
    return items.group_by("filing_row", maintain_order=True).agg(_any_strict(kinds, "item").any().alias(STRICT))


def flag_waiting(filings: pl.LazyFrame, kinds: Sequence[FindingKind]) -> pl.LazyFrame:
    """Add one flag for each of ``KINDS``, never empty.

    ``kinds`` are all others of the run: a filing that one of them keeps waits for that, not for its parcel.
    """
    would_release = ~(_any_strict(kinds, "filing") | pl.col(STRICT).fill_null(value=False))
    return filings.with_columns(
        (would_release & _is_awaited()).alias(NOT_HERE.flag),
        _differs().fill_null(value=False).alias(PRESENTED_OTHERWISE.flag),
        (pl.col("arrival_est").dt.date() != pl.col("arrived_event_at").dt.date())
        .fill_null(value=False)
        .alias(ARRIVED_OTHERWISE.flag),
    )


def _any_strict(kinds: Iterable[FindingKind], level: str) -> pl.Expr:
    strict = [pl.col(kind.flag) for kind in kinds if kind.level == level and kind.severity != "note"]
    return pl.any_horizontal([pl.lit(value=False), *strict])


def _is_awaited() -> pl.Expr:
    """True where the law waits for an event that has not happened up to the horizon; a presented parcel arrived."""
    is_presented = pl.col("presented_event_at").is_not_null() | _has_passed("presented_at")
    is_arrived = is_presented | pl.col("arrived_event_at").is_not_null()
    is_there = pl.when(pl.col(AWAITED) == "arrived").then(is_arrived).otherwise(is_presented)
    return pl.col(AWAITED).is_not_null() & (pl.col(AWAITED) != "") & ~is_there


def _has_passed(moment: str) -> pl.Expr:
    """True where the filing says a moment that is not after the horizon; without a horizon its word counts."""
    is_over = (pl.col(moment) <= pl.col("horizon_at")) | pl.col("horizon_at").is_null()
    return (pl.col(moment).is_not_null() & is_over).fill_null(value=False)


def _differs() -> pl.Expr:
    """True where filing and event name another moment; a bare day, which reads as its first moment, names the day."""
    told, event = pl.col("presented_at"), pl.col("presented_event_at")
    is_bare_day = told == told.dt.truncate("1d")
    return (told != event) & ~(is_bare_day & (told.dt.date() == event.dt.date()))
