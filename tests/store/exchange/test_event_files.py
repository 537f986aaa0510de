"""Files of events handed over: every row has one fate, parcels of a receptacle are presented, whichever comes first."""

import json
from datetime import timedelta

import psycopg
import pytest

from tests.builders_batcher import MOMENT
from tests.builders_desk import a_filing
from tests.builders_work import await_that, start_worker
from tidewaiter.model.errors import WrongUse
from tidewaiter.store.rights import Actor

HOUR = timedelta(hours=1)
NOW = MOMENT + 12 * HOUR
CARRIER = Actor("00000000-0000-7000-8000-000000000001", frozenset({"carrier"}), filer="c1")
FILER = Actor("00000000-0000-7000-8000-000000000002", frozenset({"declarant"}), filer="f1")
AT = f"{MOMENT - HOUR:%Y%m%d%H%M%S}"
ITEMS = f"""UNB+UNOW:4+F1+TIDEWAITER+260105:0900+1'
UNH+1+EMSEVT:D:00A:ZZ:TWEV10'
BGM+:::ITEM EVENTS+EV-1+9'
CNI+1+P1'
STS+EVT+EDB'
DTM+334:{AT}:204'
CNI+2+P1'
STS+EVT+EDB'
DTM+334:{AT}:204'
CNI+3+P2'
STS+EVT+QQQ'
DTM+334:{AT}:204'
CNI+4+P3'
STS+EVT+EDB'
DTM+334:29990101000000:204'
UNT+15+1'
UNH+2+EMSEVT:D:00A:ZZ:TWEV10'
CNI+1+P4'
UNT+99+2'
UNZ+2+1'
"""
SCANS = f"barcode,bag,scan,scanned_at\n,BAG1,CUS,{MOMENT - HOUR:%Y-%m-%dT%H:%M:%SZ}\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TIDEWAITER_HOME", str(tmp_path))
    return tmp_path


def kept(*filings):
    from django.db import connection

    from tidewaiter.exchange.filings import keep
    from tidewaiter.service.acts.opening import open_cases
    from tidewaiter.store.access import acting

    with acting("house", ["service"]):
        keep(connection, filings)
        open_cases(connection, filings, MOMENT)


def waiting(barcode, receptacle=None):
    return a_filing(
        presented_at=None, status="accepted", told={"asked": []}, barcodes=[barcode], receptacle=receptacle,
        carrier="c1", decision="release", lane="release", route="release", pending_on=[],
    )  # fmt: skip


def asked(database, text):
    with psycopg.connect(database.owner) as owner:
        return owner.execute(text).fetchall()


def taken(tmp_path, content, name="events.edi", teller="c1", key="upload/1"):
    from tidewaiter.service.moving.from_files import events_in, holds_events
    from tidewaiter.service.moving.taking_files import read_parts, take_parts, write_parts

    path, said = tmp_path / name, tmp_path / f"{name}.said"
    path.write_text(content, encoding="utf-8")
    assert holds_events(path, name)
    write_parts(events_in(path, name), said)
    return take_parts(teller, read_parts(said), lambda: NOW, key)


def test_every_event_of_a_file_has_one_fate_and_a_second_try_repeats_nothing(as_app, database, tmp_path):
    kept(waiting("P1"))

    told = taken(tmp_path, ITEMS)

    assert told["events"] == {"in": 5, "accepted": 1, "duplicate": 1, "refused": 3}
    assert [(row["position"], row["errors"][0].get("code")) for row in told["aside"]] == [
        (1, "EVT-04"), (1, "DAT-91"), (2, "ROW-08"),
    ]  # fmt: skip
    assert asked(database, "select status, presented_at from filing") == [("released", MOMENT - HOUR)]
    assert taken(tmp_path, ITEMS) == told
    assert asked(database, "select count(*) from movement") == [(1,)]


