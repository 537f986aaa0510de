"""The duty point: which day's law and rates apply to a filing, and that law beside it."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from tidewaiter.model.columns import INSTANT, Schema
from tidewaiter.model.findings import FindingKind

DUTY_POINT: Schema = {"duty_point_at": INSTANT, "duty_day": pl.Date(), "law_period": pl.Int32()}

NO_LAW = FindingKind(
    "LAW-01",
    "No law loaded for the day",
    "No law is loaded for the duty point {duty_day}; give the filing its date, or load the sheet of that day.",
    "hold",
    "filing",
    pointer="presented_at",
    pending_on="register",
    evidence=("duty_day",),
)
NOT_ASSESSED = FindingKind(
    "LAW-02",
    "Kind of filing is not assessed",
    "A {filing_kind} ({function}) was taken, but only imports that are not withdrawn are assessed for duty and tax.",
    "hold",
    "filing",
    pointer="filing_kind",
    pending_on="register",
    evidence=("filing_kind", "function"),
)
DEFAULTED = FindingKind(
    "DEF-01",
    "Values taken from the sender's sheet",
    "The message is silent on {defaulted}; the sender's sheet supplied them.",
    "note",
    "filing",
    evidence=("defaulted",),
)
BEYOND = FindingKind(
    "LAW-03",
    "Day beyond what the law was looked through for",
    "The duty point {duty_day} lies beyond the last day for which the sheet of the law was looked through: what is law "
    "then is not told, and every amount is an estimate.",
    "note",
    "filing",
    pointer="presented_at",
    evidence=("duty_day",),
)
FEW = 256
"""Filings up to which it costs less to lay the law beside each than to tell what is the same for all."""

KINDS = (NO_LAW, NOT_ASSESSED, DEFAULTED, BEYOND)


def find_duty_point(filings: pl.LazyFrame, order: Sequence[str], starts: Sequence[date]) -> pl.LazyFrame:
    """Add ``duty_point_at``, its day, and ``law_period``: the sheet's span that covers it (empty: none).

    ``order`` names the instants that decide, the strongest first; where all are empty the run's own day counts.
    ``starts`` are the first days of the sheet's spans, ascending.
    """
    at = pl.coalesce(*order, "run_accepted_at")
    period = pl.lit(pl.Series(starts, dtype=pl.Date)).search_sorted(pl.col("duty_day"), side="right").cast(pl.Int32) - 1
    return (
        filings.with_columns(duty_point_at=at)
        .with_columns(duty_day=pl.col("duty_point_at").dt.date())
        .with_columns(law_period=pl.when(period >= 0).then(period))
    )


def lay_law_beside(filings: pl.LazyFrame, law: pl.LazyFrame) -> pl.LazyFrame:
    """Add one ``law_<parameter>`` column per parameter: what was in force at the duty point, empty where nothing.

    What does not change between the periods of these filings stands once for all of them.
    """
    own = filings.select("law_period").collect(engine="in-memory")
    if own.height <= FEW:
        return filings.join(law, on="law_period", how="left", maintain_order="left", nulls_equal=True)
    periods = own.unique().sort("law_period")
    told = periods.lazy().join(law, on="law_period", how="left", maintain_order="left").collect(engine="in-memory")
    parameters = [name for name in told.columns if name != "law_period"]
    fixed = [name for name in parameters if periods.height and told[name].n_unique() == 1]
    beside = told.lazy().select("law_period", *(name for name in parameters if name not in fixed))
    laid = filings.join(beside, on="law_period", how="left", maintain_order="left", nulls_equal=True)
    return laid.with_columns(pl.lit(told[name][0], dtype=told.schema[name]).alias(name) for name in fixed)


def watch_limit(filings: pl.LazyFrame, limits: Sequence[str]) -> pl.LazyFrame:
    """Add ``low_value_limit_minor``: the first of these limits that is in force, empty where none is."""
    return filings.with_columns(low_value_limit_minor=pl.coalesce(*limits, pl.lit(None, dtype=pl.Int64)))


def flag_unassessable(filings: pl.LazyFrame, known_until: date | None = None) -> pl.LazyFrame:
    """Flag filings no law covers, kinds that are not assessed, and values that a sheet supplied.

    So are duty points beyond ``known_until``, the last day that the law was looked through for (empty: none is told).
    """
    is_plain_import = (pl.col("filing_kind") == "import") & (pl.col("function") != "cancellation")
    return filings.with_columns(
        pl.col("law_period").is_null().alias(NO_LAW.flag),
        (~is_plain_import).alias(NOT_ASSESSED.flag),
        pl.col("defaulted").is_not_null().alias(DEFAULTED.flag),
        (pl.col("duty_day") > pl.lit(known_until, dtype=pl.Date)).fill_null(value=False).alias(BEYOND.flag),
    )
