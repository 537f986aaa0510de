"""Tax of a line: one row, who collects it and by which rule."""

from typing import Final

import polars as pl

from tidewaiter.stages.charges.row import BELOW, Words, liable, payer, rule_text, spared_by, worded

COLLECTED_FROM: Final = {
    "border": "border", "vendor": "vendor", "operator": "operator", "account": "account", "relief": "none",
    BELOW: "none",
}  # fmt: skip
LIABLE: Final = {"vendor": "vendor", "operator": "operator"}
RATED: Final = ("border", "operator", "account")
"""Rules under which a rate is applied."""

LIMITS: Final = ("tax_minimum_minor", "minimum_collectable_minor")


def taxes(items: pl.DataFrame, filings: pl.DataFrame, words: Words) -> pl.LazyFrame:
    """One row a line on which tax is levied, by whomever."""
    rule = pl.col("tax_rule")
    is_rated, is_spared = rule.is_in(RATED), (pl.col("tax_status") == BELOW) & (rule != BELOW)
    is_by_rule = rule.is_in(["relief", BELOW])
    by_rule = worded(words.rules).rename({"rule_id": "tax_rule_id"})
    usual = rule.replace_strict(LIABLE, default="importer", return_dtype=pl.String)
    collected = rule.replace_strict(COLLECTED_FROM, default="border", return_dtype=pl.String)
    return (
        items.lazy()
        .with_columns(liable(items, filings, "tax_liable").alias("tax_liable"))
        .filter((rule != "none").fill_null(value=True))
        .join(by_rule.lazy(), on=["tax_rule_id", "law_period"], how="left", maintain_order="left")
        .join(words.tax_rates.lazy(), on="tax_rate_no", how="left", maintain_order="left")
        .select(
            "consignment_id", "version", "item_no",
            charge=pl.lit("vat"),
            tax_type=pl.lit(words.tax_type.get("vat", "")),
            base_minor="tax_base_minor",
            rate_text=pl.when(is_rated).then(pl.col("rate_text")).otherwise(rule_text("tax_rule")),
            amount_minor="tax_minor",
            currency=pl.lit(words.currency),
            status=pl.col("tax_status").fill_null("unresolved"),
            relief_code=pl.when(is_by_rule).then("tax_rule_id").when(is_spared).then(spared_by(items, *LIMITS)),
            liable=pl.coalesce("tax_liable", usual),
            payer=payer(),
            collected_from=pl.when(is_spared).then(pl.lit("none")).otherwise(collected),
            rule_id=pl.col("tax_rule_id"),
            source=pl.when(is_rated).then(pl.col("source")).otherwise(pl.col("rule_source")),
        )
    )  # fmt: skip
