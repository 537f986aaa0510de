"""Duty as one query: lines whose duty is a rate of their value or nothing; what else there is is told to be unsure."""

from typing import Final

import polars as pl

from tidewaiter.kit.noting import unsure
from tidewaiter.stages.duty.additions import nothing_stacked
from tidewaiter.stages.duty.findings import LACKS_PROOF, NOT_OPEN, UNASKED
from tidewaiter.stages.duty.reckoning import BY_PROGRAM, BY_VALUE, VALUE, Reckoning

TOLD: Final = ("duty_kind", "duty_num", "duty_den", "unresolved_reason")
"""What an answer tells of the option that applies, and again of all origins."""


def rated_plainly(items: pl.LazyFrame, tariff: pl.LazyFrame, additions: pl.LazyFrame, law: Reckoning) -> pl.LazyFrame:
    """Add what ``prefer``, the tariff's rate, ``stack`` and the saving of a proof add, for the plain lines of all.

    A line is not plain whose duty is a program, that has something stacked on its duty, or that claims what does not
    hold, as far as the tariff decides; nor is any where amounts are rounded together.
    """
    rows = _beside(items, tariff, additions)
    is_tariff = (pl.col("duty_rule") == "tariff").fill_null(value=False)
    is_claim = pl.col(LACKS_PROOF.flag) | pl.col(NOT_OPEN.flag)
    is_open = pl.col("of_kind").is_in(BY_PROGRAM) | pl.col("of_stack").is_not_null() | is_claim
    checked = unsure(rows, "duty", (is_tariff & is_open).fill_null(value=False))
    if law.rounding.has_moment("item", "filing"):
        checked = unsure(checked, "moment", pl.lit(value=True))
    by_value, is_found = pl.col("of_kind").is_in(BY_VALUE), pl.col("of_row").is_not_null()
    numerator, denominator = (pl.when(by_value).then(name) for name in ("of_num", "of_den"))
    rated = checked.with_columns(
        tariff_duty_minor=law.rounding.times_rate(pl.col(VALUE), numerator, denominator),
        duty_missing=pl.lit(None, dtype=pl.String),
        is_free=pl.when(is_found).then((by_value & (pl.col("of_num") == 0)).fill_null(value=False)),
        is_shaky=pl.when(is_found).then((pl.col("of_evidence") != "read").fill_null(value=False)),
        has_rate=pl.when(is_found).then(pl.col("of_kind").is_in((*BY_VALUE, *BY_PROGRAM)).fill_null(value=False)),
        proof_saves_minor=pl.lit(None, dtype=pl.Int64),
    )
    is_lost = is_tariff & pl.col("tariff_duty_minor").is_null()
    reason = pl.when(pl.col("tariff_row").is_null()).then(pl.lit(UNASKED)).otherwise("of_reason")
    return rated.with_columns(*nothing_stacked(), unresolved_reason=pl.when(is_lost).then(reason))


def _beside(items: pl.LazyFrame, tariff: pl.LazyFrame, additions: pl.LazyFrame) -> pl.LazyFrame:
    """Lines with their answer, and whether anything is stacked on it."""
    answers = tariff.select(
        "tariff_row", of_row="tariff_row", of_option="option_reason", of_proof="needs_proof",
        of_evidence="duty_evidence",
        **{f"of_{name}": name for name in TOLD}, **{f"of_mfn_{name}": f"mfn_{name}" for name in TOLD},
    )  # fmt: skip
    stacked = additions.group_by("tariff_row", maintain_order=True).agg(of_stack=pl.col("position").count())
    rows = items.join(answers, on="tariff_row", how="left", maintain_order="left")
    rows = rows.join(stacked, on="tariff_row", how="left", maintain_order="left")
    is_shut = pl.col("of_option").is_not_null()
    lacks = (pl.col("of_proof") & pl.col("origin_proof").is_null()).fill_null(value=False) & ~is_shut
    kind, numerator, denominator, reason = (
        pl.when(lacks | is_shut).then(f"of_mfn_{name}").otherwise(f"of_{name}") for name in TOLD
    )
    return rows.with_columns(
        lacks.alias(LACKS_PROOF.flag), is_shut.alias(NOT_OPEN.flag), option_reason="of_option",
        of_kind=kind, of_num=numerator, of_den=denominator, of_reason=reason,
    )  # fmt: skip
