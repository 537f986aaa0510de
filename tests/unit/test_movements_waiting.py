"""Waiting: what would release keeps until its parcel is there, and nothing else waits for it."""

import polars as pl
import pytest

from tests.builders import frame
from tests.builders_movements import NOON, at
from tests.builders_stages import a_kind
from tidewaiter.model.columns import FILING_SCHEMA, INSTANT
from tidewaiter.stages.movements.release import MOVEMENTS, TAKES, date_release
from tidewaiter.stages.movements.waiting import BESIDE, STRICT, flag_waiting, strict_items

ASK, NOTE = a_kind("TST-01", severity="ask"), a_kind("TST-02", severity="note")
ON_ITEM = a_kind("TST-03", severity="hold", level="item")
KINDS = (ASK, NOTE, ON_ITEM)
KNOWN = {**FILING_SCHEMA, **BESIDE, STRICT: pl.Boolean(), "law_release_after": pl.String(), "tst_01": pl.Boolean(),
         "tst_02": pl.Boolean()}  # fmt: skip


def flagged(**said):
    sound = {"law_release_after": "presented", "presented_event_at": None, "arrived_event_at": None,
             "horizon_at": NOON, "presented_at": None, "arrival_est": None, STRICT: False, "tst_01": False,
             "tst_02": False}  # fmt: skip
    made = flag_waiting(frame([{**sound, **said}], KNOWN).lazy(), KINDS).collect()
    return [code for code in ("mov_01", "mov_02", "mov_03") if made[code][0]]


def released(**said):
    sound = {
        "is_released": True,
        "awaited": "presented",
        "accepted_at": at(0),
        "arrived_at": None,
        "presented_at": None,
    }
    return date_release(frame([{**sound, **said}], {**TAKES, **MOVEMENTS}).lazy()).collect()["released_at"][0]


def test_what_would_release_waits_for_presentation():
    assert flagged() == ["mov_01"]


@pytest.mark.parametrize("moment", ["presented_event_at"])
def test_what_was_presented_waits_no_more(moment):
    assert flagged(presented_event_at=at(-1), presented_at=at(-1)) == []


@pytest.mark.parametrize(("hours", "found"), [(-1, []), (0, []), (0.001, ["mov_01"])])
def test_the_filing_s_own_word_on_presentation_counts_up_to_the_horizon(hours, found):
    assert flagged(presented_at=at(hours)) == found


def test_without_a_horizon_the_filing_s_own_word_counts():
    assert flagged(presented_at=at(9), horizon_at=None) == []


def test_arrival_is_not_presentation():
    assert flagged(arrived_event_at=at(-1)) == ["mov_01"]


@pytest.mark.parametrize("moment", ["arrived_event_at", "presented_event_at"])
def test_where_the_law_awaits_arrival_a_parcel_that_arrived_or_was_presented_is_free(moment):
    assert flagged(law_release_after="arrived") == ["mov_01"]
    assert flagged(law_release_after="arrived", **{moment: at(-1)}) == []


@pytest.mark.parametrize("word", [None, ""])
def test_where_the_law_awaits_nothing_nothing_waits(word):
    assert flagged(law_release_after=word) == []


@pytest.mark.parametrize("kept", [{"tst_01": True}, {STRICT: True}])
def test_what_something_else_keeps_waits_for_that_alone(kept):
    assert flagged(**kept) == []


def test_a_note_keeps_nothing_from_waiting():
    assert flagged(tst_02=True) == ["mov_01"]


def test_a_strict_finding_on_any_item_keeps_its_filing():
    items = pl.DataFrame({"filing_row": [0, 0, 1], "tst_03": [False, True, False]}).lazy()

    assert strict_items(items, KINDS).collect().rows() == [(0, True), (1, False)]


@pytest.mark.parametrize(
    ("told", "event", "found"),
    [
        (at(-1), at(-1), []),
        (at(-1), at(-2), ["mov_02"]),
        (NOON.replace(hour=0), at(-1), []),
        (NOON.replace(day=19, hour=0), at(-1), ["mov_02"]),
        (None, None, ["mov_01"]),
    ],
)
def test_another_presentation_in_filing_and_event_is_noted_but_a_bare_day_is_that_day(told, event, found):
    assert flagged(presented_at=told, presented_event_at=event) == found


@pytest.mark.parametrize(("hours", "found"), [(-12, []), (-12.001, ["mov_03"]), (11.99, []), (12, ["mov_03"])])
def test_another_day_of_arrival_is_noted(hours, found):
    moments = {"arrival_est": at(hours), "arrived_event_at": NOON, "presented_event_at": NOON, "presented_at": NOON}

    assert flagged(**moments) == found


@pytest.mark.parametrize(("hours", "moment"), [(-1, 0), (0, 0), (2, 2)])
def test_release_takes_effect_at_presentation_or_at_acceptance_whichever_is_later(hours, moment):
    assert released(presented_at=at(hours)) == at(moment)


def test_where_arrival_is_awaited_release_takes_effect_then_and_presentation_shows_arrival():
    assert released(awaited="arrived", arrived_at=at(1), presented_at=at(3)) == at(1)
    assert released(awaited="arrived", presented_at=at(3)) == at(3)


def test_where_nothing_is_awaited_release_takes_effect_at_acceptance():
    assert released(awaited=None, presented_at=at(3)) == at(0)


@pytest.mark.parametrize("said", [{"is_released": False}, {"is_released": None}, {"presented_at": None}])
def test_what_is_not_released_or_not_there_has_no_moment_of_release(said):
    assert released(**{"presented_at": at(1), **said}) is None


def test_an_unknown_acceptance_leaves_the_event():
    assert released(accepted_at=None, presented_at=at(1)) == at(1)
    assert released(accepted_at=None, awaited=None) is None
    assert MOVEMENTS["released_at"] == INSTANT
