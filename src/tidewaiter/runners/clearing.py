"""The two passes: a narrow one over everything for windows, a wide one in chunks that decides and writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from tidewaiter.kit.risk_rule import WINDOW_KEYS, marks_of
from tidewaiter.model.columns import FIELDS, told_column
from tidewaiter.model.findings import FindingKind
from tidewaiter.pipeline.clearance import Clearance
from tidewaiter.pipeline.law_told import LawTold
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.pipeline.stage import ROW
from tidewaiter.pipeline.tables import LIMIT
from tidewaiter.pipeline.told import Hit, findings, found_in, hits
from tidewaiter.runners.assertions.facts import AssertionFacts
from tidewaiter.runners.chunks import BY_CONTENT, OF_FILINGS, OF_LINES, Moment, chunk_of
from tidewaiter.runners.dealing import Deal
from tidewaiter.runners.footing import Footing
from tidewaiter.runners.identity import filing_keys
from tidewaiter.runners.movements.facts import MovementFacts
from tidewaiter.runners.parts import Joining, Parts
from tidewaiter.runners.side_by_side import in_order
from tidewaiter.runners.spool import Span, Spool, lines_of
from tidewaiter.runners.workspace import told_plainly
from tidewaiter.stages.charges import OF_TARIFF, Words, charges, worded
from tidewaiter.stages.decide import decide

CONSIGNMENTS = (
    "parcel_id", "consignment_id", "filing_kind", "version", "declarant_id", "jurisdiction", "duty_point_at",
    "category", "reduced_set", "reduced_set_used",
    "route", "decision", "pending_on", "resolved", "reasons", "score", "currency",
    "intrinsic_value_minor", "customs_value_minor", "duty_minor", "tax_minor", "fee_minor", "due_at_border_minor",
    "source_file", "source_position", "law_version",
    "office_country", "destination_country", "country_of_dispatch", "mode", "marketplace_id", "vat_scheme",
    "vat_scheme_id", "accepted_at", "arrival_est", "customs_office", "carrier_id", "agencies", "function",
    "receptacle",
)  # fmt: skip
ITEMS = (
    "consignment_id", "version", "item_no", "description", "commodity_code", "commodity_code_source", "origin",
    "line_value_minor", "customs_value_minor", "duty_minor", "tax_minor", "decision", "findings", "exchange_status",
    "unmapped", "agencies",
)  # fmt: skip

READ_ALWAYS = frozenset(
    {"consignment_id", "filing_kind", "version", "declarant_id", "accepted_at", "arrival_est", "item_no", *BY_CONTENT}
)
"""Columns that say which filing a row is of, when it came, and in which order its lines stand."""


@dataclass
class Run:
    """What one clearance works with: rows, the footing it begins on, and the words the output carries.

    ``now`` gives the footing of a chunk that begins to be decided; None: all are decided on the first.
    """

    footing: Footing
    office: str | None
    accepted_at: Moment
    submitter: str
    source_names: list[str]
    movements: MovementFacts | None = None
    assertions: AssertionFacts | None = None
    now: Callable[[], Footing] | None = None

    @property
    def clearance(self) -> Clearance:
        """The plans the run begins with."""
        return self.footing.clearance


FOOTING = "footing"
"""Note beside the answers of a chunk: the editions it was decided with, where chunks may differ in them."""

LAKE = ("consignments", "items", "charges", "findings", "history")
"""Tables of a run that grow with its filings."""


@dataclass(frozen=True)
class Work:
    """What lies on disk while a run clears: rows, the spans they are cleared in, narrow rows, the deal, the answers."""

    spool: Spool
    spans: Sequence[Span]
    narrow: Path
    deal: Deal
    parts: Parts

    def narrow_rows(self, span: Span) -> Path:
        """Where the narrow rows of a span are kept."""
        return self.narrow / f"{span.number:06d}.arrow"


Progress = Callable[[str, int], None]


def chunk_at(run: Run, spool: Spool, span: Span, columns: Sequence[str] | None = None) -> Chunk:
    """The rows of a span as filings and items, with the country of their office."""
    lines, movements = lines_of(spool, span), run.movements
    of_filings, of_lines = (_columns_of(level, columns) for level in ("filing", "item"))

    def heads(at: np.ndarray) -> pl.DataFrame:
        told = lines.read([*of_filings, *OF_FILINGS], at)
        return movements.fill(told) if movements else told

    rows = lines.read([*of_lines, *OF_LINES])
    chunk = chunk_of(rows, heads, run.source_names, run.submitter, run.accepted_at)
    office = pl.lit(run.office) if run.office else pl.col("destination_country")
    chunk.filings = chunk.filings.with_columns(office_country=office)
    if run.movements:
        chunk.filings = run.movements.beside(chunk.filings)
    if run.assertions and columns is None:
        chunk.filings = run.assertions.beside(chunk.filings)
    return chunk


def _columns_of(level: str, wanted: Sequence[str] | None) -> list[str]:
    names = (field.inner for field in FIELDS if field.level == level)
    return [name for name in names if wanted is None or name in wanted]


def narrow_columns(run: Run) -> list[str]:
    """What the narrow pass reads from the spool: what its plan takes, and what names a row."""
    wanted = {"filing": run.clearance.narrow.filings, "item": run.clearance.narrow.items}
    return [field.inner for field in FIELDS if field.column in wanted[field.level] or field.inner in READ_ALWAYS]


def narrow_pass(run: Run, work: Work, history: pl.DataFrame | None, progress: Progress | None = None) -> int:
    """Narrow rows of every span, dealt to shards, and the facts they show dealt back; gives the number of filings.

    Narrow rows that are on disk already are not made again, and a deal that was played is not played again.
    """
    columns, filings = narrow_columns(run), 0
    is_new = work.deal.begin()
    for narrow in in_order(lambda span: _kept_narrow(run, work, span, columns), work.spans):
        filings += narrow.height
        if is_new:
            work.deal.add(narrow)
        if progress:
            progress("comparing", narrow.height)
    if is_new:
        work.deal.play(work.spans, history)
    return filings


def _kept_narrow(run: Run, work: Work, span: Span, columns: Sequence[str]) -> pl.DataFrame:
    path = work.narrow_rows(span)
    work.narrow.mkdir(parents=True, exist_ok=True)
    if path.is_file():
        return pl.read_ipc(path)
    rows = narrow_rows(run, chunk_at(run, work.spool, span, columns))
    half = path.with_suffix(".half")
    with told_plainly(path):
        rows.write_ipc(half, compression="uncompressed")
        half.rename(path)
    return rows


def narrow_rows(run: Run, chunk: Chunk, walk: Callable[[Chunk], Chunk] | None = None) -> pl.DataFrame:
    """One narrow row per accepted filing, by ``filing_no``: keys, time, value, limit, day, and which rules mark it.

    ``walk``: another way through the narrow plan, to the same columns.
    """
    done = (walk or run.clearance.narrow.run)(chunk).filings
    marks = marks_of(window for rule in run.clearance.rules for window in rule.windows)
    return done.select(
        "filing_no",
        *(pl.when(pl.col("run_accepted_at").is_not_null()).then(pl.col(key)).alias(key) for key in WINDOW_KEYS),
        "intrinsic_value_minor",
        *(pl.col(mark).fill_null(value=False) for mark in marks),
        accepted_s=pl.col("run_accepted_at").dt.epoch("s").fill_null(0),
        low_value_limit_minor=LIMIT,
        day="duty_day",
        consignment_id="consignment_id",
        source_file="source_file",
        source_position="source_position",
    ).with_columns(filing_keys(done, pl.col("submitter")))


def wide_pass(run: Run, work: Work, joining: Joining, progress: Progress | None = None) -> None:
    """Decide every filing span by span and lay the answers down; those that are on disk already stay as they are."""
    for span in in_order(lambda span: _cleared(run, work, span), work.spans):
        joining.add(span.number)
        if progress:
            progress("clearing", span.filings)


def _cleared(run: Run, work: Work, span: Span) -> Span:
    if not work.parts.has(span.number):
        narrow = pl.read_ipc(work.narrow_rows(span))
        chunk = chunk_at(run, work.spool, span)
        chunk.filings = chunk.filings.hstack(work.deal.facts(span, narrow))
        footing = run.now() if run.now else run.footing
        footing.clearance.wide.run(chunk)
        notes = {FOOTING: dict(footing.editions)} if run.now else {}
        work.parts.write(span.number, {**told(footing, chunk), "history": narrow}, notes)
    return span


Charged = Callable[[Chunk], pl.DataFrame | None]
"""Another way to the charges of a chunk; None where it does not lead there."""


def told(
    footing: Footing, chunk: Chunk, charged: Charged | None = None, found_kinds: Sequence[Hit] | None = None
) -> dict[str, pl.DataFrame]:
    """Decide a chunk that was cleared on this footing and lay out the lake's rows; ``found_kinds`` where known."""
    jurisdiction = footing.clearance.jurisdiction
    kinds = footing.clearance.kinds
    if found_kinds is None:
        found_kinds = found_in(chunk, kinds)
    hit = hits(chunk, found_kinds)
    decided = decide(chunk.filings.lazy().select(ROW), hit.lazy(), footing.clearance.kinds_table.lazy()).collect(
        engine="in-memory"
    )
    chunk.filings = chunk.filings.hstack(decided.drop(ROW)).with_columns(
        jurisdiction=pl.lit(jurisdiction.code),
        currency=pl.lit(jurisdiction.currency),
        law_version=pl.lit(footing.version),
        accepted_at=pl.col("run_accepted_at"),
        mode=pl.coalesce("mode", told_column("mode")),
        vat_scheme=pl.coalesce("vat_scheme", told_column("vat_scheme")),
    )
    of_items = chunk.filings.select("consignment_id", "version", "decision")[chunk.items[ROW]]
    chunk.items = chunk.items.with_columns(of_items.get_columns())
    found = findings(chunk, found_kinds)
    owed = charged(chunk) if charged else None
    if owed is None:
        owed = charge_rows(chunk, footing.clearance, footing.shelves)
    return {
        "consignments": chunk.filings.select(CONSIGNMENTS),
        "items": _items(chunk, found, kinds),
        "charges": owed.with_columns(law_version=pl.lit(footing.version)),
        "findings": found,
    }


