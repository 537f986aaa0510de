"""Events and filings that come at once, or by file: neither misses the other, and each effect is taken once."""

import json
import threading
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest

from tests.builders_batcher import FILING, ITEM, MOMENT
from tests.builders_desk import a_filing
from tidewaiter.store.rights import Actor

HOUR = timedelta(hours=1)
NOW = MOMENT + 12 * HOUR
FILER = Actor("m-f1", frozenset({"declarant"}), filer="f1")
CALLS = 20


def take(*events, by=FILER, key=""):
    from tidewaiter.service.moving.taking import take

    return take(by, events, NOW, key)


def presented(barcode, at=MOMENT - HOUR):
    return {"parcel_id": barcode, "event": "presented", "at": at.isoformat()}


def asked(database, text):
    with psycopg.connect(database.owner) as owner:
        return owner.execute(text).fetchall()


def at_once(count, act):
    """Do it in as many threads, each over a connection of its own; gives what each got."""
    from django.db import connection

    got, start = [], threading.Barrier(count)

    def one(place):
        try:
            start.wait(10)
            got.append(act(place))
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is told
            got.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return got


@contextmanager
def house():
    from django.db import connection

    from tidewaiter.store.access import acting

    with acting("house", ["service"]):
        yield connection


def kept(*filings):
    from tidewaiter.exchange.filings import keep
    from tidewaiter.service.acts.opening import open_cases

    with house() as connection:
        keep(connection, filings)
        open_cases(connection, filings, MOMENT)
    return filings


def waiting(**told):
    return a_filing(presented_at=None, status="accepted", told={"asked": []}, **told)


def test_of_many_calls_with_one_key_there_is_one_effect_and_one_answer(as_app, database):
    kept(waiting(barcodes=["P1"], decision="release", lane="release", route="release", pending_on=[]))

    answers = at_once(CALLS, lambda _: take(presented("P1"), presented("P2"), key="k"))

    assert set(answers) == {answers[0]}
    assert json.loads(answers[0])["accepted"] == 2
    assert asked(database, "select count(*) from movement") == [(2,)]
    assert asked(database, "select kind from outbox") == [("filing.released",)]


def test_of_the_same_event_told_at_once_without_a_key_one_counts(as_app, database):
    answers = [json.loads(one) for one in at_once(CALLS, lambda _: take(presented("P1")))]

    assert sorted(one["accepted"] for one in answers) == [0] * (CALLS - 1) + [1]
    assert asked(database, "select count(*) from movement") == [(1,)]


def test_an_event_and_the_filing_of_its_parcel_at_once_do_not_miss_each_other(as_app, database):
    from tidewaiter.exchange.filings import keep
    from tidewaiter.service.lodging.rows import Entered
    from tidewaiter.service.moving.presented import judge_presented

    filing = waiting(barcodes=["P1"], decision="release", lane="release", route="release", pending_on=[])
    has_looked, has_told = threading.Event(), threading.Event()

    def act(place):
        if place:
            assert has_looked.wait(10)
            take(presented("P1"))
            has_told.set()
            return
        with house() as connection:
            (judged,) = judge_presented(connection, [Entered({}, filing, 0)], [b""], NOW)
            has_looked.set()
            assert not has_told.wait(0.5), "who tells of a parcel waits for who files it"
            keep(connection, [judged.filing])

    assert at_once(2, act) == [None, None]
    assert asked(database, "select status, presented_at from filing") == [("released", MOMENT - HOUR)]


@pytest.mark.parametrize("hours", [0, 1])
def test_of_a_long_call_what_does_not_take_effect_at_once_does_so_by_a_job(as_app, database, hours):
    from tidewaiter.service.moving.catching_up import AT_ONCE, catch_up

    count = AT_ONCE + 5
    kept(*(waiting(barcodes=[f"P{place}"]) for place in range(count)))
    if hours:
        for place in range(count):
            take(presented(f"P{place}"))

    take(*(presented(f"P{place}", MOMENT - 2 * HOUR) for place in range(count)))
    effective = "select count(*) from filing join desk_case using (id, presented_at) where presented_at = %s"
    with psycopg.connect(database.owner) as owner:
        first = owner.execute(effective, [MOMENT - 2 * HOUR]).fetchone()
    ((args,),) = asked(database, "select args from procrastinate_jobs")

    assert (catch_up(**args, clock=lambda: NOW), catch_up(**args, clock=lambda: NOW)) == (5, 0)
    with psycopg.connect(database.owner) as owner:
        last = owner.execute(effective, [MOMENT - 2 * HOUR]).fetchone()
    assert (first, last) == ((AT_ONCE,), (count,))


