"""The two tables of a chunk: what columns they start with, and which of them risk rules may look at."""

from collections.abc import Sequence

import polars as pl

from tidewaiter.model.assertions import FACTS
from tidewaiter.model.columns import FILING_SCHEMA, INSTANT, ITEM_SCHEMA, Schema
from tidewaiter.model.findings import FindingKind
from tidewaiter.pipeline.stage import ROW
from tidewaiter.stages import value

FLAG = pl.Boolean()
"""Type of every finding's column."""

FILINGS: Schema = {
    ROW: pl.UInt32(),
    **FILING_SCHEMA,
    "filing_no": pl.Int64(),
    "source_file": pl.String(),
    "source_position": pl.Int64(),
    "submitter": pl.String(),
    "run_accepted_at": INSTANT,
    "defaulted": pl.String(),
    "office_country": pl.String(),
}
ITEMS: Schema = {ROW: pl.UInt32(), **ITEM_SCHEMA, "unmapped": pl.String()}

LIMIT = "low_value_limit_minor"
"""The value up to which low-value rules hold; risk rules watch it."""

SEEN_BY_RULES: Schema = {
    **value.TOTALS,
    **value.LINE,
    "customs_value_minor": pl.Int64(),
    "duty_day": pl.Date(),
    LIMIT: pl.Int64(),
}
RULE_COLUMNS: Schema = {
    **FILING_SCHEMA,
    **ITEM_SCHEMA,
    **SEEN_BY_RULES,
    **FACTS,
}
"""Columns a risk rule may take, beside the facts of its windows; what others claim only where a run knows of it."""


def flags(kinds: Sequence[FindingKind]) -> dict[str, pl.DataType]:
    """Columns that carry findings of these kinds."""
    return {kind.flag: FLAG for kind in kinds}
