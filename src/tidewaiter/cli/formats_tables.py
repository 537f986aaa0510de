"""``tidewaiter formats tables`` and ``formats write``."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tidewaiter.cli.words import plain, show, show_json
from tidewaiter.model.errors import OutputInUse
from tidewaiter.model.words import counted


def tables(
    file: Annotated[Path, Parameter(name="FILE")],
    /,
    *,
    to: Path,
    sheet: str | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Put the filings of an XML file into tables, one for each element that repeats.

    Args:
        file: A file of XML filings whose format has a message model.
        to: Folder to write the tables to.
        sheet: The sheet to read the file by; guessed when not given.
        json: What was put into tables, as JSON.
    """
    from tidewaiter.service.declaring import keep_tables

    kept = keep_tables(file, to, sheet)
    lost = sum(kept.unheld.values())
    if json:
        show_json({"filings": kept.filings, "leaves": kept.leaves, "unheld": dict(kept.unheld)})
        return 0
    filings, leaves = counted(kept.filings, "filing"), counted(kept.leaves, "leaf element")
    head = f"  {filings} in {plain(str(to))}: {leaves}, {lost:,} not held."
    show([head, *(f"    {count:,}  {plain(path)}" for path, count in kept.unheld.items())])
    return 0


def write(folder: Annotated[Path, Parameter(name="DIR")], /, *, to: Path) -> int:
    """Write XML filings from their tables alone.

    Args:
        folder: Folder that ``formats tables`` wrote.
        to: File to write.
    """
    from tidewaiter.service.declaring import written_from

    if to.exists():
        raise OutputInUse(f"{to} is there already. Name another file with --to, or move it away.")
    half = to.with_name(f".{to.name}.half")
    try:
        with half.open("wb") as file:
            file.writelines(written_from(folder))
        half.rename(to)
    finally:
        half.unlink(missing_ok=True)
    return 0
