"""From spooled rows to a chunk: filings with their items, in a fixed order that does not depend on the file's."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

import numpy as np
import polars as pl

from tidewaiter.model.columns import FILING_FIELDS, INSTANT, ITEM_FIELDS
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.stage import ROW

Moment = datetime | Literal["accepted", "arrival"]
"""When the filings of a run were accepted: all at one moment, or each when it says so itself."""

PLACE = "place"
TOLD = {"accepted": "accepted_at", "arrival": "arrival_est"}

BY_CONTENT = ("item_commodity_code", "item_value_micro", "item_description", "item_net_mass_mg", "item_quantity_micro")
"""Order among lines that carry no number, then by all else they say, so that a shuffled file gives the same answers."""


OF_FILINGS = ("source_no", "source_position", "defaulted")
OF_LINES = ("source_position", "unmapped")
"""What filings and goods lines take from a row beside their fields."""

Heads = Callable[[np.ndarray], pl.DataFrame]
"""Columns of filings of the rows at these places, with their ``filing_no``."""


def chunk_of(
    rows: pl.DataFrame,
    heads: Heads,
    names: Sequence[str],
    submitter: str,
    accepted_at: Moment,
    *,
    by_place: bool = False,
) -> Chunk:
    """Split rows (complete, each filing's together) into filings and items; both sorted by ``filing_row``.

    ``rows`` have what is said of goods lines (``OF_LINES`` and ``filing_no`` beside it); what is said of the filing is
    asked of ``heads``, once for each. Items stand in the order of their numbers; lines without a number get the next
    free ones, in an order that does not turn on that of the rows; ``by_place``: in the order of the rows, where that
    is the order in which somebody told them.
    """
    rows = _in_order(rows, by_place=by_place)
    is_moved = PLACE in rows.columns
    is_new = np.diff(rows["filing_no"].to_numpy(), prepend=-1) != 0
    rows = rows.with_columns(pl.Series(ROW, np.cumsum(is_new) - 1, dtype=pl.UInt32).set_sorted())
    first = np.flatnonzero(is_new)
    told = heads(rows[PLACE].to_numpy()[first] if is_moved else first)
    files, there = pl.Series(names, dtype=pl.String), set(told.columns)
    filings = told.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias(ROW).set_sorted(),
        *(field.inner for field in FILING_FIELDS if field.inner in there),
        "filing_no",
        "defaulted",
        source_file=pl.lit(files).gather(pl.col("source_no")),
        submitter=pl.lit(submitter),
        run_accepted_at=pl.lit(accepted_at).cast(INSTANT)
        if isinstance(accepted_at, datetime)
        else pl.col(TOLD[accepted_at]),
    )
    if is_moved:
        position = rows.group_by(ROW, maintain_order=True).agg(pl.col("source_position").min())
        filings = filings.with_columns(position["source_position"])
    else:
        filings = filings.with_columns(told["source_position"])
    there = set(rows.columns)
    items = rows.select(
        ROW, *(pl.col(field.inner).alias(field.column) for field in ITEM_FIELDS if field.inner in there), "unmapped"
    )
    items = _with_bare_codes(items)
    return Chunk(filings, _numbered(items))


def _with_bare_codes(items: pl.DataFrame) -> pl.DataFrame:
    """Commodity codes as their digits, so that ``6109.10`` and ``610910`` are one code to every list and count.

    What is no code stays as it was written, so that ``2.2E+09`` is shown so to whoever wrote it.
    """
    if "commodity_code" not in items.columns or not items["commodity_code"].str.contains("[. ]").any():
        return items
    code = pl.col("commodity_code")
    is_spaced = code.str.contains("^[0-9. ]+$")
    return items.with_columns(pl.when(is_spaced).then(code.str.replace_all("[. ]", "")).otherwise(code))


def _in_order(rows: pl.DataFrame, *, by_place: bool) -> pl.DataFrame:
    """Rows by filing and item number; unnumbered lines after the numbered ones, by what they say or as they stand.

    Rows that had to be moved say in ``PLACE`` where they stood.
    """
    number = rows["item_no"]
    if not number.null_count() and rows.select(_is_ascending()).item():
        return rows
    is_by_content = number.null_count() and not by_place
    said = dict.fromkeys((*BY_CONTENT, *(field.inner for field in ITEM_FIELDS))) if is_by_content else {}
    there = [name for name in said if name in rows.columns and name != "item_no"]
    placed = rows.with_row_index(PLACE)
    return placed.sort("filing_no", "item_no", *there, nulls_last=True, maintain_order=True)


def _is_ascending() -> pl.Expr:
    """True where rows already stand by filing and number."""
    filing, number = pl.col("filing_no"), pl.col("item_no")
    step = (filing > filing.shift()) | ((filing == filing.shift()) & (number >= number.shift()))
    return step.fill_null(value=True).all()


def _numbered(items: pl.DataFrame) -> pl.DataFrame:
    """Give lines without a number the ones after the highest of their filing."""
    if not items["item_no"].null_count():
        return items
    is_open = pl.col("item_no").is_null()
    highest = pl.col("item_no").max().over(ROW).fill_null(0)
    following = highest + is_open.cast(pl.Int64).cum_sum().over(ROW)
    return items.with_columns(item_no=pl.when(is_open).then(following).otherwise("item_no"))
