"""The one way onto a shelf: staged, checked by its reader, compared with the edition in force, taken into use."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final

import polars as pl

from tidewaiter.model.errors import PublicationRefused, UnusableInput, WrongUse
from tidewaiter.reference.faults import Faults, Place
from tidewaiter.reference.shelf import Manifest, Shelf, differences
from tidewaiter.reference.tables import hash_of

MOST_ROUNDS: Final = 5
"""How often a file is read again without rows at fault; each round can only show faults that others hid."""

NO_ROWS: Final = pl.DataFrame(schema={"key": pl.String(), "says": pl.String()})


@dataclass(frozen=True, slots=True, eq=False)
class Staged:
    """A publication that was read and found sound, not yet on its shelf.

    ``sources`` maps the name of each file to its SHA-256. ``key`` names the columns that say what a row is about,
    ``says`` those that say something of it; differences between editions are told by them. ``unresolved`` lists what
    is on the shelf and gives no answer: ``key`` and ``reason``.
    """

    shelf: str
    title: str
    origin: str
    licence: str
    sources: Mapping[str, str]
    rows: pl.DataFrame
    key: tuple[str, ...]
    says: tuple[str, ...]
    valid_from: date | None = None
    unresolved: pl.DataFrame | None = None

    @property
    def edition(self) -> str:
        """Its name: the first day and the start of a hash over its files."""
        told = "\x1f".join(f"{name}\x1e{digest}" for name, digest in sorted(self.sources.items()))
        digest = sha256(told.encode()).hexdigest() if len(self.sources) > 1 else next(iter(self.sources.values()))
        return f"{self.valid_from or 'undated'}-{digest[:12]}"

    @property
    def manifest(self) -> Manifest:
        """The same as the shelf keeps it."""
        return Manifest(
            shelf=self.shelf,
            edition=self.edition,
            title=self.title,
            origin=self.origin,
            licence=self.licence,
            sources=self.sources,
            rows=self.rows.height,
            unresolved=self.unresolved.height if self.unresolved is not None else 0,
            valid_from=self.valid_from,
            imported_from=", ".join(self.sources),
            key=self.key,
            says=self.says,
        )


@dataclass(frozen=True, slots=True)
class Order:
    """What an importer is asked for: files, and what nobody can read in them.

    ``jurisdiction`` is the two letters of whose law it is, ``valid_from`` its first day, ``known_from`` the day on
    which it could be known, ``licence`` its terms. With
    ``repair`` rows at fault are left out (``left_out``) and told, and what is certain is taken.
    """

    files: tuple[Path, ...]
    jurisdiction: str = ""
    valid_from: date | None = None
    known_from: date | None = None
    licence: str = ""
    repair: bool = False
    left_out: frozenset[Place] = frozenset()

    @property
    def faults(self) -> Faults:
        """Where faults of the files are collected."""
        return Faults(self.left_out, self.repair)

    @property
    def names(self) -> str:
        """The files, as a title says them."""
        return ", ".join(file.name for file in self.files)

    def shelf_of(self, source: str) -> str:
        """The shelf of a source that belongs to one jurisdiction; ``WrongUse`` where none was named."""
        if not re.fullmatch(r"[A-Z]{2}", self.jurisdiction):
            raise WrongUse(f"Say with --as whose '{source}' it is, with two letters like GB.")
        return f"{source}-{self.jurisdiction.lower()}"

    def sources(self) -> dict[str, str]:
        """Hash of each file by its name; ``WrongUse`` for a file that is not there or a name given twice."""
        absent = [str(file) for file in self.files if not file.is_file()]
        if absent or not self.files:
            raise WrongUse(f"There is no file {', '.join(absent)}. Check the name." if absent else "Name a file.")
        found = {file.name: hash_of(file) for file in self.files}
        if len(found) < len(self.files):
            raise WrongUse("Two of the files have the same name. Give each file once.")
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """What came of an import. ``changes`` is the difference to the edition in force, ``before`` (empty: none).

    ``replaced`` names the editions that went out of use, ``was_there`` says that the same edition lay there already;
    ``is_taken`` is false after a mere check.
    """

    manifest: Manifest
    changes: pl.DataFrame
    before: str
    replaced: tuple[str, ...]
    was_there: bool
    is_taken: bool


Source = Callable[[Order], Staged]


def read_source(source: Source, order: Order) -> tuple[Staged, tuple[str, ...]]:
    """Read and check; with ``repair``, again without the rows at fault, which the answer lists.

    A fault that is in no row (a column, the file as a whole) cannot be repaired and refuses the import.
    """
    told: tuple[str, ...] = ()
    for _ in range(MOST_ROUNDS if order.repair else 1):
        try:
            return source(order), told
        except PublicationRefused as refused:
            rows = {Place(file, line) for file, line in refused.places if line is not None and line > 1}
            is_in_rows = len(rows) > 0 and all(line is not None and line > 1 for _, line in refused.places)
            if not order.repair or not is_in_rows or rows <= order.left_out:
                raise
            told += refused.faults
            order = replace(order, left_out=order.left_out | rows)
    return source(order), told


def take_in(home: Path, staged: Staged, known_from: date | None = None, *, take: bool = True) -> Imported:
    """Compare with the edition in force, put onto the shelf, prove what lies there, take into use.

    ``known_from`` is the day on which what it says could be known. With ``take`` false nothing on
    disk changes. Whatever fails on the way leaves the shelf as it was.
    """
    shelf, manifest = Shelf(home, staged.shelf), replace(staged.manifest, known_from=known_from)
    before = in_force_before(shelf, staged.valid_from)
    changes = changed_from(shelf, before, staged.rows, manifest)
    was_there = any(one.edition == staged.edition for one in shelf.editions())
    replaced: tuple[str, ...] = ()
    if take:
        stored = shelf.put(staged.rows, manifest)
        if not shelf.read(stored.edition).equals(staged.rows):
            raise UnusableInput(
                f"The shelf '{shelf.name}' holds edition '{stored.edition}' with other rows than this reading of the "
                "file gives. Remove its folder and import the file again."
            )
        replaced, manifest = shelf.activate(stored.edition), stored
    return Imported(manifest, changes, before.edition if before else "", replaced, was_there, take)


def in_force_before(shelf: Shelf, start: date | None) -> Manifest | None:
    """The edition in use that a new one with this start takes the place of: the last that starts no later."""
    started = [one for one in shelf.in_use() if (one.valid_from or date.min) <= (start or date.min)]
    return started[-1] if started else None


def changed_from(shelf: Shelf, before: Manifest | None, rows: pl.DataFrame, manifest: Manifest) -> pl.DataFrame:
    """What ``rows`` change against an edition of the shelf (none: everything is new): key, change, before, after.

    Where one of the two does not say itself what tells it from others, it is told as the other one is.
    """
    if before is None:
        return differences(NO_ROWS, told(rows, manifest), "key", "says")
    old, new = _told_alike(before, manifest), _told_alike(manifest, before)
    return differences(told(shelf.read(before.edition), old), told(rows, new), "key", "says")


def _told_alike(one: Manifest, other: Manifest) -> Manifest:
    return one if one.says else replace(one, key=other.key, says=other.says)


def told(rows: pl.DataFrame, manifest: Manifest) -> pl.DataFrame:
    """An edition as ``key`` and ``says``, one row a key, so that two of them can be compared."""
    key = manifest.key or tuple(name for name in ("commodity_code", "code", "hs") if name in rows.columns)[:1]
    key = key or tuple(rows.columns[:1])
    says = manifest.says or (("rate_text",) if "rate_text" in rows.columns else ())
    says = says or tuple(name for name in rows.columns if name not in key)
    return (
        rows.select(
            key=pl.concat_str([_as_text(rows, name) for name in key], separator=" "),
            says=pl.concat_str([_as_text(rows, name) for name in says], separator=" | "),
        )
        .group_by("key")
        .agg(pl.col("says").sort().str.join(" ; "))
        .sort("key")
    )


def between(shelf: Shelf, old: str, new: str) -> pl.DataFrame:
    """What changed from one edition to another: ``key``, ``change``, ``before``, ``after``."""
    return changed_from(shelf, shelf.manifest(old), shelf.read(new), shelf.manifest(new))


def _as_text(rows: pl.DataFrame, name: str) -> pl.Expr:
    column = pl.col(name)
    if rows.schema[name] == pl.List(pl.String()):
        return column.list.join(",").fill_null("")
    return column.cast(pl.String()).fill_null("")
