"""Nesting: an event of a receptacle is one of each parcel whose filing names that receptacle."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from tidewaiter.runners.movements.events import DEALT, Dealt
from tidewaiter.runners.movements.shards import Shards
from tidewaiter.stages.movements.parcels import first_told, once

INSIDE: Final = {"parcel_id": pl.String(), "inner": pl.String()}
"""What is in a receptacle: ``parcel_id`` is the receptacle's own id, ``inner`` the barcode of a parcel."""


@dataclass
class Receptacles:
    """Receptacles that events tell of: rows told again, the events that say something new, how many hold nothing."""

    twice: list[pl.DataFrame] = field(default_factory=list)
    new: list[pl.DataFrame] = field(default_factory=list)
    told: int = 0
    without_parcels: int = 0


def dealt_into(folder: Path, count: int) -> Dealt:
    """Where events of a run go."""
    return Dealt(Shards(folder / "events", count, DEALT), Shards(folder / "receptacles", count, DEALT))


def nest(dealt: Dealt, inside: Shards) -> Receptacles:
    """Deal what is told of receptacles out to the parcels inside them; one shard of receptacles at a time.

    A receptacle that no filing names holds nothing that is known: its events say nothing of any parcel.
    """
    dealt.receptacles.close()
    inside.close()
    found = Receptacles()
    for number in range(dealt.receptacles.count):
        events = dealt.receptacles.read(number)
        if events.is_empty():
            continue
        marked = once(events)
        again = first_told(marked)
        if again.height:
            found.twice.append(again)
        new = marked.filter(~pl.col("is_again"))
        found.new.append(new.select("event_no", "at"))
        pairs = inside.read(number).select(list(INSIDE)).unique()
        named = new["parcel_id"].unique()
        found.told += len(named)
        found.without_parcels += len(named) - named.is_in(pairs["parcel_id"].implode()).sum()
        nested = new.join(pairs, on="parcel_id").with_columns(parcel_id="inner", is_nested=pl.lit(value=True))
        dealt.parcels.deal(nested.select(list(DEALT)))
    dealt.parcels.close()
    return found
