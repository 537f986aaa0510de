"""Use case: what would be accepted of a sender's file, and every fault in it, before anything is lodged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.errors import UnusableInput
from tidewaiter.model.faults import Fault
from tidewaiter.runners.intake import take_in
from tidewaiter.runners.landing import hashed, land
from tidewaiter.runners.reading import as_told, find_sources
from tidewaiter.runners.reading.xml_rows import XmlRows
from tidewaiter.service import discovery
from tidewaiter.service.answers import answers_of, layouts_of
from tidewaiter.service.clear import clear_files
from tidewaiter.service.faults import fault_of_element, fault_of_file, fault_of_row
from tidewaiter.service.formats import sheet_named
from tidewaiter.service.results import open_results

NOTHING: Final = {"rows_in": 0, "accepted": 0, "quarantined": 0, "duplicates": 0, "refused": 0}


@dataclass(frozen=True)
class CheckedFile:
    """What a file is worth: ``consignments`` adds up as in a receipt; ``sources`` as the receipt tells them.

    ``refused`` says why the file as a whole cannot be read; then it is the only fault, and nothing is counted.
    """

    file: str
    consignments: Mapping[str, int]
    sources: Sequence[Mapping[str, Any]]
    faults: Sequence[Fault]
    refused: UnusableInput | None = None


def check_file(
    file: Path,
    *,
    sheet: str | None = None,
    jurisdiction: str | None = None,
    on: str | None = None,
    packs: Path | None = None,
    home: Path | None = None,
) -> CheckedFile:
    """Read a file as a run would, in a folder of its own that is gone afterwards.

    ``sheet`` is a sheet's file, folder or name; None: guessed, as a run does. With ``jurisdiction`` (and ``on``, as for
    a run) the file is cleared as well, so that what is missing or cannot be is told too, by the
    shelves of ``home``.
    """
    named = sheet_named(sheet, packs) if sheet else None
    sheets = [*discovery.sender_sheets(packs).values()] if named is None else [named]
    format_name = named.name if named else None
    try:
        with TemporaryDirectory(prefix="tidewaiter-") as folder:
            if jurisdiction is None:
                return _with_told(_taken_in(file, sheets, format_name, Path(folder)), file, sheets)
            target = Path(folder) / "run"
            clear_files(
                [str(file)],
                jurisdiction,
                target,
                on=on or "accepted",
                format_name=format_name,
                packs=packs,
                sheets=sheets,
                home=home,
            )
            return _with_told(_cleared(file, target, sheets), file, sheets)
    except UnusableInput as refused:
        return CheckedFile(file.name, NOTHING, (), (fault_of_file(refused),), refused)


def _with_told(checked: CheckedFile, file: Path, sheets: Sequence[SenderSheet]) -> CheckedFile:
    """Also what breaks a message model that the file is not held to: a run counts it only."""
    layouts = layouts_of(checked.sources, sheets)
    found: list[Fault] = []
    for source in find_sources([file]):
        layout = layouts[source.name]
        if layout.carrier == "xml" and layout.sheet and layout.sheet.model:
            with as_told(source, [layout.sheet]) as carrier:
                if isinstance(carrier, XmlRows) and not carrier.is_held:
                    found += [fault_of_element(position, fault, layout) for position, fault in carrier.faults()]
    return replace(checked, faults=[*checked.faults, *found])


def _taken_in(file: Path, sheets: Sequence[SenderSheet], format_name: str | None, folder: Path) -> CheckedFile:
    landed = land(hashed(find_sources([file])), folder / "originals")
    taken = take_in(landed, sheets, format_name, folder, "")
    sources = [source.told() for source in taken.sources]
    layouts = layouts_of(sources, sheets)
    faults = [fault_of_row(row, layouts[row["source_file"]]) for row in taken.quarantine.iter_rows(named=True)]
    return CheckedFile(file.name, taken.counts, sources, faults)


def _cleared(file: Path, target: Path, sheets: Sequence[SenderSheet]) -> CheckedFile:
    results = open_results(target)
    faults = [fault for answer in answers_of(results, sheets) for fault in answer.faults]
    return CheckedFile(file.name, results.receipt["consignments"], results.receipt["sources"], faults)
