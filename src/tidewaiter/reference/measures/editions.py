"""Import of a tariff of TARIC form: staged, checked, laid beside the edition in force, then taken into use at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final

import polars as pl

from tidewaiter.model.errors import PublicationRefused, UnusableInput
from tidewaiter.model.words import counted
from tidewaiter.reference.measures import envelope, extract
from tidewaiter.reference.measures.applying import apply_changes, summary
from tidewaiter.reference.measures.changes import RECORDS, Message
from tidewaiter.reference.measures.checks import faults_beyond_repair, faults_of, faults_of_codes
from tidewaiter.reference.measures.model import MeasureModel
from tidewaiter.reference.measures.sheet import measure_sheet
from tidewaiter.reference.measures.tables import NOT_CARRIED, SUFFIXES, read_tables
from tidewaiter.reference.measures.xml_file import subtrees
from tidewaiter.reference.shelf import Manifest, Shelf

ORIGIN: Final = {"xml": "official messages of TARIC form", "tables": "tables of TARIC form"}
SHELVES: Final = "taric-"
"""How the names of shelves of measures begin; every row of their editions is dated by itself."""

NOBODY_SAID: Final = "as the publisher of the files says; nobody named it at the import"


@dataclass(frozen=True, slots=True)
class MeasureImport:
    """What an import did. ``kinds`` counts records by kind, ``changes`` those added, changed and removed.

    ``unresolved`` lists rates without a program (rate_text, reason), ``listed`` the faults that ``repair`` let stand.
    """

    manifest: Manifest
    kinds: Mapping[str, int]
    changes: Mapping[str, int]
    difference: pl.DataFrame
    unresolved: pl.DataFrame
    listed: tuple[str, ...]
    replaced: tuple[str, ...]
    was_there: bool


def shelf_name(jurisdiction: str) -> str:
    """The shelf on which a jurisdiction's measures lie."""
    return f"{SHELVES}{jurisdiction.lower()}"


def import_messages(
    files: Sequence[Path], home: Path, jurisdiction: str, known_from: date | None = None, licence: str = NOBODY_SAID
) -> MeasureImport:
    """Apply TARIC envelopes or daily extracts, in their order, to the edition in use; all of them or none.

    Raises ``PublicationRefused`` with every fault; the shelf is then as before.
    """
    shelf = Shelf(home, shelf_name(jurisdiction))
    base, before = _base(shelf)
    records, told_at = before, None
    for file in files:
        message = _message(file, records)
        told_at = message.told_at or told_at
        applied = apply_changes(records, message.changes) if not message.faults else None
        _refuse(file.name, [*message.faults, *(applied.faults if applied else ())])
        if applied is not None:
            records = applied.records
    model = MeasureModel(records, measure_sheet())
    faults = _all_faults(model) - _all_faults(MeasureModel(before, measure_sheet()))
    _refuse(", ".join(file.name for file in files), sorted(faults))
    known = known_from or (date.fromisoformat(told_at) if told_at else None)
    return _stored(shelf, files, model, before, base, _About("xml", known, licence, ()))


def import_tables(
    files: Sequence[Path], home: Path, jurisdiction: str, valid_from: date | None = None,
    known_from: date | None = None, licence: str = NOBODY_SAID, *, repair: bool = False,
) -> MeasureImport:  # fmt: skip
    """Make a whole edition from tables (files, or folders of them); it takes the place of the one in use.

    ``repair`` loads what is certain and lists the faults: a measure on unknown goods is kept and applies to nothing,
    of two that apply at once neither is picked. Raises ``PublicationRefused`` with every fault otherwise.
    """
    tables = [one for file in files for one in (sorted(file.iterdir()) if file.is_dir() else [file])]
    tables = [one for one in tables if one.suffix in SUFFIXES]
    if not tables:
        raise UnusableInput(f"There is no table ({', '.join(sorted(SUFFIXES))}) in {', '.join(map(str, files))}.")
    message = read_tables(tables, valid_from)
    empty = pl.DataFrame(schema=RECORDS)
    applied = apply_changes(empty, message.changes, NOT_CARRIED)
    model = MeasureModel(applied.records, measure_sheet())
    orphans = {fault for fault in applied.faults if "refers to goods.nomenclature" in fault}
    serious = [*(fault for fault in applied.faults if fault not in orphans), *faults_beyond_repair(model)]
    light = [*message.faults, *faults_of(model)]
    _refuse(tables[0].name if len(tables) == 1 else f"{len(tables)} tables", serious if repair else [*serious, *light])
    shelf = Shelf(home, shelf_name(jurisdiction))
    base, before = _base(shelf)
    return _stored(shelf, tables, model, before, base, _About("tables", known_from, licence, tuple(light)))


