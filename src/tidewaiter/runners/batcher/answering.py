"""Answering: what a decided batch says to each of its senders, as JSON has it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from tidewaiter.runners.batcher.deciding import MESSAGE_NO, Decided, InForce
from tidewaiter.runners.batcher.message import ACCEPTED, DUPLICATE, QUARANTINED, Reject
from tidewaiter.runners.reasons import teller
from tidewaiter.runners.versions import ORIGINAL

Told = dict[str, Any]
Answers = Sequence[tuple[str, Told]]
"""For each message its fate and what is told of it."""

BESIDE = ("items", "charges")


def answers(batch: Decided) -> Answers:
    """The fate of each message, in order, and the document that says everything about it.

    An accepted one has its row of ``consignments`` with ``reasons`` in words, ``items`` and ``charges``; one that was
    set aside has ``errors``, all of them; a duplicate says which message it ``repeats``.
    """
    accepted = dict(_accepted(batch))
    return [_answer(batch, place, accepted) for place in range(len(batch.messages))]


def _answer(batch: Decided, place: int, accepted: dict[int, Told]) -> tuple[str, Told]:
    change = batch.changes.get(place)
    if place in accepted:
        return ACCEPTED, {**accepted[place], "function": change.function if change else ORIGINAL}
    if change is not None:
        told = {name: getattr(change.reference, name) for name in ("consignment_id", "filing_kind")}
        return ACCEPTED, {**told, "version": change.version, "function": change.function}
    named = {"consignment_id": batch.consignment_ids.get(place)}
    if place in batch.repeats:
        return DUPLICATE, {**named, "repeats": batch.repeats[place]}
    return QUARANTINED, {**named, "errors": [_error(reject) for reject in batch.rejects[place]]}


def _error(reject: Reject) -> Told:
    return {
        "code": reject.code,
        "field": reject.field,
        "line": reject.line,
        "value": reject.value,
        "message": reject.sentence,
    }


def _accepted(batch: Decided) -> Iterator[tuple[int, Told]]:
    if not batch.tables:
        return
    tell = _reasons(batch.in_force)
    by = {name: _by_message(batch.tables[name]) for name in (*BESIDE, "findings")}
    for row in batch.tables["consignments"].iter_rows(named=True):
        place = row.pop(MESSAGE_NO)
        told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        told["reasons"] = [tell(finding) for finding in by["findings"].get(place, ())]
        yield place, {**told, **{name: by[name].get(place, []) for name in BESIDE}}


def _by_message(rows: pl.DataFrame) -> dict[int, list[Told]]:
    found: dict[int, list[Told]] = {}
    for row in rows.iter_rows(named=True):
        found.setdefault(row.pop(MESSAGE_NO), []).append(row)
    return found


def _reasons(in_force: InForce) -> Callable[[Told], Told]:
    """Findings in words, with what each adds to the score and its place in the WCO data model."""
    tell = teller(in_force.clearance.kinds, in_force.clearance.jurisdiction.currency)

    def told(finding: Told) -> Told:
        reason = tell(finding["code"], finding["item_no"], finding["evidence"])
        return {**reason, "weight": finding["weight"], "pointer": finding["pointer"]}

    return told
