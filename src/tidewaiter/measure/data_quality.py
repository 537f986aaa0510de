"""Data quality of those who file, by day: how many of their filings are in time, complete, accurate and consistent.

A filing is at fault in a dimension where one of its findings speaks of it (``model.dimensions``), a filing in
quarantine where a reason of its rows does. It is in time where it was accepted before its parcel arrived: by the event,
else by the arrival it estimates; one that tells no arrival counts in no share of timeliness. A dimension's score is the
share of filings without fault in it, in whole per mille, rounded down; the score of a filer is that of its filings
without any fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import polars as pl

from tidewaiter.measure.lake import Lake, filings, measured
from tidewaiter.model.dimensions import ACCURACY, COMPLETENESS, CONSISTENCY, DIMENSIONS, TIMELINESS, dimension_of

BY_FINDINGS: Final = (ACCURACY, COMPLETENESS, CONSISTENCY)
KEY: Final = ("filer", "day")
COUNTS: Final = ("filings", "quarantined", "faultless", "known", *(f"{name}_faults" for name in DIMENSIONS), "lead_s")
"""Of a filer's day: filings, of them in quarantine, without any fault, with a known arrival, at fault in each
dimension; seconds between acceptance and arrival, added up over those known."""


@dataclass(frozen=True)
class Fault:
    """A code on so many filings, with the dimension it speaks of."""

    code: str
    dimension: str
    filings: int


def filer_days(lakes: Sequence[Lake]) -> pl.DataFrame:
    """One row a filer and day (``KEY``; empty: not told) with ``COUNTS``, all lakes together."""
    parts = [part for lake in lakes for part in (_accepted(lake), _set_aside(lake))]
    return pl.concat(parts).group_by(KEY).agg(pl.col(COUNTS).sum()).sort(KEY, nulls_last=True)


def scored(counts: pl.DataFrame) -> pl.DataFrame:
    """Add a score in per mille for each dimension (empty: nothing is known of it), ``score`` and ``mean_lead_s``."""
    shares = {
        name: 1000 * (whole - pl.col(f"{name}_faults")) // whole
        for name, whole in {
            TIMELINESS: pl.when(pl.col("known") > 0).then("known"),
            **{name: pl.when(pl.col("filings") > 0).then("filings") for name in BY_FINDINGS},
        }.items()
    }
    lead = pl.when(pl.col("known") > 0).then(pl.col("lead_s") // pl.col("known"))
    return counts.with_columns(**shares, score=1000 * pl.col("faultless") // pl.col("filings"), mean_lead_s=lead)


def by_filer(days: pl.DataFrame) -> pl.DataFrame:
    """One row a filer over all days, the lowest score first, with its ``trend``: the last day less those before it.

    The trend is in per mille of the score, empty where a filer has one day only.
    """
    whole = scored(days.group_by("filer").agg(pl.col(COUNTS).sum(), days=pl.len(), last=pl.col("day").max()))
    ends = whole.select("filer", "last")
    beside = days.join(ends, on="filer", nulls_equal=True)
    at_last = scored(beside.filter(pl.col("day") == pl.col("last"))).select("filer", at_last="score")
    before = beside.filter(pl.col("day") < pl.col("last")).group_by("filer").agg(pl.col(COUNTS).sum())
    trends = at_last.join(scored(before).select("filer", before="score"), on="filer", nulls_equal=True)
    return whole.join(
        trends.select("filer", trend=pl.col("at_last") - pl.col("before")), on="filer", how="left", nulls_equal=True
    ).sort("score", "filings", "filer", descending=[False, True, False], nulls_last=True)


def faults(lakes: Sequence[Lake], most: int, filers: Sequence[str | None] | None = None) -> list[Fault]:
    """The commonest faults of some filers, or of all; those on most filings first."""
    found = pl.concat([part for lake in lakes for part in (_codes(lake), _codes_aside(lake))])
    told = found if filers is None else found.filter(_is_one_of(filers))
    counted = (
        told.group_by("code")
        .agg(pl.col("filings").sum())
        .with_columns(_dimension().alias("dimension"))
        .drop_nulls("dimension")
        .sort("filings", "code", descending=[True, False])
    )
    return [Fault(**row) for row in counted.head(most).to_dicts()]


def examples(lake: Lake, code: str, most: int, filers: Sequence[str | None] | None = None) -> pl.DataFrame:
    """The first filings of a lake with a code: ``consignment_id`` and ``evidence`` (JSON text)."""
    filer, _ = _key()
    is_its = pl.lit(value=True) if filers is None else _is_one_of(filers)
    ids = measured(
        lake.scan("consignments")
        .filter(pl.col("reasons").list.contains(code))
        .select(filer, "consignment_id")
        .filter(is_its)
        .head(most)
    )["consignment_id"]
    own = (pl.col("code") == code) & pl.col("consignment_id").is_in(ids.implode())
    rows = measured(lake.scan("findings").filter(own).select("consignment_id", "evidence"))
    return rows.unique("consignment_id", keep="first", maintain_order=True)


def _is_one_of(filers: Sequence[str | None]) -> pl.Expr:
    return pl.col("filer").is_in(pl.Series(list(filers), dtype=pl.String).implode(), nulls_equal=True)


def days_of(days: pl.DataFrame, filer: str | None) -> list[dict[str, Any]]:
    """Each day of a filer with its scores, in order."""
    own = days.filter(pl.col("filer").eq_missing(pl.lit(filer)))
    return scored(own).sort("day").to_dicts()


def _accepted(lake: Lake) -> pl.DataFrame:
    codes = {name: [code for code in _known_codes(lake) if dimension_of(code) == name] for name in BY_FINDINGS}
    at_fault = {
        name: pl.col("reasons").list.set_intersection(pl.lit(codes[name], dtype=pl.List(pl.String))).list.len() > 0
        if codes[name] else pl.lit(value=False)
        for name in BY_FINDINGS
    }  # fmt: skip
    lead = pl.col("arrival") - pl.col("accepted_at")
    rows = _arriving(lake).with_columns(
        **{f"{name}_faults": is_hit.fill_null(value=False) for name, is_hit in at_fault.items()},
        timeliness_faults=(lead <= timedelta(0)).fill_null(value=False),
        known=lead.is_not_null(),
        lead_s=lead.dt.total_seconds().fill_null(0),
    )
    is_faulty = pl.any_horizontal(f"{name}_faults" for name in DIMENSIONS)
    flags = ("known", *(f"{name}_faults" for name in DIMENSIONS))
    return measured(
        rows.group_by(_key()).agg(
            filings(),
            *(pl.col(name).sum().cast(pl.Int64) for name in flags),
            quarantined=pl.lit(0, dtype=pl.Int64),
            faultless=(~is_faulty).sum().cast(pl.Int64),
            lead_s=pl.col("lead_s").sum().cast(pl.Int64),
        )
    ).select(*KEY, *COUNTS)


def _arriving(lake: Lake) -> pl.LazyFrame:
    """Filings with the moment their parcel arrived, by events where there are any, else as they estimate it."""
    rows = lake.scan("consignments")
    if not lake.has("movements"):
        return rows.with_columns(arrival="arrival_est")
    events = (
        lake.scan("movements")
        .filter(pl.col("consignment_id").is_not_null() & pl.col("arrived_at").is_not_null())
        .group_by("consignment_id")
        .agg(pl.col("arrived_at").min())
    )
    return rows.join(events, on="consignment_id", how="left").with_columns(
        arrival=pl.coalesce("arrived_at", "arrival_est")
    )


def _key() -> tuple[pl.Expr, pl.Expr]:
    return pl.col("declarant_id").alias("filer"), pl.col("accepted_at").dt.date().alias("day")


def _set_aside(lake: Lake) -> pl.DataFrame:
    """Filings in quarantine, each at fault by the codes of its rows; whose they are where their file has one filer."""
    rows = _aside(lake)
    at_fault = {
        f"{name}_faults": (pl.col("dimension") == name).any().fill_null(value=False) for name in BY_FINDINGS
    }  # fmt: skip
    ids = pl.coalesce("consignment_id", pl.format("row {}", "source_position"))
    one_each = rows.group_by("source_file", id=ids).agg(pl.col("filer").first(), pl.col("day").first(), **at_fault)
    counted = one_each.group_by(KEY).agg(
        filings(), *(pl.col(name).sum().cast(pl.Int64) for name in at_fault)
    )  # fmt: skip
    nothing = pl.lit(0, dtype=pl.Int64)
    return counted.with_columns(
        quarantined="filings", faultless=nothing, known=nothing, timeliness_faults=nothing, lead_s=nothing
    ).select(*KEY, *COUNTS)


def _aside(lake: Lake) -> pl.DataFrame:
    rows = measured(lake.scan("quarantine").select("source_file", "source_position", "consignment_id", "code"))
    return rows.with_columns(_dimension().alias("dimension")).join(
        _filer_of_file(lake), on="source_file", how="left", maintain_order="left"
    )


def _filer_of_file(lake: Lake) -> pl.DataFrame:
    """For each file the one filer and day its accepted filings have; empty where there are several."""
    filer, day = _key()
    asked = lake.scan("consignments").select("source_file", filer, day).unique()
    found = (
        measured(asked)
        .group_by("source_file")
        .agg(*(pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name) for name in KEY))
    )
    return found.cast({"day": pl.Date()})


def _codes(lake: Lake) -> pl.DataFrame:
    """Codes on filings by filer, with how many."""
    filer, _ = _key()
    rows = lake.scan("consignments").select(filer, code="reasons").explode("code", empty_as_null=True)
    return measured(rows.drop_nulls("code").group_by("filer", "code").agg(filings()))


def _codes_aside(lake: Lake) -> pl.DataFrame:
    """The same of filings in quarantine."""
    return (
        _aside(lake)
        .with_columns(id=pl.coalesce("consignment_id", pl.format("row {}", "source_position")))
        .group_by("filer", "code")
        .agg(pl.struct("source_file", "id").n_unique().cast(pl.Int64).alias("filings"))
    )


def _known_codes(lake: Lake) -> list[str]:
    found = measured(lake.scan("findings").select(pl.col("code").unique()))
    return sorted(found["code"].drop_nulls())


def _dimension() -> pl.Expr:
    return pl.col("code").map_elements(dimension_of, return_dtype=pl.String)
