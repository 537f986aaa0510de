"""The duty point: which day's law applies, and which filings nobody can assess."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from tests.builders import NOON
from tests.builders_stages import between_filings
from tidewaiter.stages.law import find_duty_point, flag_unassessable, lay_law_beside, watch_limit

STARTS = [date(2026, 1, 1), date(2026, 7, 1)]


def pointed(starts=STARTS, **said):
    empty = {"presented_at": None, "arrival_est": None, "duty_day": None}
    filing = between_filings({**empty, "run_accepted_at": NOON, **said}).drop("duty_day")
    told = find_duty_point(filing, ("presented_at", "arrival_est"), starts).collect()
    return told.select("duty_point_at", "duty_day", "law_period").row(0)


def at(*day):
    return datetime(*day, tzinfo=UTC)


def test_the_first_instant_a_filing_declares_decides():
    both = {"presented_at": at(2026, 3, 1), "arrival_est": at(2026, 8, 1)}

    assert pointed(**both) == (at(2026, 3, 1), date(2026, 3, 1), 0)
    assert pointed(arrival_est=at(2026, 8, 1)) == (at(2026, 8, 1), date(2026, 8, 1), 1)


def test_where_a_filing_declares_none_the_day_of_the_run_counts():
    assert pointed() == (NOON, date(2026, 10, 20), 1)


def test_a_filing_without_any_day_has_no_law():
    assert pointed(run_accepted_at=None) == (None, None, None)


@pytest.mark.parametrize(
    ("moment", "day", "period"),
    [
        (at(2025, 12, 31, 23, 59, 59), date(2025, 12, 31), None),
        (at(2026, 1, 1), date(2026, 1, 1), 0),
        (at(2026, 6, 30, 23, 59, 59), date(2026, 6, 30), 0),
        (at(2026, 7, 1), date(2026, 7, 1), 1),
    ],
)
def test_law_changes_at_midnight_between_the_last_day_before_and_the_first_day_after(moment, day, period):
    assert pointed(presented_at=moment) == (moment, day, period)


def test_a_sheet_without_a_day_has_no_law_for_any():
    assert pointed(starts=[])[2] is None


def test_the_law_of_its_period_stands_beside_each_filing():
    law = pl.DataFrame({"law_period": [0, 1], "law_limit": [150, 200]}, schema_overrides={"law_period": pl.Int32})
    filings = between_filings({"law_period": 1}, {"law_period": None}, {"law_period": 0})

    assert lay_law_beside(filings, law.lazy()).collect()["law_limit"].to_list() == [200, None, 150]


def test_the_first_limit_in_force_is_watched():
    limits = {"law_a": [1, None, None], "law_b": [2, 3, None]}
    rows = pl.LazyFrame(limits, schema=dict.fromkeys(limits, pl.Int64))

    assert watch_limit(rows, ["law_a", "law_b"]).collect()["low_value_limit_minor"].to_list() == [1, 3, None]
    assert watch_limit(rows, []).collect()["low_value_limit_minor"].to_list() == [None] * 3


def flagged(**said):
    sound = {"law_period": 0, "filing_kind": "import", "function": "original", "defaulted": None}
    told = flag_unassessable(between_filings({**sound, **said})).collect()
    return told.select("law_01", "law_02", "def_01").row(0)


def test_a_plain_import_under_law_is_flagged_by_nothing():
    assert flagged() == (False, False, False)
    assert flagged(law_period=1) == (False, False, False)


def test_a_day_without_law_is_law_01():
    assert flagged(law_period=None) == (True, False, False)


@pytest.mark.parametrize(
    "said",
    [
        {"filing_kind": "ens"},
        {"filing_kind": "export"},
        {"function": "cancellation"},
        {"filing_kind": "return", "function": "amendment"},
    ],
)
def test_anything_but_an_import_that_stands_is_law_02(said):
    assert flagged(**said) == (False, True, False)


def test_values_a_senders_sheet_supplied_are_def_01():
    assert flagged(defaulted="mode, nature") == (False, False, True)
