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
    "mfn_duty_evidence": pl.String(),
    "mfn_unresolved_reason": pl.String(),
}
"""What a tariff says of a line: the program of the option that applies, and that of all origins (``mfn``).
``option_reason``: why a claimed preference is not open, so that the latter counts."""


def prefer(rows: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Add ``answer_at``: which of ``offers`` counts for a line (empty: none), and flags of claims that do not hold.

    ``answers`` are the tariff's by ``tariff_row``; one that is not open, or that needs a proof of origin on a line that
    names none, gives way to the rate of all origins. Adds ``option_reason``, too.
    """
    at = place_of(answers["tariff_row"], rows["tariff_row"])
    reason = answers["option_reason"].gather(at)
    is_shut = reason.is_not_null()
    lacks = (answers["needs_proof"].gather(at) & rows["origin_proof"].is_null()).fill_null(value=False) & ~is_shut
    return rows.with_columns(
        reason.alias("option_reason"),
        answer_at=at.zip_with(~(lacks | is_shut), at + answers.height),
        **{LACKS_PROOF.flag: lacks, NOT_OPEN.flag: is_shut},
    )


def place_of(known: pl.Series, asked: pl.Series) -> pl.Series:
    """Where each of the asked numbers stands among the known ones, which are whole numbers without gaps to speak of."""
    most = max(int(known.max() or 0), int(asked.max() or 0))  # type: ignore[arg-type]
    places = pl.Series("answer_at", [None], dtype=pl.UInt32).new_from_index(0, most + 1)
    return places.scatter(known, pl.int_range(len(known), dtype=pl.UInt32, eager=True)).gather(asked)


def offers(answers: pl.DataFrame) -> pl.DataFrame:
    """All answers as they apply, and below them the same with the rates of all origins."""
    for_all = answers.with_columns(
        pl.col(f"mfn_{name}").alias(name) for name in (*PROGRAM, "duty_evidence", "unresolved_reason")
    )
    return pl.concat([answers, for_all]).select(list(ANSWER))
