"""``tidewaiter reference``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from tidewaiter.cli.words import columns, heading, plain, show, show_json
from tidewaiter.model.errors import PublicationRefused
from tidewaiter.model.words import counted, spoken

if TYPE_CHECKING:
    from tidewaiter.service.reference import Shelved

UNRESOLVED_SHOWN = 10


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
    file: Annotated[Path, Parameter(name="FILE")],
    /,
    *,
    valid_from: str | None = None,
    licence: str = "",
    repair: Annotated[bool, Parameter(negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Check an official publication and put it onto a dated shelf; a damaged one is refused with all its faults.

    Args:
        source: us-hts (official CSV export of the tariff of the United States) or hs (CSV with hscode, description).
        file: The publication as it was downloaded.
        valid_from: First day on which it is law, like 2026-01-01; without it, answers say that the start is assumed.
        licence: Terms under which a nomenclature may be used.
        repair: Take what is certain of a damaged us-hts file; its other lines are unresolved and listed.
        json: What was imported as JSON.
    """
    from tidewaiter.service.reference import import_publication

    try:
        told = import_publication(source, file, valid_from=valid_from, licence=licence, repair=repair)
    except PublicationRefused as refused:
        if json:
            show_json({"refused": str(refused), "faults": refused.faults})
        raise
    if json:
        show_json(told)
    else:
        show(_import_lines(told))
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


def _import_lines(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n  [bold]{plain(told['title'])}[/] is on the shelf '{told['shelf']}' and in use."
    yield from columns([("edition", told["edition"]), ("lines", f"{told['rows']:,}")])
    kinds = told.get("kinds", {})
    yield from columns([(spoken(kind), f"{count:,}") for kind, count in kinds.items()], right=(1,), indent=6)
    if told.get("was_there"):
        yield "    It had been imported before; nothing was changed."
    if told.get("replaced"):
        yield f"    Out of use: {plain(', '.join(told['replaced']))}"
    if told.get("faults"):
        yield f"    Repaired: {counted(len(told['faults']), 'fault')} of the file; --json lists them all"
    yield from _lines_without("Lines without a rate", told.get("unresolved", ()))
    yield from _lines_without("Lines whose rate stands elsewhere", told.get("references", ()))
    yield ""


def _lines_without(title: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if rows:
        yield heading(title)
        yield from columns([(row["commodity_code"], row["unresolved_reason"] or "") for row in rows[:UNRESOLVED_SHOWN]])
        if len(rows) > UNRESOLVED_SHOWN:
            yield f"    and {counted(len(rows) - UNRESOLVED_SHOWN, 'other line')}; --json lists them all"
