"""``tidewaiter world``."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tidewaiter.cli.numbers import Whole
from tidewaiter.cli.progress import shown_progress
from tidewaiter.cli.words import columns, heading, show, show_json
from tidewaiter.model.errors import WrongUse
from tidewaiter.model.words import counted

if TYPE_CHECKING:
    from tidewaiter.service.world import MadeWorld


def world(
    *,
    parcels: Whole,
    weeks: Whole,
    seed: Whole,
    to: Path,
    as_: Annotated[str, Parameter(name="--as")] = "EU",
    on: str | None = None,
    sheet: Path | None = None,
    event_messages: Annotated[bool, Parameter(negative=())] = False,
    faults: float | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Make weeks of traffic as senders would send it, its events and its truth apart. A second run changes nothing.

    Args:
        parcels: How many parcels are filed in all.
        weeks: Over how many weeks they are spread.
        seed: Which world: the same arguments make the same bytes.
        to: Folder for messages, events and truth; a used one is refused unless it holds this very world.
        as_: Where the parcels go: EU, GB or US.
        on: First day, like 2026-08-03; the world's sheet names one for each destination.
        sheet: A sheet of your own, with the figures that are to be otherwise.
        event_messages: Tell the events a second time in a folder of messages, as posts and operators would.
        faults: Share of parcels with a true fault, 0 to 1, in place of the sheet's.
        json: What was made, as JSON.
    """
    from tidewaiter.service.world import make_world

    first = _day(on)
    with shown_progress() as progress:
        made = make_world(
            to,
            parcels=parcels,
            weeks=weeks,
            seed=seed,
            destination=as_,
            on=first,
            sheet=sheet,
            faults=faults,
            tells_in_messages=event_messages,
            progress=progress,
        )
    if json:
        show_json({**made.order, "folder": str(made.folder), "was_there": made.was_there})
    else:
        show(_page(made))
    return 0


def _day(told: str | None) -> date | None:
    if told is None:
        return None
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise WrongUse(f"--on is a day like 2026-08-03, not '{told}'.") from None


def _page(made: "MadeWorld") -> Iterator[str]:
    """What lies where, and what to do with it."""
    order, folder = made.order, made.folder
    weeks = counted(order["weeks"], "week")
    yield f"\n  [bold]{counted(order['parcels'], 'parcel')}[/] for {order['as']}, {weeks} from {order['begins']}"
    if made.was_there:
        yield "  This very world was there already; nothing was changed."
    yield heading("Where to look")
    named = f"tidewaiter clear {quote(str(folder / 'messages'))} --events {quote(str(folder / 'events.csv'))}"
    named += f" --assertions {quote(str(folder / 'assertions'))}"
    clear = f"{named} --as {order['as']} --on accepted --to out"
    yield from columns(
        [
            (str(folder / "messages"), "what senders say, a file a sender and week"),
            (str(folder / "events.csv"), "what was seen of the parcels on their way"),
            *([(str(folder / "events"), "the same, as posts and operators tell it")] if "event_messages" in order else []),
            (str(folder / "assertions"), "what platforms, payment firms and carriers say of it"),
            (str(folder / "truth.parquet"), "what each parcel really is; no check may see it"),
            (str(folder / "truth_campaigns.csv"), "which seller lies how, from when to when"),
            (clear, "give each a decision"),
        ]
    )
    yield ""
