"""The sorter: a lane is told to the carrier that has the parcel in hand, and to nobody who only waits for it."""

import hashlib
import json

import pytest

from tests.builders_lodging import a_body

HELD = {"lane": "hold", "is_known": False}


@pytest.fixture
def sorter(api, keys):
    """Ask and tell as a carrier: ``sorter("C1")`` gives two functions."""

    def of(carrier):
        key = keys(carrier, "sorter", "events", role="carrier")

        def ask(barcode):
            told = api("GET", f"/v1/sorter/{barcode}", key).json()
            assert told.pop("barcode") == barcode
            return told

        def tell(event, *barcodes, at="2026-10-20T05:00:00Z"):
            events = [{"parcel_id": barcode, "event": event, "at": at} for barcode in barcodes]
            answer = api("POST", "/v1/events", key, {"events": events})
            assert answer.status_code == 200, answer.content

        return ask, tell

    return of


@pytest.fixture
def filer(api, keys, listening):
    """Lodges filings of these barcodes, carried by C1."""
    key = keys("F1", "lodge", "events")

    def lodge(*barcodes):
        for barcode in barcodes:
            assert (
                api("POST", "/v1/consignments", key, a_body(consignment_id=barcode, carrier_id="C1")).status_code == 201
            )

    lodge.key = key
    return lodge


@pytest.mark.parametrize("event", ["arrived", "presented", "scanned"])
@pytest.mark.parametrize("is_filed_first", [True, False])
def test_a_carrier_is_told_the_lane_of_a_parcel_in_its_hands_whichever_came_first(sorter, filer, event, is_filed_first):
    ask, tell = sorter("C1")
    other, _ = sorter("C2")
    for step in (lambda: filer("A1"), lambda: tell(event, "A1"))[:: 1 if is_filed_first else -1]:
        assert ask("A1") == HELD
        step()

    assert ask("A1")["is_known"]
    assert ask("A1")["lane"] in {"hold", "divert"}
    assert other("A1") == HELD


@pytest.mark.parametrize("event", ["lodged", "departed", "diverted", "delivered"])
def test_a_parcel_that_is_only_on_its_way_looks_like_one_that_nobody_filed(sorter, filer, event):
    ask, tell = sorter("C1")
    filer("A1")
    tell(event, "A1")

    assert ask("A1") == ask("A2") == HELD


def test_what_others_tell_brings_no_parcel_into_a_carriers_hands(api, sorter, filer):
    ask, _ = sorter("C1")
    _, tell = sorter("C2")
    filer("A1")
    tell("arrived", "A1")
    told = {"events": [{"parcel_id": "A1", "event": "arrived", "at": "2026-10-20T05:00:00Z"}]}
    assert api("POST", "/v1/events", filer.key, told).status_code == 200

    assert ask("A1") == HELD


def test_the_list_holds_the_parcels_in_hand_with_its_own_hash(api, keys, sorter, filer):
    _, tell = sorter("C1")
    filer("A0", "A1", "A2")
    tell("arrived", "A0", "A2", "A9")

    listed = api("GET", "/v1/sorter", keys("C1", "sorter", role="carrier"))

    data = b"".join(listed.streaming_content)
    assert hashlib.sha256(data).hexdigest() == listed["X-Content-SHA256"]
    assert [json.loads(line)["barcode"] for line in data.splitlines()] == ["A0", "A2"]
    assert listed["X-List-Count"] == "2"


def test_nobody_says_in_the_database_that_a_parcel_is_in_hand_but_by_telling_so(sorter, filer, database):
    import psycopg

    filer("A1")
    with psycopg.connect(database.owner) as owner:
        owner.execute("update lane set in_hand_at = now()")
        assert owner.execute("select in_hand_at from lane").fetchall() == [(None,)]
