"""Any file of events: each row is taken, told again or set aside, and its cut into files changes no parcel."""

import json
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders_movements import HEADER
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.landing import Landed
from tidewaiter.runners.movements.events import DEALT, take_events
from tidewaiter.runners.movements.nesting import INSIDE, dealt_into, nest
from tidewaiter.runners.movements.shards import Shards
from tidewaiter.runners.reading import Source
from tidewaiter.stages.movements.parcels import once, parcels_of

WORDS = st.sampled_from(["arrived", "PRESENTED", "departed", "landed", "", " scanned "])
MOMENTS = st.sampled_from(
    [
        "2026-10-20T12:00:00Z",
        "2026-10-20T14:00:00+02:00",
        "2026-10-20T12:00:00",
        "2026-10-20",
        "noon",
        "",
        "1066-10-14T09:00:00Z",
    ]
)
PARCELS = st.sampled_from(["A1", "a1", "B2", "", "Ü3"])
ROWS = st.lists(st.tuples(PARCELS, WORDS, MOMENTS, st.sampled_from(["", "FRA", "a,b", 'q"'])), max_size=12)
JUNK = st.lists(st.sampled_from(list('abc,;"\n\r\t {}[]:0\x00\xe4')), max_size=80).map("".join)


def taken_from(folder, *contents, count=3):
    landed = []
    for place, content in enumerate(contents):
        file = Path(folder) / f"events-{place}.csv"
        file.write_bytes(content)
        landed.append(Landed(Source(file, file.name), sha256(content).hexdigest(), len(content)))
    dealt = dealt_into(Path(folder), count)
    taken, shards = take_events(landed, dealt), dealt.parcels
    nest(dealt, Shards(Path(folder) / "inside", count, INSIDE))
    return taken, pl.concat([once(shards.read(number)) for number in range(count)])


def as_csv(rows):
    told = [",".join((*row[:3], f'"{row[3].replace(chr(34), chr(34) * 2)}"', "", "")) for row in rows]
    return ("\n".join((HEADER, *told)) + "\n").encode()


def as_objects(rows):
    told = [dict(zip(("parcel_id", "event", "at", "place"), row, strict=True)) for row in rows]
    return ("\n".join(json.dumps(row) for row in told) + "\n").encode()


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_every_row_has_one_fate_and_csv_and_objects_tell_the_same(rows):
    fates = []
    for content in (as_csv(rows), *([as_objects(rows)] if rows else [])):
        with TemporaryDirectory() as folder:
            taken, told = taken_from(folder, content)
        again = int(told["is_again"].sum())
        assert taken.rows_in == len(rows) == told.height + taken.quarantined
        assert taken.quarantine()["source_position"].n_unique() == taken.quarantined
        fates.append((taken.quarantined, again))
    assert len(set(fates)) == 1


@settings(deadline=None, max_examples=40)
@given(ROWS, st.integers(0, 12))
def test_how_events_are_cut_into_files_changes_no_parcel(rows, cut):
    made = []
    for contents in ((as_csv(rows),), (as_csv(rows[:cut]), as_csv(rows[cut:]))):
        with TemporaryDirectory() as folder:
            _, told = taken_from(folder, *contents)
            new = told.filter(~pl.col("is_again")).select(list(DEALT))
            made.append(parcels_of(new).sort("parcel_id"))
    assert made[0].equals(made[1])


@settings(deadline=None, max_examples=150)
@given(JUNK, st.booleans())
def test_junk_is_refused_in_a_sentence_or_set_aside(junk, has_header):
    content = f"{HEADER}\n{junk}" if has_header else junk
    with TemporaryDirectory() as folder:
        try:
            taken, told = taken_from(folder, content.encode())
        except UnusableInput as refused:
            assert str(refused).endswith(".")  # noqa: PT017 - either way is right, each with its own proof
        else:
            assert taken.rows_in == told.height + taken.quarantined
