"""The lake of a run: its Parquet files scanned, never loaded; a table of which no row was written is an empty one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from tidewaiter.model.columns import INSTANT, Schema

SCHEMAS: Final[dict[str, Schema]] = {
    "consignments": {
        **dict.fromkeys(
            (
                "consignment_id", "declarant_id", "category", "reduced_set_used", "route", "decision", "source_file",
                "office_country", "country_of_dispatch", "destination_country", "mode", "marketplace_id", "vat_scheme",
                "law_version",
            ),
            pl.String(),
        ),
        **dict.fromkeys(
            (
                "version", "intrinsic_value_minor", "duty_minor", "tax_minor", "fee_minor", "due_at_border_minor",
                "source_position",
            ),
            pl.Int64(),
        ),
        "pending_on": pl.List(pl.String()),
        "agencies": pl.List(pl.String()),
        "reasons": pl.List(pl.String()),
        "resolved": pl.Boolean(),
        "accepted_at": INSTANT,
        "arrival_est": INSTANT,
    },
    "items": {
        "consignment_id": pl.String(), "version": pl.Int64(), "item_no": pl.Int64(), "description": pl.String(),
    },
    "charges": {
        "charge": pl.String(), "status": pl.String(), "collected_from": pl.String(), "amount_minor": pl.Int64(),
    },
    "findings": {
        "consignment_id": pl.String(), "version": pl.Int64(), "item_no": pl.Int64(), "code": pl.String(),
        "severity": pl.String(), "evidence": pl.String(),
    },
    "quarantine": {
        "source_file": pl.String(), "source_position": pl.Int64(), "consignment_id": pl.String(), "code": pl.String(),
        "pointer": pl.String(), "value": pl.String(), "message": pl.String(),
    },
    "movements": {
        "arrived_at": INSTANT, "verdict": pl.String(),
    },
}  # fmt: skip
"""What is measured of each table; the files hold more."""


@dataclass(frozen=True)
class Lake:
    """The folder of a run whose tables are closed."""

    folder: Path

    def has(self, table: str) -> bool:
        """True where the run wrote the table."""
        return self._path(table).is_file()

    def scan(self, table: str) -> pl.LazyFrame:
        """The measured columns of a table, in the order of its rows; one that an earlier edition lacks is empty."""
        schema = SCHEMAS[table]
        if not self.has(table):
            return pl.LazyFrame(schema=schema)
        rows = pl.scan_parquet(self._path(table))
        there = rows.collect_schema()
        missing = (pl.lit(None, dtype).alias(name) for name, dtype in schema.items() if name not in there)
        return rows.with_columns(missing).select(list(schema))

    def height(self, table: str) -> int:
        """Rows of a table, read from the foot of its file."""
        return int(measured(self.scan(table).select(pl.len())).item())

    def _path(self, table: str) -> Path:
        return self.folder / f"{table}.parquet"


def measured(asked: pl.LazyFrame) -> pl.DataFrame:
    """The answer, worked out in a stream so that memory follows the answer and not the lake."""
    return asked.collect(engine="streaming")


def at_once(*questions: Callable[[], Any]) -> list[Any]:
    """The answers to independent questions, asked side by side: one walk alone does not fill the cores."""
    with ThreadPoolExecutor(max_workers=pl.thread_pool_size(), thread_name_prefix="measure") as pool:
        return [asked.result() for asked in [pool.submit(question) for question in questions]]


def summed(column: str) -> pl.Expr:
    """Sum of a column of minor units that no number of rows overflows; empty amounts add nothing."""
    return pl.col(column).cast(pl.Int128).sum()


def filings() -> pl.Expr:
    """How many rows."""
    return pl.len().cast(pl.Int64).alias("filings")
