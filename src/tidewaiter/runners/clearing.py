"""The two passes: a narrow one over everything for windows, a wide one in chunks that decides and writes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from tidewaiter.kit.jurisdiction import rule_table
from tidewaiter.kit.risk_rule import WINDOW_KEYS
from tidewaiter.model.columns import FIELDS
from tidewaiter.pipeline.clearance import Clearance
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.shelves import Shelves, days_of, tax_rates
from tidewaiter.pipeline.tables import LIMIT
from tidewaiter.pipeline.told import findings, hits
from tidewaiter.runners.ahead import ahead
from tidewaiter.runners.chunks import BY_CONTENT, Moment, chunk_of
from tidewaiter.runners.identity import filing_keys
from tidewaiter.runners.spool import PASSED, Spool, in_chunks, let_go
from tidewaiter.runners.writers import LakeWriter
from tidewaiter.stages.charges import charges
from tidewaiter.stages.decide import decide, kinds_table
from tidewaiter.stages.windows import facts as window_facts

CONSIGNMENTS = (
    "parcel_id", "consignment_id", "filing_kind", "version", "declarant_id", "jurisdiction", "duty_point_at",
    "category", "reduced_set", "reduced_set_used",
    "route", "decision", "pending_on", "resolved", "reasons", "score", "currency",
    "intrinsic_value_minor", "customs_value_minor", "duty_minor", "tax_minor", "fee_minor", "due_at_border_minor",
    "source_file", "source_position", "law_version",
    "office_country", "destination_country", "country_of_dispatch", "mode", "marketplace_id", "vat_scheme",
    "arrival_est",
)  # fmt: skip
ITEMS = (
    "consignment_id", "version", "item_no", "description", "commodity_code", "commodity_code_source", "origin",
    "line_value_minor", "customs_value_minor", "duty_minor", "tax_minor", "decision", "findings", "exchange_status",
    "unmapped",
)  # fmt: skip

READ_ALWAYS = frozenset(
    {"consignment_id", "filing_kind", "version", "declarant_id", "accepted_at", "arrival_est", "item_no", *BY_CONTENT}
)
"""Columns that say which filing a row is of, when it came, and in which order its lines stand."""

NARROW = {
    "filing_no": pl.Int64,
    **dict.fromkeys(WINDOW_KEYS, pl.Int64),
    "intrinsic_value_minor": pl.Int64,
    "accepted_s": pl.Int64,
    "low_value_limit_minor": pl.Int64,
    "day": pl.Date,
    "consignment_id": pl.String,
    "source_file": pl.String,
    "source_position": pl.Int64,
    "filing_key": pl.Int64,
}


@dataclass
class Run:
    """What one clearance works with: rows, plans, shelves, and the words the output carries."""

    clearance: Clearance
    shelves: Shelves
    office: str | None
    accepted_at: Moment
    submitter: str
    law_version: str
    source_names: list[str]


Tally = Callable[[Chunk, pl.DataFrame, pl.DataFrame], None]


def _chunks(run: Run, spool: Spool, filing_no: np.ndarray, chunk_rows: int, *, is_narrow: bool) -> Iterator[Chunk]:
    columns = _narrow_columns(run.clearance) if is_narrow else None
    for rows in in_chunks(spool, filing_no, chunk_rows, columns):
        chunk = chunk_of(rows, run.source_names, run.submitter, run.accepted_at)
        office = pl.lit(run.office) if run.office else pl.col("destination_country")
        chunk.filings = chunk.filings.with_columns(office_country=office)
        yield chunk


def _narrow_columns(clearance: Clearance) -> list[str]:
    """What the narrow pass reads from the spool: what its plan takes, and what names a row."""
    wanted = {"filing": clearance.narrow.filings, "item": clearance.narrow.items}
    read = [field.inner for field in FIELDS if field.column in wanted[field.level] or field.inner in READ_ALWAYS]
    return [*read, *PASSED]


def narrow_pass(run: Run, spool: Spool, filing_no: np.ndarray, chunk_rows: int) -> pl.DataFrame:
    """One narrow row per accepted filing, by ``filing_no``: keys, time, value, limit, day."""
    parts = []
    for chunk in ahead(_chunks(run, spool, filing_no, chunk_rows, is_narrow=True)):
        done = run.clearance.narrow.run(chunk).filings
        rows = done.select(
            "filing_no",
            *(pl.when(pl.col("run_accepted_at").is_not_null()).then(pl.col(key)).alias(key) for key in WINDOW_KEYS),
            "intrinsic_value_minor",
            accepted_s=pl.col("run_accepted_at").dt.epoch("s").fill_null(0),
            low_value_limit_minor=LIMIT,
            day="duty_day",
            consignment_id="consignment_id",
            source_file="source_file",
            source_position="source_position",
        ).with_columns(filing_keys(done, run.submitter))
        parts.append(let_go(rows))
    return pl.concat(parts) if parts else pl.DataFrame(schema=NARROW)


def facts_of(run: Run, narrow: pl.DataFrame, history: pl.DataFrame | None) -> pl.DataFrame:
    """Window facts of every filing, in the order of ``filing_no``."""
    windows = list({window.fact: window for rule in run.clearance.rules for window in rule.windows}.values())
    return window_facts(narrow, windows, history)


def wide_pass(
    run: Run, spool: Spool, filing_no: np.ndarray, chunk_rows: int, facts: pl.DataFrame, lake: LakeWriter, tally: Tally
) -> None:
    """Decide every filing chunk by chunk and append the answers to the lake."""
    start = 0
    for chunk in ahead(_chunks(run, spool, filing_no, chunk_rows, is_narrow=False)):
        height = chunk.filings.height
        chunk.filings = chunk.filings.hstack(facts.slice(start, height))
        start += height
        run.clearance.wide.run(chunk)
        frames = told(run, chunk)
        tally(chunk, frames["charges"], frames["findings"])
        lake.append(frames)


def told(run: Run, chunk: Chunk) -> dict[str, pl.DataFrame]:
    """Decide a cleared chunk and lay out the lake's rows."""
    jurisdiction = run.clearance.jurisdiction
    kinds = run.clearance.kinds
    hit = hits(chunk, kinds)
    decided = decide(chunk.filings.lazy(), hit.lazy(), kinds_table(kinds).lazy()).collect()
    chunk.filings = decided.with_columns(
        jurisdiction=pl.lit(jurisdiction.code),
        currency=pl.lit(jurisdiction.currency),
        law_version=pl.lit(run.law_version),
    )
    at = chunk.items["filing_row"]
    chunk.items = chunk.items.with_columns(
        chunk.filings["consignment_id"].gather(at), chunk.filings["version"].gather(at), decided["decision"].gather(at)
    )
    found = findings(chunk, kinds)
    days = days_of(chunk.filings)
    charged = charges(
        chunk.items, chunk.filings, _tariff_texts(run.shelves), rule_table(jurisdiction),
        tax_rates(jurisdiction, days), jurisdiction.fees, jurisdiction.currency, jurisdiction.tax_type,
    )  # fmt: skip
    return {
        "consignments": chunk.filings.select(CONSIGNMENTS),
        "items": _items(chunk, found),
        "charges": charged,
        "findings": found,
    }


def _items(chunk: Chunk, found: pl.DataFrame) -> pl.DataFrame:
    """The items' rows with the codes of their own findings."""
    own = (
        found.filter(pl.col("item_no").is_not_null())
        .group_by("consignment_id", "version", "item_no", maintain_order=True)
        .agg(findings=pl.col("code"))
    )
    keys = ["consignment_id", "version", "item_no"]
    items = chunk.items.join(own, on=keys, how="left", maintain_order="left")
    nothing = pl.lit([], dtype=pl.List(pl.String))
    source = pl.when(pl.col("commodity_code").is_null()).then(pl.lit("none")).otherwise(pl.lit("declared"))
    return items.with_columns(findings=pl.coalesce("findings", nothing), commodity_code_source=source).select(ITEMS)


def _tariff_texts(shelves: Shelves) -> pl.DataFrame:
    """Words of every rate asked so far, by ``tariff_row``."""
    known = shelves.tariff.known
    schema = {"tariff_row": pl.UInt32, "rate_text": pl.String, "rate_code": pl.String, "duty_source": pl.String}
    texts = known.select(list(schema)) if known is not None else pl.DataFrame(schema=schema)
    return texts.rename({"duty_source": "source"})
