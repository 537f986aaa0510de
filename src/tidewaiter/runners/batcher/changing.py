"""Changing: messages that amend or withdraw a filing meet it as it stands, and the rules of versions."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import polars as pl

from tidewaiter.model.ids import filing_key
from tidewaiter.runners.batcher.looking_back import Past
from tidewaiter.runners.batcher.message import Message, Reject
from tidewaiter.runners.batcher.taking import MARK_OF_ORDER, PLACE, Taken
from tidewaiter.runners.versions import AMENDMENT, CANCELLATION, ORIGINAL, Reference, Standing, against, is_change


class Change(NamedTuple):
    """A message that changes a filing: what it does, as which version, and the filing as it stands (None: none is).

    ``before`` is the lasting key of the version that it follows on.
    """

    function: str
    version: int
    reference: Reference
    standing: Standing | None
    before: int


def changes_in(taken: Taken, messages: Sequence[Message], past: Past) -> dict[int, Change]:
    """The messages, by place, that may change a filing; those that name no version get the next one."""
    heads = taken.sound_rows
    if heads.is_empty():
        return {}
    heads = heads.filter((pl.col("function") != ORIGINAL) | (pl.col("version") != 1))
    heads = heads.unique(PLACE, keep="first", maintain_order=True)
    if heads.is_empty():
        return {}
    named = {row[PLACE]: _reference(row, messages[row[PLACE]]) for row in heads.iter_rows(named=True)}
    standing = past.recent.standing(list(set(named.values())))
    _number(taken, {place: standing.get(named[place]) for place in taken.unnumbered if place in named})
    found = {}
    for row in taken.rows.filter(pl.col(PLACE).is_in(list(named))).unique(PLACE, keep="first").iter_rows(named=True):
        place = row[PLACE]
        stands = standing.get(named[place])
        if is_change(row["function"], row["version"]):
            of = named[place]
            before = filing_key(of.declarant, of.filing_kind, of.consignment_id, stands.version) if stands else 0
            found[place] = Change(row["function"], row["version"], named[place], stands, before)
    return found


def refuse_changes(taken: Taken, changes: Mapping[int, Change], repeats: Mapping[int, str]) -> dict[int, Change]:
    """Set aside what cannot follow on the filing as it stands; gives those that change one.

    A version above the first of a filing that is there is an amendment, whatever word came with it.
    """
    kept = {}
    for place, change in changes.items():
        if place in repeats or place in taken.rejects:
            continue
        fault = against(change.function, change.version, change.standing)
        if fault is not None:
            said = change.reference.consignment_id if fault.field == "consignment_id" else str(change.version)
            told = said if fault.field != "function" else change.function
            taken.refuse(place, Reject(fault.code, fault.field, None, told, fault.sentence))
        elif change.standing is not None:
            kept[place] = change._replace(function=CANCELLATION if change.function == CANCELLATION else AMENDMENT)
    return kept


def changed_by(body: bytes) -> str | None:
    """The reference that a message names which says of itself that it changes a filing; None for any other."""
    if b'"function"' not in body:
        return None
    try:
        told = msgspec.json.decode(body.removeprefix(MARK_OF_ORDER))
    except (ValueError, RecursionError):
        return None
    is_told = isinstance(told, dict) and told.get("function") in {AMENDMENT, CANCELLATION}
    return str(told.get("consignment_id")) if is_told else None


def _number(taken: Taken, standing: Mapping[int, Standing | None]) -> None:
    """Give messages that name no version the one after what stands."""
    following = {place: stands.version + 1 for place, stands in standing.items() if stands}
    if following:
        told = pl.col(PLACE).replace_strict(following, default=None, return_dtype=pl.Int64)
        taken.rows = taken.rows.with_columns(version=pl.coalesce(told, "version"))


def _reference(row: Mapping[str, object], message: Message) -> Reference:
    declarant = str(row.get("declarant_id") or message.submitter)
    return Reference(message.submitter, declarant, str(row["filing_kind"]), str(row["consignment_id"]))
