"""The report of a run: a page that opens without a network, and a letter for each marketplace beside it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tidewaiter.measure.figures import LETTERS, figures
from tidewaiter.measure.lake import Lake
from tidewaiter.model.findings import FindingKind
from tidewaiter.runners.report.letters import letter_page
from tidewaiter.runners.report.names import file_names
from tidewaiter.runners.report.run_page import run_page
from tidewaiter.runners.report.wording import Told
from tidewaiter.runners.workspace import told_plainly

REPORT = "report.html"
FOLDER = "letters"


def write_report(folder: Path, summary: Mapping[str, Any], kinds: Sequence[FindingKind]) -> None:
    """Write ``report.html`` and ``letters/`` from the closed lake in ``folder``; the same run gives the same bytes."""
    told = Told(summary, figures(Lake(folder), kinds), {kind.code: kind for kind in kinds})
    lettered = told.figures.marketplaces.named[:LETTERS]
    names = file_names([row["name"] for row in lettered])
    with told_plainly(folder):
        if lettered:
            (folder / FOLDER).mkdir(exist_ok=True)
        for row in lettered:
            path = folder / FOLDER / names[row["name"]]
            path.write_text(letter_page(told, row), encoding="utf-8")
        links = {name: f"{FOLDER}/{file}" for name, file in names.items()}
        (folder / REPORT).write_text(run_page(told, links), encoding="utf-8")