def charge_rows(chunk: Chunk, law: LawTold, shelves: Shelves) -> pl.DataFrame:
    """The charges of a chunk that has walked the plan, in the columns of ``charges.parquet``."""
    return charges(chunk.items, chunk.filings, _words(shelves, law, chunk.items), law.jurisdiction.fees)


def _items(chunk: Chunk, found: pl.DataFrame, kinds: Sequence[FindingKind]) -> pl.DataFrame:
    """The items' rows with the codes of their own findings, and the agencies whose leave each one wants."""
    keys = ["consignment_id", "version", "item_no"]
    nothing = pl.lit([], dtype=pl.List(pl.String))
    code = pl.coalesce("commodity_code", told_column("commodity_code"))
    source = pl.when(code.is_null()).then(pl.lit("none")).otherwise(pl.lit("declared"))
    own = found.lazy().filter(pl.col("item_no").is_not_null()).group_by(keys, maintain_order=True)
    return (
        chunk.items.lazy()
        .join(own.agg(findings=pl.col("code")), on=keys, how="left", maintain_order="left")
        .with_columns(
            findings=pl.coalesce("findings", nothing),
            agencies=_agencies(kinds),
            commodity_code=code,
            commodity_code_source=source,
        )
        .select(ITEMS)
        .collect(engine="in-memory")
    )


def _agencies(kinds: Sequence[FindingKind]) -> pl.Expr:
    """Of an item: whose leave its own findings want, by name."""
    named = {kind.code: kind.agency for kind in kinds if kind.agency and kind.level == "item"}
    wanted = pl.element().replace_strict(named, default=None, return_dtype=pl.String)
    nothing = pl.lit([], dtype=pl.List(pl.String))
    return pl.coalesce(pl.col("findings").list.eval(wanted.drop_nulls().unique().sort()), nothing)


def _words(shelves: Shelves, law: LawTold, items: pl.DataFrame) -> Words:
    """What the charges of these items say of where they come from."""
    return Words(
        shelves.tariff.answers_of(items).select(**OF_TARIFF),
        shelves.tariff.additions_of(items).lazy(),
        worded(law.rule_table.lazy()),
        law.tax_texts.lazy(),
        law.jurisdiction.tax_type,
        law.jurisdiction.currency,
    )
