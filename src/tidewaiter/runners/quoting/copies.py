"""Copies: a filing once as it is claimed, and once under each data set, so that one plan answers for all of them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.stage import ROW

COPY: Final = "claim"
"""Which copy a row is: 0 as claimed, then one a data set, in the order of the sheet."""


def copied(chunk: Chunk, sets: Sequence[str]) -> Chunk:
    """The chunk with ``1 + len(sets)`` copies of each filing side by side, ``filing_row`` counted anew."""
    times = 1 + len(sets)
    count = chunk.filings.height
    owner = np.repeat(np.arange(count, dtype=np.uint32), times)
    claim = pl.Series(COPY, np.tile(np.arange(times, dtype=np.uint8), count))
    named = pl.lit(pl.Series(["", *sets], dtype=pl.String)).gather(pl.col(COPY))
    filings = chunk.filings[owner].with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias(ROW), claim)
    own = pl.col("reduced_set") if "reduced_set" in filings.columns else pl.lit(None, dtype=pl.String)
    filings = filings.with_columns(reduced_set=pl.when(pl.col(COPY) == 0).then(own).otherwise(named))
    items = pl.concat(
        chunk.items.with_columns(
            (pl.col(ROW) * times + at).cast(pl.UInt32).alias(ROW), pl.lit(at, dtype=pl.UInt8).alias(COPY)
        )
        for at in range(times)
    ).sort(ROW, maintain_order=True)
    return Chunk(filings.with_columns(pl.col(ROW).set_sorted()), items)


def as_claimed(chunk: Chunk, times: int) -> Chunk:
    """The first copy of each filing, ``filing_row`` as it was before; filings are known by it, whatever they say."""
    filings, items = (
        table.filter(pl.col(COPY) == 0).with_columns((pl.col(ROW) // times).cast(pl.UInt32).alias(ROW))
        for table in (chunk.filings, chunk.items)
    )
    key, one = pl.col(ROW).cast(pl.String), pl.lit(1, dtype=pl.Int64)
    return Chunk(
        filings.with_columns(consignment_id=key, version=one), items.with_columns(consignment_id=key, version=one)
    )
