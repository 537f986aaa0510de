"""Tax of a line: one row, who collects it and by which rule."""

from typing import Final

import polars as pl

from tidewaiter.stages.charges.row import (
    BELOW,
    WORDS,
    Words,
    looked_at,
    minimums,
    payer,
    rule_text,
    sourced,
    spared_by,
    with_liable,
    with_words,
)

COLLECTED_FROM: Final = {
    "border": "border", "vendor": "vendor", "operator": "operator", "account": "account", "relief": "none",
    BELOW: "none",
}  # fmt: skip
LIABLE: Final = {"vendor": "vendor", "operator": "operator"}
RATED: Final = ("border", "operator", "account")
"""Rules under which a rate is applied."""

LIMITS: Final = ("tax_minimum_minor", "minimum_collectable_minor")


SAID_BY: Final = ("tax_rule", "tax_rule_id", "law_period", "tax_rate_no", "duty_paid_by", "tax_is_unsure")
"""What the words of a tax turn on, beside whether little is spared and whom the law makes liable."""


def taxes(items: pl.LazyFrame, filings: pl.LazyFrame, words: Words) -> pl.LazyFrame:
    """One row a line on which tax is levied, by whomever."""
    rule, limit = pl.col("tax_rule"), spared_by(items, *LIMITS)
    is_spared = (pl.col("tax_status") == BELOW) & (rule != BELOW)
    told = with_liable(items, filings, "tax_liable").select(
        *SAID_BY, "consignment_id", "version", "item_no", "tax_base_minor", "tax_minor", "tax_status", "tax_liable",
        is_spared=is_spared,
    )  # fmt: skip
    lines = looked_at(told.filter((rule != "none").fill_null(value=True)))
    kinds = lines.select(*SAID_BY, "tax_liable", "is_spared")
    return with_words(lines, kinds, lambda alike: _said(alike, words, limit)).select(
        "consignment_id", "version", "item_no", *WORDS,
        charge=pl.lit("vat"),
        tax_type=pl.lit(words.tax_type.get("vat", "")),
        base_minor="tax_base_minor",
        amount_minor="tax_minor",
        currency=pl.lit(words.currency),
        status=pl.col("tax_status").fill_null("unresolved"),
    )  # fmt: skip


def _said(alike: pl.LazyFrame, words: Words, limit: pl.Expr) -> pl.LazyFrame:
    """Rate, rule, source and persons of each distinct kind of tax."""
    rule, is_spared = pl.col("tax_rule"), pl.col("is_spared")
    is_rated, is_by_rule = rule.is_in(RATED), rule.is_in(["relief", BELOW])
    by_rule = words.rules.rename({"rule_id": "tax_rule_id"})
    usual = rule.replace_strict(LIABLE, default="importer", return_dtype=pl.String)
    collected = rule.replace_strict(COLLECTED_FROM, default="border", return_dtype=pl.String)
    return (
        alike.join(by_rule, on=["tax_rule_id", "law_period"], how="left", maintain_order="left")
        .join(words.tax_rates, on="tax_rate_no", how="left", maintain_order="left")
        .with_columns(minimum=limit)
        .join(minimums(words), on=["minimum", "law_period"], how="left", maintain_order="left")
        .select(
            rate_text=pl.when(is_rated).then(pl.col("rate_text")).otherwise(rule_text("tax_rule")),
            relief_code=pl.when(is_by_rule).then("tax_rule_id").when(is_spared).then(limit),
            liable=pl.coalesce("tax_liable", usual),
            payer=payer(),
            collected_from=pl.when(is_spared).then(pl.lit("none")).otherwise(collected),
            rule_id=pl.col("tax_rule_id"),
            source=sourced(
                pl.when(is_spared).then("minimum_source").when(is_rated).then("source").otherwise("rule_source"),
                "tax_is_unsure",
            ),
        )
    )
