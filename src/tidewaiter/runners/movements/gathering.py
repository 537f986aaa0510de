"""Gathering: shard by shard the events of each parcel meet its filings, before anything is decided."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from tidewaiter.kit.event_sheet import EventSheet
from tidewaiter.model.codes import EVENTS
from tidewaiter.runners.chunks import Moment
from tidewaiter.runners.history import History
from tidewaiter.runners.intake import Intake
from tidewaiter.runners.landing import Landed
from tidewaiter.runners.movements.events import OWN, Progress, TakenEvents, take_events
from tidewaiter.runners.movements.facts import MovementFacts, blank_moments, put
from tidewaiter.runners.movements.filings import deal_filings
from tidewaiter.runners.movements.nesting import INSIDE, Receptacles, dealt_into, nest
from tidewaiter.runners.movements.shards import ORDER, Shards, shards_for
from tidewaiter.runners.movements.timing import Margins
from tidewaiter.stages.movements.parcels import ACCEPTED, KNOWN, OF_EVENTS, filed, first_told, once, parcels_of
from tidewaiter.stages.movements.verdicts import FLIGHTS, MASTERS, arrivals, with_flight
from tidewaiter.stages.parties.fingerprints import fingerprints

TWICE: Final = {
    "source_file": pl.String, "source_position": pl.Int64, "parcel_id": pl.String, "of_file": pl.String,
    "of_position": pl.Int64,
}  # fmt: skip
"""An event row that says what another row said, and which."""


@dataclass
class Gathered:
    """All that is known of movements before filings are decided; parcels lie in ``shards`` files of ``folder``."""

    taken: TakenEvents
    facts: MovementFacts
    folder: Path
    shards: int
    margins: Margins = field(default_factory=Margins)
    words: Counter[str] = field(default_factory=Counter)
    later: int = 0
    twice: list[pl.DataFrame] = field(default_factory=list)
    receptacles: Receptacles = field(default_factory=Receptacles)
    flights: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FLIGHTS))
    masters: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MASTERS))

    def parcels_path(self, number: int) -> Path:
        """Where the parcels of a shard lie."""
        return self.folder / f"parcels-{number:03d}.arrow"

    def duplicates(self) -> pl.DataFrame:
        """Event rows told again (``TWICE``), by file and place."""
        names = pl.Series([report.name for report in self.taken.sources], dtype=pl.String)
        told = [
            rows.select(
                "source_position", "parcel_id", "of_position",
                source_file=pl.lit(names).gather(pl.col("source_no")),
                of_file=pl.lit(names).gather(pl.col("of_source_no")),
            ).select(list(TWICE))
            for rows in self.twice
        ]  # fmt: skip
        return pl.concat([pl.DataFrame(schema=TWICE), *told]).sort("source_file", "source_position")

    def rows(self) -> dict[str, int]:
        """Counts of event rows: in = taken + duplicates + quarantined; ``later`` of those taken passed the horizon."""
        duplicates = sum(rows.height for rows in self.twice)
        kept = self.taken.rows_in - duplicates - self.taken.quarantined
        counts = {"in": self.taken.rows_in, "taken": kept, "duplicates": duplicates}
        return {**counts, "quarantined": self.taken.quarantined, "later": self.later}


@dataclass(frozen=True)
class Filed:
    """What intake made of the filings, when they were accepted, and what earlier runs accepted."""

    intake: Intake
    accepted_at: Moment
    history: History | None

    @property
    def accepted(self) -> int:
        """How many filings were accepted."""
        return self.intake.counts["accepted"]


def gather(
    landed: list[Landed],
    as_of: datetime | None,
    known: Filed,
    folder: Path,
    progress: Progress | None = None,
    sheets: Sequence[EventSheet] = OWN,
) -> Gathered:
    """Take the events in and lay them beside the filings; ``folder`` is scratch. Memory is one shard at a time."""
    dealt = dealt_into(folder, shards_for(landed, known.accepted))
    taken = take_events(landed, dealt, sheets, progress)
    filings = Shards(folder / "filings", dealt.parcels.count, KNOWN)
    inside = Shards(folder / "inside", dealt.parcels.count, INSIDE)
    deal_filings(filings, inside, known.intake, known.accepted_at, known.history)
    moments = [blank_moments(folder / f"{word}.i64", known.accepted) for word in ("arrived", "presented")]
    facts = MovementFacts(moments[0], moments[1], as_of or taken.latest)
    gathered = Gathered(taken, facts, folder, dealt.parcels.count, receptacles=nest(dealt, inside))
    gathered.twice += gathered.receptacles.twice
    for new in gathered.receptacles.new:
        _count(gathered, new)
    for number in range(dealt.parcels.count):
        parcels = _parcels(gathered, dealt.parcels.read(number))
        _gather_shard(gathered, number, parcels, filings.read(number), is_on_arrival=known.accepted_at == "arrival")
    return gathered


def _parcels(gathered: Gathered, events: pl.DataFrame) -> pl.DataFrame:
    """The parcels of a shard, from events that say something new and lie within the horizon; the others are counted.

    What was told of a parcel's receptacle was counted with that.
    """
    nested = events.filter("is_nested")
    marked = once(events.filter(~pl.col("is_nested")) if nested.height else events)
    again = first_told(marked) if marked["is_again"].any() else marked.clear()
    if again.height:
        gathered.twice.append(again)
    new = marked.filter(~pl.col("is_again")) if again.height else marked
    _count(gathered, new)
    every = pl.concat([new.select(nested.columns), nested]) if nested.height else new
    return parcels_of(every.filter(_is_within(gathered)))


def _count(gathered: Gathered, new: pl.DataFrame) -> None:
    gathered.later += new.height - new.filter(_is_within(gathered)).height
    for place, count in new["event_no"].value_counts().iter_rows():
        gathered.words[EVENTS[place]] += count


def _is_within(gathered: Gathered) -> pl.Expr:
    horizon = gathered.facts.horizon
    return pl.col("at") <= pl.lit(horizon) if horizon else pl.lit(value=True)


def _gather_shard(
    gathered: Gathered, number: int, parcels: pl.DataFrame, known: pl.DataFrame, *, is_on_arrival: bool
) -> None:
    """Put the facts of accepted filings in place, and the parcels of the shard into a file, in a fixed order."""
    accepted = known.filter(pl.col("standing") == ACCEPTED).join(parcels, on="parcel_id", how="left")
    put(gathered.facts.arrived, accepted["filing_no"], accepted["arrived_at"])
    put(gathered.facts.presented, accepted["filing_no"], accepted["presented_at"])
    accepted = _accepted_on_arrival(accepted) if is_on_arrival else accepted
    gathered.margins.add(accepted["accepted_at"], accepted.select(pl.coalesce("arrived_at", "arrival_est")).to_series())
    both = filed(known.lazy()).collect().join(parcels, on="parcel_id", how="full", coalesce=True)
    both = _accepted_on_arrival(both) if is_on_arrival else both
    is_of_run = (pl.col("standing") == ACCEPTED) | pl.col("has_moved").is_not_null()
    rows = with_flight(both.lazy().filter(is_of_run)).collect()
    order = fingerprints(rows["parcel_id"]).to_numpy().view(np.uint64)
    rows = rows.with_columns(pl.Series(ORDER, order))
    is_one_each = rows[ORDER].n_unique() == rows.height
    rows = rows.sort(ORDER) if is_one_each else rows.sort(ORDER, "parcel_id")
    rows.select(*KNOWN, *(name for name in OF_EVENTS if name != "parcel_id"), "flight").write_ipc(
        gathered.parcels_path(number), compression="uncompressed"
    )
    gathered.flights = _latest(gathered.flights, rows, "flight")
    gathered.masters = _latest(gathered.masters, rows, "master_document")


def _accepted_on_arrival(rows: pl.DataFrame) -> pl.DataFrame:
    """Filings accepted when they arrive: where the message leaves that open, the event says when."""
    return rows.with_columns(accepted_at=pl.coalesce("accepted_at", "arrived_at"))


def _latest(so_far: pl.DataFrame, rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """The last arrival by flight or master document over the shards so far."""
    return pl.concat([so_far, arrivals(rows.lazy(), by).collect()]).group_by(by).agg(pl.all().max())
