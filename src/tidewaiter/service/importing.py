"""Use case: an official publication becomes an edition on its shelf, is compared, taken into use, or taken back."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from tidewaiter.model.dates import FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR
from tidewaiter.model.errors import WrongUse
from tidewaiter.reference import (
    au_schedule3,
    customs_rates,
    ecb_file,
    meursing,
    nomenclature,
    origin,
    own_tariff,
    us_hts,
    vat,
)
from tidewaiter.reference.importing import Order, Source, between, read_source, take_in
from tidewaiter.reference.shelf import Shelf
from tidewaiter.reference.us_ch99 import form
from tidewaiter.service.measures import Measures, import_measures
from tidewaiter.service.settings import home_folder

Told = dict[str, Any]

STAGED: Final[Mapping[str, Source]] = {
    "au-schedule3": au_schedule3.staged,
    "customs-rates": customs_rates.staged,
    "ecb": ecb_file.staged,
    "hs": nomenclature.staged,
    "meursing": meursing.staged,
    "origin": origin.staged,
    "tariff": own_tariff.staged,
    "us-ch99": form.staged,
    "vat": vat.staged,
}
"""Publications whose reader stages them; all of them take the one way of ``reference/importing``."""

FOLDER_LEFT_OUT: Final = ("readme",)


def import_publication(
    source: str,
    files: tuple[Path, ...],
    *,
    valid_from: str | None = None,
    known_from: str | None = None,
    licence: str = "",
    jurisdiction: str = "",
    repair: bool = False,
    check: bool = False,
    home: Path | None = None,
) -> Told:
    """Check a publication, compare it with the edition in force and take it into use (unless ``check``).

    A folder stands for the files in it. Raises ``PublicationRefused`` with every fault, and ``WrongUse`` for a source
    nobody knows; nothing has changed then.
    """
    if source not in SOURCES:
        raise WrongUse(f"No source is called '{source}'. There are: {', '.join(SOURCES)}.")
    order = Order(
        files=tuple(one for file in files for one in _files(file, whole=source in WHOLE_FOLDERS)),
        jurisdiction=jurisdiction.upper(), valid_from=_day(valid_from), known_from=_day(known_from), licence=licence,
        repair=repair,
    )  # fmt: skip
    where = home or home_folder()
    if source in STAGED:
        return _by_staging(STAGED[source], order, where, check=check)
    if not check:
        return OWN_WAY[source](order, where)
    with TemporaryDirectory() as scratch:
        if (where / "reference").is_dir():
            copytree(where / "reference", Path(scratch) / "reference")
        return {**OWN_WAY[source](order, Path(scratch)), "is_taken": False}


def changes(shelf: str, old: str | None, new: str | None, home: Path | None = None) -> Told:
    """What changed between two editions of a shelf.

    Without names: from the one in use before the last to the last, or from another on the shelf where one is in use.
    """
    there = Shelf(home or home_folder(), shelf)
    names = [one.edition for one in there.editions()]
    if len(names) < 2 and not (old and new):  # noqa: PLR2004 - a difference has two sides
        raise WrongUse(
            f"The shelf '{shelf}' has {len(names)} editions: a difference needs two. See: tidewaiter reference list"
        )
    used = [one.edition for one in there.in_use()]
    newer = new or (used[-1] if used else names[-1])
    older = old or next((name for name in reversed(used) if name != newer), None)
    older = older or next(name for name in reversed(names) if name != newer)
    return {"shelf": shelf, "old": older, "new": newer, "changes": between(there, older, newer).to_dicts()}


def use(shelf: str, edition: str, home: Path | None = None) -> Told:
    """Take an edition that lies on its shelf into use; the answer names what it replaces."""
    replaced = Shelf(home or home_folder(), shelf).activate(edition)
    return {"shelf": shelf, "edition": edition, "replaced": list(replaced)}


def roll_back(shelf: str, home: Path | None = None) -> Told:
    """Undo the last change of what is in use on a shelf; answers are then exactly as before it."""
    was, now = Shelf(home or home_folder(), shelf).roll_back()
    return {"shelf": shelf, "was_in_use": list(was), "in_use": list(now)}


def _by_staging(source: Source, order: Order, home: Path, *, check: bool) -> Told:
    staged, left_out = read_source(source, order)
    made = take_in(home, staged, order.known_from, take=not check)
    unresolved = staged.unresolved.to_dicts() if staged.unresolved is not None else []
    return {
        "shelf": made.manifest.shelf, "edition": made.manifest.edition, "title": made.manifest.title,
        "rows": made.manifest.rows, "before": made.before, "change_counts": _counts(made.changes),
        "changes": made.changes.to_dicts() if made.before else [], "unresolved": unresolved,
        "left_out": list(left_out), "replaced": list(made.replaced), "was_there": made.was_there,
        "is_taken": made.is_taken,
    }  # fmt: skip


def _counts(changes: pl.DataFrame) -> dict[str, int]:
    return dict(changes["change"].value_counts().sort("change").iter_rows())


def _us_hts(order: Order, home: Path) -> Told:
    report = us_hts.import_us_hts(_only(order), home, order.valid_from, repair=order.repair)
    renamed = {"commodity_code": "key", "unresolved_reason": "reason"}
    return {
        "shelf": report.manifest.shelf, "edition": report.manifest.edition, "title": report.manifest.title,
        "rows": report.lines, "kinds": dict(report.kinds), "unresolved": report.unresolved.rename(renamed).to_dicts(),
        "references": report.references.rename(renamed).to_dicts(), "left_out": list(report.faults),
        "before": report.before, "change_counts": _counts(report.changes),
        "changes": report.changes.to_dicts() if report.before else [],
        "replaced": list(report.replaced), "was_there": report.was_there, "is_taken": True,
    }  # fmt: skip


def _measures(source: str, order: Order, home: Path) -> Told:
    about = Measures(order.jurisdiction, order.valid_from, order.known_from, order.licence, order.repair)
    return import_measures(source, order.files, home, about)


OWN_WAY: Final[Mapping[str, Callable[[Order, Path], Told]]] = {
    "us-hts": _us_hts,
    "taric": partial(_measures, "taric"),
    "taric-tables": partial(_measures, "taric-tables"),
}
"""Publications of many tables or lines, whose importers check and compare by themselves before they take."""

WHOLE_FOLDERS: Final = ("taric-tables",)
"""Sources whose importer reads folders by itself."""

SOURCES: Final = tuple(sorted({*STAGED, *OWN_WAY}))


def _only(order: Order) -> Path:
    if len(order.files) != 1:
        raise WrongUse("This source is one file. Name it alone.")
    return order.files[0]


def _files(file: Path, *, whole: bool) -> list[Path]:
    """The file, or all files of a folder but what explains them."""
    if whole or not file.is_dir():
        return [file]
    return sorted(
        one
        for one in file.iterdir()
        if one.is_file() and one.stem.lower() not in FOLDER_LEFT_OUT and one.name[0] != "."
    )


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise WrongUse(f"'{text}' is no day. Write it like 2026-01-01.") from fault
    if day and not FIRST_PLAUSIBLE_YEAR <= day.year <= LAST_PLAUSIBLE_YEAR:
        raise WrongUse(f"{day} lies outside {FIRST_PLAUSIBLE_YEAR} to {LAST_PLAUSIBLE_YEAR}. Write the true first day.")
    return day
