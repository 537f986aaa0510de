"""Fees: national parcel fees by place and date, per consignment, line or distinct code; neither duty nor tax."""

from collections.abc import Sequence

import polars as pl

from tidewaiter.kit.expressions import times_rate
from tidewaiter.kit.facts import Fee
from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.model.findings import FindingKind

NO_FEE_RATE = FindingKind(
    "RES-09",
    "Fee cannot be converted",
    "A parcel fee of {destination_country} is due in a currency no shelf has a rate for.",
    "hold",
    "filing",
    pending_on="register",
    evidence=("destination_country",),
)
COUNTED = {"consignment": pl.lit(1), "line": pl.col("item_count"), "distinct_hs6": pl.col("distinct_hs6")}


def assess_fees(filings: pl.LazyFrame, fees: Sequence[Fee], rates: pl.LazyFrame, digits: int) -> pl.LazyFrame:
    """Add one amount column per fee (empty: does not apply or unknown) and ``fee_minor``, their sum.

    A fee applies on its days, in its place, up to its intrinsic value. One in another currency is converted at the
    duty point's rate, halves upwards; without a rate the sum is empty and the filing flagged.
    """
    frame = filings.with_columns(fee_is_unknown=pl.lit(value=False))
    for fee in fees:
        frame = _with_fee(frame, fee, rates, digits)
    names = [fee.column for fee in fees]
    total = pl.sum_horizontal(*names, ignore_nulls=True) if names else pl.lit(0)
    return frame.with_columns(
        fee_minor=pl.when(~pl.col("fee_is_unknown")).then(total.cast(pl.Int64)),
    ).rename({"fee_is_unknown": NO_FEE_RATE.flag})


def _with_fee(frame: pl.LazyFrame, fee: Fee, rates: pl.LazyFrame, digits: int) -> pl.LazyFrame:
    """One fee: joined to the day's rate of its own currency, which is 1 for the jurisdiction's."""
    by_day = rates.filter(pl.col("currency") == fee.currency).select("duty_day", "rate_num", "rate_den")
    applies = _applies(fee).fill_null(value=False)
    scale = 10 ** CURRENCY_DIGITS[fee.currency]
    amount = times_rate(
        pl.lit(fee.amount_minor) * COUNTED[fee.per],
        pl.col("rate_num").cast(pl.Int128) * 10**digits,
        pl.col("rate_den").cast(pl.Int128) * scale,
    )
    name = fee.column
    return (
        frame.join(by_day, on="duty_day", how="left", maintain_order="left")
        .with_columns(pl.when(applies).then(amount).alias(name))
        .with_columns(fee_is_unknown=pl.col("fee_is_unknown") | (applies & pl.col(name).is_null()))
        .drop("rate_num", "rate_den")
    )


def _applies(fee: Fee) -> pl.Expr:
    """On its days, in its place, up to its value, to filings that are assessed at all."""
    day = pl.col("duty_day")
    is_in_force = (day >= fee.valid_from) & ((day <= fee.valid_to) if fee.valid_to else pl.lit(value=True))
    is_there = (pl.col("destination_country") == fee.place) if fee.place else pl.lit(value=True)
    return is_in_force & is_there & (pl.col("intrinsic_value_minor") <= fee.intrinsic_limit_minor)
