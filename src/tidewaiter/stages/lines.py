"""Lines of a filing: what they were worth when they were sold, the least of them, what they all claim."""

import polars as pl

from tidewaiter.kit.expressions import in_minor
from tidewaiter.kit.filing_sums import filing_least, filing_sums
from tidewaiter.kit.noting import is_noting
from tidewaiter.model.columns import Schema

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
    if is_noting():
        return _plainly(items, rates, digits)
    lines = items.select("filing_row", *TAKES).collect(engine="in-memory")
    procedure, is_start = pl.col("procedure"), pl.col("filing_row").ne_missing(pl.col("filing_row").shift(1))
    is_other = ~is_start & (procedure != procedure.shift(1)).fill_null(value=True)
    marked = lines.select(
        "filing_row", _at_sale(lines, rates, digits), is_start=is_start, is_other=is_other | procedure.is_null()
    )
    told = filing_sums(marked, ["sale_value_minor"], ["is_other"])
    of_first = lines["procedure"].gather(marked["is_start"].arg_true())
    return told.lazy().select(
        "filing_row",
        "sale_value_minor",
        filing_least(lines, "line_value_minor").alias("least_line_value_minor"),
        procedure_of_all=pl.when(pl.col("is_other") == 0).then(of_first),
    )


def _plainly(items: pl.LazyFrame, rates: pl.LazyFrame, digits: int) -> pl.LazyFrame:
    known = rates.select("rate_num", "rate_den", order_day="duty_day", value_currency="currency")
    sold = items.join(known, on=["order_day", "value_currency"], how="left", maintain_order="left")
    procedure, least, sale = pl.col("procedure"), pl.col("line_value_minor"), pl.col("sale_value_minor")
    return (
        sold.with_columns(
            sale_value_minor=in_minor("value_micro", digits),
            is_other=(procedure != procedure.first().over("filing_row")).fill_null(value=True),
        )
        .group_by("filing_row", maintain_order=True)
        .agg(
            sale_value_minor=pl.when(sale.null_count() == 0).then(sale.sum()),
            least_line_value_minor=pl.when(least.null_count() == 0).then(least.min()),
            procedure_of_all=pl.when(~pl.col("is_other").any()).then(procedure.first()),
        )
    )


def _at_sale(lines: pl.DataFrame, rates: pl.LazyFrame, digits: int) -> pl.Series:
    """Each line at the rate of the day it was sold; nothing is worked out where no day has rates."""
    known = rates.select("rate_num", "rate_den", order_day="duty_day", value_currency="currency").collect(
        engine="in-memory"
    )
    if known.is_empty():
        return pl.Series("sale_value_minor", [None], dtype=pl.Int64).new_from_index(0, lines.height)
    told = lines.lazy().select("order_day", "value_currency", "value_micro")
    sold = told.join(known.lazy(), on=["order_day", "value_currency"], how="left", maintain_order="left")
    return sold.select(sale_value_minor=in_minor("value_micro", digits)).collect(engine="in-memory").to_series()
