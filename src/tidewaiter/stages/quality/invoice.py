"""Invoice: the sums of a filing's lines, and whether the total it states can come of them."""

from itertools import product
from typing import Final

import polars as pl

from tidewaiter.model.columns import Schema
from tidewaiter.model.findings import FindingKind
from tidewaiter.model.money import MICRO
from tidewaiter.stages.quality.check import Check

SUMS: Final[Schema] = {
    "lines_value_micro": pl.Int64(),
    "lines_currency": pl.String(),
    "has_mixed_currencies": pl.Boolean(),
    "lines_net_mass_mg": pl.Int64(),
}
SLACK_MICRO: Final = MICRO
SLACK_DIVISOR: Final = 100
"""Rounding of lines: a total may be off by one unit of its currency and a hundredth."""


def sum_lines(items: pl.LazyFrame) -> pl.LazyFrame:
    """One row a filing. Items of a filing stand together.

    ``lines_value_micro`` and ``lines_currency`` are empty where a value or currency is missing or currencies differ;
    ``lines_net_mass_mg`` adds what is declared and is empty where nothing is.
    """
    currency, row = pl.col("value_currency"), pl.col("filing_row")
    is_change = (row == row.shift(1)) & (currency != currency.shift(1))
    value, net = pl.col("value_micro"), pl.col("net_mass_mg")
    summed = (
        items.select(
            "filing_row", "value_currency", "value_micro", "net_mass_mg", is_change=is_change.fill_null(value=False)
        )
        .group_by("filing_row", maintain_order=True)
        .agg(
            has_mixed_currencies=pl.col("is_change").any() & (currency.null_count() == 0),
            _unknown=value.null_count() + currency.null_count(),
            _value=value.sum(),
            _currency=currency.first(),
            _net=net.sum(),
            _weighed=net.count(),
        )
    )
    is_told = (pl.col("_unknown") == 0) & ~pl.col("has_mixed_currencies")
    return summed.select(
        "filing_row",
        lines_value_micro=pl.when(is_told).then("_value"),
        lines_currency=pl.when(is_told).then("_currency"),
        has_mixed_currencies="has_mixed_currencies",
        lines_net_mass_mg=pl.when(pl.col("_weighed") > 0).then("_net"),
    )


def _differs() -> pl.Expr:
    """True where no way of counting costs, discount and tax leads from the lines to the stated total."""
    total = pl.col("invoice_total_micro")
    freight, insurance, other, discount, tax = (
        pl.col(f"{name}_micro").fill_null(0)
        for name in ("freight", "insurance", "other_costs", "discount", "tax_collected")
    )
    nothing = pl.lit(0)
    costs = (nothing, freight, freight + insurance, freight + insurance + other)
    rest = total - pl.col("lines_value_micro")
    slack = SLACK_MICRO + total // SLACK_DIVISOR
    ways = product(costs, (nothing, discount), (nothing, tax))
    return pl.all_horizontal((rest - cost + less - taxed).abs() > slack for cost, less, taxed in ways)


def _in_one_currency() -> pl.Expr:
    """True where the total, the lines and all that may stand between them are in one currency."""
    currency = pl.col("invoice_total_currency").fill_null(pl.col("lines_currency"))
    beside = ("lines", "freight", "insurance", "tax_collected")
    return pl.all_horizontal((pl.col(f"{name}_currency") == currency).fill_null(value=True) for name in beside)


FILING_CHECKS: Final = (
    Check(
        FindingKind(
            "TOT-01",
            "Invoice total does not come of the lines",
            "The invoice states {invoice_total_micro}, its lines add up to {lines_value_micro}, and "
            "neither costs, discount nor tax explain the rest. Correct the total or the lines.",
            "ask",
            "filing",
            pointer="invoice_total_amount",
            evidence=("invoice_total_micro", "lines_value_micro", "lines_currency"),
        ),
        _in_one_currency() & _differs(),
    ),
    Check(
        FindingKind(
            "TOT-02",
            "Lines in several currencies",
            "The lines of one filing are valued in several currencies. Use that of the invoice for all of them.",
            "note",
            "filing",
            pointer="invoice_total_currency",
            evidence=("invoice_total_currency",),
        ),
        pl.col("has_mixed_currencies"),
    ),
    Check(
        FindingKind(
            "TOT-03",
            "No packages",
            "The filing counts no packages at all. State how many there are.",
            "ask",
            "filing",
            pointer="packages",
            evidence=("packages",),
        ),
        pl.col("packages") == 0,
    ),
)
