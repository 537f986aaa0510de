"""Files beside the filings as they are named: events, with the moment up to which they are known, and assertions."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl

from tidewaiter.kit.event_sheet import EventSheet, own_events
from tidewaiter.model.dates import FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR
from tidewaiter.model.errors import WrongUse
from tidewaiter.runners.assertions.gathering import FILE
from tidewaiter.runners.history import History
from tidewaiter.runners.movements.order import MovementOrder
from tidewaiter.runners.reading import Source, survey
from tidewaiter.service import discovery
from tidewaiter.service.inputs import STREAM
from tidewaiter.stages.movements.told import instant


def movement_order(events: Sequence[str], as_of: str | None, packs: Path | None = None) -> MovementOrder | None:
    """What a run is to know of movements; none where no events are named. ``WrongUse`` for what cannot be meant.

    Events are read by the sheets of the house and those of ``packs``.
    """
    if STREAM in events:
        raise WrongUse("Events are read from files: name a file or folder with --events, not -.")
    if not events:
        if as_of is not None:
            raise WrongUse("--as-of says up to when events are known: name them with --events.")
        return None
    return MovementOrder(
        survey(events).sources, moment(as_of) if as_of is not None else None, event_sheets_of(packs)
    )


def event_sheets_of(packs: Path | None = None) -> list[EventSheet]:
    """Our own layout of events and those of packs."""
    return [own_events(), *discovery.event_sheets(packs).values()]


def moment(as_of: str) -> datetime:
    """The moment that ``--as-of`` names, which needs its offset from UTC as every event does."""
    read = pl.DataFrame({"text": [as_of.strip()]}).select(instant(pl.col("text"))).item()
    if not isinstance(read, datetime):
        raise WrongUse(f"'{as_of}' is no moment with its offset from UTC. Write --as-of like 2026-10-20T14:30:00Z.")
    if not FIRST_PLAUSIBLE_YEAR <= read.year <= LAST_PLAUSIBLE_YEAR:
        raise WrongUse(
            f"'{as_of}' is no moment of parcels: --as-of lies in {FIRST_PLAUSIBLE_YEAR} to {LAST_PLAUSIBLE_YEAR}."
        )
    return read


def assertion_sources(assertions: Sequence[str], history: History | None) -> list[Source] | None:
    """Files of what other parties claim; none at all where neither they nor an earlier run know of any."""
    if STREAM in assertions:
        raise WrongUse("Assertions are read from files: name a file or folder with --assertions, not -.")
    if assertions:
        return list(survey(assertions).sources)
    is_known = any((folder / FILE).is_file() for folder in (history.folders if history else ()))
    return [] if is_known else None


def without(sources: Sequence[Source], beside: Sequence[Source]) -> list[Source]:
    """Sources to clear, less the files ``beside`` them that lie in a folder among them."""
    named = {(source.path.resolve(), source.member) for source in beside}
    return [source for source in sources if (source.path.resolve(), source.member) not in named]
