"""Deciding: a batch of messages walks the plan of clearance once, and each message gets its answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import polars as pl

from tidewaiter.kit.risk_rule import Window
from tidewaiter.pipeline.clearance import Clearance
from tidewaiter.pipeline.few.charges import FewCharges
from tidewaiter.pipeline.few.walk import FewWalk
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.stage import ROW
from tidewaiter.runners.batcher.changing import Change, changes_in, refuse_changes
from tidewaiter.runners.batcher.known import set_aside_known
from tidewaiter.runners.batcher.looking_back import Past
from tidewaiter.runners.batcher.message import Message, Reject
from tidewaiter.runners.batcher.taking import PLACE, take
from tidewaiter.runners.batcher.telling import told_of_few
from tidewaiter.runners.chunks import Moment, chunk_of
from tidewaiter.runners.clearing import Run, narrow_rows, told
from tidewaiter.runners.footing import Footing
from tidewaiter.runners.local import windows_of
from tidewaiter.runners.spool import complete
from tidewaiter.runners.versions import CANCELLATION

MESSAGE_NO: Final = "message_no"
"""Place of a row's message in its batch."""


@dataclass(frozen=True)
class InForce:
    """What decides: a footing and the office; made once for each footing and used by every batch on it."""

    footing: Footing
    office: str | None = None

    @property
    def clearance(self) -> Clearance:
        """The plans of the footing."""
        return self.footing.clearance

    @cached_property
    def windows(self) -> Sequence[Window]:
        """What its risk rules look back on."""
        return tuple(windows_of(self.clearance.rules))

    @cached_property
    def narrow(self) -> FewWalk:
        """The way of few filings through the narrow plan."""
        return FewWalk(self.clearance.narrow)

    @cached_property
    def wide(self) -> FewWalk:
        """The way of few filings through the wide plan."""
        return FewWalk(self.clearance.wide)

    @cached_property
    def charges(self) -> FewCharges:
        """The way to the charges of few filings."""
        return FewCharges(self.clearance, self.footing.shelves)


@dataclass(frozen=True)
class Decided:
    """A batch that was decided and is yet to be committed.

    ``tables``: consignments, items, charges, findings and history, as a run writes them, with ``message_no``;
    ``rejects``, ``repeats`` (the name of what a duplicate repeats) and ``changes`` (of a filing that is there: amended
    ones are decided like any other, withdrawn ones are in no table) are by message.
    """

    messages: Sequence[Message]
    accepted_at: Moment
    in_force: InForce
    tables: Mapping[str, pl.DataFrame]
    rejects: Mapping[int, Sequence[Reject]]
    repeats: Mapping[int, str]
    consignment_ids: Mapping[int, str]
    changes: Mapping[int, Change] = field(default_factory=dict)


def decide(in_force: InForce, messages: Sequence[Message], accepted_at: Moment, past: Past) -> Decided:
    """Decide messages in their order; whatever is wrong with one is said of it alone."""
    taken = take([message.body for message in messages])
    asked = changes_in(taken, messages, past)
    repeats = set_aside_known(taken, messages, past)
    changes = refuse_changes(taken, asked, repeats)
    gone = [*repeats, *(place for place, change in changes.items() if change.function == CANCELLATION)]
    rows = taken.sound_rows.filter(~pl.col(PLACE).is_in(gone)) if gone else taken.sound_rows
    named = dict(taken.rows.select(PLACE, "consignment_id").iter_rows()) if taken.rows.height else {}
    replaced = [change.before for change in changes.values()]
    tables = _cleared(in_force, rows, messages, accepted_at, past, replaced) if rows.height else {}
    return Decided(messages, accepted_at, in_force, tables, taken.rejects, repeats, named, changes)


def bare_chunk(in_force: InForce, messages: Sequence[Message], accepted_at: Moment, past: Past) -> Chunk:
    """The messages as the wide pass finds them, to be measured alone."""
    rows = take([message.body for message in messages]).sound_rows
    return _seen(in_force, _run(in_force, messages, accepted_at), rows, messages, past)[0]


def _run(in_force: InForce, messages: Sequence[Message], accepted_at: Moment) -> Run:
    names = [message.name for message in messages]
    return Run(in_force.footing, in_force.office, accepted_at, "", names)


def _cleared(
    in_force: InForce, rows: pl.DataFrame, messages: Sequence[Message], accepted_at: Moment, past: Past,
    replaced: Collection[int],
) -> dict[str, pl.DataFrame]:  # fmt: skip
    """Both passes over rows of messages that are accepted."""
    run = _run(in_force, messages, accepted_at)
    chunk, narrow = _seen(in_force, run, rows, messages, past, replaced)
    named = chunk.filings.select("consignment_id", pl.col("filing_no").alias(MESSAGE_NO))
    walked = in_force.wide.walked(chunk, after=run.clearance.shared)
    if walked is None:
        run.clearance.wide.run(chunk, after=run.clearance.shared)
        chunk.filings = chunk.filings.with_columns(consignment_id=pl.col(ROW).cast(pl.String))
        laid = told(run.footing, chunk)
    else:
        laid = told_of_few(run.footing, walked["filings"], walked["items"], in_force.charges)
    tables = {name: _named(table, named) for name, table in laid.items()}
    return {**tables, "history": narrow.rename({"filing_no": MESSAGE_NO})}


def _seen(
    in_force: InForce, run: Run, rows: pl.DataFrame, messages: Sequence[Message], past: Past,
    replaced: Collection[int] = (),
) -> tuple[Chunk, pl.DataFrame]:  # fmt: skip
    """The chunk with what windows show of it, and its narrow rows."""
    chunk = _chunk(run, rows, messages)
    narrow = narrow_rows(run, chunk, in_force.narrow.run)
    chunk.filings = chunk.filings.hstack(past.facts(narrow, windows_of(run.clearance.rules), replaced))
    return chunk, narrow


def _chunk(run: Run, rows: pl.DataFrame, messages: Sequence[Message]) -> Chunk:
    """Filings and items as a run of files would have them; each message is a source of its own."""
    place = pl.col(PLACE)
    rows = complete(rows.with_columns(source_no=place.cast(pl.Int32))).with_columns(
        filing_no=place, source_position=pl.lit(1, dtype=pl.Int64)
    )
    chunk = chunk_of(rows, lambda at: rows[at], run.source_names, "", run.accepted_at)
    submitters = pl.Series([message.submitter for message in messages], dtype=pl.String)
    chunk.filings = chunk.filings.with_columns(
        submitter=submitters.gather(chunk.filings["filing_no"]),
        office_country=pl.lit(run.office) if run.office else pl.col("destination_country"),
    )
    return chunk


def _named(table: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """Rows known by the number of their filing get its name back, and the place of their message."""
    return table.with_columns(named[table["consignment_id"].cast(pl.UInt32)].get_columns())