def test_somebody_who_acts_on_the_case_at_once_is_waited_for(as_app, database):
    from tests.builders_desk import COLLEAGUE, OFFICER
    from tidewaiter.model.errors import SeenBefore
    from tidewaiter.service.acts import case

    filings = kept(*(waiting(barcodes=[f"P{place}"]) for place in range(8)))

    def act(place):
        if place == 0:
            return take(*(presented(f"P{one}") for one in range(8)))
        who = OFFICER if place % 2 else COLLEAGUE
        try:
            return case.assign(who, str(filings[place - 1].id), to=who.person, saw=1, key=f"k{place}", now=NOW)
        except SeenBefore as told:
            return told

    got = at_once(9, act)

    assert [one for one in got if isinstance(one, Exception) and not isinstance(one, SeenBefore)] == []
    assert asked(database, "select count(*) from desk_case where presented_at is not null") == [(8,)]
    assert asked(
        database, "select count(*) from filing where status = 'under_control' and presented_at is not null"
    ) == [(8,)]


@pytest.mark.parametrize(
    ("more", "status", "lane"),
    [
        ([], "released", "release"),
        ([{"code": "VAL-01", "severity": "note"}], "released", "release"),
        ([{"code": "VAL-01", "severity": "hold"}], "under_control", "hold"),
    ],
)
def test_what_the_law_had_wait_for_the_parcel_alone_goes_when_it_is_there(as_app, database, more, status, lane):
    reasons = [{"code": "MOV-01", "severity": "hold"}, *more]
    kept(waiting(barcodes=["P1"], route="release", pending_on=["arrival"], reasons=reasons))

    take(presented("P1"))

    assert asked(database, "select status from filing") == [(status,)]
    assert asked(database, "select lane from lane") == [(lane,)]


@pytest.mark.parametrize("pending", ["person_id", "vendor_number"])
def test_what_waits_for_something_else_is_not_let_go_by_its_presentation(as_app, database, pending):
    kept(waiting(barcodes=["P1"], decision="release", lane="hold", route="release", pending_on=[pending]))

    take(presented("P1"))

    assert asked(database, "select status, presented_at from filing") == [("accepted", MOMENT - HOUR)]
    assert asked(database, "select lane from lane") == [("hold",)]


def test_filings_that_a_file_brings_later_are_presented_by_the_job_of_their_run(as_app, database, tmp_path):
    from tidewaiter.service.clear import clear_files
    from tidewaiter.service.loading import load
    from tidewaiter.service.tasks.catching_up import presented_before_filed
    from tidewaiter.service.work import Turn

    rows = [
        {**FILING, "consignment_id": f"A{place}", "parcel_id": f"LX{place}", "consignee_street": f"Long Lane {place}",
         "items": [{**ITEM, **({"value_currency": "XXQ"} if place == 3 else {})}]}
        for place in range(4)
    ]  # fmt: skip
    source = tmp_path / "day.ndjson"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    run = clear_files([str(source)], "EU", tmp_path / "run", on="2026-10-20", submitter="f1").folder
    take(presented("LX1"), presented("LX3"))
    take(presented("LX2"), by=FILER._replace(filer="f2"))

    load(run, now=NOW)
    ((args,),) = asked(database, "select args from procrastinate_jobs where task_name = 'presented_before_filed'")
    for _ in range(2):
        presented_before_filed(Turn(1, lambda: NOW), **args)

    told = asked(database, "select reference, presented_at from filing order by reference")
    assert told == [("A0", None), ("A1", MOMENT - HOUR), ("A2", None), ("A3", MOMENT - HOUR)]
    assert asked(database, "select count(*) from case_event where kind = 'presented'") == [
        (asked(database, "select count(*) from desk_case where barcode in ('LX1', 'LX3')")[0][0],)
    ]
