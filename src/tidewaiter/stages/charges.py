"""Charges: one row per amount, with base, rate, rule and source, as a statement needs them."""

from collections.abc import Mapping, Sequence

import polars as pl

from tidewaiter.kit.facts import Fee
from tidewaiter.model.money import money_text

CHARGES = {
    "consignment_id": pl.String,
    "version": pl.Int64,
    "item_no": pl.Int64,
    "charge": pl.String,
    "tax_type": pl.String,
    "base_minor": pl.Int64,
    "rate_text": pl.String,
    "amount_minor": pl.Int64,
    "currency": pl.String,
    "status": pl.String,
    "relief_code": pl.String,
    "liable": pl.String,
    "payer": pl.String,
    "collected_from": pl.String,
    "rule_id": pl.String,
    "source": pl.String,
}
"""Columns of ``charges.parquet``; ``item_no`` is empty on a charge of the whole filing."""

COLLECTED_FROM_TAX = {"border": "border", "vendor": "vendor", "operator": "operator", "relief": "none"}
LIABLE_TAX = {"vendor": "vendor", "operator": "operator"}
RULE_THAT_IS_MONEY = r"^[A-Z]{3} \d"
"""Texts of parameters that are amounts; a limit is one, and no rate of what lies below it."""
PAYER = {"sender": "seller", "recipient": "consignee", "account": "account"}


def charges(
    items: pl.DataFrame,
    filings: pl.DataFrame,
    tariff_texts: pl.DataFrame,
    rules: pl.DataFrame,
    tax_texts: pl.DataFrame,
    fees: Sequence[Fee],
    currency: str,
    tax_type: Mapping[str, str],
) -> pl.DataFrame:
    """All charges of a chunk.

    ``tariff_texts``: tariff_row, rate_text, source; ``rules``: rule_id, law_period, rule_text, rule_source;
    ``tax_texts``: place, duty_day, rate_text, source.
    """
    parts = [
        _duty(items, tariff_texts, rules, currency, tax_type),
        _tax(items, rules, tax_texts, currency, tax_type),
        _not_loaded(filings, currency),
        *(_fee(filings, fee, currency) for fee in fees),
    ]
    return pl.concat([part.select(pl.col(name).cast(dtype) for name, dtype in CHARGES.items()) for part in parts])


def _duty(
    items: pl.DataFrame, texts: pl.DataFrame, rules: pl.DataFrame, currency: str, tax_type: Mapping[str, str]
) -> pl.DataFrame:
    is_tariff, is_relief = pl.col("duty_rule") == "tariff", pl.col("duty_rule") == "relief"
    by_rule = _worded(rules).rename({"rule_id": "duty_rule_id"})
    return (
        items.lazy()
        .join(texts.lazy(), on="tariff_row", how="left", maintain_order="left")
        .join(by_rule.lazy(), on=["duty_rule_id", "law_period"], how="left", maintain_order="left")
        .select(
            "consignment_id", "version", "item_no",
            currency=pl.lit(currency),
            charge=pl.lit("duty"),
            tax_type=pl.lit(tax_type.get("duty", "")),
            base_minor="customs_value_minor",
            rate_text=pl.when(is_tariff).then(pl.col("rate_text")).otherwise(_rule_text("duty_rule")),
            amount_minor="duty_minor",
            status="duty_status",
            relief_code=pl.when(is_relief).then(pl.col("duty_rule_id")),
            liable=pl.lit("declarant"),
            payer=_payer(),
            collected_from=pl.when(is_relief).then(pl.lit("none")).otherwise("duty_collected_from"),
            rule_id=pl.when(is_tariff).then(pl.col("rate_code")).otherwise(pl.col("duty_rule_id")),
            source=pl.when(is_tariff).then(pl.col("source")).otherwise(pl.col("rule_source")),
        )
        .collect()
    )  # fmt: skip


def _worded(rules: pl.DataFrame) -> pl.DataFrame:
    """Rules with what each says in place of a rate.

    ``relief_text``: up to where it relieves; ``vendor_text``: up to where the seller collects; ``rule_text``: as the
    sheet has it.
    """
    text = pl.col("rule_text")
    is_limit = text.str.contains(RULE_THAT_IS_MONEY)
    said = {"relief_text": "relief up to ", "vendor_text": "collected by the seller up to "}
    return rules.with_columns(
        pl.when(is_limit).then(pl.concat_str(pl.lit(words), text)).otherwise(text).alias(name)
        for name, words in said.items()
    )


