"""Events of parcels: each counted once, effective for who files or carries the parcel, whichever comes first."""

from datetime import timedelta
from itertools import count, permutations

import pytest

from tests.builders_batcher import MOMENT
from tests.builders_cases import AT
from tests.builders_desk import OFFICER
from tests.builders_lodging import a_lodged
from tidewaiter.exchange.cursors import START
from tidewaiter.model.errors import KeyUsedOtherwise, WrongUse
from tidewaiter.service.queue_filters import Filters
from tidewaiter.store.rights import MATRIX, Actor, Facts, NotAllowed, may

HOUR = timedelta(hours=1)
NOW = MOMENT + 12 * HOUR
CARRIER = Actor("m-c1", frozenset({"carrier"}), filer="C1")
STRANGER = Actor("m-c9", frozenset({"carrier"}), filer="C9")
FILER = Actor("m-f1", frozenset({"declarant"}), filer="F1")
HERE = OFFICER._replace(office="DE")
HELD = {"value_currency": "XXQ"}
SOUND = {
    "vat_scheme": "IOSS", "vat_scheme_id": "IM2760000001", "reduced_set": "H7", "party_relation": "B2C",
    "carrier_id": "C1",
}  # fmt: skip


def a_name(place):
    """A name for each place: figures in a name look like a stopgap."""
    return "Anna B" + "".join("aeioulnrst"[int(figure)] for figure in str(place))


@pytest.fixture
def book(as_app, rules, signer):
    from tidewaiter.service.lodging.book import Book
    from tidewaiter.service.lodging.following import FOLLOWS
    from tidewaiter.service.moving.presented import judge_presented

    return Book(signer, lambda: MOMENT, lambda: rules.windows, follows=FOLLOWS, judges=[judge_presented])


@pytest.fixture
def lodge(lodged):
    """Lodges a parcel that C1 carries, sound in itself; gives the answer to its sender."""
    places = count(1)

    def one(*items, barcode="P1", **said):
        place = next(places)
        known = {**SOUND, "consignee_name": a_name(place), "consignee_street": f"Long Lane {place}", **said}
        ((fate, told),) = lodged(a_lodged(*items, **known, consignment_id=barcode))
        assert fate == "accepted"
        return told

    return one


def event(word="presented", at=MOMENT - HOUR, barcode="P1", **more):
    return {"parcel_id": barcode, "event": word, "at": at if isinstance(at, str) else at.isoformat(), **more}


def tell(*events, by=CARRIER, now=NOW, key=""):
    import msgspec

    from tidewaiter.service.moving.taking import take

    told = msgspec.json.decode(take(by, events, now, key))
    fates = [one["fate"] for one in told["events"]]
    assert {word: told[word] for word in ("accepted", "duplicate", "refused")} == {
        word: fates.count(word) for word in ("accepted", "duplicate", "refused")
    }
    assert len(fates) == len(events)
    return fates


def filing_of(barcode="P1"):
    from django.db import connection

    from tidewaiter.exchange import filings
    from tidewaiter.store.access import acting

    with acting("house", ["service"]):
        (found,) = filings.by_barcode(connection, barcode)
    return found


def standing(barcode="P1"):
    """All of a filing that an event may change."""
    found = filing_of(barcode)
    lines = {item["status"] for item in found.items}
    return found.status, lines, found.assessment.lane, found.presented_at, found.published_at is not None


def words():
    from tidewaiter.store.access import acting
    from tidewaiter.store.asking import rows

    with acting("house", ["service"]):
        return [kind for (kind,) in rows("select kind from outbox order by seq")]


def case_events(barcode="P1"):
    from django.db import connection

    from tidewaiter.desk import rows
    from tidewaiter.store.access import acting

    with acting("house", ["service"]):
        return [(one.event.kind, one.event.at) for one in rows.events(connection, filing_of_id(barcode))]


def filing_of_id(barcode):
    from tidewaiter.store.asking import row

    return row("select id from filing where barcodes @> array[%s]", barcode)[0]


def test_presented_after_lodging_is_published_with_its_lane_and_its_filer_is_told(lodge):
    assert lodge()["status"] == "accepted"

    assert tell(event()) == ["accepted"]

    assert standing() == ("released", {"released"}, "release", MOMENT - HOUR, True)
    assert words() == ["filing.accepted", "filing.released"]


def test_what_is_told_before_the_filing_takes_effect_as_it_is_lodged(lodge):
    assert tell(event()) == ["accepted"]

    answer = lodge()

    assert answer["status"] == "released"
    assert standing() == ("released", {"released"}, "release", MOMENT - HOUR, True)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_parcel_that_needs_people_is_presented_to_its_case_and_not_released(lodge, is_first):
    from tidewaiter.service.queue import page

    tell(event()) if is_first else lodge(HELD)
    lodge(HELD) if is_first else tell(event())

    (row,) = page(HERE, Filters(), now=AT).rows
    assert row.presented_at == MOMENT - HOUR
    status, _, lane, at, is_published = standing()
    assert status in {"under_control", "asked"}
    assert (lane != "release", at, is_published) == (True, MOMENT - HOUR, True)


