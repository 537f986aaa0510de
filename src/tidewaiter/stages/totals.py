"""Totals: what a filing owes, to whom it is due, and whether everything due at the border is known."""

import polars as pl

from tidewaiter.kit.expressions import column_or_null, is_one_of
from tidewaiter.kit.filing_sums import sums_of_filings
from tidewaiter.model.columns import Schema
from tidewaiter.model.findings import FindingKind

PUT_OFF = ("secured", "deferred", "suspended")
"""Statuses of charges that are owed and not due at the border."""

SUMS: Schema = {"duty_minor": pl.Int64(), "tax_minor": pl.Int64()}
ADDS: Schema = {"due_at_border_minor": pl.Int64(), "resolved": pl.Boolean()}

NOT_LOADED = FindingKind(
    "RES-10",
    "Law that applies is not loaded",
    "Law that applies is not on the shelves ({law_not_loaded}), so the amount at the border is not complete.",
    "hold",
    "filing",
    pending_on="register",
    evidence=("law_not_loaded",),
)
RULE_UNKNOWN = FindingKind(
    "RES-11",
    "The filing does not say what decides its treatment",
    "Which duty or tax rule applies depends on facts the filing leaves out (who trades with whom, where it goes).",
    "ask",
    "filing",
    pointer="party_relation",
    evidence=("party_relation", "nature", "destination_country"),
)
KINDS = (NOT_LOADED, RULE_UNKNOWN)


def sum_charges(items: pl.LazyFrame) -> pl.LazyFrame:
    """One row a filing: duty and tax of its items, empty as soon as one amount that should be there is empty."""
    is_elsewhere = is_one_of(pl.col("tax_rule"), ("vendor", "none")).fill_null(value=False)
    amounts = items.select("filing_row", "duty_minor", tax_minor=pl.when(is_elsewhere).then(0).otherwise("tax_minor"))
    return sums_of_filings(amounts, ["duty_minor", "tax_minor"])


def settle(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Add ``due_at_border_minor`` and ``resolved``; flag what keeps a filing from being resolved.

    Due at the border are duty, fees and tax under the ``border`` rule. Tax collected by the vendor or deferred to
    an account, and what the law lets be secured, deferred or suspended, is not due here; of these only an unknown duty
    blocks. ``resolved`` is false while any part due is unknown.
    """
    rule = pl.col("tax_rule")
    is_tax_here = (rule == "border") & ~_is_put_off(filings, "tax_held_as")
    tax_here = pl.when(is_tax_here).then(pl.col("tax_minor")).when(rule.is_not_null()).then(0)
    is_put_off = _is_put_off(filings, "duty_held_as") | (pl.col("duty_collected_from") == "account").fill_null(
        value=False
    )
    duty_here = pl.when(is_put_off & pl.col("duty_minor").is_not_null()).then(0).otherwise("duty_minor")
    due = duty_here + tax_here + pl.col("fee_minor")
    is_complete = pl.col("law_not_loaded").is_null() & pl.col("law_period").is_not_null()
    unknown_rule = pl.col("duty_rule").is_null() | pl.col("tax_rule").is_null()
    return (
        filings.with_columns(due_at_border_minor=pl.when(is_complete).then(due))
        .with_columns(resolved=pl.col("due_at_border_minor").is_not_null())
        .with_columns(
            pl.col("law_not_loaded").is_not_null().alias(NOT_LOADED.flag),
            (unknown_rule & pl.col("law_period").is_not_null()).alias(RULE_UNKNOWN.flag),
        )
    )


def _is_put_off(filings: pl.LazyFrame, held_as: str) -> pl.Expr:
    """True where the law lets a charge be something else than due."""
    return column_or_null(filings, held_as, pl.String()).is_in(PUT_OFF).fill_null(value=False)
