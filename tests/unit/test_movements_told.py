"""Events as they are told: moments keep their offset, words come from the closed list, and nothing is guessed."""

import polars as pl
import pytest

from tests.builders_movements import NOON
from tidewaiter.model.codes import EVENTS
from tidewaiter.stages.movements.told import TOLD, typed_events

SOUND = {"parcel_id": "lx1cn", "event": "Arrived", "at": "2026-10-20T12:00:00Z"}


def read(*rows):
    told = [{**SOUND, **row} for row in rows]
    frame = pl.DataFrame(told, schema=dict.fromkeys(SOUND, pl.String), orient="row")
    return typed_events(frame.with_columns(source_position=pl.int_range(1, len(rows) + 1, dtype=pl.Int64)))


def faults(*rows):
    return [row[:3] for row in read(*rows).faults.rows()]


def test_an_event_is_read_with_its_word_in_any_case_and_its_codes_in_capitals():
    done = read({})

    assert done.faults.is_empty()
    assert done.events.schema == TOLD
    assert done.events.row(0, named=True) == {
        "parcel_id": "LX1CN", "receptacle": None, "event_no": EVENTS.index("arrived"), "at": NOON, "place": None, "carrier_id": None,
        "flight": None, "source_position": 1,
    }  # fmt: skip


@pytest.mark.parametrize("word", EVENTS)
def test_every_word_of_the_closed_list_is_an_event(word):
    assert read({"event": word}).events["event_no"].to_list() == [EVENTS.index(word)]


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-20T12:00:00Z", "2026-10-20T12:00:00z", "2026-10-20 12:00Z", "2026-10-20t12:00:00.000Z",
        "2026-10-20T14:00:00+02:00", "2026-10-20T14:00+0200", "2026-10-20T14:00+02", "20261020T120000Z",
        "2026-10-20T07:30:00-04:30", "2026-10-20 14:00:00 +02:00", "2026-10-20T12:00:00,0Z",
    ],
)  # fmt: skip
def test_a_moment_with_its_offset_is_the_same_moment_however_it_is_written(written):
    assert read({"at": written}).events["at"].to_list() == [NOON]


@pytest.mark.parametrize(
    "written", ["2026-10-20T12:00:00", "2026-10-20 12:00", "2026-10-20", "20261020", "20261020T1200"]
)
def test_a_moment_without_offset_is_set_aside_and_never_taken_for_utc(written):
    assert faults({"at": written}) == [(0, "DAT-92", "at")]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("yesterday", "DAT-90"), ("2026-02-30T12:00:00Z", "DAT-90"), ("2026-10-20T25:00:00Z", "DAT-90"),
        ("2026-10-20T12:00:00+15:00", "DAT-90"), ("20.10.2026 12:00", "DAT-90"), ("1760961600", "DAT-90"),
        ("1989-12-31T23:59:59Z", "DAT-91"), ("2101-01-01T00:00:00Z", "DAT-91"), (None, "EVT-03"),
    ],
)  # fmt: skip
def test_what_is_no_moment_says_why(written, code):
    assert faults({"at": written}) == [(0, code, "at")]


@pytest.mark.parametrize("written", ["1990-01-01T00:00:00Z", "2100-12-31T23:59:59Z"])
def test_the_first_and_the_last_moment_of_parcels_are_taken(written):
    assert read({"at": written}).faults.is_empty()


@pytest.mark.parametrize("word", ["arived", "", None])
def test_a_word_nobody_knows_is_set_aside_with_the_words_there_are(word):
    done = read({"event": word})

    assert done.faults.row(0, named=True)["code"] == "EVT-02"
    assert "arrived, presented, scanned" in done.faults["message"][0]
    assert done.events.is_empty()


def test_an_event_of_no_parcel_is_set_aside():
    assert faults({"parcel_id": None}) == [(0, "EVT-01", "parcel_id")]


def test_each_fault_of_a_row_has_its_line_and_sound_rows_around_it_are_taken():
    done = read({}, {"at": "noon", "event": "landed"}, {"parcel_id": "B2"})

    assert [row[:4] for row in done.faults.rows()] == [
        (1, "DAT-90", "at", "noon"), (1, "EVT-02", "event", "landed"),
    ]  # fmt: skip
    assert done.events["source_position"].to_list() == [1, 3]


def test_columns_that_a_file_lacks_say_nothing():
    done = typed_events(pl.DataFrame({"source_position": [1]}, schema={"source_position": pl.Int64}))

    assert sorted(done.faults["code"]) == ["EVT-01", "EVT-02", "EVT-03"]
