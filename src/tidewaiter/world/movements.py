"""Movements: what happens to each parcel on its way, and what does not: the events, apart from all messages."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from tidewaiter.world.barcodes import parcel_ids, serials
from tidewaiter.world.calendar import Slice
from tidewaiter.world.chance import Flags, Ints, draws
from tidewaiter.world.orders import LETTERS
from tidewaiter.world.places import places
from tidewaiter.world.senders import senders
from tidewaiter.world.setting import Traffic, World
from tidewaiter.world.wording import pick

IN_ORDER = "in_order"
SHORT, WITHOUT_PARCEL, NOT_PRESENTED, WITHOUT_DATA = "short", "without_parcel", "not_presented", "without_data"
VERDICTS = (IN_ORDER, SHORT, WITHOUT_PARCEL, NOT_PRESENTED, WITHOUT_DATA)
EVENT_COLUMNS = ("parcel_id", "event", "at", "place", "carrier_id", "flight")
SOONEST_S, LATEST_S = 45 * 60, 6 * 60 * 60
"""From arrival to presentation."""

INSTANT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Moved:
    """``events`` in order of time; ``verdict`` of each filed parcel; ``unfiled`` are more parcels that nobody filed.

    ``twin`` holds the position of the filed parcel that each unfiled one is like.
    """

    events: pl.DataFrame
    verdict: Ints
    unfiled: pl.Series
    twin: Ints


def moved(world: World, part_of: Slice, traffic: Traffic, barcodes: pl.Series) -> Moved:
    """The events of a slice: what goes wrong is told by chance alone."""
    rng = draws(world.own_seed, 12, part_of.first)
    size = part_of.count
    shares = [world.sheet.of("movement", name) for name in (SHORT, WITHOUT_PARCEL, NOT_PRESENTED)]
    chance = rng.random(size)
    verdict = (np.searchsorted(np.cumsum(shares), chance, side="right").astype(np.int64) + 1) % (len(shares) + 1)
    more = int(size * world.sheet.of("movement", WITHOUT_DATA) + rng.random())
    twin = rng.permutation(np.flatnonzero(traffic.scheme == 0))[:more]
    unfiled = _barcodes(world, part_of, traffic, twin)
    at = np.concatenate((np.arange(size, dtype=np.int64), twin))
    fate = np.concatenate((verdict, np.full(len(twin), VERDICTS.index(WITHOUT_DATA))))
    events = _events(rng, world, part_of, traffic, pl.concat([barcodes, unfiled]), at, fate)
    return Moved(events, verdict, unfiled, twin)


def _barcodes(world: World, part_of: Slice, traffic: Traffic, twin: Ints) -> pl.Series:
    """Barcodes of their own for parcels that nobody filed, of the same carriers; behind those of all filed ones."""
    first = world.parcels + part_of.first
    country = pick(places().codes, world.sellers.country[traffic.seller[twin]])
    is_post = pl.Series(traffic.is_post[twin])
    return parcel_ids(
        pick(LETTERS, traffic.carriage[twin]), serials(first, len(twin), world.own_seed), is_post, country
    ).alias("parcel_id")


def _events(
    rng: np.random.Generator,
    world: World,
    part_of: Slice,
    traffic: Traffic,
    barcodes: pl.Series,
    at: Ints,
    fate: Ints,
) -> pl.DataFrame:
    """One row an event, by time and barcode."""
    flights = traffic.flights
    landing = flights.landing[at]
    carrier, name = pick(senders().carriers, traffic.sender[at]), flights.names().gather(at)
    left, landed = flights.left_from().gather(at), flights.landed_at(world.destination).gather(at)
    is_seen = fate != VERDICTS.index(WITHOUT_PARCEL)
    has_landed = is_seen & (fate != VERDICTS.index(SHORT))
    is_presented = has_landed & (fate != VERDICTS.index(NOT_PRESENTED))
    steps: list[tuple[str, Flags, Ints, pl.Series]] = [
        ("departed", is_seen, flights.departures()[at], left),
        ("arrived", has_landed, landing, landed),
        ("presented", is_presented, landing + rng.integers(SOONEST_S, LATEST_S, len(at)), landed),
    ]
    same = pl.DataFrame([barcodes.alias("parcel_id"), carrier.alias("carrier_id"), name.alias("flight")])
    told = [
        same.with_columns(pl.Series("second", second), place.alias("place"), event=pl.lit(event)).filter(
            pl.Series(kept)
        )
        for event, kept, second, place in steps
    ]
    start = pl.lit(part_of.monday).cast(pl.Datetime("ms"))
    return (
        pl.concat(told)
        .sort("second", "parcel_id", "event")
        .with_columns(at=(start + pl.duration(seconds="second")).dt.strftime(INSTANT))
        .select(EVENT_COLUMNS)
    )
