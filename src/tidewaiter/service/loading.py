"""Use case: a finished run of files taken into the service: its filings kept, a case opened where people are needed."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import polars as pl
from django.db import connection

from tidewaiter.exchange.filings import Filing
from tidewaiter.exchange.inbox import numbers
from tidewaiter.exchange.work import enqueue
from tidewaiter.model.canonical import canonical_rows
from tidewaiter.model.tree import BLIND_BYTES
from tidewaiter.runners.versions import CANCELLATION, ORIGINAL
from tidewaiter.service.acts.opening import BETWEEN, add_opened
from tidewaiter.service.audit import log_folder
from tidewaiter.service.bootstrap import begin
from tidewaiter.service.database import app_address
from tidewaiter.service.loaded_judging import judged, revoked_named
from tidewaiter.service.loaded_rows import Run
from tidewaiter.service.loaded_versions import Aside, filing_of, follow_on, one_version_at_a_time, sorted_out
from tidewaiter.service.lodging.book import offices
from tidewaiter.service.moving.catching_up import CATCH_UP
from tidewaiter.service.receipts.giving import lay_beside, sign_run
from tidewaiter.service.repairs.asking import ask_for
from tidewaiter.service.results import open_results
from tidewaiter.service.settings import home_folder
from tidewaiter.store.access import acting
from tidewaiter.store.log import append_batch, batch_seq, leaves_file

HOUSE: Final = "service"
AT_ONCE: Final = 5_000
"""Rows of one statement."""
PATIENCE: Final = "10min"
WHAT: Final = "decided"
LEAF: Final = {
    "filing": "id", "reference": "consignment_id", "version": "version", "status": "status", "decision": "decision",
    "route": "route", "lane": "lane", "score": "score", "currency": "currency", "duty_minor": "duty_minor",
    "tax_minor": "tax_minor", "fee_minor": "fee_minor", "due_at_border_minor": "due_at_border_minor",
    "law": "law_version",
}  # fmt: skip
FILING: Final = """
insert into filing (
    id, seq, reference, filing_kind, version, filer, declarant, office, barcodes, jurisdiction, status, presented_at,
    published_at, decided_at, told, items, amount_minor, currency, scheme, carrier, is_provisional, agencies, function,
    receptacle, run
) select id, seq, reference, kind, version, filer, declarant, office,
    case when barcode is null then '{}' else array[barcode] end, jurisdiction, status, presented_at,
    case when presented_at is not null then decided_at end, decided_at, told::jsonb, items::jsonb, amount_minor,
    currency, scheme, carrier, is_provisional, string_to_array(agencies, ','), function,
    receptacle, %s
from unnest(
    %s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], string_to_array(%s, chr(30)),
    string_to_array(%s, chr(30)), %s::bigint[], %s::text[], %s::text[], %s::text[], %s::boolean[],
    %s::text[], %s::text[], %s::text[]
) as given (
    id, seq, reference, kind, version, filer, declarant, office, barcode, jurisdiction, status, presented_at,
    decided_at, told, items, amount_minor, currency, scheme, carrier, is_provisional, agencies, function, receptacle
)
"""
FILING_COLUMNS: Final = (
    "consignment_id", "filing_kind", "version", "filer", "declarant_id", "office", "parcel_id", "jurisdiction",
    "status", "presented_at", "decided_at", "told", "items", "customs_value_minor", "currency", "vat_scheme",
    "carrier_id", "is_provisional", "agencies", "function", "receptacle",
)  # fmt: skip
ASSESSMENT: Final = """
insert into assessment (
    filing, office, agencies, decision, route, lane, pending_on, score, reasons, law_version, rules_version
) select id, office, string_to_array(agencies, ','), decision, route, lane, string_to_array(pending_on, ','), score,
    reasons::jsonb, law_version, %s
