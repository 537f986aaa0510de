"""Verdicts: each word with the nearest honest case beside it."""

import polars as pl
import pytest

from tests.builders_movements import NOON, a_parcel, at, flights, masters, parcels
from tidewaiter.model.codes import VERDICTS
from tidewaiter.stages.movements.parcels import EARLIER, QUARANTINED
from tidewaiter.stages.movements.verdicts import arrivals, judge, with_flight

UNFILED = {"standing": None, "filing_no": None, "consignment_id": None, "filing_kind": None}


def judged(parcel, horizon=NOON, came=(), documents=()):
    made = judge(parcels(parcel), flights(**dict(came)), masters(**dict(documents)), horizon)
    return made.collect().row(0, named=True)


def verdict(parcel, **known):
    return judged(parcel, **known)["verdict"]


def test_a_parcel_that_was_filed_arrived_and_was_presented_is_as_declared():
    assert verdict(a_parcel(arrived_at=at(-3), presented_at=at(-2), has_moved=True)) == "as_declared"


def test_presentation_alone_shows_that_a_parcel_is_here():
    assert verdict(a_parcel(presented_at=at(-2), has_moved=True)) == "as_declared"


def test_a_parcel_that_arrived_and_was_not_presented_is_not_presented():
    assert verdict(a_parcel(arrived_at=at(-3), has_moved=True)) == "not_presented"


@pytest.mark.parametrize(("hours", "word"), [(0, "as_declared"), (0.001, "not_presented")])
def test_what_a_filing_says_of_presentation_counts_up_to_the_horizon(hours, word):
    made = judged(a_parcel(arrived_at=at(-3), told_presented_at=at(hours), has_moved=True))

    assert made["verdict"] == word
    assert made["presented_at"] == (at(hours) if word == "as_declared" else None)


def test_the_event_goes_before_what_the_filing_says_of_presentation():
    made = judged(a_parcel(presented_at=at(-2), told_presented_at=at(-1), has_moved=True))

    assert made["presented_at"] == at(-2)


@pytest.mark.parametrize("moment", ["arrived_at", "presented_at"])
def test_a_parcel_that_is_here_and_in_no_filing_arrived_without_data(moment):
    assert verdict({"parcel_id": "P1", **UNFILED, moment: at(-1), "has_moved": True}) == "arrived_without_data"


def test_a_parcel_on_its_way_without_a_filing_may_still_get_one():
    assert verdict({"parcel_id": "P1", **UNFILED, "departed_at": at(-1), "has_moved": True}) == "expected"


def test_a_parcel_whose_filing_was_set_aside_is_told_apart():
    lost = a_parcel(standing=QUARANTINED, filing_no=-1, arrived_at=at(-1), has_moved=True)

    assert verdict(lost) == "data_in_quarantine"


def test_a_filing_of_an_earlier_run_is_data_too():
    assert verdict(a_parcel(standing=EARLIER, filing_no=-1, arrived_at=at(-1), has_moved=True)) == "not_presented"


def left(hours=-9, **said):
    return a_parcel(departed_at=at(hours), flight="LX1", has_moved=True, **said)


def test_a_parcel_that_left_and_did_not_come_with_its_flight_is_short():
    assert verdict(left(), came={"LX1": at(-1)}) == "short"


def test_a_parcel_in_no_filing_can_be_short():
    assert verdict({**left(), **UNFILED}, came={"LX1": at(-1)}) == "short"


def test_a_parcel_whose_flight_is_still_in_the_air_is_expected():
    assert verdict(left(), came={"LX2": at(-1)}) == "expected"


@pytest.mark.parametrize(("hours", "word"), [(-10, "expected"), (-9, "short"), (-8, "short")])
def test_the_flight_of_the_day_before_is_another_flight(hours, word):
    assert verdict(left(hours=-9), came={"LX1": at(hours)}) == word


def test_others_of_its_master_document_show_that_a_parcel_is_short():
    assert verdict(left(master_document="M1"), documents={"M1": at(-1)}) == "short"


@pytest.mark.parametrize(("hours", "word"), [(-0.001, "data_without_parcel"), (0, "expected"), (1, "expected")])
def test_a_filing_whose_arrival_is_overdue_has_no_parcel(hours, word):
    assert verdict(a_parcel(arrival_est=at(hours))) == word


def test_a_filing_without_any_moment_is_expected():
    assert verdict(a_parcel()) == "expected"


def test_a_filing_whose_flight_came_without_the_parcel_has_no_parcel():
    assert verdict(a_parcel(flight="LX1"), came={"LX1": at(-1)}) == "data_without_parcel"


@pytest.mark.parametrize(
    ("expected_at", "word"), [(10, "data_without_parcel"), (11, "data_without_parcel"), (12, "expected")]
)
def test_a_flight_half_a_day_before_the_one_expected_is_another_flight(expected_at, word):
    waiting = a_parcel(flight="LX1", arrival_est=at(expected_at))

    assert verdict(waiting, came={"LX1": at(-1)}) == word


def test_data_that_was_lodged_makes_no_parcel():
    assert verdict(a_parcel(has_moved=False, arrival_est=at(-1))) == "data_without_parcel"


def test_a_parcel_that_moved_somewhere_is_still_expected():
    assert verdict(a_parcel(has_moved=True, arrival_est=at(-1))) == "expected"


def test_without_a_horizon_nothing_is_due():
    assert verdict(a_parcel(arrival_est=at(-1)), horizon=None) == "expected"


def test_every_word_is_of_the_closed_list_and_each_is_given():
    every = [
        a_parcel(presented_at=at(-1), has_moved=True), a_parcel(), a_parcel(arrived_at=at(-1), has_moved=True), left(),
        a_parcel(arrival_est=at(-1)), a_parcel(standing=QUARANTINED, filing_no=-1, has_moved=True),
        {"parcel_id": "P1", **UNFILED, "arrived_at": at(-1), "has_moved": True},
    ]  # fmt: skip

    assert {verdict(parcel, came={"LX1": at(-1)}) for parcel in every} == set(VERDICTS)


def test_the_flight_is_that_of_the_arrival_then_of_the_departure_then_any_then_the_filing_s():
    names = ["filed_flight", "named_flight", "departed_flight", "arrived_flight"]
    rows = [a_parcel(**{name: name for name in names[: place + 1]}) for place in range(4)]

    made = with_flight(parcels(*rows).drop("flight")).collect()

    assert made["flight"].to_list() == names


def test_the_last_arrival_of_a_flight_counts_and_a_presented_parcel_arrived():
    here = parcels(
        a_parcel(flight="LX1", arrived_at=at(-2)), a_parcel(flight="LX1", presented_at=at(-1)), a_parcel(flight="LX2"),
        a_parcel(flight=None, arrived_at=at(0)),
    )  # fmt: skip

    made = arrivals(here, "flight").collect()

    assert made.rows() == [("LX1", at(-1))]
    assert made.schema == {"flight": pl.String(), "flight_arrived_at": pl.Datetime("us", "UTC")}
