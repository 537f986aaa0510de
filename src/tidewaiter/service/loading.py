"""Use case: a finished run of files taken into the service: its filings kept, a case opened where people are needed."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import polars as pl
from django.db import connection

from tidewaiter.exchange.inbox import numbers
from tidewaiter.exchange.work import enqueue
from tidewaiter.model.canonical import canonical_rows
from tidewaiter.model.tree import BLIND_BYTES
from tidewaiter.service.acts.opening import BETWEEN, add_opened
from tidewaiter.service.audit import log_folder
from tidewaiter.service.bootstrap import begin
from tidewaiter.service.database import app_address
from tidewaiter.service.loaded_judging import judged, revoked_named
from tidewaiter.service.loaded_rows import Run
from tidewaiter.service.lodging.book import offices
from tidewaiter.service.moving.catching_up import CATCH_UP
from tidewaiter.service.results import open_results
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
    published_at, decided_at, told, items, amount_minor, currency, scheme, carrier, is_provisional
) select id, seq, reference, kind, version, filer, declarant, office,
    case when barcode is null then '{}' else array[barcode] end, jurisdiction, status, presented_at,
    case when presented_at is not null then decided_at end, decided_at, told::jsonb, items::jsonb, amount_minor,
    currency, scheme, carrier, is_provisional
from unnest(
    %s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], string_to_array(%s, chr(30)),
    string_to_array(%s, chr(30)), %s::bigint[], %s::text[], %s::text[], %s::text[], %s::boolean[]
) as given (
    id, seq, reference, kind, version, filer, declarant, office, barcode, jurisdiction, status, presented_at,
    decided_at, told, items, amount_minor, currency, scheme, carrier, is_provisional
)
"""
FILING_COLUMNS: Final = (
    "consignment_id", "filing_kind", "version", "filer", "declarant_id", "office", "parcel_id", "jurisdiction",
    "status", "presented_at", "decided_at", "told", "items", "customs_value_minor", "currency", "vat_scheme",
    "carrier_id", "is_provisional",
)  # fmt: skip
ASSESSMENT: Final = """
insert into assessment (filing, office, decision, route, lane, pending_on, score, reasons, law_version, rules_version)
select id, office, decision, route, lane, string_to_array(pending_on, ','), score, reasons::jsonb, law_version, %s
from unnest(
    %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[], string_to_array(%s, chr(30)),
    %s::text[]
) as given (id, office, decision, route, lane, pending_on, score, reasons, law_version)
"""
ASSESSMENT_COLUMNS: Final = (
    "id", "office", "decision", "route", "lane", "pending_on", "score", "reasons", "law_version",
)  # fmt: skip
DOCUMENTS: Final = frozenset({"told", "items", "reasons"})
"""Columns of JSON: handed over as one text, parted by a character that JSON never holds."""
LANE: Final = """
insert into lane (barcode, filing, carrier, lane, changed_at)
select barcode, id, carrier, lane, %s
from unnest(%s::text[], %s::uuid[], %s::text[], %s::text[]) as given (barcode, id, carrier, lane)
where barcode is not null
"""


class Loaded(NamedTuple):
    """How many filings and cases a run brought; ``was_there``: it had been taken in before, and nothing was done."""

    filings: int
    cases: int
    was_there: bool


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
            return Loaded(0, 0, was_there=True)
        counted, seqs = [0, 0], list[int]()
        sealed = leaves_file(batch, WHAT, _kept(run, counted, seqs), log_folder(), run.content[:32])
        more = {"run": run.results.receipt["content_hash"], "rules": run.rules_version}
        if seqs:
            enqueue(connection, CATCH_UP, first=seqs[0], last=seqs[-1])
        append_batch(connection, sealed, now, more)
    return Loaded(counted[0], counted[1], was_there=False)


def _alone(batch: str) -> None:
    """Two who load the same run at once do so one after the other; a long transaction has its own patience."""
    with connection.cursor() as cursor:
        cursor.execute(f"set local statement_timeout = '{PATIENCE}'")
        cursor.execute(f"set local idle_in_transaction_session_timeout = '{PATIENCE}'")
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [batch])


def _kept(run: Run, counted: list[int], seqs: list[int]) -> Iterator[tuple[Sequence[bytes], bytes]]:
    """Keep slice by slice; gives the leaves of each with their random bytes. ``seqs``: the ends of their numbers."""
    persons = revoked_named(connection, run.results)
    for slice_ in run.slices():
        found = judged(connection, slice_, persons, run.now)
        for part in found.iter_slices(AT_ONCE):
            told = _keep(part, run)
            seqs[:] = [seqs[0] if seqs else told[0], told[-1]]
            cases = part.filter("needs_people")
            add_opened(connection, [UUID(name) for name in cases["id"]], BETWEEN.join(cases["opened"]), run.now)
            counted[0] += part.height
            counted[1] += cases.height
        leaves = canonical_rows(found.select(pl.col(column).alias(name) for name, column in LEAF.items()))
        yield leaves.to_list(), os.urandom(BLIND_BYTES * found.height)


def _keep(part: pl.DataFrame, run: Run) -> list[int]:
    """Keep some filings; gives their numbers, ascending."""
    rows = part.with_columns(pl.col("pending_on").list.join(","))
    ids = rows["id"].to_list()
    told = numbers(connection, len(ids))
    _say(FILING, [ids, told, *_values(rows, FILING_COLUMNS)])
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
