"""Identity of rows: which filing a row belongs to, and whether two rows say the same."""

import numpy as np
import polars as pl

from tidewaiter.model.columns import FILING_FIELDS, ITEM_FIELDS, Field
from tidewaiter.model.ids import UNIT_SEPARATOR, keys64

ROW_IDENTITY = {
    "filing_key": pl.Int64,
    "identity_hash": pl.UInt64,
    "id_hash": pl.UInt64,
    "filing_hash": pl.UInt64,
    "item_hash": pl.UInt64,
    "item_no": pl.Int64,
    "source_position": pl.Int64,
}
"""``filing_key`` is stable for ever; the hashes compare rows within one run only and are never stored. A filing is
the pair of ``filing_key`` and ``identity_hash``: 128 bits of its text by two unrelated functions."""


def with_defaults(rows: pl.DataFrame) -> pl.DataFrame:
    """Fill what the format itself defines when silent: an original import filing, version 1, parcel = filing."""
    plain = {"filing_kind": pl.lit("import"), "function": pl.lit("original"), "version": pl.lit(1, dtype=pl.Int64)}
    present = set(rows.columns)
    filled = [
        (pl.coalesce(name, value) if name in present else value).alias(name) for name, value in plain.items()
    ]
    parcel = pl.coalesce("parcel_id", "consignment_id") if "parcel_id" in present else pl.col("consignment_id")
    return rows.with_columns(*filled, parcel.alias("parcel_id"))


def identified(rows: pl.DataFrame, submitter: str) -> pl.DataFrame:
    """The identity columns of each row, in order."""
    declarant = pl.col("declarant_id") if "declarant_id" in rows.columns else pl.lit(None, dtype=pl.String)
    text = pl.concat_str(
        declarant.fill_null(submitter), "filing_kind", pl.col("consignment_id").fill_null(""), "version",
        separator=UNIT_SEPARATOR,
    )  # fmt: skip
    item_no = pl.col("item_no") if "item_no" in rows.columns else pl.lit(None, dtype=pl.Int64)
    found = rows.select(
        identity=text,
        identity_hash=text.hash(seed=1),
        id_hash=pl.col("consignment_id").hash(seed=2),
        filing_hash=_content_hash(rows, FILING_FIELDS),
        item_hash=_content_hash(rows, ITEM_FIELDS),
        item_no=item_no,
        source_position="source_position",
    )
    return found.with_columns(filing_key=_keys(found)).select(list(ROW_IDENTITY))


def _keys(found: pl.DataFrame) -> pl.Series:
    """Stable keys, hashed once per run of equal neighbours."""
    if found.is_empty():
        return pl.Series(dtype=pl.Int64)
    same = found["identity_hash"].to_numpy()
    starts = np.flatnonzero(np.concatenate(([True], same[1:] != same[:-1])))
    keys = np.array(keys64(found["identity"].gather(starts).to_list()), dtype=np.int64)
    return pl.Series(np.repeat(keys, np.diff(np.append(starts, len(same)))))


def _content_hash(rows: pl.DataFrame, fields: tuple[Field, ...]) -> pl.Expr:
    """One number for what a row says in these fields; an absent column and an empty value are the same."""
    present = set(rows.columns)
    parts = [
        pl.when(pl.col(field.inner).is_null()).then(pl.lit(0, dtype=pl.UInt64)).otherwise(pl.col(field.inner).hash(seed))
        for seed, field in enumerate(fields, start=11)
        if field.inner in present
    ]
    if not parts:
        return pl.lit(0, dtype=pl.UInt64)
    mixed = parts[0]
    for part in parts[1:]:
        mixed = mixed ^ part
    return mixed