from unnest(
    %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[],
    string_to_array(%s, chr(30)), %s::text[]
) as given (id, office, agencies, decision, route, lane, pending_on, score, reasons, law_version)
"""
ASSESSMENT_COLUMNS: Final = (
    "id", "office", "agencies", "decision", "route", "lane", "pending_on", "score", "reasons", "law_version",
)  # fmt: skip
DOCUMENTS: Final = frozenset({"told", "items", "reasons"})
"""Columns of JSON: handed over as one text, parted by a character that JSON never holds."""
LANE: Final = """
insert into lane (barcode, filing, carrier, lane, changed_at)
select barcode, id, carrier, lane, %s
from unnest(%s::text[], %s::uuid[], %s::text[], %s::text[]) as given (barcode, id, carrier, lane)
where barcode is not null
"""


class Counted(NamedTuple):
    """What is counted as a run is taken in: filings set aside; filings, cases, and what was known."""

    aside: list[Aside]
    numbers: list[int]


class Loaded(NamedTuple):
    """How many filings and cases a run brought; ``was_there``: it had been taken in before, and nothing was done.

    ``filings`` are new ones and newer versions; ``known`` were there already; ``aside`` cannot follow on what stands,
    each with its reason.
    """

    filings: int
    cases: int
    was_there: bool
    known: int = 0
    aside: Sequence[Aside] = ()


def load_here(folder: Path, *, now: datetime) -> Loaded:
    """The same, in the database of this installation."""
    begin(app_address())
    return load(folder, now=now)


def load(folder: Path, *, now: datetime) -> Loaded:
    """Take a finished run in, in one transaction whose last statement is the run's entry in the log.

    The same run again changes nothing. Memory is that of a slice of filings. ``WrongUse`` where no finished run lies.
    """
    results = open_results(folder)
    with acting(HOUSE, [HOUSE]):
        run = Run(results, now, offices(connection))
        batch = f"run/{run.content}"
        _alone(batch)
        if batch_seq(connection, batch) is not None:
            lay_beside(folder, sign_run(results, batch, now))
            return Loaded(0, 0, was_there=True)
        counted, seqs = Counted([], [0, 0, 0]), list[int]()
        sealed = leaves_file(batch, WHAT, _kept(run, counted, seqs), log_folder(), run.content[:32])
        more = {"run": run.results.receipt["content_hash"], "rules": run.rules_version}
        if seqs:
            enqueue(connection, CATCH_UP, first=seqs[0], last=seqs[-1])
        receipt = sign_run(results, batch, now)
        append_batch(connection, sealed, now, more)
    lay_beside(folder, receipt)
    loaded, cases, known = counted.numbers
    return Loaded(loaded, cases, was_there=False, known=known, aside=tuple(counted.aside))


def _alone(batch: str) -> None:
    """Two who load the same run at once do so one after the other; a long transaction has its own patience."""
    with connection.cursor() as cursor:
        cursor.execute(f"set local statement_timeout = '{PATIENCE}'")
        cursor.execute(f"set local idle_in_transaction_session_timeout = '{PATIENCE}'")
        # The table grows under this transaction faster than it is counted: whoever stands is found by key.
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [batch])


def _kept(run: Run, counted: Counted, seqs: list[int]) -> Iterator[tuple[Sequence[bytes], bytes]]:
    """Keep slice by slice; gives the leaves of each with their random bytes. ``seqs``: the ends of their numbers."""
    persons = revoked_named(connection, run.results)
    for slice_ in run.slices():
        found = judged(connection, slice_, persons, run.now)
        found = found.with_columns(pl.col("function").fill_null(ORIGINAL))
        pieces = [piece for part in found.iter_slices(AT_ONCE) for piece in one_version_at_a_time(part)]
        kept = pl.concat([found.clear(), *(_taken(piece, run, counted, seqs) for piece in pieces)])
        leaves = canonical_rows(kept.select(pl.col(column).alias(name) for name, column in LEAF.items()))
        yield leaves.to_list(), os.urandom(BLIND_BYTES * kept.height)


def _taken(piece: pl.DataFrame, run: Run, counted: Counted, seqs: list[int]) -> pl.DataFrame:
    """Keep what is new of a piece and what follows on filings that are there; gives their rows under their ids."""
    told = sorted_out(connection, piece)
    counted.aside.extend(told.aside)
    counted.numbers[2] += told.known
    asked = list[Filing]()
    if told.new.height:
        own = _keep(told.new, run)
        seqs[:] = [seqs[0] if seqs else own[0], own[-1]]
        cases = told.new.filter("needs_people", pl.col("function") != CANCELLATION)
        add_opened(connection, [UUID(name) for name in cases["id"]], BETWEEN.join(cases["opened"]), run.now)
        counted.numbers[0] += told.new.height
        counted.numbers[1] += cases.height
        waits = told.new.filter(pl.col("asked").list.len() > 0)
        asked += [filing_of(row) for row in waits.iter_rows(named=True)]
    followed = (
        follow_on(connection, told.follow, run.rules_version, place_of(run.results.folder), run.now)
        if told.follow
        else []
    )
    counted.numbers[0] += len(followed)
    counted.numbers[1] += sum(is_opened for _, is_opened in followed)
    ask_for(connection, [*asked, *(one for one, _ in followed)], run.now, tells=False)
    ids = {row["id"]: str(stands.id) for row, stands in told.follow}
    later = piece.filter(pl.col("id").is_in(list(ids))).with_columns(pl.col("id").replace(ids))
    return pl.concat([told.new, later])


def place_of(folder: Path) -> str:
    """Where a run lies: under the home folder by its name there, elsewhere in full."""
    home, whole = home_folder().resolve(), folder.resolve()
    return str(whole.relative_to(home)) if whole.is_relative_to(home) else str(whole)


def _keep(part: pl.DataFrame, run: Run) -> list[int]:
    """Keep some filings; gives their numbers, ascending."""
    rows = part.with_columns(pl.col("pending_on", "agencies").list.join(","))
    ids = rows["id"].to_list()
    told = numbers(connection, len(ids))
    _say(FILING, [place_of(run.results.folder), ids, told, *_values(rows, FILING_COLUMNS)])
    _say(ASSESSMENT, [run.rules_version, *_values(rows, ASSESSMENT_COLUMNS)])
    _say(LANE, [run.now, rows["parcel_id"].to_list(), ids, rows["carrier_id"].to_list(), rows["lane"].to_list()])
    return told


def _values(rows: pl.DataFrame, columns: Sequence[str]) -> Iterator[Any]:
    for name in columns:
        told = rows[name].to_list()
        yield BETWEEN.join(told) if name in DOCUMENTS else told


def _say(text: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
