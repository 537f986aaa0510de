"""Parcels: of several events the first counts, of several filings the strongest, and no order matters."""

import polars as pl
import pytest

from tests.builders_movements import a_parcel, an_event, at, events
from tidewaiter.stages.movements.parcels import KNOWN, OF_EVENTS, filed, first_told, once, parcels_of


def parcel(*rows):
    return parcels_of(events(*rows)).row(0, named=True)


def known(*rows):
    told = [{"version": 1, "declarant_id": "D", **a_parcel(**row)} for row in rows]
    return pl.DataFrame([{name: row.get(name) for name in KNOWN} for row in told], schema=KNOWN, orient="row").lazy()


def test_an_event_told_twice_is_one_event_and_the_second_row_says_of_which():
    arrived = an_event("P1", "arrived", 0, place="ZRH")

    told = first_told(once(events(arrived, an_event("P1", "arrived", 0), arrived)))

    assert told.select("source_position", "of_source_no", "of_position").rows() == [(3, 0, 1)]


def test_the_first_event_of_a_kind_counts():
    made = parcel(an_event("P1", "arrived", 3), an_event("P1", "arrived", 1), an_event("P1", "presented", 9))

    assert (made["arrived_at"], made["presented_at"], made["departed_at"]) == (at(1), at(9), None)


def test_a_parcel_presented_before_it_arrived_keeps_both_moments_as_told():
    made = parcel(an_event("P1", "arrived", 3), an_event("P1", "presented", 2))

    assert (made["arrived_at"], made["presented_at"]) == (at(3), at(2))


def test_the_place_is_the_last_one_named():
    made = parcel(
        an_event("P1", "scanned", 5),
        an_event("P1", "arrived", 3, place="ZRH"),
        an_event("P1", "departed", 1, place="HKG"),
    )

    assert made["place"] == "ZRH"


def test_flights_of_departure_and_arrival_are_told_apart():
    made = parcel(
        an_event("P1", "departed", 1, flight="CX1"), an_event("P1", "arrived", 9, flight="LX2"),
        an_event("P1", "scanned", 0, flight="MU3"),
    )  # fmt: skip

    assert (made["departed_flight"], made["arrived_flight"], made["named_flight"]) == ("CX1", "LX2", "MU3")


@pytest.mark.parametrize(("word", "has_moved"), [("lodged", False), ("departed", True), ("returned", True)])
def test_data_that_is_lodged_moves_no_parcel(word, has_moved):
    assert parcel(an_event("P1", word, 0))["has_moved"] is has_moved


def test_the_order_of_events_changes_nothing():
    rows = [
        an_event("P1", "arrived", 3, place="A", flight="F1"), an_event("P1", "arrived", 3, place="B", flight="F2"),
        an_event("P1", "departed", 1, flight="F0"), an_event("P2", "presented", 2, place="C"),
    ]  # fmt: skip

    forward, backward = (parcels_of(events(*told)).sort("parcel_id") for told in (rows, list(reversed(rows))))

    assert forward.equals(backward)
    assert forward.schema == OF_EVENTS


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"filing_kind": "import", "consignment_id": "Z"}, {"filing_kind": "ens", "version": 9}),
        ({"version": 2, "consignment_id": "Z"}, {"version": 1}),
        ({"standing": 0, "consignment_id": "Z"}, {"standing": 1, "filing_no": -1}),
        ({"standing": 1, "filing_no": -1, "consignment_id": "Z"}, {"standing": 2, "filing_no": -1}),
    ],
)
def test_the_strongest_filing_names_the_parcel_whatever_the_order(first, second):
    for rows in ((first, second), (second, first)):
        made = filed(known(*rows)).collect()

        assert made["consignment_id"].to_list() == ["Z"]


def test_what_the_strongest_filing_leaves_open_another_fills():
    made = filed(known({"filed_flight": None}, {"filing_kind": "ens", "filed_flight": "LX1"})).collect()

    assert made.select("filing_kind", "filed_flight").rows() == [("import", "LX1")]


def test_parcels_of_one_filing_stay_as_they_are():
    rows = known({"parcel_id": "P1"}, {"parcel_id": "P2", "consignment_id": "C2", "filing_no": 1})

    assert filed(rows).sort("parcel_id").collect().equals(rows.collect())
