"""Fees: by place and date, per consignment, line or distinct code, or a share of the value; neither duty nor tax."""

from collections.abc import Sequence

import polars as pl

from tidewaiter.kit.expressions import times_rate
from tidewaiter.kit.facts import Fee
from tidewaiter.kit.noting import is_noting
from tidewaiter.kit.rounding import USUAL, Roundings
from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.model.findings import FindingKind

NO_FEE_RATE = FindingKind(
    "RES-09",
    "Fee cannot be determined",
    "A fee of {destination_country} is due, and its currency has no rate, or what it turns on is not known.",
    "hold",
    "filing",
    pending_on="register",
    evidence=("destination_country", "intrinsic_value_minor", "customs_value_minor"),
)
COUNTED = {
    "consignment": pl.lit(1),
    "line": pl.col("item_count"),
    "distinct_hs6": pl.col("distinct_hs6"),
    "distinct_code": pl.col("distinct_codes"),
}


def assess_fees(
    filings: pl.LazyFrame, fees: Sequence[Fee], rates: pl.LazyFrame, digits: int, rounding: Roundings = USUAL
) -> pl.LazyFrame:
    """Add one amount column per fee (empty: does not apply or unknown), ``fee_minor`` and ``taxed_fees_minor``.

    A fee applies on its days, in its place, above and up to its intrinsic values, and where the filing is of the kinds
    it names. One in another currency is converted at the duty point's rate. ``fee_minor`` is the sum of all,
    ``taxed_fees_minor`` of those that tax is charged on; a sum is empty, and the filing flagged, where a fee in it
    cannot be converted or nobody can tell whether it applies.
    """
    if is_noting():
        return _plainly(filings, fees, rates, digits, rounding)
    frame = filings.collect(engine="in-memory")
    hold = frame.select(_applies(fee).alias(fee.column) for fee in fees)
    none = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    unknown, unknown_taxed = none.alias(NO_FEE_RATE.flag), none
    made: list[pl.Series | pl.Expr] = []
    for fee, applies in zip(fees, hold.get_columns(), strict=True):
        places = applies.arg_true()
        if places.is_empty() and not applies.null_count():
            made.append(pl.lit(None, dtype=pl.Int64).alias(fee.column))
            continue
        amounts = _amounts(frame, fee, places, rates, _amount(fee, digits, rounding))
        lacks = applies.is_null() | (applies.fill_null(value=False) & amounts.is_null())
        unknown, unknown_taxed = unknown | lacks, unknown_taxed | lacks if fee.in_tax_base else unknown_taxed
        made.append(amounts)
    return (
        frame.with_columns(unknown, *made)
        .lazy()
        .with_columns(
            fee_minor=pl.when(~pl.col(NO_FEE_RATE.flag)).then(_sum(fees)),
            taxed_fees_minor=pl.when(pl.lit(~unknown_taxed)).then(_sum([fee for fee in fees if fee.in_tax_base])),
        )
    )


def _plainly(
    filings: pl.LazyFrame, fees: Sequence[Fee], rates: pl.LazyFrame, digits: int, rounding: Roundings
) -> pl.LazyFrame:
    """What ``assess_fees`` says as one query."""
    rows, lacking, lacking_taxed = filings, [pl.lit(value=False)], [pl.lit(value=False)]
    for fee in fees:
        by_day = rates.filter(pl.col("currency") == fee.currency).select("duty_day", "rate_num", "rate_den")
        beside = rows.join(by_day, on="duty_day", how="left", maintain_order="left")
        applies, amount = _applies(fee), _amount(fee, digits, rounding).cast(pl.Int64)
        rows = beside.with_columns(pl.when(applies).then(amount).alias(fee.column)).drop("rate_num", "rate_den")
        lacks = applies.is_null() | (applies.fill_null(value=False) & pl.col(fee.column).is_null())
        lacking.append(lacks)
        lacking_taxed += [lacks] if fee.in_tax_base else []
    return rows.with_columns(pl.any_horizontal(lacking).alias(NO_FEE_RATE.flag)).with_columns(
        fee_minor=pl.when(~pl.col(NO_FEE_RATE.flag)).then(_sum(fees)),
        taxed_fees_minor=pl.when(~pl.any_horizontal(lacking_taxed)).then(
            _sum([fee for fee in fees if fee.in_tax_base])
        ),
    )


def _sum(fees: Sequence[Fee]) -> pl.Expr:
    names = [fee.column for fee in fees]
    total = pl.sum_horizontal(*names, ignore_nulls=True) if names else pl.lit(0)
    return total.cast(pl.Int64)


def _amounts(frame: pl.DataFrame, fee: Fee, places: pl.Series, rates: pl.LazyFrame, amount: pl.Expr) -> pl.Series:
    """A fee's amount at the ``places`` it applies to, by the day's rate of its currency; empty everywhere else."""
    nothing = pl.Series(fee.column, [None], dtype=pl.Int64).new_from_index(0, frame.height)
    read = frame.select(sorted({"duty_day", *amount.meta.root_names()} - {"rate_num", "rate_den"}))
    if places.is_empty():
        return nothing
    by_day = rates.filter(pl.col("currency") == fee.currency).select("duty_day", "rate_num", "rate_den")
    beside = read[places].lazy().join(by_day, on="duty_day", how="left", maintain_order="left")
    return nothing.scatter(places, beside.select(made=amount.cast(pl.Int64)).collect(engine="in-memory").to_series())


def _amount(fee: Fee, digits: int, rounding: Roundings) -> pl.Expr:
    """So much for each thing counted; or a share of the value, not below its minimum and not above its maximum."""
    if fee.rate is None:
        return _converted(pl.lit(fee.amount_minor) * COUNTED[fee.per], fee, digits)
    base = pl.col(f"{fee.base}_minor")
    amount = rounding.times_rate(base, pl.lit(fee.rate.numerator), pl.lit(fee.rate.denominator))
    # A bound without an exchange rate is unknown, and so is the fee: min and max of Polars would pass it over.
    for bound, clipped in ((fee.minimum_minor, pl.max_horizontal), (fee.maximum_minor, pl.min_horizontal)):
        if bound is not None:
            money = _converted(pl.lit(bound), fee, digits)
            amount = pl.when(money.is_not_null() & amount.is_not_null()).then(clipped(amount, money))
    return amount


def _converted(amount: pl.Expr, fee: Fee, digits: int) -> pl.Expr:
    """Money of the fee in the jurisdiction's currency, halves upwards."""
    scale = 10 ** CURRENCY_DIGITS[fee.currency]
    return times_rate(
        amount, pl.col("rate_num").cast(pl.Int128) * 10**digits, pl.col("rate_den").cast(pl.Int128) * scale
    )


def _applies(fee: Fee) -> pl.Expr:
    """On its days, in its place, between its values, to its kinds of filings; empty where the filing does not tell.

    A filing without a day or of unknown value owes none: that it cannot be assessed is told of it elsewhere.
    """
    day, value = pl.col("duty_day"), pl.col("intrinsic_value_minor")
    held = [day >= fee.valid_from]
    if fee.valid_to:
        held.append(day <= fee.valid_to)
    if fee.place:
        held.append(pl.col("destination_country") == fee.place)
    if fee.intrinsic_limit_minor is not None:
        held.append(value <= fee.intrinsic_limit_minor)
    if fee.intrinsic_above_minor is not None:
        held.append(value > fee.intrinsic_above_minor)
    is_there = pl.all_horizontal(held).fill_null(value=False)
    kinds = [pl.col(name).is_in(list(words)) for name, words in fee.only.items()]
    return pl.all_horizontal([is_there, *kinds])
