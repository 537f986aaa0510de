"""Messages, events and truth of a world, written side by side, slice by slice, in steady memory."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import polars as pl
from pyarrow import parquet

from tidewaiter.world.assertions import FORMS, Asserted, asserted
from tidewaiter.world.calendar import Slice, slices
from tidewaiter.world.event_messages import write_event_messages
from tidewaiter.world.layouts import layout, write_rows
from tidewaiter.world.movements import Moved, moved
from tidewaiter.world.senders import senders
from tidewaiter.world.setting import Traffic, World
from tidewaiter.world.told import SENDER, Told, told
from tidewaiter.world.traffic import draw_traffic
from tidewaiter.world.truth import campaign_rows, truth
from tidewaiter.world.write import nested

MESSAGES: Final = "messages"
ASSERTIONS: Final = "assertions"
EVENTS: Final = "events.csv"
EVENT_MESSAGES: Final = "events"
TRUTH: Final = "truth.parquet"
CAMPAIGNS: Final = "truth_campaigns.csv"
CHUNK_PARCELS: Final = 50_000
Progress = Callable[[str, int], None]


def write_world(folder: Path, world: World, progress: Progress, chunk_parcels: int = CHUNK_PARCELS) -> None:
    """Write ``messages/`` (a file a sender and week), what others say, and the truth into an empty ``folder``.

    What others say: ``events.csv``, and ``assertions/`` with a file for orders, payments and waybills. Where the world
    says so, also ``events/``: the same events as posts and operators would tell them.
    """
    (folder / MESSAGES).mkdir()
    (folder / ASSERTIONS).mkdir()
    if world.tells_in_messages:
        (folder / EVENT_MESSAGES).mkdir()
    campaign_rows(world).write_csv(folder / CAMPAIGNS)
    with ExitStack() as open_files:
        events = open_files.enter_context((folder / EVENTS).open("wb"))
        truths: parquet.ParquetWriter | None = None
        for part_of, traffic, said, fates, others in world_slices(world, chunk_parcels):
            _write_messages(folder / MESSAGES, part_of, said)
            fates.events.write_csv(events, include_header=events.tell() == 0)
            _write_assertions(folder / ASSERTIONS, others)
            if world.tells_in_messages:
                write_event_messages(folder / EVENT_MESSAGES, fates.events, part_of.first)
            rows = truth(world, part_of, traffic, said, fates, others).to_arrow(compat_level=pl.CompatLevel.oldest())
            if truths is None:
                truths = open_files.enter_context(
                    parquet.ParquetWriter(folder / TRUTH, rows.schema, compression="zstd")
                )
            truths.write_table(rows)
            progress("written", part_of.count)


def world_slices(
    world: World, chunk_parcels: int = CHUNK_PARCELS
) -> Iterator[tuple[Slice, Traffic, Told, Moved, Asserted]]:
    """The world in stretches of whole orders, in order of time."""
    for part_of in slices(world.sheet, world.begins, world.weeks, world.parcels, chunk_parcels):
        traffic = draw_traffic(world, part_of)
        said = told(world, part_of, traffic)
        fates = moved(world, part_of, traffic, said.parcels["parcel_id"])
        yield part_of, traffic, said, fates, asserted(world, part_of, traffic, said)


def _write_assertions(folder: Path, others: Asserted) -> None:
    """Append what others say to the file of its kind."""
    for name, rows in others.files.items():
        with (folder / f"{name}.{FORMS[name]}").open("ab") as file:
            if FORMS[name] == "ndjson":
                rows.write_ndjson(file)
            else:
                rows.write_csv(file, include_header=file.tell() == 0)


def _write_messages(folder: Path, part_of: Slice, said: Told) -> None:
    """Append what each sender says to its file of the week."""
    known = senders()
    for number, name in enumerate(known.names):
        rows = said.rows.filter(pl.col(SENDER) == number).drop(SENDER)
        if rows.is_empty():
            continue
        with (folder / f"{name}-{part_of.monday}.{known.forms[number]}").open("ab") as file:
            if known.forms[number] == "ndjson":
                nested(rows).write_ndjson(file)
            else:
                write_rows(file, rows, layout(known.layouts[number]))
