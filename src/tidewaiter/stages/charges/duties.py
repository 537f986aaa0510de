"""Duties of a line: its own, and one row for each that is stacked on it."""

from typing import Final

import polars as pl

from tidewaiter.kit import metals
from tidewaiter.stages.charges.row import (
    BELOW,
    WORDS,
    Words,
    minimums,
    payer,
    rule_text,
    sourced,
    spared_by,
    with_liable,
    with_words,
)

STACKED: Final = ("position", "charge", "tax_type", "base", "rate_text", "measure_id", "evidence", "source")


def _base(rows: pl.DataFrame, before: pl.Expr, charged: pl.Expr) -> pl.Expr:
    """What an addition is charged on."""
    base: pl.Expr = charged + pl.when(pl.col("base") == "value_and_duty").then(before).otherwise(0)
    for word in rows.filter(metals.is_on_metal(pl.col("base")))["base"].unique().sort():
        base = pl.when(pl.col("base") == word).then(metals.part_of(word, VALUE)).otherwise(base)
    return base


LIMITS: Final = ("duty_minimum_minor", "minimum_collectable_minor")
VALUE: Final = "customs_value_minor"


SAID_BY: Final = (
    "duty_rule", "duty_rule_id", "law_period", "tariff_row", "dut_01", "dut_02", "duty_collected_from", "duty_paid_by",
    "duty_is_unsure", "is_spared_flat",
)  # fmt: skip
"""What the words of a duty turn on, beside whether little is spared and whom the law makes liable."""


def duties(items: pl.LazyFrame, filings: pl.LazyFrame, words: Words) -> pl.LazyFrame:
    """One row a line: what the tariff, or the rule in its place, makes it owe."""
    limit, is_spared = spared_by(items, *LIMITS), pl.col("duty_status") == BELOW
    kinds = with_liable(items, filings, "duty_liable").select(*SAID_BY, "duty_liable", is_spared=is_spared)
    return (
        with_words(items, kinds, lambda alike: _said(alike, words, limit))
        .select(
            "consignment_id", "version", "item_no", *WORDS,
            currency=pl.lit(words.currency),
            charge=pl.lit("duty"),
            tax_type=pl.lit(words.tax_type.get("duty", "")),
            base_minor=pl.when("flat_of_intrinsic").then("line_value_minor").otherwise(_charged(items)),
            amount_minor=pl.when(is_spared).then(0).otherwise("basic_duty_minor"),
            status=_own_status(),
        )
    )  # fmt: skip


def _said(alike: pl.LazyFrame, words: Words, limit: pl.Expr) -> pl.LazyFrame:
    """Rate, rule, source and persons of each distinct kind of duty."""
    rule, is_spared = pl.col("duty_rule"), pl.col("is_spared")
    is_tariff, is_relief = (rule == "tariff") | pl.col("is_spared_flat"), rule == "relief"
    by_rule = words.rules.rename({"rule_id": "duty_rule_id"})
    is_general = pl.col("dut_01") | pl.col("dut_02")
    by_tariff, code, source = (
        pl.when(is_general).then(f"mfn_{name}").otherwise(name) for name in ("rate_text", "rate_code", "source")
    )
    return (
        alike.join(words.tariff, on="tariff_row", how="left", maintain_order="left")
        .join(by_rule, on=["duty_rule_id", "law_period"], how="left", maintain_order="left")
        .with_columns(minimum=limit)
        .join(minimums(words), on=["minimum", "law_period"], how="left", maintain_order="left")
        .select(
            rate_text=pl.when(is_tariff).then(by_tariff).otherwise(rule_text("duty_rule")),
            relief_code=pl.when(is_relief).then(pl.col("duty_rule_id")).when(is_spared).then(limit),
            liable=pl.col("duty_liable").fill_null("declarant"),
            payer=payer(),
            collected_from=pl.when(is_relief | is_spared).then(pl.lit("none")).otherwise("duty_collected_from"),
            rule_id=pl.when(is_tariff).then(code).otherwise(pl.col("duty_rule_id")),
            source=sourced(
                pl.when(is_spared).then("minimum_source").when(is_tariff).then(source).otherwise("rule_source"),
                "duty_is_unsure",
            ),
        )
    )


def _charged(items: pl.LazyFrame) -> pl.Expr:
    """What of a line's customs value is charged: all of it, unless the law relieves a part."""
    return pl.col(VALUE) - pl.col("relieved_minor") if "relieved_minor" in items.collect_schema() else pl.col(VALUE)


def _own_status() -> pl.Expr:
    """The line's status, but for what an addition alone makes uncertain or unknown."""
    whole = pl.col("duty_status")
    is_of_addition = pl.col("addition_minor").is_not_null() & whole.is_in(["unresolved", "estimated"])
    return (
        pl.when(pl.col("basic_duty_minor").is_null()).then(pl.lit("unresolved"))
        .when(is_of_addition).then(pl.when("basic_is_sure").then(pl.lit("definitive")).otherwise(pl.lit("estimated")))
        .otherwise(whole)
    )  # fmt: skip


def _certainty() -> pl.Expr:
    """How sure an addition is: by itself, and by the duties before it where it lies on them."""
    is_doubtful = pl.col("evidence") != "read"
    so_far = is_doubtful.cast(pl.Int32).cum_sum().over("place") - is_doubtful.cast(pl.Int32)
    is_base_doubtful = (pl.col("base") == "value_and_duty") & (~pl.col("basic_is_sure") | (so_far > 0))
    is_shaky = is_doubtful | (pl.col("exchange_status") == "assumed") | pl.col("duty_is_unsure") | is_base_doubtful
    return pl.when(is_shaky).then(pl.lit("estimated")).otherwise(pl.lit("definitive"))


def additions(items: pl.LazyFrame, filings: pl.LazyFrame, words: Words) -> pl.LazyFrame:
    """One row for each charge stacked on the duty of a line, in their order."""
    stacked = items.filter(pl.col("addition_minor").is_not_null()).collect(engine="in-memory")
    additions = words.additions.collect(engine="in-memory")
    told = additions.select("tariff_row", *STACKED).sort("tariff_row", "position", maintain_order=True)
    rows = (
        with_liable(stacked.lazy().drop(STACKED, strict=False), filings, "duty_liable")
        .collect(engine="in-memory")
        .with_row_index("place")
        .join(told, on="tariff_row", how="inner", maintain_order="left_right")
        .with_columns(stacked["addition_minor"].explode().alias("addition"))
    )
    is_spared, is_spoken = pl.col("duty_status") == BELOW, pl.col("duty_status").is_in(["unresolved", "estimated"])
    amount = pl.col("addition")
    before = pl.col("basic_duty_minor") + amount.cum_sum().over("place") - amount
    is_held = ~(is_spoken | (pl.col("duty_status") == "definitive"))
    return rows.lazy().select(
        "consignment_id", "version", "item_no", "charge", "tax_type", "rate_text",
        source=sourced(pl.col("source"), "duty_is_unsure"),
        currency=pl.lit(words.currency),
        base_minor=_base(rows, before, _charged(items)),
        amount_minor=pl.when(is_spared).then(0).otherwise(amount),
        status=pl.when(amount.is_null()).then(pl.lit("unresolved"))
        .when(is_held).then("duty_status").otherwise(_certainty()),
        relief_code=pl.when(is_spared).then(spared_by(items, *LIMITS)),
        liable=pl.col("duty_liable").fill_null("declarant"),
        payer=payer(),
        collected_from=pl.when(is_spared).then(pl.lit("none")).otherwise("duty_collected_from"),
        rule_id="measure_id",
    )  # fmt: skip
