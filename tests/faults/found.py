"""Which of the faults put in were named by a run: the right code at the right field of the right filing and line."""

import polars as pl

KEYS = ["consignment_id", "code", "pointer"]


def found(truth: pl.DataFrame, folder) -> pl.DataFrame:
    """The truth with ``is_found``: each fault looked up in that file of the finished run which must show it."""
    told = pl.concat([_findings(folder), _quarantine(folder)]).unique()
    of_lines = (
        told.select("shown", *KEYS, "item_no").filter(pl.col("item_no").is_not_null()).with_columns(is_found=True)
    )
    of_filings = told.select("shown", *KEYS).unique().with_columns(is_found=True)
    is_of_line = pl.col("item_no").is_not_null()
    return pl.concat([
        truth.filter(is_of_line).join(of_lines, on=["shown", *KEYS, "item_no"], how="left"),
        truth.filter(~is_of_line).join(of_filings, on=["shown", *KEYS], how="left"),
    ]).with_columns(pl.col("is_found").fill_null(value=False))  # fmt: skip


def by_kind(marked: pl.DataFrame) -> pl.DataFrame:
    """Per kind of fault: how many were put in, and what share was found; the worst first."""
    return (
        marked.group_by("fault", "code", "pointer")
        .agg(put_in=pl.len(), share=pl.col("is_found").mean())
        .sort("share", "fault")
    )


def _findings(folder) -> pl.DataFrame:
    rows = pl.read_parquet(folder / "findings.parquet")
    return rows.select("consignment_id", "code", "item_no", pointer="field", shown=pl.lit("findings"))


def _quarantine(folder) -> pl.DataFrame:
    """Rows set aside; its line, and a lost consignment by its barcode, stand in the original words."""
    rows = pl.read_parquet(folder / "quarantine.parquet")
    by_barcode = pl.col("original").str.extract(r"\bparcel_id=([^;]+)")
    line = pl.col("original").str.extract(r"\bitem_no=(\d+)").cast(pl.Int64)
    return rows.select(
        pl.coalesce("consignment_id", by_barcode).alias("consignment_id"), "code", line.alias("item_no"), "pointer",
        shown=pl.lit("quarantine"),
    )  # fmt: skip
