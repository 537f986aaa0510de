"""Windows: a filing sees the others of its key, up to and including its own moment."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from tests.builders import DAY
from tests.builders_risk import DAY_S, LIMIT_MINOR, NOW_S, seen
from tidewaiter.kit.risk_rule import Window
from tidewaiter.model.errors import WrongUse
from tidewaiter.stages.windows import COUNTED_MINOR_MAX, _shared, facts, refuse_what_does_not_fit, window_facts

COUNT = Window("person_key", 7, "count")
SUM = Window("person_key", 7, "sum_minor")


def told(window, narrow, history=None):
    return facts(narrow, [window], history)[window.fact].to_list()


def test_a_filing_sees_the_others_of_its_key_and_not_itself():
    parcels = seen({"person_key": 1}, {"person_key": 2}, {"person_key": 1}, {"person_key": 1})

    assert told(COUNT, parcels) == [2, 0, 2, 2]


def test_a_filing_whose_party_nobody_knows_has_empty_facts_and_is_no_ones_other():
    parcels = seen({"person_key": None}, {"person_key": 5}, {"person_key": None}, {"person_key": 5})

    assert told(COUNT, parcels) == [None, 1, None, 1]


@pytest.mark.parametrize(("age_s", "others"), [(7 * DAY_S - 1, 1), (7 * DAY_S, 0), (7 * DAY_S + 1, 0), (0, 1)])
def test_a_window_reaches_back_less_than_its_width(age_s, others):
    parcels = seen({"person_key": 1}, {"person_key": 1, "accepted_s": NOW_S - age_s})

    assert told(COUNT, parcels)[0] == others


def test_a_filing_does_not_see_what_comes_after_it():
    parcels = seen({"person_key": 1}, {"person_key": 1, "accepted_s": NOW_S + 1})

    assert told(COUNT, parcels) == [0, 1]


def test_a_window_never_reaches_into_another_key():
    parcels = seen(*({"person_key": key, "accepted_s": NOW_S + at} for key in (1, 2, 3) for at in (0, 3 * DAY_S)))

    assert told(COUNT, parcels) == [0, 1, 0, 1, 0, 1]


def test_sums_leave_the_own_value_out_and_take_an_unknown_one_as_nothing():
    values = [500, None, 70]
    parcels = seen(*({"person_key": 1, "intrinsic_value_minor": value} for value in values))

    assert told(SUM, parcels) == [70, 570, 500]


def test_a_value_beyond_all_measure_cannot_turn_a_sum_round():
    parcels = seen(*({"person_key": 1, "intrinsic_value_minor": 9 * 10**15} for _ in range(3)), {"person_key": 1})

    assert told(SUM, parcels)[3] == 3 * COUNTED_MINOR_MAX
    assert COUNTED_MINOR_MAX == 1_000_000_000_000


@pytest.mark.parametrize(
    ("value", "in_band", "above"),
    [(13_499, 0, 0), (13_500, 1, 0), (15_000, 1, 0), (15_001, 0, 1), (16_500, 0, 1), (16_501, 0, 0), (None, 0, 0)],
)
def test_the_band_is_the_last_tenth_up_to_the_limit_and_the_first_above_it(value, in_band, above):
    windows = [Window("seller_key", 30, measure) for measure in ("count_in_band", "count_above_band")]
    parcels = seen({"seller_key": 1}, {"seller_key": 1, "intrinsic_value_minor": value})

    found = facts(parcels, windows, None)

    assert found.row(0)[:2] == (in_band, above)


def test_without_a_limit_nothing_lies_in_a_band():
    windows = [Window("seller_key", 30, measure) for measure in ("count_in_band", "count_above_band")]
    near = {"seller_key": 1, "intrinsic_value_minor": LIMIT_MINOR, "low_value_limit_minor": None}

    assert facts(seen(near, near), windows, None).row(0)[:2] == (0, 0)


def test_history_is_seen_and_gets_no_facts():
    parcels = seen({"person_key": 1}, {"person_key": 4})
    before = seen({"person_key": 1, "accepted_s": NOW_S - DAY_S}, {"person_key": 9, "accepted_s": NOW_S - DAY_S})

    assert told(COUNT, parcels, before) == [1, 0]


def test_only_keys_that_have_others_and_are_asked_about_are_sorted():
    keys = pl.Series([1, 2, None, 1, None, 3, 3])

    assert _shared(keys, own=3).tolist() == [0, 3]
    assert _shared(keys, own=7).tolist() == [0, 3, 5, 6]


def test_history_beyond_the_widest_window_and_after_now_is_not_seen():
    parcels = seen({"person_key": 1})
    before = seen(
        {"person_key": 1, "accepted_s": NOW_S - 7 * DAY_S},
        {"person_key": 1, "accepted_s": NOW_S - 7 * DAY_S + 1},
        {"person_key": 1, "accepted_s": NOW_S + 1},
    )

    assert told(COUNT, parcels, before) == [1]


def test_windows_of_several_widths_keys_and_measures_stand_side_by_side_as_asked():
    windows = [
        Window("address_key", 30, "count"),
        Window("person_key", 1, "sum_minor"),
        Window("address_key", 1, "count"),
    ]
    parcels = seen(
        {"person_key": 1, "address_key": 1},
        {"person_key": 1, "address_key": 1, "accepted_s": NOW_S - 2 * DAY_S, "intrinsic_value_minor": 70},
        {"person_key": 1, "address_key": 2, "intrinsic_value_minor": 9},
    )

    found = facts(parcels, windows, None)

    assert found.columns == [*(window.fact for window in windows), "person_day_value_minor"]
    assert found.row(0)[:3] == (1, 9, 0)


def test_no_filings_have_no_facts():
    empty = seen().clear()

    assert facts(empty, [COUNT], seen({"person_key": 1})).shape == (0, 2)
    assert window_facts(
        np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), {"count": np.zeros(0)}, [5]
    ).keys() == {("count", 5)}


def test_a_run_without_rules_still_knows_what_a_person_gets_on_a_day():
    assert facts(seen({"person_key": 1}), [], None).to_dict(as_series=False) == {"person_day_value_minor": [1_000]}


@pytest.mark.parametrize(("span_s", "last_rank"), [(1 << 32, 0), (0, 1 << 31)])
def test_times_and_keys_that_do_not_fit_are_refused(span_s, last_rank):
    with pytest.raises(WrongUse, match="more than"):
        refuse_what_does_not_fit(span_s, last_rank)


def test_times_and_keys_that_just_fit_are_taken():
    refuse_what_does_not_fit((1 << 32) - 1, (1 << 31) - 1)


def test_a_history_of_centuries_is_refused_and_one_that_just_fits_is_right():
    fits = (1 << 32) - 1 - 7 * DAY_S
    ones = np.ones(3, dtype=np.int64)

    found = window_facts(np.array([7, 7, 8]), np.array([0, fits, 0]), {"count": ones}, [7 * DAY_S])

    assert found["count", 7 * DAY_S].tolist() == [0, 0, 0]
    with pytest.raises(WrongUse, match="136 years"):
        window_facts(np.array([7, 7, 8]), np.array([0, fits + 1, 0]), {"count": ones}, [7 * DAY_S])


def day_values(narrow, history=None):
    return facts(narrow, [], history)["person_day_value_minor"].to_list()


def test_the_parcels_of_a_person_on_a_day_are_added_up_the_own_one_included():
    parcels = seen(
        {"person_key": 1, "intrinsic_value_minor": 50_000},
        {"person_key": 1, "intrinsic_value_minor": 40_000},
        {"person_key": 2, "intrinsic_value_minor": 7},
    )

    assert day_values(parcels) == [90_000, 90_000, 7]


def test_another_day_is_another_relief():
    parcels = seen({"person_key": 1}, {"person_key": 1, "day": DAY - timedelta(days=1)})

    assert day_values(parcels) == [1_000, 1_000]


def test_parcels_of_earlier_runs_on_the_same_day_count_however_long_ago_they_were_told():
    before = seen(
        {"person_key": 1, "accepted_s": NOW_S - 90 * DAY_S}, {"person_key": 1, "day": DAY - timedelta(days=1)}
    )

    assert day_values(seen({"person_key": 1}), before) == [2_000]


def test_a_person_or_day_nobody_knows_has_no_sum():
    parcels = seen({"person_key": None}, {"person_key": 1, "day": None}, {"person_key": 1, "day": None})

    assert day_values(parcels) == [None, None, None]


def test_a_day_with_an_unknown_value_has_no_sum():
    parcels = seen({"person_key": 1, "intrinsic_value_minor": None}, {"person_key": 1}, {"person_key": 2})

    assert day_values(parcels) == [None, None, 1_000]
