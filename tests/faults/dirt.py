"""Harmless dirt: careless spellings and gaps put into clean traffic, each kind with its own rate."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from tests.faults import gaps, spellings, wordings
from tests.faults.kind import ANY

AGAIN = "told twice"


@dataclass(frozen=True)
class Dirt:
    """New texts by door name, on those rows of a filing where they apply."""

    name: str
    texts: Mapping[str, pl.Expr]
    applies: pl.Expr = ANY


SPELLED = {**wordings.KINDS, **spellings.KINDS, **gaps.KINDS}
KINDS: tuple[Dirt, ...] = (*(Dirt(name, *spelled) for name, spelled in SPELLED.items()), Dirt(AGAIN, {}))


def soil(rows: pl.DataFrame, rates: Mapping[str, float], seed: int) -> pl.DataFrame:
    """Let every kind strike each filing with its own rate; a filing may have several kinds.

    ``rows``: clean text under door names, one row a line, lines of a filing together. Filings told twice stand again
    at the end.
    """
    rng = np.random.default_rng(seed)
    used = {name for kind in KINDS for name in kind.texts} - set(rows.columns)
    rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in sorted(used))
    filing = rows["consignment_id"].rle_id().to_numpy()
    filings = int(filing.max()) + 1
    for kind in KINDS:
        is_hit = pl.Series((rng.random(filings) < rates[kind.name])[filing])
        if kind.name == AGAIN:
            return pl.concat([rows, rows.filter(is_hit)])
        applies = pl.lit(is_hit) & kind.applies.fill_null(value=False)
        rows = rows.with_columns(
            pl.when(applies).then(text).otherwise(pl.col(name)).alias(name) for name, text in kind.texts.items()
        )
    return rows
