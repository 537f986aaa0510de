"""``tidewaiter demo``."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from tidewaiter.cli.numbers import Whole
from tidewaiter.cli.progress import shown_progress
from tidewaiter.cli.summary import charge_lines, explain_call, head_lines
from tidewaiter.cli.words import bars, columns, heading, show, show_json

if TYPE_CHECKING:
    from tidewaiter.service.review import Review

PARCELS = 200_000
SEED = 1


def demo(
    *,
    parcels: Whole = PARCELS,
    seed: Whole = SEED,
    to: Path = Path("demo-out"),
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Make a parcel day, clear it for EU, GB and US, and say where to look. A second run changes nothing.

    Args:
        parcels: How many parcels to make for each of the three.
        seed: Which day: the same seed makes the same parcels.
        to: Folder for traffic and results, one folder a jurisdiction.
        json: The three summaries as JSON.
    """
    from tidewaiter.service.demo import make_demo
    from tidewaiter.service.review import review

    found, seen = {}, {}
    with shown_progress() as progress:
        for done in make_demo(to, parcels, seed, lambda code: lambda step, rows: progress(f"{code} {step}", rows)):
            code = done.summary["jurisdiction"]
            found[code], seen[code] = done.summary, review(done.folder)
    if json:
        show_json(found)
    else:
        show(_page(found, seen, to))
    return 0


def _page(found: Mapping[str, Mapping[str, Any]], seen: "Mapping[str, Review]", to: Path) -> Iterator[str]:
    """A short page for each jurisdiction; money is never added up over currencies."""
    for code, summary in found.items():
        yield from head_lines(summary, code)
        yield heading("Decisions")
        yield from bars(summary["decisions"], summary["consignments"]["accepted"])
        yield from charge_lines(summary)
    yield heading("Where to look")
    rows = [
        (str(to / "index.html"), "all three days as a page to open, with their reports and letters"),
        (str(to / "traffic"), "messages as senders would write them, events, and apart from them the truth"),
    ]
    for code, summary in found.items():
        if seen[code].worth_a_look:
            rows.append((explain_call(seen[code]), "one filing, with reasons and charges"))
        rows.append((str(seen[code].folder / "report.html"), "the day as a page to open"))
        if summary["consignments"]["quarantined"]:
            rows.append((str(seen[code].folder / "quarantine.csv"), "rows to mend and send again"))
    yield from columns(rows)
    yield ""
