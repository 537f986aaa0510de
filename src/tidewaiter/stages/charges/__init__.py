"""Charges: one row per amount, with base, rate, rule and source, as a statement needs them."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from tidewaiter.kit.facts import Fee
from tidewaiter.kit.noting import unsure
from tidewaiter.stages.charges.duties import additions, duties
from tidewaiter.stages.charges.row import CHARGES, OF_TARIFF, Words, payer, worded
from tidewaiter.stages.charges.taxes import taxes

__all__ = ["CHARGES", "OF_TARIFF", "Words", "charges", "charges_plainly", "worded"]

EXCISE: Final = "law_excise_not_loaded"
"""Where the sheet has it: what it says of excise that it does not hold."""


def charges(items: pl.DataFrame, filings: pl.DataFrame, words: Words, fees: Sequence[Fee]) -> pl.DataFrame:
    """All charges of a chunk: duties of lines, what is stacked on them, taxes, then those of whole filings."""
    lines, whole = items.lazy(), filings.lazy()
    parts = [duties(lines, whole, words), taxes(lines, whole, words)]
    if _has_some(items, "addition_minor"):
        parts.insert(1, additions(lines, whole, words))
    if _has_some(filings, "law_not_loaded"):
        parts.append(_not_loaded(whole, words))
    parts += [_fee(whole, fee, words) for fee in fees if _has_some(filings, fee.column)]
    return pl.concat(pl.collect_all([_laid(part) for part in parts], engine="in-memory"))


def _laid(part: pl.LazyFrame) -> pl.LazyFrame:
    return part.select(pl.col(name).cast(dtype) for name, dtype in CHARGES.items())


def charges_plainly(
    items: pl.LazyFrame, filings: pl.LazyFrame, words: Words, fees: Sequence[Fee]
) -> Sequence[pl.LazyFrame]:
    """The same as queries, whose rows follow one another; unsure where anything is stacked on the duty of a line."""
    lines = unsure(items, "stacked", pl.col("addition_minor").is_not_null())
    parts = [duties(lines, filings, words), taxes(lines, filings, words), _not_loaded(filings, words)]
    return [_laid(part) for part in (*parts, *(_fee(filings, fee, words) for fee in fees))]


def _has_some(rows: pl.DataFrame, name: str) -> bool:
    """True where any row says something in a column; charges that no row has cost nothing."""
    return rows[name].null_count() < rows.height


def _not_loaded(filings: pl.LazyFrame, words: Words) -> pl.LazyFrame:
    """Law that applies and is not on the shelves: a charge without amount, so that nobody takes it for nil."""
    return (
        filings
        .filter(pl.col("law_not_loaded").is_not_null())
        .select(
            "consignment_id", "version",
            item_no=pl.lit(None, dtype=pl.Int64),
            charge=_missing_charge(filings),
            tax_type=pl.lit(""),
            base_minor="customs_value_minor",
            rate_text=pl.lit(None, dtype=pl.String),
            amount_minor=pl.lit(None, dtype=pl.Int64),
            currency=pl.lit(words.currency),
            status=pl.lit("unresolved"),
            relief_code=pl.lit(None, dtype=pl.String),
            liable=pl.lit("declarant"),
            payer=payer(),
            collected_from=pl.lit("border"),
            rule_id=pl.lit("not_loaded"),
            source="law_not_loaded",
        )
    )  # fmt: skip


def _missing_charge(filings: pl.LazyFrame) -> pl.Expr:
    """``excise`` where that alone is missing, else an additional duty."""
    if EXCISE not in filings.collect_schema():
        return pl.lit("additional_duty")
    return (
        pl.when(pl.col("law_not_loaded") == pl.col(EXCISE)).then(pl.lit("excise")).otherwise(pl.lit("additional_duty"))
    )


def _fee(filings: pl.LazyFrame, fee: Fee, words: Words) -> pl.LazyFrame:
    """One row per filing a fee applies to."""
    name, base = fee.column, "intrinsic_value_minor" if fee.rate is None else f"{fee.base}_minor"
    return (
        filings
        .filter(pl.col(name).is_not_null())
        .select(
            "consignment_id", "version",
            item_no=pl.lit(None, dtype=pl.Int64),
            charge=pl.lit("fee"),
            tax_type=pl.lit(fee.code),
            base_minor=base,
            rate_text=pl.lit(fee.text),
            amount_minor=name,
            currency=pl.lit(words.currency),
            status=pl.when(pl.lit(fee.evidence != "read") | pl.col("fee_is_unsure")).then(pl.lit("estimated"))
            .otherwise(pl.lit("definitive")),
            relief_code=pl.lit(None, dtype=pl.String),
            liable=pl.lit(fee.liable),
            payer=payer(),
            collected_from=pl.lit(fee.collected_from),
            rule_id=pl.lit(fee.code),
            source=pl.lit(f"{fee.source} ({fee.evidence})"),
        )
    )  # fmt: skip
