"""``tidewaiter demo``."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from tidewaiter.cli.progress import shown_progress
from tidewaiter.cli.summary import charge_lines, head_lines
from tidewaiter.cli.words import bars, columns, heading, show, show_json

PARCELS = 10_000
SEED = 1


def demo(
    *,
    parcels: int = PARCELS,
    seed: int = SEED,
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

    found, ids = {}, {}
    with shown_progress() as progress:
        for done in make_demo(to, parcels, seed, lambda code: lambda step, rows: progress(f"{code} {step}", rows)):
            code = done.summary["jurisdiction"]
            found[code], ids[code] = done.summary, review(done.folder).worth_a_look
    if json:
        show_json(found)
    else:
        show(_page(found, ids, to))
    return 0


def _page(found: Mapping[str, Mapping[str, Any]], ids: Mapping[str, str], to: Path) -> Iterator[str]:
    """A short page for each jurisdiction; money is never added up over currencies."""
    for summary in found.values():
        yield from head_lines(summary)
        yield heading("Decisions")
        yield from bars(summary["decisions"], summary["consignments"]["accepted"])
        yield from charge_lines(summary)
    yield heading("Where to look")
    explained = [(f"tidewaiter explain {to / code.lower()} {one}", "a filing that asks for attention") for code, one in ids.items() if one]
    rows = [(str(to / "traffic"), "the messages, as senders would write them"), *explained]
    yield from columns([*rows, (str(to / "eu" / "quarantine.csv"), "rows that could not be taken, each with its reason")])
    yield ""
