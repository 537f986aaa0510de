"""``tidewaiter reference``."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tidewaiter.cli.imported import change_lines, import_lines
from tidewaiter.cli.words import columns, plain, show, show_json
from tidewaiter.model.errors import PublicationRefused

if TYPE_CHECKING:
    from tidewaiter.service.reference import Shelved


def list_shelves(*, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """List shelves with edition, days covered, origin and licence.

    Args:
        json: The same as JSON.
    """
    from tidewaiter.service.reference import shelves

    found = shelves()
    if json:
        show_json([asdict(one) for one in found])
    else:
        head = ("shelf", "edition", "days", "entries", "marks", "")
        rows = [
            (one.shelf, one.edition, _days(one), f"{one.entries:,}", one.marks, "" if one.in_use else "not in use")
            for one in found
        ]
        show(
            [
                "",
                *columns([head, *rows], right=(3,), indent=2),
                "",
                "  Origin and licence: tidewaiter reference show SHELF",
                "",
            ]
        )
    return 0


def show_shelf(
    name: Annotated[str, Parameter(name="SHELF")], /, *, json: Annotated[bool, Parameter(negative=())] = False
) -> int:
    """Tell all that is known of one shelf.

    Args:
        name: Name of a shelf or of an edition, as the list has it.
        json: The same as JSON.
    """
    from tidewaiter.service.reference import shelf_named

    found = shelf_named(name)
    if json:
        show_json([asdict(one) for one in found])
    else:
        show([line for one in found for line in _shelf_lines(one)])
    return 0


def import_(
    source: Annotated[str, Parameter(name="SOURCE")],
    files: Annotated[list[Path], Parameter(name="FILE")],
    /,
    *,
    jurisdiction: Annotated[str, Parameter(name="--as")] = "",
    valid_from: str | None = None,
    known_from: str | None = None,
    licence: str = "",
    repair: Annotated[bool, Parameter(negative=())] = False,
    check: Annotated[bool, Parameter(negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Check an official publication and put it onto a dated shelf; a damaged one is refused with all its faults.

    Args:
        source: au-schedule3, customs-rates, ecb, hs, meursing, origin, taric, taric-tables, tariff, us-ch99, us-hts or
            vat.
        files: The publication as it was downloaded; a folder stands for the files in it.
        jurisdiction: Whose law it is, like GB, where the source does not say so itself.
        valid_from: First day on which it is law, like 2026-01-01; without it, answers say that the start is assumed.
        known_from: Day on which what it says could be known.
        licence: Terms under which it may be used.
        repair: Take what is certain of a damaged publication; the rest is left out or unresolved, and listed.
        check: Read, check and compare, and change nothing.
        json: What was imported as JSON.
    """
    from tidewaiter.service.importing import import_publication

    try:
        told = import_publication(
            source, tuple(files), valid_from=valid_from, known_from=known_from, licence=licence,
            jurisdiction=jurisdiction, repair=repair, check=check,
        )  # fmt: skip
    except PublicationRefused as refused:
        if json:
            show_json({"refused": str(refused), "faults": refused.faults})
        raise
    if json:
        show_json(told)
    else:
        show(import_lines(told))
    return 0


def diff(
    shelf: Annotated[str, Parameter(name="SHELF")],
    old: Annotated[str | None, Parameter(name="OLD")] = None,
    new: Annotated[str | None, Parameter(name="NEW")] = None,
    /,
    *,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Tell what changed between two editions of a shelf.

    Args:
        shelf: Name of a shelf.
        old: Edition before; the one in use before the last when not given.
        new: Edition after; the last one in use when not given.
        json: Every change as JSON.
    """
    from tidewaiter.service.importing import changes

    told = changes(shelf, old, new)
    if json:
        show_json(told)
    else:
        show([f"\n  {plain(told['old'])} to {plain(told['new'])}", *change_lines(told["changes"]), ""])
    return 0


def use(
    shelf: Annotated[str, Parameter(name="SHELF")],
    edition: Annotated[str, Parameter(name="EDITION")],
    /,
    *,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Take an edition that lies on its shelf into use.

    Args:
        shelf: Name of a shelf.
        edition: Name of the edition, as the list has it.
        json: What came of it as JSON.
    """
    from tidewaiter.service.importing import use as take

    told = take(shelf, edition)
    if json:
        show_json(told)
    else:
        out = f" Out of use: {plain(', '.join(told['replaced']))}." if told["replaced"] else ""
        show(["", f"  {plain(edition)} is in use on the shelf '{plain(shelf)}'.{out}", ""])
    return 0


def roll_back(
    shelf: Annotated[str, Parameter(name="SHELF")], /, *, json: Annotated[bool, Parameter(negative=())] = False
) -> int:
    """Undo the last change of what is in use on a shelf; answers are then exactly as before it.

    Args:
        shelf: Name of a shelf.
        json: What was in use and what is now, as JSON.
    """
    from tidewaiter.service.importing import roll_back as undo

    told = undo(shelf)
    if json:
        show_json(told)
    else:
        now = plain(", ".join(told["in_use"])) or "nothing"
        show(
            ["", f"  In use on the shelf '{plain(shelf)}': {now}. Before: {plain(', '.join(told['was_in_use']))}.", ""]
        )
    return 0


def _days(one: "Shelved") -> str:
    if one.first_day is None and one.last_day is None:
        return "all that no other edition covers"
    return f"{one.first_day or '...'} to {one.last_day or 'now'}"


def _shelf_lines(one: "Shelved") -> Iterator[str]:
    yield f"\n  [bold]{plain(one.title)}[/]"
    yield from columns([
        ("shelf", one.shelf), ("edition", one.edition), ("days", _days(one)), ("entries", f"{one.entries:,}"),
        ("origin", one.origin), ("licence", one.licence), ("marks", one.marks),
        ("in use", "yes" if one.in_use else "no"),
        ("SHA-256", one.hash),
    ])  # fmt: skip