def known_at(shelf: Shelf, day: date | None) -> Manifest | None:
    """The edition that was known on a day: the one in use, or the youngest one before it that was known by then.

    Editions that were rolled back are no part of the line. One that does not say from when it was known counts as
    known only where nobody asks for a day.
    """
    used = shelf.in_use()
    at = used[-1] if used else None
    while at is not None and day is not None and (at.known_from is None or at.known_from > day):
        at = shelf.manifest(at.based_on) if at.based_on else None
    return at


def differences_of(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """What is different between two editions' records, as ``applying.DIFFERENCE`` says."""
    both = before.join(after, on=["kind", "key"], how="full", coalesce=True, suffix="_after")
    changed = both.filter(pl.col("fields").ne_missing(pl.col("fields_after")))
    word = (
        pl.when(pl.col("fields").is_null()).then(pl.lit("added"))
        .when(pl.col("fields_after").is_null()).then(pl.lit("removed"))
        .otherwise(pl.lit("changed"))
    )  # fmt: skip
    return changed.select("kind", "key", change=word, before="fields", after="fields_after").select(
        "kind", "change", "key", "before", "after"
    ).sort("kind", "key")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _About:
    """What an import says of its edition beside its rows."""

    form: str
    known_from: date | None
    licence: str
    listed: tuple[str, ...]


def _all_faults(model: MeasureModel) -> set[str]:
    return {*faults_of(model), *faults_beyond_repair(model), *faults_of_codes(model)}


def _base(shelf: Shelf) -> tuple[str, pl.DataFrame]:
    """Name and records of the edition in use; without one, nothing."""
    used = shelf.in_use()
    return (used[-1].edition, shelf.read(used[-1].edition)) if used else ("", pl.DataFrame(schema=RECORDS))


def _message(file: Path, base: pl.DataFrame) -> Message:
    root = next(subtrees(file, frozenset()))
    if root.name == envelope.ROOT:
        return envelope.read_envelope(file)
    if root.name == extract.ROOT:
        return extract.read_extract(file, base)
    raise UnusableInput(f"{file.name} is a '{root.name}', neither a TARIC envelope nor a daily extract.")


def _refuse(what: str, faults: Sequence[str]) -> None:
    if faults:
        raise PublicationRefused(
            f"{what} is refused for {counted(len(faults), 'fault')}; nothing was changed. The first: {faults[0]}.",
            tuple(faults),
        )


def _stored(
    shelf: Shelf, files: Sequence[Path], model: MeasureModel, before: pl.DataFrame, base: str, about: _About
) -> MeasureImport:
    unresolved = model.expressions.filter(pl.col("reason").is_not_null()).select("rate_text", "reason")
    sources = {file.name: sha256(file.read_bytes()).hexdigest() for file in files}
    content = sha256("".join([base if about.form == "xml" else "", *sorted(sources.values())]).encode()).hexdigest()
    edition = f"{about.known_from or 'undated'}-{content[:12]}"
    names = ", ".join(sources) if len(sources) < 4 else f"{len(sources)} files"  # noqa: PLR2004 - what fits a line
    manifest = Manifest(
        shelf=shelf.name, edition=edition, title=f"{shelf.name.upper()} {edition}", origin=ORIGIN[about.form],
        licence=about.licence, sources=sources, rows=model.records.height,
        unresolved=unresolved.height + len(about.listed), valid_from=None, imported_from=names,
        based_on="" if base == edition else base, known_from=about.known_from,
        key=("kind", "key"), says=("fields",),
    )  # fmt: skip
    was_there = any(one.edition == edition for one in shelf.editions())
    stored = shelf.put(model.records, manifest) if not was_there else shelf.manifest(edition)
    if not shelf.read(stored.edition).equals(model.records):
        raise UnusableInput(f"The shelf '{shelf.name}' holds '{edition}' with other rows. Remove its folder first.")
    replaced = shelf.activate(stored.edition, instead_of=base)
    difference = differences_of(before, model.records)
    kinds = dict(model.records["kind"].value_counts().sort("kind").iter_rows())
    return MeasureImport(stored, kinds, summary(difference), difference, unresolved, about.listed, replaced, was_there)
