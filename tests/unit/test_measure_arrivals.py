"""Arrivals: by the shortest step that shows most of them, with nothing left out of the sum."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from tests.builders_report import LAID, a_lake
from tidewaiter.measure.arrivals import estimated_arrivals, movements
from tidewaiter.measure.lake import SCHEMAS
from tidewaiter.measure.timing import decided_in_time

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def arrivals_of(folder, *moments):
    return estimated_arrivals(a_lake(folder, consignments=[{"arrival_est": moment} for moment in moments]))


def test_arrivals_of_a_day_are_told_by_hour_with_empty_hours_between(tmp_path):
    found = arrivals_of(tmp_path, LAID, LAID + timedelta(minutes=59), LAID + 3 * HOUR, None)

    assert (found.step, list(found.counts.values())) == ("hour", [2, 0, 0, 1])
    assert next(iter(found.counts)) == LAID
    assert (found.outside, found.untold, found.told) == (0, 1, 3)


def test_one_arrival_of_many_that_lies_years_away_does_not_flatten_the_day(tmp_path):
    found = arrivals_of(tmp_path, *[LAID] * 12, datetime(2099, 1, 1, tzinfo=UTC))

    assert (found.step, found.outside, found.told) == ("hour", 1, 13)


def test_forty_eight_hours_are_hours_and_a_third_day_makes_days(tmp_path):
    two, three = [LAID, LAID + 47 * HOUR], [LAID, LAID + 48 * HOUR]

    assert arrivals_of(tmp_path / "two", *two).step == "hour"
    assert arrivals_of(tmp_path / "three", *three).step == "day"


def test_arrivals_over_a_year_are_told_by_month(tmp_path):
    found = arrivals_of(tmp_path, *(LAID + number * 30 * DAY for number in range(12)))

    assert found.step == "month"
    assert sum(found.counts.values()) == 12
    assert all(moment.day == 1 for moment in found.counts)


def test_arrivals_over_a_lifetime_are_told_by_year_and_all_of_them_shown(tmp_path):
    found = arrivals_of(tmp_path, *(datetime(2010 + number, 10, 20, tzinfo=UTC) for number in range(30)))

    assert (found.step, len(found.counts), found.outside) == ("year", 30, 0)


def test_where_no_filing_tells_its_arrival_there_is_nothing_to_show(tmp_path):
    found = arrivals_of(tmp_path, None, None)

    assert (found.counts, found.outside, found.untold) == ({}, 0, 2)


def test_a_run_without_events_has_no_movements(tmp_path):
    assert movements(a_lake(tmp_path, consignments=[{}])) is None


def test_movements_tell_verdicts_and_arrivals(tmp_path):
    lake = a_lake(tmp_path, consignments=[{}])
    rows = [
        {"arrived_at": LAID, "verdict": "arrived"},
        {"arrived_at": LAID, "verdict": "arrived"},
        {"arrived_at": None, "verdict": "short"},
    ]
    pl.DataFrame(rows, schema=SCHEMAS["movements"]).write_parquet(tmp_path / "movements.parquet")

    found = movements(lake)

    assert found is not None
    assert found.verdicts == {"arrived": 2, "short": 1}
    assert (list(found.arrivals.counts.values()), found.arrivals.untold) == ([2], 1)


@pytest.mark.parametrize(("lasted_s", "before"), [(59.2, 2), (60, 2), (60.1, 1), (3_601, 0)])
def test_a_filing_is_decided_in_time_while_the_run_takes_no_longer_than_its_parcel(lasted_s, before, tmp_path):
    arrivals = (LAID + MINUTE, LAID + 60 * MINUTE, LAID - MINUTE, None)
    lake = a_lake(tmp_path, consignments=[{"accepted_at": LAID, "arrival_est": arrival} for arrival in arrivals])

    found = decided_in_time(lake, lasted_s)

    assert (found["before_arrival"], found["after_arrival"], found["unknown"]) == (before, 3 - before, 1)
    assert found["share_before_arrival_per_mille"] == 1000 * before // 3


def test_no_share_is_told_where_no_arrival_is_known(tmp_path):
    lake = a_lake(tmp_path, consignments=[{"accepted_at": LAID, "arrival_est": None}])

    assert decided_in_time(lake, 1.0)["share_before_arrival_per_mille"] is None