def test_other_events_change_nothing_of_a_filing(lodge):
    lodge()
    before = standing()

    assert tell(event("arrived"), event("scanned"), event("diverted")) == ["accepted"] * 3

    assert standing() == before


def test_the_same_event_counts_once_within_a_call_and_later_however_its_moment_is_written(lodge):
    lodge()
    same = event(at="2026-10-19T23:00:00Z")
    other_zone = event(at="2026-10-20T01:00:00+02:00", barcode="p1", place=None)

    assert tell(same, other_zone, event(place="LGG", at=MOMENT - HOUR)) == ["accepted", "duplicate", "accepted"]
    assert tell(other_zone, same) == ["duplicate", "duplicate"]

    assert words() == ["filing.accepted", "filing.released"]


def test_the_first_presentation_counts_in_whatever_order_it_is_told(lodge):
    moments = [MOMENT - hours * HOUR for hours in (1, 2, 3)]
    for place, order in enumerate(permutations(moments)):
        for lodge_at in range(4):
            barcode = f"Q{place}{lodge_at}"
            for turn, at in enumerate([*order, None]):
                if turn == lodge_at:
                    lodge(HELD, barcode=barcode)
                if at is not None:
                    assert tell(event(at=at, barcode=barcode)) == ["accepted"]
            assert filing_of(barcode).presented_at == min(moments), (order, lodge_at)
            assert case_events(barcode)[-1][1] in {min(moments), MOMENT}


def test_what_the_filing_itself_says_of_its_presentation_stands(lodge):
    lodge(presented_at=(MOMENT - 2 * HOUR).isoformat())

    assert tell(event(at=MOMENT - 5 * HOUR)) == ["accepted"]

    assert filing_of().presented_at == MOMENT - 2 * HOUR


@pytest.mark.parametrize("is_first", [True, False])
def test_a_stranger_changes_nothing_and_learns_nothing(lodge, is_first):
    from tidewaiter.service.moving.taking import of_filing

    if is_first:
        assert tell(event(), event(barcode="NOBODY"), by=STRANGER) == ["accepted", "accepted"]
    lodge()
    if not is_first:
        assert tell(event(), event(barcode="NOBODY"), by=STRANGER) == ["accepted", "accepted"]

    assert standing()[0] == "accepted"
    assert filing_of().presented_at is None
    assert of_filing(FILER, filing_of().id, START, 10) == ([], START)
    assert tell(event()) == ["accepted"], "what a stranger told of it is not in the way of who carries it"
    assert standing()[0] == "released"


def test_a_case_that_is_closed_keeps_what_was_decided(lodge):
    from django.db import connection

    from tidewaiter.exchange import filings
    from tidewaiter.store.access import acting

    lodge(HELD)
    with acting("house", ["service"]):
        filings.publish(connection, filing_of_id("P1"), status="refused", lane="divert", now=NOW)

    tell(event())

    assert standing()[0] == "refused"
    assert filing_of().presented_at == MOMENT - HOUR


def test_each_event_is_read_for_itself_and_says_all_that_is_wrong_with_it(as_app):
    import msgspec

    from tidewaiter.service.moving.taking import take

    given = {
        "sound": (event("arrived"), []),
        "ahead by less than clocks differ": (event(at=NOW + HOUR / 20), []),
        "empty": ({}, ["parcel_id", "event", "at"]),
        "no object": (7, [""]),
        "all wrong": ({"parcel_id": 12, "event": "lost", "at": "2026-10-19"}, ["parcel_id", "event", "at"]),
        "ahead": (event(at=NOW + HOUR), ["at"]),
        "null": (event(barcode="a\0b"), ["parcel_id"]),
        "long": (event(barcode="x" * 101), ["parcel_id"]),
        "no day": (event(at="2026-99-99T00:00:00Z"), ["at"]),
        "long ago": (event(at="1066-10-14T00:00:00Z"), ["at"]),
    }

    told = msgspec.json.decode(take(CARRIER, [one for one, _ in given.values()], NOW))

    for place, (name, (_, wrong)) in enumerate(given.items()):
        one = told["events"][place]
        assert one["fate"] == ("refused" if wrong else "accepted"), name
        assert {error["field"] for error in one.get("errors", ())} == set(wrong), name
        for error in one.get("errors", ()):
            assert error["pointer"] == f"/events/{place}/{error['field']}".rstrip("/"), name
            assert error["message"], name
    assert (told["accepted"], told["refused"]) == (2, 8)


def test_no_event_and_too_many_are_refused_whole():
    for events in ([], [event()] * 1_001):
        with pytest.raises(WrongUse, match=r"1 to 1,000"):
            tell(*events)


