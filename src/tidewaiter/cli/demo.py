"""``tidewaiter demo``."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from tidewaiter.cli.numbers import Whole
from tidewaiter.cli.progress import shown_progress
from tidewaiter.cli.summary import charge_lines, explain_call, head_lines
from tidewaiter.cli.words import bars, columns, heading, show, show_json

if TYPE_CHECKING:
    from tidewaiter.service.demo_service import Served
    from tidewaiter.service.review import Review

PARCELS = 200_000
SEED = 1


def demo(
    *,
    parcels: Whole = PARCELS,
    seed: Whole = SEED,
    to: Path = Path("demo-out"),
    serve: Annotated[bool, Parameter(negative=())] = False,
    port: Whole | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Make a parcel day, clear it for EU, GB and US, and say where to look. A second run changes nothing.

    Args:
        parcels: How many parcels to make for each of the three.
        seed: Which day: the same seed makes the same parcels.
        to: Folder for traffic and results, one folder a jurisdiction.
        serve: Leave the service running on the day, with an account for each role, and say how to stop it.
        port: Port of the service; the next free one from 8080 on when not given.
        json: The three summaries as JSON.
    """
    from tidewaiter.service.demo import make_demo
    from tidewaiter.service.review import review

    found, seen = {}, {}
    with shown_progress() as progress:
        for done in make_demo(to, parcels, seed, lambda code: lambda step, rows: progress(f"{code} {step}", rows)):
            code = done.summary["jurisdiction"]
            found[code], seen[code] = done.summary, review(done.folder)
    if not json:
        show(_page(found, seen, to))
    served = _serve(to, [one.folder for one in seen.values()], port) if serve else None
    if json:
        show_json({**found, "service": served._asdict()} if served else found)
    elif served:
        show(_served(served))
    return 0


def _serve(to: Path, runs: list[Path], port: int | None) -> "Served":
    from tidewaiter.service.demo_service import serve_demo

    return serve_demo(to, runs, lambda words: print(f"  {words}", file=sys.stderr), port)


def _served(told: "Served") -> Iterator[str]:
    """Where the service answers, and who may sign in: passwords are shown this once."""
    yield heading("The service")
    rows = [(told.address, "the desk; sign in as one of these (passwords were made just now, and are kept nowhere)")]
    yield from columns(rows)
    yield ""
    yield from columns(
        [(one["name"], one["password"], f"{one['role']} {one['place']}".strip()) for one in told.accounts]
    )
    yield ""
    yield from columns([(told.stop, "stops it")])
    yield ""


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
