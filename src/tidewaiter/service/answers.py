"""Use case: what the sender is told of each filing of a finished run, in the dialect asked for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl

from tidewaiter.kit.format import SenderSheet, canonical_sheet
from tidewaiter.model.errors import WrongUse
from tidewaiter.model.faults import Fault
from tidewaiter.runners.answers import DIALECTS, About, Dialect, FilingAnswer
from tidewaiter.runners.answers.answer import ACCEPTED, DUPLICATE, QUARANTINED
from tidewaiter.runners.answers.beside import KEY, PLACE, Beside, ByFiling, parts_of
from tidewaiter.runners.answers.places import Layout
from tidewaiter.service import discovery
from tidewaiter.service.consequences import ANSWERED_BY_FILER, status
from tidewaiter.service.faults import fault_of_finding, fault_of_row
from tidewaiter.service.lodging.told import AMOUNTS, HEAD
from tidewaiter.service.results import Results, open_results

Row = dict[str, Any]


def dialect_of(name: str) -> Dialect:
    """The dialect of this name; ``WrongUse`` says which there are."""
    if name not in DIALECTS:
        raise WrongUse(f"There is no dialect '{name}'. There are: {', '.join(DIALECTS)}.")
    return DIALECTS[name]


def answered(folder: Path, dialect: str, packs: Path | None = None) -> Iterator[bytes]:
    """The answers of a run in a dialect, piece by piece; memory does not grow with the run."""
    results, form = open_results(folder), dialect_of(dialect)
    about = About(results.receipt, results.receipt["content_hash"][:35])
    return form.write(about, answers_of(results, [*discovery.sender_sheets(packs).values()]))


def answers_of(results: Results, sheets: Sequence[SenderSheet]) -> Iterator[FilingAnswer]:
    """An answer for each accepted filing, in the order of the run, then for what was set aside, then duplicates.

    What risk rules noticed is left out, as the service leaves it out: it would tell what the house looks for.
    """
    layouts = layouts_of(results.receipt["sources"], sheets)
    yield from _accepted(results, layouts)
    yield from _set_aside(results, layouts)
    for rows in parts_of(results.folder / "duplicates.parquet"):
        for row in rows.iter_rows(named=True):
            yield FilingAnswer(row["source_file"], row["source_position"], row["consignment_id"] or "", None, DUPLICATE)


def layouts_of(sources: Sequence[Mapping[str, Any]], sheets: Sequence[SenderSheet]) -> dict[str, Layout]:
    """How each file was read, by its name; ``sources`` as a receipt tells them."""
    by_name = {sheet.name: sheet for sheet in (canonical_sheet(), *sheets)}
    return {source["name"]: Layout(source["carrier"], by_name.get(source["sheet"])) for source in sources}


def _accepted(results: Results, layouts: Mapping[str, Layout]) -> Iterator[FilingAnswer]:
    """Filings with their findings and charges, one part of the lake at a time."""
    beside = {table: Beside(results.folder / f"{table}.parquet") for table in ("findings", "charges", "items")}
    for filings in parts_of(results.folder / "consignments.parquet"):
        keys = filings.select(*KEY).with_row_index(PLACE)
        presented = _presented(results, filings)
        findings, charges, items = (ByFiling(table.of(keys)) for table in beside.values())
        for at, row in enumerate(filings.iter_rows(named=True)):
            places = {line["item_no"]: number for number, line in enumerate(items.of(at), start=1)}
            layout = layouts.get(row["source_file"], Layout("", None))
            shown = [found for found in findings.of(at) if found["code"] not in results.secret]
            faults = [_fault(found, results.summary, row, layout, places) for found in shown]
            told = _told(row, is_asked=bool(shown), presented_at=presented.get(row["parcel_id"]))
            place = row["source_file"], row["source_position"], row["consignment_id"], row["version"]
            yield FilingAnswer(*place, ACCEPTED, faults, told, charges.of(at))
    for table in beside.values():
        table.refuse_rest()


def _told(row: Row, *, is_asked: bool, presented_at: datetime | None) -> Row:
    """What a sender is told of a filing beside its faults; never its route, nor whether it was chosen."""
    asked = [word for word in row["pending_on"] or () if is_asked and word in ANSWERED_BY_FILER]
    return {
        **{name: row[name] for name in (*HEAD, *AMOUNTS)},
        "status": status(row["decision"], asked, is_presented=presented_at is not None),
        "asked": asked,
        "function": row.get("function"),
        "resolved": row["resolved"],
    }


def _presented(results: Results, filings: pl.DataFrame) -> dict[str, datetime]:
    """When the parcels of these filings were presented, as far as events told it."""
    seen = results.rows(
        "movements",
        lambda every: (
            every.select("parcel_id", "presented_at")
            .drop_nulls()
            .join(filings.lazy().select("parcel_id").unique(), on="parcel_id", how="semi")
        ),
    )
    return {} if seen is None else dict(seen.group_by("parcel_id").agg(pl.col("presented_at").min()).iter_rows())


def _fault(
    finding: Row, summary: Mapping[str, Any], filing: Row, layout: Layout, places: Mapping[int | None, int]
) -> Fault:
    native = layout.native(filing["source_position"], finding["field"], places.get(finding["item_no"]))
    return fault_of_finding(finding, summary, native, filing["currency"])


def _set_aside(results: Results, layouts: Mapping[str, Layout]) -> Iterator[FilingAnswer]:
    """An answer for each filing in quarantine, with the faults of all its rows; a record without a name for itself."""
    rows = results.where("quarantine")
    names: dict[tuple[str, str | int], int] = {}
    for row in rows:
        names.setdefault(_named(row), len(names))
    rows.sort(key=lambda row: names[_named(row)])
    for _, own in groupby(rows, key=_named):
        told = list(own)
        first = told[0]
        faults = [fault_of_row(row, layouts.get(row["source_file"], Layout("", None))) for row in told]
        yield FilingAnswer(
            first["source_file"], first["source_position"], first["consignment_id"] or "", None, QUARANTINED, faults
        )


def _named(row: Row) -> tuple[str, str | int]:
    return row["source_file"], (row["consignment_id"] or "").strip().upper() or row["source_position"]