def test_an_event_of_a_receptacle_is_one_of_each_parcel_whose_filing_names_it(as_app, database, tmp_path):
    kept(waiting("P1", "BAG1"), waiting("P2", "BAG1"), waiting("P3", "BAG2"), waiting("BAG1"))

    taken(tmp_path, SCANS, "scans.csv")

    assert asked(database, "select barcodes[1], status from filing order by 1") == [
        ("BAG1", "accepted"), ("P1", "released"), ("P2", "released"), ("P3", "accepted"),
    ]  # fmt: skip
    assert asked(database, "select barcode from lane where in_hand_at is not null order by 1") == [("P1",), ("P2",)]


def test_what_was_told_of_a_receptacle_waits_for_the_filings_of_its_parcels(as_app, database, tmp_path):
    from django.db import connection

    from tidewaiter.exchange.cursors import START
    from tidewaiter.service.lodging.rows import Entered
    from tidewaiter.service.moving.presented import judge_presented
    from tidewaiter.service.moving.taking import of_filing
    from tidewaiter.store.access import acting

    taken(tmp_path, SCANS, "scans.csv")
    with acting("house", ["service"]):
        (judged,) = judge_presented(connection, [Entered({}, waiting("P1", "BAG1"), 0)], [b""], NOW)
    kept(judged.filing)

    assert judged.filing.presented_at == MOMENT - HOUR
    events, _ = of_filing(FILER, judged.filing.id, START, 10)
    assert [(one["parcel_id"], one["receptacle"], one["event"]) for one in events] == [(None, "BAG1", "presented")]


def test_what_a_stranger_tells_of_a_receptacle_has_no_effect(as_app, database, tmp_path):
    kept(waiting("P1", "BAG1"))

    taken(tmp_path, SCANS, "scans.csv", teller="c9")

    assert asked(database, "select status from filing") == [("accepted",)]
    assert asked(database, "select count(*) from lane where in_hand_at is not null") == [(0,)]


def test_a_carrier_tells_events_in_the_form_it_has_and_each_has_its_place(as_app, database):
    from tidewaiter.service.moving.taking_files import take_body

    kept(waiting("P1", "BAG1"))

    items = json.loads(take_body(CARRIER, ITEMS.encode(), NOW, "k"))
    scans = json.loads(take_body(CARRIER, SCANS.encode(), NOW))

    assert [(one["position"], one["fate"]) for one in items["events"]] == [
        (1, "refused"), (1, "refused"), (1, "accepted"), (1, "duplicate"), (2, "refused"),
    ]  # fmt: skip
    assert (scans["accepted"], scans["refused"]) == (1, 0)
    assert json.loads(take_body(CARRIER, ITEMS.encode(), NOW, "k")) == items
    assert asked(database, "select status from filing") == [("released",)]


@pytest.mark.parametrize("body", [b"\x1f\x8b\x08\x00 packed", b"consignment_id,item_no\nA1,1\n", b"", b"\x00\xff"])
def test_a_body_that_is_no_events_is_refused_whole(as_app, body):
    from tidewaiter.service.moving.taking_files import take_body

    with pytest.raises(WrongUse):
        take_body(CARRIER, body, NOW)


def test_a_file_of_events_that_is_handed_over_is_taken_by_the_worker(as_app, database, home):
    from tidewaiter.service import uploads

    kept(waiting("P1"))
    upload = uploads.begin(FILER, len(ITEMS), MOMENT)
    uploads.add(FILER, upload, 0, [ITEMS.encode()], MOMENT)
    process = start_worker(database, home)
    try:
        await_that(lambda: asked(database, "select state from upload") == [("done",)], 60)
    finally:
        process.kill()
        process.wait()

    ((told,),) = asked(database, "select told from upload")
    assert told["events"] == {"in": 5, "accepted": 1, "duplicate": 1, "refused": 3}
    assert asked(database, "select kind from outbox order by 1") == [("file.done",), ("filing.released",)]
    assert json.dumps(told).count("P4") == 0
    assert not list((home / "clearing").glob("*"))
