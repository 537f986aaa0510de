"""Dated shelves: editions of a publication in folders that never change, and a list of those in use.

A shelf is ``<home>/reference/<shelf>/``; an edition is a folder in it with ``data.parquet`` and ``manifest.json``.
The file ``current`` names the editions in use, one a line. Each is the law from its ``valid_from`` to the day before
the next one starts, so at most one edition in use starts on a day; one without a known start fills what the others
leave open.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
import polars as pl

from tidewaiter.model.errors import UnusableInput, WrongUse
from tidewaiter.reference.staging import locked, staged_folder, write_whole

DATA: Final = "data.parquet"
MANIFEST: Final = "manifest.json"
CURRENT: Final = "current"
EARLIER: Final = "earlier"
"""Beside ``current``: what stood there before each change, one change a line, the newest last."""

NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]*")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an edition is: where it came from, under which licence, how much of it was understood.

    ``sources`` maps the name of each source file to its SHA-256; ``valid_from`` is empty where nobody said from which
    day the edition is law; ``content`` is the SHA-256 of ``data.parquet``. ``key`` and ``says`` name the columns that
    differences between editions are told by. ``based_on`` names the edition before, where this one came from changes
    to it; ``known_from`` is the day on which what it says could be known.
    """

    shelf: str
    edition: str
    title: str
    origin: str
    licence: str
    sources: Mapping[str, str]
    rows: int
    unresolved: int
    valid_from: date | None
    imported_from: str
    content: str = ""
    key: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    based_on: str = ""
    known_from: date | None = None

    @property
    def hash(self) -> str:
        """Identity of what the edition says and from when: the same source and start give the same hash."""
        told = [self.shelf, str(self.valid_from), *sorted(self.sources.values()), *filter(None, [self.based_on])]
        return sha256("\x1f".join(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Shelf:
    """One shelf under a home folder; nothing is made on disk before the first edition arrives."""

    home: Path
    name: str

    def __post_init__(self) -> None:
        """Refuse a name that is no plain folder name."""
        _refuse_odd(self.name)

    @property
    def folder(self) -> Path:
        """Where the editions lie."""
        return self.home / "reference" / self.name

    def editions(self) -> list[Manifest]:
        """All editions, those that start first before later ones; one without a known start comes first."""
        found = [self.manifest(path.parent.name) for path in self.folder.glob(f"[!.]*/{MANIFEST}")]
        return sorted(found, key=lambda edition: (edition.valid_from or date.min, edition.edition))

    def in_use(self) -> list[Manifest]:
        """Editions in use, in the order of their start."""
        named = self._current()
        return [edition for edition in self.editions() if edition.edition in named]

    def manifest(self, edition: str) -> Manifest:
        """What the edition is; ``WrongUse`` where the shelf has none of that name."""
        _refuse_odd(edition)
        path = self.folder / edition / MANIFEST
        try:
            return msgspec.json.decode(path.read_bytes(), type=Manifest)
        except FileNotFoundError as missing:
            raise WrongUse(
                f"The shelf '{self.name}' has no edition '{edition}'. See: tidewaiter reference list"
            ) from missing
        except msgspec.DecodeError as damage:
            raise UnusableInput(
                f"{path} is damaged ({damage}). Remove its folder and import the file again."
            ) from damage

    def read(self, edition: str) -> pl.DataFrame:
        """The edition's rows, proven to be the ones that were put there."""
        path = self.folder / edition / DATA
        known = self.manifest(edition).content
        if not path.is_file() or sha256(path.read_bytes()).hexdigest() != known:
            raise UnusableInput(
                f"{path.resolve()} is not what was imported. Remove its folder and import the file again."
            )
        return pl.read_parquet(path)

    def put(self, rows: pl.DataFrame, manifest: Manifest) -> Manifest:
        """Add an edition, complete or not at all; one that is there already stays as it is. It is not yet in use."""
        _refuse_odd(manifest.edition)
        with locked(self.folder):
            if (self.folder / manifest.edition).exists():
                return self._same(manifest)
            with staged_folder(self.folder / manifest.edition) as staging:
                rows.write_parquet(staging / DATA)
                content = sha256((staging / DATA).read_bytes()).hexdigest()
                told = msgspec.json.encode(replace(manifest, content=content))
                (staging / MANIFEST).write_bytes(msgspec.json.format(told, indent=1))
        return self.manifest(manifest.edition)

    def activate(self, edition: str, instead_of: str | None = None) -> tuple[str, ...]:
        """Take an edition into use; the answer names what it replaces (an edition with the same start).

        ``instead_of`` names the one edition that must be in use until now (empty: none); ``WrongUse`` where somebody
        changed that in the meantime.
        """
        new = self.manifest(edition)
        with locked(self.folder):
            before = self.in_use()
            if instead_of is not None and [old.edition for old in before] not in ([instead_of], [], [edition]):
                raise WrongUse(f"The shelf '{self.name}' was changed in the meantime. Import the file again.")
            kept = [old.edition for old in before if old.valid_from != new.valid_from]
            self._point_to([*kept, edition])
        return tuple(old.edition for old in before if old.edition not in {*kept, edition})

    def withdraw(self, edition: str) -> None:
        """Take an edition out of use; it stays on the shelf and can be activated again."""
        self.manifest(edition)
        with locked(self.folder):
            self._point_to(name for name in self._current() if name != edition)

    def roll_back(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Undo the last change of what is in use; the answer is what was in use and what is now.

        Answers are then exactly as before that change. ``WrongUse`` where there is nothing to undo.
        """
        with locked(self.folder):
            was, states = self._current(), self._earlier()
            while states and states[-1] == was:
                states.pop()
            if not states:
                raise WrongUse(f"Nothing was ever changed on the shelf '{self.name}'. See: tidewaiter reference list")
            now = states.pop()
            write_whole(self.folder / CURRENT, _lines(now))
            write_whole(self.folder / EARLIER, _lines(" ".join(state) for state in states))
        return tuple(was), tuple(now)

    def _same(self, manifest: Manifest) -> Manifest:
        there = self.manifest(manifest.edition)
        if there.hash != manifest.hash:
            raise WrongUse(
                f"The shelf '{self.name}' has another edition named '{manifest.edition}'; editions never change."
            )
        return there

    def _current(self) -> list[str]:
        path = self.folder / CURRENT
        return path.read_text(encoding="utf-8").split() if path.is_file() else []

    def _earlier(self) -> list[list[str]]:
        path = self.folder / EARLIER
        return [line.split() for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []

    def _point_to(self, editions: Iterable[str]) -> None:
        """Change what is in use; what was is kept first, so that a change that breaks off can still be undone."""
        named, was = list(editions), self._current()
        if named != was:
            write_whole(self.folder / EARLIER, _lines(" ".join(state) for state in [*self._earlier(), was]))
            write_whole(self.folder / CURRENT, _lines(named))


def listing(home: Path) -> pl.DataFrame:
    """Every edition on every shelf: shelf, edition, title, valid_from, rows, unresolved, in_use, imported_from."""
    schema = {
        "shelf": pl.String, "edition": pl.String, "title": pl.String, "valid_from": pl.Date, "rows": pl.Int64,
        "unresolved": pl.Int64, "in_use": pl.Boolean, "imported_from": pl.String,
    }  # fmt: skip
    rows = []
    for folder in sorted(path for path in (home / "reference").glob("[!.]*") if path.is_dir()):
        shelf = Shelf(home, folder.name)
        used = {edition.edition for edition in shelf.in_use()}
        rows += [
            (one.shelf, one.edition, one.title, one.valid_from, one.rows, one.unresolved, one.edition in used,
             one.imported_from)
            for one in shelf.editions()
        ]  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def differences(old: pl.DataFrame, new: pl.DataFrame, key: str, column: str) -> pl.DataFrame:
    """What changed between two editions: ``key``, ``change`` (added, removed, changed), ``before``, ``after``."""
    both = old.select(key, before=column, is_old=True).join(
        new.select(key, after=column, is_new=True), on=key, how="full", coalesce=True
    )
    is_changed = pl.col("before").ne_missing(pl.col("after"))
    change = (
        pl.when(pl.col("is_old").is_null()).then(pl.lit("added"))
        .when(pl.col("is_new").is_null()).then(pl.lit("removed"))
        .when(is_changed).then(pl.lit("changed"))
    )  # fmt: skip
    return (
        both.with_columns(change=change)
        .filter(pl.col("change").is_not_null())
        .select(key, "change", "before", "after")
        .sort(key)
    )


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _refuse_odd(name: str) -> None:
    if not NAME.fullmatch(name):
        raise WrongUse(f"'{name}' is no name of a shelf or edition: lower-case letters, digits, dots and hyphens.")
