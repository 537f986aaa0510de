"""A charge as a row: its columns, and what all kinds of charges say alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from tidewaiter.kit.noting import is_noting

ROW: Final = "filing_row"
CHARGES: Final = {
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

WORDS: Final = ("rate_text", "relief_code", "liable", "payer", "collected_from", "rule_id", "source")
"""Columns of a charge that are words about it."""

BELOW: Final = "below_minimum"
RULE_THAT_IS_MONEY: Final = r"^[A-Z]{3} \d"
"""Texts of parameters that are amounts; a limit is one, and no rate of what lies below it."""

WHETHER: Final = ("yes", "no")
"""Texts of parameters that only say whether a rule is in force."""

OF_TARIFF: Final = {
    "tariff_row": "tariff_row", "rate_text": "rate_text", "rate_code": "rate_code", "source": "duty_source",
    "mfn_rate_text": "mfn_rate_text", "mfn_rate_code": "mfn_rate_code", "mfn_source": "mfn_duty_source",
}  # fmt: skip
"""What charges say of a tariff's answer, and which column of the answer tells it."""

PAYER: Final = {"sender": "seller", "recipient": "consignee", "account": "account"}


@dataclass(frozen=True, slots=True)
class Words:
    """What charges say of where they come from.

    ``tariff``: the columns of ``OF_TARIFF``, of what applies and (``mfn_``) for all origins; ``additions``: what
    is stacked, with tax_type, rate_text, measure_id, evidence and source; ``rules``: rule_id, law_period, rule_source
    and what each says (``worded``); ``tax_rates``: tax_rate_no, rate_text, source; ``tax_type``: the jurisdiction's
    code of a charge.
    """

    tariff: pl.LazyFrame
    additions: pl.LazyFrame
    rules: pl.LazyFrame
    tax_rates: pl.LazyFrame
    tax_type: Mapping[str, str]
    currency: str


def with_words(rows: pl.LazyFrame, lines: pl.LazyFrame, say: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.LazyFrame:
    """Rows with what ``say`` makes of the line of each, in their order: ``lines`` has one for each row.

    Asked once for all lines that are alike in every column: a thousand lines share a dozen wordings, and words are
    heavy. ``say`` keeps the rows it is given and their order.
    """
    if is_noting():
        return pl.concat([rows.drop(WORDS, strict=False), say(lines)], how="horizontal")
    return rows.with_columns(_worded_once(lines.collect(engine="in-memory"), say))


def _worded_once(lines: pl.DataFrame, say: Callable[[pl.LazyFrame], pl.LazyFrame]) -> list[pl.Series]:
    alike = lines.unique().with_row_index("wording")
    keys = lines.columns
    at = lines.lazy().join(alike.lazy(), on=keys, how="left", nulls_equal=True, maintain_order="left").select("wording")
    said = say(alike.lazy()).collect(engine="in-memory")
    return said[at.collect(engine="in-memory").to_series()].get_columns()


def payer() -> pl.Expr:
    """Whom the filing names as payer, and nobody else."""
    return pl.col("duty_paid_by").replace_strict(PAYER, default=None, return_dtype=pl.String)


def looked_at(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The same rows, worked out once for all that ask for them."""
    return rows if is_noting() else rows.collect(engine="in-memory").lazy()


def with_liable(items: pl.LazyFrame, filings: pl.LazyFrame, name: str) -> pl.LazyFrame:
    """Items with who owes a charge where the law says otherwise than usual."""
    if name not in filings.collect_schema():
        return items.with_columns(pl.lit(None, dtype=pl.String).alias(name))
    if is_noting():
        return items.join(filings.select(ROW, name), on=ROW, how="left", maintain_order="left")
    rows, told = (frame.collect(engine="in-memory") for frame in (items.select(ROW), filings.select(name)))
    return items.with_columns(told[name].gather(rows[ROW]))


def worded(rules: pl.LazyFrame) -> pl.LazyFrame:
    """Rules with what each says in place of a rate.

    ``relief_text``: up to where it relieves; ``vendor_text``: up to where the seller collects; ``rule_text``: as the
    sheet has it. A rule that is in force or not says no figure: a yes is no rate.
    """
    text = pl.col("rule_text")
    is_limit, is_whether = text.str.contains(RULE_THAT_IS_MONEY), text.is_in(WHETHER)
    said = {"relief_text": "relieved by law", "vendor_text": "collected by the seller"}
    limited = {"relief_text": "relief up to ", "vendor_text": "collected by the seller up to "}
    return rules.with_columns(
        pl.when(is_whether).then(None).otherwise(text).alias("rule_text"),
        *(
            pl.when(is_limit).then(pl.concat_str(pl.lit(limited[name]), text))
            .when(is_whether).then(pl.lit(words)).otherwise(text).alias(name)
            for name, words in said.items()
        ),
    )  # fmt: skip


def minimums(words: Words) -> pl.LazyFrame:
    """Where a rule of the sheet stands, by its name as a minimum: ``minimum``, ``law_period``, ``minimum_source``."""
    return words.rules.select("law_period", minimum="rule_id", minimum_source="rule_source")


RECALLED: Final = "(recalled)"
UNSURE: Final = f"rests on a figure of the sheet that was not read, or lies beyond its days {RECALLED}"


def sourced(source: pl.Expr, is_unsure: str) -> pl.Expr:
    """Where a charge stands, and that it rests on a figure that was not read: its status may say something else."""
    is_told = pl.col(is_unsure) & source.str.ends_with(RECALLED).not_().fill_null(value=True)
    own = pl.concat_str(source, pl.lit("; it "))
    return pl.when(is_told).then(pl.concat_str(own.fill_null(""), pl.lit(UNSURE))).otherwise(source)


def rule_text(rule: str) -> pl.Expr:
    """What a rule says in place of a rate, by what it does."""
    return (
        pl.when(pl.col(rule) == "relief")
        .then(pl.col("relief_text"))
        .when(pl.col(rule) == "vendor")
        .then(pl.col("vendor_text"))
        .otherwise(pl.col("rule_text"))
    )


def spared_by(items: pl.LazyFrame, *limits: str) -> pl.Expr:
    """The parameter by which an amount below the minimum is not collected."""
    return pl.lit(next((name for name in limits if f"law_{name}" in items.collect_schema()), None), dtype=pl.String)
