"""Preference: the reduced rate a line claims, which counts only with a proof of origin where one is asked."""

from typing import Final

import polars as pl

from tidewaiter.kit.rates.program import PROGRAM
from tidewaiter.model.columns import Schema
from tidewaiter.stages.duty.findings import LACKS_PROOF

ANSWER: Final[Schema] = {
    "tariff_row": pl.UInt32(),
    **PROGRAM,
    "duty_option": pl.String(),
    "duty_evidence": pl.String(),
    "unresolved_reason": pl.String(),
    "needs_proof": pl.Boolean(),
    **{f"mfn_{name}": dtype for name, dtype in PROGRAM.items()},
}
"""What a tariff says of a line: the program of the option that applies, and that of all origins (``mfn``)."""


def prefer(rows: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Add ``answer_at``: which of ``offers`` counts for a line (empty: none), and the flag of a proof that lacks.

    ``answers`` are the tariff's by ``tariff_row``; an answer that needs a proof of origin gives way to the rate of
    all origins on a line that names none.
    """
    at = rows.select("tariff_row", "origin_proof").join(
        answers.select("tariff_row", "needs_proof").with_row_index("answer_at"), on="tariff_row", how="left",
        maintain_order="left",
    )  # fmt: skip
    lacks = (pl.col("needs_proof") & pl.col("origin_proof").is_null()).fill_null(value=False)
    told = at.select(
        pl.when(lacks).then(pl.col("answer_at") + answers.height).otherwise("answer_at").alias("answer_at"),
        lacks.alias(LACKS_PROOF.flag),
    )
    return rows.hstack(told)


def offers(answers: pl.DataFrame) -> pl.DataFrame:
    """All answers as they apply, and below them the same with the rates of all origins."""
    for_all = answers.with_columns(pl.col(f"mfn_{name}").alias(name) for name in PROGRAM)
    return pl.concat([answers, for_all]).select(list(ANSWER))