@pytest.mark.usefixtures("as_app")
def test_a_key_has_one_effect_and_one_answer_for_thirty_days():
    from tidewaiter.service.moving.taking import take

    first = take(CARRIER, [event()], NOW, "k1")

    assert take(CARRIER, [event()], NOW + HOUR, "k1") == first
    with pytest.raises(KeyUsedOtherwise):
        take(CARRIER, [event("arrived")], NOW, "k1")
    assert tell(event("arrived"), by=STRANGER, key="k1") == ["accepted"], "another party's key is another key"
    assert tell(event("arrived"), key="k1", now=NOW + 31 * 24 * HOUR) == ["accepted"]


PARTIES = [
    Actor("p", frozenset({role}), filer=party, office="DE", agency="wildlife")
    for role in sorted(MATRIX.roles)
    for party in ("F1", "C1", "C9")
]


def test_who_may_tell_and_see_events_is_what_the_matrix_says(lodge):
    from tidewaiter.store.access import acting_as
    from tidewaiter.store.asking import row

    lodge()
    tell(event(), by=CARRIER)
    tell(event("arrived"), by=STRANGER)
    for who in PARTIES:
        may_tell = may(who, "write", "movement", Facts(filer=who.filer)) is not None
        try:
            assert tell(event("scanned", barcode="X" + "".join(who.roles)), by=who) == ["accepted"]
            assert may_tell, who
        except NotAllowed:
            assert not may_tell, who
        seen = set()
        for teller in ("C1", "C9"):
            by_teller = may(who, "read", "movement", Facts(filer=teller))
            is_filed = all(may(who, "read", kind, Facts(filer="F1", office="DE")) for kind in ("movement", "filing"))
            by_filer = teller == "C1" and is_filed
            seen |= {teller} if by_teller or by_filer else set()
        with acting_as(who):
            (found,) = row("select coalesce(array_agg(submitter), '{}') from movement where parcel_id = 'P1'")
        assert set(found) == seen, who


def test_by_sql_a_party_tells_for_itself_alone_and_nobody_changes_what_was_told(lodge):
    from uuid import uuid4

    from django.db import DatabaseError

    from tidewaiter.store.access import acting, acting_as
    from tidewaiter.store.asking import row, say

    tell(event())
    insert = (
        "insert into movement (id, submitter, parcel_id, event, at, digest, told_at) "
        "values (%s, %s, 'P1', 'presented', now(), repeat('a', 64), now())"
    )
    with pytest.raises(DatabaseError, match="row-level security"), acting_as(STRANGER):
        say(insert, uuid4(), "C1")
    for sentence in ("update movement set at = now()", "delete from movement"):
        with pytest.raises(DatabaseError), acting("house", ["service"]):
            say(sentence)
    with acting_as(CARRIER):
        assert row("select count(*) from movement_call") == (0,)
        assert row("select count(*) from movement") == (1,)


def test_events_over_the_api(api, keys, lodge):
    lodge()
    filing = filing_of().id
    carrier = keys("C1", "events", role="carrier")
    filer = keys("F1", "status", "events")
    body = {"events": [event("arrived"), event(), event("lost")]}

    first = api("POST", "/v1/events", carrier, body, idempotency_key="k")
    again = api("POST", "/v1/events", carrier, body, idempotency_key="k")
    pages, after = [], "0"
    for _ in range(2):
        page = api("GET", f"/v1/consignments/{filing}/events?size=1&after={after}", filer).json()
        pages += page["events"]
        after = page["next"]

    assert (first.status_code, first.content) == (200, again.content)
    assert {word: first.json()[word] for word in ("accepted", "duplicate", "refused")} == {
        "accepted": 2, "duplicate": 0, "refused": 1,
    }  # fmt: skip
    assert [(one["event"], one["told_by"]) for one in pages] == [("arrived", "C1"), ("presented", "C1")]
    assert api("GET", f"/v1/consignments/{filing}", filer).json()["status"] == "released"
    assert api("POST", "/v1/events", carrier, {"events": []}).status_code == 422
    assert api("POST", "/v1/events", carrier, b'{"events": ["\\ud800"]}').status_code == 422
    assert api("POST", "/v1/events", carrier, {"events": [event()]}, idempotency_key="k").status_code == 409
    assert api("POST", "/v1/events", keys("F1", "status"), body).status_code == 403
    assert api("POST", "/v1/events", keys("M1", "events", role="marketplace"), body).status_code == 403
    assert api("GET", f"/v1/consignments/{filing}/events", keys("F9", "status")).status_code == 404
    assert api("GET", f"/v1/consignments/{filing}/events", keys("C1", "status", role="carrier")).status_code == 404


def test_what_was_told_and_what_came_of_it_is_in_the_log_without_barcodes(lodge, database):
    import io

    import psycopg
    import pyarrow.parquet as pq

    lodge()
    tell(event(), event("arrived"))
    with psycopg.connect(database.owner) as owner:
        (file,) = owner.execute("select file from log_leaves where batch like 'movements/%'").fetchone()

    leaves = pq.read_table(io.BytesIO(file))["leaf"].to_pylist()

    assert len(leaves) == 3
    assert sum(b'"status":"released"' in leaf for leaf in leaves) == 1
    assert not any(b"P1" in leaf for leaf in leaves)
