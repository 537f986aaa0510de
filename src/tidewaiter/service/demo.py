"""Use case: a made-up parcel day, cleared for three jurisdictions."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from tidewaiter import __version__
from tidewaiter.model.errors import OutputInUse, WrongUse
from tidewaiter.runners.local import Progress
from tidewaiter.runners.report import REPORT
from tidewaiter.runners.report.index import INDEX, write_index
from tidewaiter.runners.workspace import told_plainly
from tidewaiter.service.clear import Cleared, clear_files
from tidewaiter.world.write import write_sample

DAYS: Final = {"EU": date(2026, 10, 20), "GB": date(2026, 10, 20), "US": date(2025, 8, 27)}
"""The day cleared for each jurisdiction; that of the US lies before the end of its low-value exemption."""

MADE: Final = "made.json"


def make_demo(
    folder: Path,
    parcels: int,
    seed: int,
    progress_of: Callable[[str], Progress] | None = None,
    home: Path | None = None,
) -> Iterator[Cleared]:
    """Make ``folder/traffic`` and clear it jurisdiction by jurisdiction; what is there already stays as it is.

    ``folder/index.html`` names the reports when all are there.
    """
    if parcels < 1:
        raise WrongUse(f"--parcels is 1 or more, not {parcels}.")
    traffic = _traffic(folder / "traffic", parcels, seed)
    summaries = []
    for code, day in DAYS.items():
        done = clear_files(
            [str(traffic / f"{code.lower()}.csv")],
            code,
            folder / code.lower(),
            on=day.isoformat(),
            home=home,
            progress=progress_of(code) if progress_of else None,
        )
        summaries.append((f"{code.lower()}/{REPORT}", done.summary))
        yield done
    write_index(folder / INDEX, "A made-up parcel day", summaries)


def _traffic(folder: Path, parcels: int, seed: int) -> Path:
    """The days' messages, all or none of them; other traffic in their place is refused."""
    order = {"parcels": parcels, "seed": seed, "tidewaiter": __version__}
    order |= {code: day.isoformat() for code, day in DAYS.items()}
    told = json.dumps(order, indent=2) + "\n"
    made = folder / MADE
    if made.is_file() and made.read_text(encoding="utf-8") == told:
        return folder
    if folder.exists():
        raise OutputInUse(f"{folder} holds other traffic than this. Name another folder with --to, or move it away.")
    partial = folder.parent / f".{folder.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with told_plainly(partial):
            for code, day in DAYS.items():
                write_sample(partial, parcels, seed, code, day)
            (partial / MADE).write_text(told, encoding="utf-8")
            partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder
