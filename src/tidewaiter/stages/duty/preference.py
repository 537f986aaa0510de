"""Preference: the reduced rate a line claims, which counts only with a proof of origin where one is asked."""

from typing import Final

import polars as pl

from tidewaiter.kit.rates.program import PROGRAM
from tidewaiter.model.columns import Schema
from tidewaiter.stages.duty.findings import LACKS_PROOF, NOT_OPEN

ANSWER: Final[Schema] = {
    "tariff_row": pl.UInt32(),
    **PROGRAM,
    "duty_option": pl.String(),
    "duty_evidence": pl.String(),
    "unresolved_reason": pl.String(),
    "needs_proof": pl.Boolean(),
    "option_reason": pl.String(),
    **{f"mfn_{name}": dtype for name, dtype in PROGRAM.items()},
    "mfn_unresolved_reason": pl.String(),
}
"""What a tariff says of a line: the program of the option that applies, and that of all origins (``mfn``).
``option_reason``: why a claimed preference is not open, so that the latter counts."""


def prefer(rows: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Add ``answer_at``: which of ``offers`` counts for a line (empty: none), and flags of claims that do not hold.

    ``answers`` are the tariff's by ``tariff_row``; one that is not open, or that needs a proof of origin on a line that
    names none, gives way to the rate of all origins. Adds ``option_reason``, too.
    """
    said = answers.select("tariff_row", "needs_proof", "option_reason").with_row_index("answer_at")
    at = rows.select("tariff_row", "origin_proof").join(said, on="tariff_row", how="left", maintain_order="left")
    is_shut = pl.col("option_reason").is_not_null()
    lacks = (pl.col("needs_proof") & pl.col("origin_proof").is_null()).fill_null(value=False) & ~is_shut
    told = at.select(
        pl.when(lacks | is_shut).then(pl.col("answer_at") + answers.height).otherwise("answer_at").alias("answer_at"),
        "option_reason",
        lacks.alias(LACKS_PROOF.flag),
        is_shut.alias(NOT_OPEN.flag),
    )
    return rows.hstack(told)


def offers(answers: pl.DataFrame) -> pl.DataFrame:
    """All answers as they apply, and below them the same with the rates of all origins."""
    for_all = answers.with_columns(pl.col(f"mfn_{name}").alias(name) for name in (*PROGRAM, "unresolved_reason"))
    return pl.concat([answers, for_all]).select(list(ANSWER))
