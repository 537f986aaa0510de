from datetime import date

import polars as pl
import pytest

from tidewaiter.world.messages import world_slices
from tidewaiter.world.setting import World
from tidewaiter.world.sheet import world_sheet
from tidewaiter.world.truth import truth

SHEET = "[movement]\nshort = 0.05\nwithout_parcel = 0.05\nnot_presented = 0.05\nwithout_data = 0.05\n"
STEPS = {
    "in_order": ["departed", "arrived", "presented"],
    "short": ["departed"],
    "without_parcel": [],
    "not_presented": ["departed", "arrived"],
    "without_data": ["departed", "arrived", "presented"],
}


@pytest.fixture(scope="module", params=["EU", "GB", "US"])
def world(request):
    told = World(request.param, 4, world_sheet(SHEET), date(2026, 8, 3), 1, 6_000)
    slices = list(world_slices(told, 2_500))
    truths = pl.concat([truth(told, *one) for one in slices])
    return truths, pl.concat([one[3].events for one in slices]), pl.concat([one[2].rows for one in slices])


@pytest.mark.parametrize("verdict", STEPS)
def test_what_was_seen_of_a_parcel_is_what_the_truth_says_became_of_it(world, verdict):
    truths, events, _ = world
    parcels = truths.filter(movement=verdict)

    seen = events.filter(pl.col("parcel_id").is_in(parcels["parcel_id"].implode())).sort("parcel_id", "at")

    assert parcels.height > 200
    each = seen.group_by("parcel_id").agg(pl.col("event"))
    assert each.height == (parcels.height if STEPS[verdict] else 0)
    assert {tuple(events) for events in each["event"]} <= {tuple(STEPS[verdict])}


def test_events_have_the_columns_and_moments_that_the_interface_names(world):
    _, events, _ = world

    assert events.columns == ["parcel_id", "event", "at", "place", "carrier_id", "flight"]
    assert events["at"].str.contains(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$").all()
    assert events.null_count().sum_horizontal().item() == 0
    assert events["place"].str.contains(r"^[A-Z]{5}$").all()


def test_a_parcel_without_data_is_in_no_message_and_has_no_filing(world):
    truths, _, rows = world
    strangers = truths.filter(movement="without_data")

    assert not set(strangers["parcel_id"]) & set(rows["parcel_id"])
    assert strangers["consignment_id"].null_count() == strangers.height
    assert not strangers["is_illicit"].any()


def test_a_flight_carries_many_parcels_and_lands_once_a_day_in_one_place(world):
    _, events, _ = world
    arrived = events.filter(event="arrived").with_columns(day=pl.col("at").str.slice(0, 10))
    flights = arrived.group_by("flight", "day").agg(pl.len(), pl.col("at").n_unique(), pl.col("place").n_unique())

    assert set(flights["at"]) == set(flights["place"]) == {1}
    assert flights["len"].mean() > 6


def test_filings_name_the_flight_that_their_parcel_comes_on(world):
    _, events, rows = world
    both = events.filter(event="arrived").join(rows.unique("parcel_id"), on="parcel_id", suffix="_told")

    assert (both["flight"] == both["flight_told"]).all()
    assert (both["at"].str.slice(0, 16) == both["arrival_est"].str.slice(0, 16)).all()
    assert rows["presented_at"].null_count() == rows.height


def test_each_step_comes_after_the_one_before(world):
    _, events, _ = world
    steps = events.pivot(on="event", index="parcel_id", values="at")

    assert (steps["departed"] < steps["arrived"]).all()
    assert (steps["arrived"] < steps["presented"]).all()
