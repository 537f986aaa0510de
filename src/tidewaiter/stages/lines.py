"""Lines of a filing: what they were worth when they were sold, the least of them, what they all claim."""

import polars as pl

from tidewaiter.kit.expressions import times_rate
from tidewaiter.model.columns import Schema
from tidewaiter.model.money import MICRO

TAKES: Schema = {
    "order_day": pl.Date(),
    "value_micro": pl.Int64(),
    "value_currency": pl.String(),
    "line_value_minor": pl.Int64(),
    "procedure": pl.String(),
}
ADDS: Schema = {
    "sale_value_minor": pl.Int64(),
    "least_line_value_minor": pl.Int64(),
    "procedure_of_all": pl.String(),
}


def tell_order_day(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Add ``order_day``, the day of ``order_at`` in UTC: when the goods were sold."""
    return filings.with_columns(order_day=pl.col("order_at").dt.date())


def tell_of_lines(items: pl.LazyFrame, rates: pl.LazyFrame, digits: int) -> pl.LazyFrame:
    """One row a filing: what its lines say of it together.

    ``sale_value_minor``: the sum of the lines at the rates of the day they were sold, halves upwards per line; empty as
    soon as that day, a value or a rate is not known. ``least_line_value_minor``: the least line at the duty point,
    empty as soon as one is not known. ``procedure_of_all``: the procedure that every line declares in the same words.
    ``rates`` are those of days of sale: duty_day, currency, rate_num, rate_den.
    """
    by_currency = rates.select("rate_num", "rate_den", order_day="duty_day", value_currency="currency")
    sold = items.join(by_currency, on=["order_day", "value_currency"], how="left", maintain_order="left")
    in_minor = times_rate(
        pl.col("value_micro"), pl.col("rate_num") * 10**digits, pl.col("rate_den").cast(pl.Int128) * MICRO
    )
    value, procedure = pl.col("line_value_minor"), pl.col("procedure")
    return (
        sold.with_columns(line_at_sale=in_minor)
        .group_by("filing_row", maintain_order=True)
        .agg(
            sale_value_minor=pl.when(pl.col("line_at_sale").null_count() == 0).then(pl.col("line_at_sale").sum()),
            least_line_value_minor=pl.when(value.null_count() == 0).then(value.min()),
            procedure_of_all=pl.when((procedure == procedure.first()).all(ignore_nulls=False)).then(procedure.first()),
        )
    )
