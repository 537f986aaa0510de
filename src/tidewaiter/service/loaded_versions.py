"""Filings of a finished run beside those that are there: new ones, versions that follow, and what cannot follow."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import polars as pl

from tidewaiter.exchange import filings, versions
from tidewaiter.exchange.filings import Assessment, Filing
from tidewaiter.exchange.versions import Stands
from tidewaiter.runners.versions import AMENDMENT, CANCELLATION, Against, Standing, against
from tidewaiter.service.acts.opening import amend_case, open_cases
from tidewaiter.service.lodging.book import state_of
from tidewaiter.service.lodging.rows import cancelled
from tidewaiter.service.repairs.asking import answered_on_case
from tidewaiter.store.log.entries import Connection

REFERENCE: Final = ("filer", "declarant", "filing_kind", "consignment_id")
Row = Mapping[str, Any]


class Aside(NamedTuple):
    """A filing of a run that cannot follow on what stands: which, and why not."""

    consignment_id: str
    version: int
    code: str
    sentence: str


class Sorted(NamedTuple):
    """Filings of a piece: ``new`` ones, rows that ``follow`` on a filing, how many are known, those set aside."""

    new: pl.DataFrame
    follow: Sequence[tuple[Row, Stands]]
    known: int
    aside: Sequence[Aside]


def one_version_at_a_time(part: pl.DataFrame) -> list[pl.DataFrame]:
    """The slice cut so that no filing is twice in a piece, lower versions first."""
    named = part.with_columns(declarant=pl.coalesce("declarant_id", "filer"))
    rank = named.select(pl.col("version").rank("ordinal").over(REFERENCE)).to_series()
    if rank.is_empty() or rank.max() == 1:
        return [part]
    return [part.filter(rank == number) for number in rank.unique().sort()]


def sorted_out(connection: Connection, part: pl.DataFrame) -> Sorted:
    """What each filing of a piece is beside those that are there, by the rules of messages."""
    named = part.with_columns(declarant=pl.coalesce("declarant_id", "filer"))
    found = versions.standing(connection, named.select(REFERENCE).unique().rows())
    stands = {(one.filer, one.declarant, one.filing_kind, one.reference): one for one in found}
    if not stands and (part["function"] == "original").all():
        return Sorted(part, [], 0, [])
    is_new, follow, aside, known = [], list[tuple[Row, Stands]](), list[Aside](), 0
    for row in named.iter_rows(named=True):
        one = stands.get(tuple(row[name] for name in REFERENCE))
        fault = _against(row, one)
        is_new.append(one is None and fault is None)
        if one is not None and row["version"] <= one.version:
            known += 1
        elif fault is not None:
            aside.append(Aside(row["consignment_id"], row["version"], fault.code, fault.sentence))
        elif one is not None:
            follow.append((row, one))
    return Sorted(part.filter(pl.Series(is_new, dtype=pl.Boolean)), follow, known, aside)


def follow_on(
    connection: Connection, follow: Sequence[tuple[Row, Stands]], rules: str, place: str, now: datetime
) -> list[tuple[Filing, bool]]:
    """Let versions stand in the place of those before, and tell their cases; each with whether it opened a case.

    ``place`` is where the run lies, ``rules`` the edition of its risk rules.
    """
    before = {one.id: one for one in filings.by_ids(connection, [stands.id for _, stands in follow])}
    made = [_version(row, before[stands.id], rules, place, now) for row, stands in follow]
    versions.replace(connection, made)
    told = []
    for one in made:
        answered_on_case(connection, one.id, one.version, now)
        has_case = amend_case(connection, one, now)
        told.append((one, not has_case and open_cases(connection, [one], now) > 0))
    return told


def filing_of(row: Row, rules: str | None = None) -> Filing:
    """A row of ``loaded_rows.Run`` as the filing it becomes."""
    return Filing(
        id=UUID(row["id"]), seq=0, reference=row["consignment_id"], filing_kind=row["filing_kind"],
        version=row["version"], filer=row["filer"], office=row["office"], jurisdiction=row["jurisdiction"],
        status=row["status"], decided_at=row["decided_at"], told=json.loads(row["told"]),
        items=json.loads(row["items"]), declarant=row["declarant_id"], agencies=row["agencies"] or (),
        barcodes=[row["parcel_id"]] if row["parcel_id"] else [], carrier=row["carrier_id"],
        receptacle=row["receptacle"],
        presented_at=row["presented_at"], published_at=row["decided_at"] if row["presented_at"] else None,
        is_provisional=row["is_provisional"], amount_minor=row["customs_value_minor"], currency=row["currency"],
        scheme=row["vat_scheme"], function=row["function"],
        assessment=Assessment(
            row["decision"], row["lane"], row["route"], row["pending_on"] or (), row["score"],
            json.loads(row["reasons"]), row["law_version"], rules,
        ),
    )  # fmt: skip


def _version(row: Row, stands: Filing, rules: str, place: str, now: datetime) -> Filing:
    if row["function"] == CANCELLATION:
        return replace(cancelled(stands, row["version"], None, now), run=place)
    told = filing_of(row, rules)
    at = told.presented_at or stands.presented_at
    return replace(told, id=stands.id, function=AMENDMENT, decided_at=now, presented_at=at, run=place)


def _against(row: Row, one: Stands | None) -> Against | None:
    standing = Standing(str(one.id), one.version, state_of(one.words)) if one else None
    return against(row["function"], row["version"], standing)