def _rule_text(rule: str) -> pl.Expr:
    """What a rule says in place of a rate, by what it does."""
    return (
        pl.when(pl.col(rule) == "relief")
        .then(pl.col("relief_text"))
        .when(pl.col(rule) == "vendor")
        .then(pl.col("vendor_text"))
        .otherwise(pl.col("rule_text"))
    )


def _payer() -> pl.Expr:
    return pl.col("duty_paid_by").replace_strict(PAYER, default=None, return_dtype=pl.String)


def _tax(
    items: pl.DataFrame, rules: pl.DataFrame, texts: pl.DataFrame, currency: str, tax_type: Mapping[str, str]
) -> pl.DataFrame:
    rule = pl.col("tax_rule")
    is_rated = rule.is_in(["border", "operator"])
    by_rule = _worded(rules).rename({"rule_id": "tax_rule_id"})
    by_place = texts.select(destination_country="place", duty_day="duty_day", rate_text="rate_text", source="source")
    return (
        items.lazy()
        .filter((rule != "none").fill_null(value=True))
        .join(by_rule.lazy(), on=["tax_rule_id", "law_period"], how="left", maintain_order="left")
        .join(by_place.lazy(), on=["destination_country", "duty_day"], how="left", maintain_order="left")
        .select(
            "consignment_id", "version", "item_no",
            charge=pl.lit("vat"),
            tax_type=pl.lit(tax_type.get("vat", "")),
            base_minor="tax_base_minor",
            rate_text=pl.when(is_rated).then(pl.col("rate_text")).otherwise(_rule_text("tax_rule")),
            amount_minor="tax_minor",
            currency=pl.lit(currency),
            status=pl.col("tax_status").fill_null("unresolved"),
            relief_code=pl.when(rule == "relief").then(pl.col("tax_rule_id")),
            liable=rule.replace_strict(LIABLE_TAX, default="importer", return_dtype=pl.String),
            payer=_payer(),
            collected_from=rule.replace_strict(COLLECTED_FROM_TAX, default="border", return_dtype=pl.String),
            rule_id=pl.col("tax_rule_id"),
            source=pl.when(is_rated).then(pl.col("source")).otherwise(pl.col("rule_source")),
        )
        .collect()
    )  # fmt: skip


def _not_loaded(filings: pl.DataFrame, currency: str) -> pl.DataFrame:
    """Law that applies and is not on the shelves: a charge without amount, so that nobody takes it for nil."""
    told = filings.select("consignment_id", "version", "customs_value_minor", "duty_paid_by", "law_not_loaded")
    return told.filter(pl.col("law_not_loaded").is_not_null()).select(
        "consignment_id", "version",
        item_no=pl.lit(None, dtype=pl.Int64),
        charge=pl.lit("additional_duty"),
        tax_type=pl.lit(""),
        base_minor="customs_value_minor",
        rate_text=pl.lit(None, dtype=pl.String),
        amount_minor=pl.lit(None, dtype=pl.Int64),
        currency=pl.lit(currency),
        status=pl.lit("unresolved"),
        relief_code=pl.lit(None, dtype=pl.String),
        liable=pl.lit("declarant"),
        payer=_payer(),
        collected_from=pl.lit("border"),
        rule_id=pl.lit("not_loaded"),
        source="law_not_loaded",
    )  # fmt: skip


def _fee(filings: pl.DataFrame, fee: Fee, currency: str) -> pl.DataFrame:
    """One row per filing a fee applies to."""
    name = fee.column
    told = filings.select("consignment_id", "version", "intrinsic_value_minor", "duty_paid_by", name)
    return told.filter(pl.col(name).is_not_null()).select(
        "consignment_id", "version",
        item_no=pl.lit(None, dtype=pl.Int64),
        charge=pl.lit("fee"),
        tax_type=pl.lit(fee.code),
        base_minor="intrinsic_value_minor",
        rate_text=pl.lit(f"{money_text(fee.amount_minor, fee.currency)} per {fee.per}"),
        amount_minor=name,
        currency=pl.lit(currency),
        status=pl.lit("definitive" if fee.evidence == "read" else "estimated"),
        relief_code=pl.lit(None, dtype=pl.String),
        liable=pl.lit(fee.liable),
        payer=_payer(),
        collected_from=pl.lit(fee.collected_from),
        rule_id=pl.lit(fee.code),
        source=pl.lit(f"{fee.source} ({fee.evidence})"),
    )  # fmt: skip
