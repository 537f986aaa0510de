"""Versions in files: amendments and cancellations meet what earlier runs accepted, by the rules of messages."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from tidewaiter.model.ids import filing_key
from tidewaiter.runners.history import History, submitter_of
from tidewaiter.runners.spool import Spool
from tidewaiter.runners.versions import CANCELLATION, ORIGINAL, Against, Reference, Standing, State, against

CONSIGNMENTS: Final = "consignments.parquet"
MOVEMENTS: Final = "movements.parquet"
SAID: Final = ("consignment_id", "filing_kind", "version", "declarant_id", "parcel_id", "decision")
GOES: Final = frozenset({"release", "release_conditional"})


class Change(NamedTuple):
    """An accepted filing that changes one that is there: its number and first place in the spool, what it does."""

    filing_no: int
    at: int
    function: str
    version: int
    reference: Reference
    is_unnamed: bool = False
    """True where it does not say for whom it was filed: its reference alone has to tell."""


def changes_in(spool: Spool, submitter: str) -> list[Change]:
    """Filings of a run that say of themselves that they change another, or bear a version above the first."""
    found: dict[int, Change] = {}
    start = 0
    for number, height in enumerate(spool.heights):
        rows = spool.read(number).with_columns(
            filing_no=pl.Series(spool.numbers(number)), at=pl.int_range(start, start + height)
        )
        is_change = (pl.col("function").fill_null(ORIGINAL) != ORIGINAL) | (pl.col("version").fill_null(1) != 1)
        for row in rows.filter(is_change & (pl.col("filing_no") >= 0)).iter_rows(named=True):
            of = _reference(row, submitter)
            named = row["function"] or ORIGINAL, row["version"] or 1, of, not row.get("declarant_id")
            change = Change(row["filing_no"], row["at"], *named)
            found.setdefault(change.filing_no, change)
        start += height
    return list(found.values())


def originals_in(spool: Spool, changes: list[Change], submitter: str) -> set[Reference]:
    """The filings that changes name and that the same run brings for the first time."""
    names = [change.reference.consignment_id for change in changes]
    found = set[Reference]()
    for number in range(len(spool)) if changes else ():
        rows = spool.read(number).with_columns(filing_no=pl.Series(spool.numbers(number)))
        own = rows.filter(
            pl.col("consignment_id").is_in(names), pl.col("filing_no") >= 0, pl.col("version").fill_null(1) == 1
        )
        found |= {_reference(row, submitter) for row in own.iter_rows(named=True)}
    return found


def faults_of(changes: list[Change], history: History, own: set[Reference]) -> dict[int, Against]:
    """Those that cannot follow on what stands, by their number; a version may follow on one of the same run.

    ``own`` are filings that the run itself brings.
    """
    changes = named(changes, history, own)
    standing = {reference: Standing("", 1) for reference in own}
    standing |= _standing(history, {change.reference for change in changes})
    faults = {}
    for change in sorted(changes, key=lambda one: one.version):
        fault = against(change.function, change.version, standing.get(change.reference))
        if fault is not None:
            faults[change.filing_no] = fault
        else:
            state: State = "cancelled" if change.function == CANCELLATION else "open"
            standing[change.reference] = Standing("", change.version, state)
    return faults


def named(changes: list[Change], history: History, own: set[Reference]) -> list[Change]:
    """Changes that leave out for whom they were filed, joined to the one filing that bears their reference.

    Where there is none, or more than one, they stay as they are.
    """
    bare = {change.reference.consignment_id for change in changes if change.is_unnamed}
    bearing = {of for of in own if of.consignment_id in bare}
    for run in history.folders if bare else ():
        rows = _rows(run, pl.col("consignment_id").is_in(list(bare)) & (pl.col("version") == 1))
        bearing |= {_reference(row, submitter_of(run)) for row in rows}
    known: dict[str, list[Reference]] = {}
    for of in bearing:
        known.setdefault(of.consignment_id, []).append(of)
    return [
        change._replace(reference=known[change.reference.consignment_id][0])
        if change.is_unnamed and len(known.get(change.reference.consignment_id, ())) == 1
        else change
        for change in changes
    ]


def replaced(history: History, changes: list[Change]) -> set[int]:
    """Keys of filings of which there is a newer version, in a run or in this one: windows count the newest alone."""
    changes = named(changes, history, set())
    told = [(change.reference, change.version) for change in changes if change.function != ORIGINAL]
    for run in history.folders:
        rows = _rows(run, pl.col("function") != ORIGINAL)
        told += [(_reference(row, submitter_of(run)), row["version"]) for row in rows]
    return {
        filing_key(of.declarant, of.filing_kind, of.consignment_id, version)
        for of, newest in told
        for version in range(1, newest)
    }


def _standing(history: History, references: set[Reference]) -> dict[Reference, Standing]:
    """The newest version that any run accepted of these filings."""
    found: dict[Reference, Standing] = {}
    names = [reference.consignment_id for reference in references]
    for run in history.folders:
        for row in _rows(run, pl.col("consignment_id").is_in(names)):
            of = _reference(row, submitter_of(run))
            known = found.get(of)
            if of in references and (known is None or row["version"] > known.version):
                found[of] = Standing(run.name, row["version"], _state(run, row))
    return found


def _state(run: Path, row: Mapping[str, Any]) -> State:
    """A parcel that is there goes as its filing was decided; what is not there yet can be changed."""
    if row.get("function") == CANCELLATION:
        return "cancelled"
    path = run / MOVEMENTS
    if not path.is_file() or row["decision"] not in {*GOES, "refuse"}:
        return "open"
    here = pl.scan_parquet(path).filter(pl.col("parcel_id") == row["parcel_id"], pl.col("presented_at").is_not_null())
    if not here.select(pl.len()).collect().item():
        return "open"
    return "released" if row["decision"] in GOES else "refused"


def _rows(run: Path, where: pl.Expr) -> Iterator[dict[str, Any]]:
    """Accepted filings of a run; an earlier edition does not say what a filing does, and took no changes."""
    path = run / CONSIGNMENTS
    if not path.is_file():
        return
    every = pl.scan_parquet(path)
    if "function" not in every.collect_schema().names():
        every = every.with_columns(function=pl.lit(ORIGINAL))
    yield from every.filter(where).select(*SAID, "function").collect().iter_rows(named=True)


def _reference(row: Mapping[str, Any], submitter: str) -> Reference:
    """Who sent it does not tell filings of files apart: whoever the declarant is, else the submitter."""
    declarant = row.get("declarant_id") or submitter
    return Reference("", declarant, row["filing_kind"], row["consignment_id"])
