"""The decision: the strictest finding wins, and a filing with an unknown amount at the border never releases."""

from collections.abc import Sequence

import polars as pl

from tidewaiter.model.codes import DECISIONS, ROUTES, SEVERITIES
from tidewaiter.model.columns import Schema
from tidewaiter.model.findings import SCORE_MAX, FindingKind

ADDS: Schema = {
    "route": pl.String(),
    "decision": pl.String(),
    "pending_on": pl.List(pl.String()),
    "reasons": pl.List(pl.String()),
    "score": pl.Int64(),
    "agencies": pl.List(pl.String()),
}
HITS: Schema = {"filing_row": pl.UInt32(), "kind": pl.UInt16()}
"""One row per filing and kind of finding; ``kind`` counts from 0 in the order of ``kinds_table``."""

DECISION_OF = {"note": "release", "ask": "hold", "hold": "hold", "refuse": "refuse"}


def strongest_first(kinds: Sequence[FindingKind]) -> list[FindingKind]:
    """All kinds of a run, the strongest first: severity, then weight, then code."""
    return sorted(kinds, key=lambda kind: (-SEVERITIES.index(kind.severity), -kind.points, kind.code))


def kinds_table(kinds: Sequence[FindingKind]) -> pl.DataFrame:
    """The kinds as a table, ``kind`` being the position in ``kinds`` (strongest first)."""
    return pl.DataFrame(
        {
            "kind": range(len(kinds)),
            "code": [kind.code for kind in kinds],
            "rank_route": [ROUTES.index(kind.to_route) for kind in kinds],
            "rank_decision": [DECISIONS.index(DECISION_OF[kind.severity]) for kind in kinds],
            "waits_for": [kind.waits_for or None for kind in kinds],
            "points": [kind.points for kind in kinds],
            "agency": [kind.agency or None for kind in kinds],
        },
        schema={
            "kind": pl.UInt16,
            "code": pl.String,
            "rank_route": pl.UInt8,
            "rank_decision": pl.UInt8,
            "waits_for": pl.String,
            "points": pl.Int64,
            "agency": pl.String,
        },
    )


def decide(filings: pl.LazyFrame, hits: pl.LazyFrame, kinds: pl.LazyFrame) -> pl.LazyFrame:
    """Add route, decision, ``pending_on``, reasons (codes, strongest first), score and agencies, from what was hit.

    ``agencies`` are those whose leave is wanted, by name. A filing without a hit releases with no reason. ``hits`` may
    name a kind twice for one filing (two items).
    """
    told = hits.unique().sort("filing_row", "kind").join(kinds, on="kind", how="left", maintain_order="left")
    summed = told.group_by("filing_row", maintain_order=True).agg(
        pl.col("rank_route").max(),
        pl.col("rank_decision").max(),
        pending_on=pl.col("waits_for").drop_nulls().unique(maintain_order=True),
        reasons=pl.col("code"),
        agencies=pl.col("agency").drop_nulls().unique().sort(),
        score=pl.min_horizontal(pl.col("points").sum(), pl.lit(SCORE_MAX, dtype=pl.Int64)),
    )
    nothing = pl.lit([], dtype=pl.List(pl.String))
    return (
        filings.join(summed, on="filing_row", how="left", maintain_order="left")
        .with_columns(
            route=_word(ROUTES, "rank_route"),
            decision=_word(DECISIONS, "rank_decision"),
            pending_on=pl.coalesce("pending_on", nothing),
            reasons=pl.coalesce("reasons", nothing),
            score=pl.col("score").fill_null(0),
            agencies=pl.coalesce("agencies", nothing),
        )
        .drop("rank_route", "rank_decision")
    )


def _word(words: Sequence[str], rank: str) -> pl.Expr:
    """The word of a rank; the mildest where nothing was hit."""
    return pl.col(rank).fill_null(0).replace_strict(list(range(len(words))), list(words), return_dtype=pl.String)
