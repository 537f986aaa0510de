"""What is asked: a line with its filing, typed rows of many of them, and the chunk they make."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

import polars as pl

from tidewaiter.kit.format import canonical_sheet
from tidewaiter.model.columns import INSTANT
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.runners.chunks import chunk_of
from tidewaiter.runners.identity import with_defaults
from tidewaiter.runners.quoting.requests import OWN, Wrong
from tidewaiter.runners.reading.json_lines import Object
from tidewaiter.runners.reading.json_rows import Flattening
from tidewaiter.runners.reading.mapping import mapped
from tidewaiter.runners.reading.rejects import Rejects
from tidewaiter.runners.spool import complete
from tidewaiter.stages.typed import typed

Wrongs = dict[int, list[Wrong]]
"""What is wrong with lines, by their number."""


@dataclass
class Asked:
    """A line: its number, what it says, its bytes, and the day for what carries no date."""

    number: int
    filing: Object
    text: bytes
    on: date | None = None

    @property
    def named(self) -> str | None:
        """The reference the line gives its filing."""
        said = self.filing.get("consignment_id")
        return None if said is None else str(said)

    @cached_property
    def plain(self) -> Object:
        """The filing alone; one without a reference is called by the number of its line."""
        own = self.filing.copy()
        for name in OWN:
            own.pop(name, None)
        return own if self.named else {**own, "consignment_id": str(self.number)}


def rows_of(requests: list[Asked], wrong: Wrongs) -> pl.DataFrame:
    """Typed rows of the lines that can be read; what is wrong with the others is added to ``wrong``."""
    rejects, sheet = Rejects(), canonical_sheet()
    numbers, texts = [request.number for request in requests], [request.text for request in requests]
    raw = Flattening(sheet).rows(numbers, [request.plain.copy() for request in requests], texts, rejects)
    for number, _, code, pointer, value, message, _ in rejects.rows:
        wrong[number] = [Wrong(code, pointer, value, message)]
    if not raw.frame.height:
        return pl.DataFrame()
    text = mapped(raw, raw.frame.columns, sheet).rows
    read = typed(text)
    positions = text["source_position"]
    for fault in read.faults.iter_rows(named=True):
        told = Wrong(fault["code"], fault["pointer"], fault["value"], fault["message"])
        wrong.setdefault(positions[fault["at"]], []).append(told)
    good = ~pl.col("source_position").is_in([request.number for request in requests if request.number in wrong])
    return with_defaults(read.rows).filter(good)


def chunk_of_rows(rows: pl.DataFrame, kept: list[Asked], office: str | None) -> Chunk:
    """Filings and items of the lines that are answered, as the plan takes them."""
    place = pl.DataFrame(
        {"source_position": [request.number for request in kept]},
        schema={"source_position": rows.schema["source_position"]},
    ).with_row_index("filing_no")
    numbered = (
        complete(rows.with_columns(source_no=pl.lit(0, dtype=pl.Int32)), None)
        .drop("filing_no", strict=False)
        .join(place, on="source_position", how="left", maintain_order="left")
        .with_columns(pl.col("filing_no").cast(pl.Int64))
    )
    chunk = chunk_of(numbered, lambda at: numbered[at], ["-"], "", "accepted", by_place=True)
    days = [datetime(on.year, on.month, on.day, tzinfo=UTC) if (on := request.on) else None for request in kept]
    chunk.filings = chunk.filings.with_columns(
        run_accepted_at=pl.coalesce("run_accepted_at", pl.Series(days, dtype=INSTANT)),
        office_country=pl.lit(office) if office else pl.col("destination_country"),
    )
    return chunk
