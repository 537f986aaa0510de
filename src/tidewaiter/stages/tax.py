"""Tax on importation: VAT at the border, by the vendor, by the operator, relieved, or none, per goods item."""

import polars as pl

from tidewaiter.kit.expressions import times_rate
from tidewaiter.model.columns import Schema
from tidewaiter.model.findings import FindingKind

ADDS: Schema = {"tax_minor": pl.Int64(), "tax_status": pl.String(), "tax_base_minor": pl.Int64()}
RATES: Schema = {"tax_num": pl.Int64(), "tax_den": pl.Int64(), "tax_evidence": pl.String()}

NO_TAX_RATE = FindingKind(
    "RES-07",
    "Tax rate cannot be determined",
    "Goods of {commodity_code} may carry a reduced rate in {destination_country}, and reduced rates are not loaded.",
    "hold",
    "item",
    pointer="item_commodity_code",
    pending_on="register",
    evidence=("commodity_code", "destination_country"),
)
NO_TAX_BASE = FindingKind(
    "RES-08",
    "Tax cannot be determined before the duty",
    "Tax is due at the border on value and duty together, and one of them is not known.",
    "hold",
    "item",
    pending_on="register",
)
ITEM_KINDS = (NO_TAX_RATE, NO_TAX_BASE)


def look_up_tax(items: pl.LazyFrame, rates: pl.LazyFrame) -> pl.LazyFrame:
    """Lay the standard rate of the destination on the duty point beside each item."""
    columns = rates.select(*RATES, duty_day="duty_day", destination_country="place")
    return items.join(columns, on=["destination_country", "duty_day"], how="left", maintain_order="left")


def assess_tax(items: pl.LazyFrame) -> pl.LazyFrame:
    """Add ``tax_minor``, its base (customs value and duty) and its status.

    ``tax_rule`` of the filing decides: ``border`` is due now; ``operator`` is deferred to the operator's account;
    ``vendor`` was collected at the sale, so nothing is assessed here (empty, ``collected_elsewhere``); ``relief`` is
    nil; ``none`` levies no tax (no status). Where the goods may carry a reduced rate that is not loaded, or the base
    is unknown, the amount is empty and the status ``unresolved``. Halves go up per item.
    """
    rule = pl.col("tax_rule")
    is_assessed = rule.is_in(["border", "operator"])
    rate_known = pl.col("tax_num").is_not_null() & ~pl.col("is_reduced_rate_goods").fill_null(value=False)
    base = pl.when(is_assessed).then(pl.col("customs_value_minor") + pl.col("duty_minor"))
    amount = times_rate(pl.col("tax_base_minor"), pl.col("tax_num"), pl.col("tax_den"))
    is_due = (rule == "border").fill_null(value=False)
    return (
        items.with_columns(tax_base_minor=base)
        .with_columns(
            tax_minor=pl.when(rule == "relief").then(0).when(is_assessed & rate_known).then(amount).cast(pl.Int64)
        )
        .with_columns(
            (is_due & ~rate_known).alias(NO_TAX_RATE.flag),
            (is_due & rate_known & pl.col("tax_base_minor").is_null()).alias(NO_TAX_BASE.flag),
            tax_status=_status(),
        )
    )


def _status() -> pl.Expr:
    rule = pl.col("tax_rule")
    is_shaky = (pl.col("duty_status") == "estimated") | (pl.col("tax_evidence") != "read")
    return (
        pl.when(rule == "none").then(None)
        .when(rule == "vendor").then(pl.lit("collected_elsewhere"))
        .when(rule == "relief").then(pl.lit("relieved"))
        .when(pl.col("tax_minor").is_null()).then(pl.lit("unresolved"))
        .when(rule == "operator").then(pl.lit("deferred"))
        .when(is_shaky | (pl.col("exchange_status") == "assumed")).then(pl.lit("estimated"))
        .otherwise(pl.lit("definitive"))
    )  # fmt: skip
