"""A parcel day: filings of one day of one destination, as a table of text under canonical names, chunk by chunk."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from tidewaiter.world.chance import Ints, draws
from tidewaiter.world.filings import filings
from tidewaiter.world.items import items
from tidewaiter.world.lines import draw_lines
from tidewaiter.world.mishaps import DIRT, TEXT_FAULTS, befallen, draw_faults
from tidewaiter.world.orders import Fault, draw_orders

DESTINATIONS = ("EU", "GB", "US")
CHUNK_PARCELS = 100_000
DEMO_DIRT, DEMO_FAULTS = 0.025, 0.01
"""Shares of parcels with a careless spelling and with a true fault in a day that is made to be looked at."""


def sample_day(
    parcels: int, seed: int, destination: str, on: date, *, dirt: float = 0.0, faults: float = 0.0
) -> pl.DataFrame:
    """A day's filings, one row a goods line with its filing beside it; the same bytes for the same arguments.

    ``destination`` is ``EU``, ``GB`` or ``US``; all parcels arrive on ``on``. Every column is text under its door
    name; null is "not said". The rows of a parcel stand together, but for filings told twice. Clean unless shares of
    ``dirt`` and ``faults`` are asked for.
    """
    return pl.concat(sample_days_chunks(parcels, seed, destination, on, dirt=dirt, faults=faults))


def sample_days_chunks(
    parcels: int, seed: int, destination: str, on: date, *, dirt: float = 0.0, faults: float = 0.0
) -> Iterator[pl.DataFrame]:
    """The same rows in chunks of whole parcels, so that days of any size stream in steady memory."""
    own_seed = seed * len(DESTINATIONS) + DESTINATIONS.index(destination)
    for first in range(0, parcels, CHUNK_PARCELS):
        rng = draws(own_seed, 8, first)
        count = min(CHUNK_PARCELS, parcels - first)
        orders = draw_faults(rng, draw_orders(destination, own_seed, first, count, parcels), faults)
        lines = draw_lines(destination, own_seed, first, orders)
        parcel_rows = pl.DataFrame(filings(destination, own_seed, first, on, orders, lines))
        rows = parcel_rows[lines.of_parcel].with_columns(
            column.alias(name) for name, column in items(destination, own_seed, first, lines).items()
        )
        yield _as_told(rng, rows, lines.of_parcel, orders.fault, dirt)


def _as_told(rng: np.random.Generator, rows: pl.DataFrame, of_parcel: Ints, fault: Ints, dirt: float) -> pl.DataFrame:
    """The rows as careless senders write them: faults of the text, careless spellings, some filings told twice."""
    numbers = {fault: number for number, fault in enumerate(TEXT_FAULTS, start=1)}
    text_fault = np.array([numbers.get(kind, 0) for kind in Fault], dtype=np.int64)[fault]
    faulty = befallen(rows, of_parcel, text_fault, tuple(TEXT_FAULTS.values()))
    is_dirty = (rng.random(len(fault)) < dirt) & (fault == Fault.NONE)
    dirty = befallen(faulty, of_parcel, np.where(is_dirty, rng.integers(1, len(DIRT) + 1, len(fault)), 0), DIRT)
    again = dirty.filter(pl.Series(fault[of_parcel] == Fault.TOLD_TWICE))
    return pl.concat([dirty, again])
