"""From spooled rows to a chunk: filings with their items, in a fixed order that does not depend on the file's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import polars as pl

from tidewaiter.model.columns import FILING_FIELDS, INSTANT, ITEM_FIELDS
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.stage import ROW

Moment = datetime | Literal["accepted", "arrival"]
"""When the filings of a run were accepted: all at one moment, or each when it says so itself."""

TOLD = {"accepted": "accepted_at", "arrival": "arrival_est"}

BY_CONTENT = ("item_commodity_code", "item_value_micro", "item_description", "item_net_mass_mg", "item_quantity_micro")
"""Order among lines that carry no number, then by all else they say, so that a shuffled file gives the same answers."""


def chunk_of(rows: pl.DataFrame, names: Sequence[str], submitter: str, accepted_at: Moment) -> Chunk:
    """Split rows (complete, each filing's together) into filings and items; both sorted by ``filing_row``.

    Items stand in the order of their numbers; lines without a number get the next free ones.
    """
    came, rows = rows, _in_order(rows)
    new = (pl.col("filing_no") != pl.col("filing_no").shift()).fill_null(value=True)
    rows = rows.with_columns((new.cum_sum() - 1).cast(pl.UInt32).alias(ROW), is_new=new)
    there = set(rows.columns)
    first = rows.filter("is_new")
    files = pl.Series(names, dtype=pl.String)
    filings = first.select(
        ROW,
        *(field.inner for field in FILING_FIELDS if field.inner in there),
        "filing_no",
        "defaulted",
        source_file=pl.lit(files).gather(pl.col("source_no")),
        submitter=pl.lit(submitter),
        run_accepted_at=pl.lit(accepted_at).cast(INSTANT)
        if isinstance(accepted_at, datetime)
        else pl.col(TOLD[accepted_at]),
    )
    if rows is came:
        filings = filings.with_columns(first["source_position"])
    else:
        position = rows.group_by(ROW, maintain_order=True).agg(pl.col("source_position").min())
        filings = filings.with_columns(position["source_position"])
    items = rows.select(
        ROW, *(pl.col(field.inner).alias(field.column) for field in ITEM_FIELDS if field.inner in there), "unmapped"
    )
    items = _with_bare_codes(items)
    return Chunk(
        filings.with_columns(pl.col(ROW).set_sorted()), _numbered(items).with_columns(pl.col(ROW).set_sorted())
    )


def _with_bare_codes(items: pl.DataFrame) -> pl.DataFrame:
    """Commodity codes as their digits, so that ``6109.10`` and ``610910`` are one code to every list and count."""
    if "commodity_code" not in items.columns or not items["commodity_code"].str.contains("[. ]").any():
        return items
    return items.with_columns(pl.col("commodity_code").str.replace_all("[. ]", ""))


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by filing and item number; unnumbered lines after the numbered ones, by what they say."""
    number = rows["item_no"]
    if number.null_count():
        said = dict.fromkeys((*BY_CONTENT, *(field.inner for field in ITEM_FIELDS)))
        there = [name for name in said if name in rows.columns and name != "item_no"]
        return rows.sort("filing_no", "item_no", *there, nulls_last=True, maintain_order=True)
    return rows if rows.select(_is_ascending()).item() else rows.sort("filing_no", "item_no", maintain_order=True)


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
