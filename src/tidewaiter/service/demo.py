"""Use case: a simulated parcel day, cleared for three jurisdictions."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from tidewaiter.model.errors import WrongUse
from tidewaiter.runners.local import Progress
from tidewaiter.runners.report import REPORT
from tidewaiter.runners.report.index import INDEX, write_index
from tidewaiter.service.clear import Cleared, clear_files
from tidewaiter.service.world import make_day

DAYS: Final = {"EU": date(2026, 10, 20), "GB": date(2026, 10, 20), "US": date(2025, 8, 20)}
"""The day cleared for each jurisdiction; in the US all that comes is presented under the low-value exemption."""


def make_demo(
    folder: Path,
    parcels: int,
    seed: int,
    progress_of: Callable[[str], Progress] | None = None,
    home: Path | None = None,
) -> Iterator[Cleared]:
    """Make a day in ``folder/traffic`` for each jurisdiction and clear it; what is there already stays as it is.

    ``folder/index.html`` names the reports when all are there.
    """
    if parcels < 1:
        raise WrongUse(f"--parcels is 1 or more, not {parcels}.")
    summaries = []
    for code, day in DAYS.items():
        progress = progress_of(code) if progress_of else None
        traffic = folder / "traffic" / code.lower()
        make_day(traffic, parcels=parcels, seed=seed, destination=code, on=day, progress=progress)
        done = clear_files(
            [str(traffic / "messages")], code, folder / code.lower(), on=day.isoformat(),
            events=[str(traffic / "events.csv")], assertions=[str(traffic / "assertions")], home=home,
            progress=progress,
        )  # fmt: skip
        summaries.append((f"{code.lower()}/{REPORT}", done.summary))
        yield done
    write_index(folder / INDEX, "A simulated parcel day", summaries)
