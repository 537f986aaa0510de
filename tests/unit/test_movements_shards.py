"""Shards, facts and margins: any number of shards gives the same parcels, and every figure adds up."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders_movements import NOON, an_event, at, events
from tidewaiter.runners.landing import Landed
from tidewaiter.runners.movements import shards as room
from tidewaiter.runners.movements.events import DEALT
from tidewaiter.runners.movements.facts import MovementFacts, blank_moments, put
from tidewaiter.runners.movements.shards import ORDER, Shards, shards_for
from tidewaiter.runners.movements.timing import SECONDS_MAX, Margins
from tidewaiter.runners.reading import Source


def dealt(folder, count, *batches):
    shards = Shards(folder / str(count), count, DEALT)
    for batch in batches:
        shards.deal(batch)
    shards.close()
    return [shards.read(number) for number in range(count)]


@pytest.mark.parametrize("count", [1, 2, 7, 64])
def test_shards_hold_every_row_once_and_all_rows_of_a_parcel_together(count, tmp_path):
    rows = events(*(an_event(f"P{number % 50}", "arrived", number) for number in range(200)))

    parts = dealt(tmp_path, count, rows[:90], rows[90:90], rows[90:])

    whole = pl.concat(parts)
    homes = [set(part["parcel_id"]) for part in parts]
    assert whole.drop(ORDER).sort("source_position").equals(rows)
    assert sum(map(len, homes)) == len(set().union(*homes)) == 50
    assert all(part["source_position"].is_sorted() for part in parts)


def test_shards_are_ranges_of_one_order_so_their_number_changes_nothing(tmp_path):
    rows = events(*(an_event(f"P{number}", "arrived", number) for number in range(300)))

    one, many = (pl.concat([part.sort(ORDER) for part in dealt(tmp_path, count, rows)]) for count in (1, 64))

    assert one.equals(many)


@pytest.mark.parametrize(("size", "filings", "count"), [(0, 0, 1), (64 << 20, 0, 1), ((64 << 20) + 1, 0, 2),
                                                        (0, 1_000_001, 2), (1 << 50, 0, room.SHARDS_MAX)])  # fmt: skip
def test_shards_grow_with_files_and_filings(size, filings, count, tmp_path):
    file = tmp_path / "events.csv"
    file.write_text("parcel_id,event,at\n", encoding="utf-8")

    assert shards_for([Landed(Source(file, file.name), "", size)], filings) == count


def test_a_packed_file_counts_for_what_it_unpacks_to(tmp_path):
    file = tmp_path / "events.csv.gz"
    file.write_bytes(b"\x1f\x8b\x08\x00")

    assert shards_for([Landed(Source(file, file.name), "", 64 << 20)], 0) == room.PACKED_RATIO


def facts(folder, arrived, presented):
    made = []
    for name, moments in (("arrived", arrived), ("presented", presented)):
        file = blank_moments(folder / name, len(moments))
        put(file, pl.Series(range(len(moments))), pl.Series(moments, dtype=pl.Datetime("us", "UTC")))
        made.append(file)
    return MovementFacts(made[0], made[1], NOON)


def test_events_fill_what_filings_leave_open_and_nothing_else(tmp_path):
    known = facts(tmp_path, [at(1), None, at(3)], [at(4), at(5), None])
    rows = pl.DataFrame(
        {"filing_no": [2, 0, 0, 1], "presented_at": [None, at(9), at(9), None], "flight": ["A", "B", "B", "C"]}
    )

    filled = known.fill(rows)

    assert filled["presented_at"].to_list() == [None, at(9), at(9), at(5)]
    assert filled.columns == rows.columns


def test_what_events_say_stands_beside_each_filing(tmp_path):
    known = facts(tmp_path, [at(1), None], [None, at(5)])

    beside = known.beside(pl.DataFrame({"filing_no": [1, 0]}))

    assert beside["arrived_event_at"].to_list() == [None, at(1)]
    assert beside["presented_event_at"].to_list() == [at(5), None]
    assert beside["horizon_at"].to_list() == [NOON, NOON]


def margins(*seconds):
    found = Margins()
    accepted = pl.Series([NOON] * len(seconds), dtype=pl.Datetime("us", "UTC"))
    found.add(accepted, pl.Series([None if one is None else NOON + timedelta(seconds=one) for one in seconds],
                                  dtype=pl.Datetime("us", "UTC")))  # fmt: skip
    return found


@pytest.mark.parametrize(("duration_s", "before"), [(0, 3), (9.2, 3), (10, 3), (10.001, 2), (60, 1), (10**9, 0)])
def test_a_filing_is_in_time_where_the_run_took_no_longer_than_its_parcel(duration_s, before):
    told = margins(10, 59.9, SECONDS_MAX * 2, -1, None).told(duration_s)

    assert (told["before_arrival"], told["after_arrival"], told["unknown"]) == (before, 4 - before, 1)
    assert told["share_before_arrival_per_mille"] == 1000 * before // 4


def test_the_share_of_nothing_known_is_not_told():
    assert margins(None).told(1)["share_before_arrival_per_mille"] is None


@given(st.lists(st.none() | st.integers(-5, 100), max_size=20), st.integers(0, 100))
def test_counts_of_timing_add_up_and_a_longer_run_is_never_earlier(seconds, duration_s):
    counted = margins(*seconds)

    told, longer = counted.told(duration_s), counted.told(duration_s + 1)

    assert told["before_arrival"] + told["after_arrival"] + told["unknown"] == len(seconds)
    assert longer["before_arrival"] <= told["before_arrival"]
    assert told["before_arrival"] == int(np.sum([one is not None and one >= duration_s for one in seconds]))
