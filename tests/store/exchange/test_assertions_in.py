"""Claims by machine: each kept once, shown to who works on the case, never to whoever filed."""

from datetime import timedelta

import pytest

from tests.builders_batcher import MOMENT
from tests.builders_desk import OFFICER
from tests.builders_lodging import a_lodged
from tidewaiter.store.rights import Actor, NotAllowed

NOW = MOMENT + timedelta(hours=12)
SHOP = Actor("m-s1", frozenset({"marketplace"}), filer="S1")
CARRIER = Actor("m-c1", frozenset({"carrier"}), filer="C1")
FILER = Actor("m-f1", frozenset({"declarant"}), filer="F1")
AT = "2026-10-19T10:00:00Z"


def order(**said):
    return {"kind": "order", "reference": "R1", "asserted_at": AT, "order_id": "o1", "quantity": 7, **said}


def waybill(**said):
    return {"kind": "waybill", "reference": "W1", "asserted_at": AT, "parcel_id": "P1", **said}


@pytest.fixture
def take(as_app):
    from tidewaiter.service.asserting.taking import take

    return lambda *told, by=SHOP: take(by, list(told), NOW)


def rows(actor, text):
    from django.db import connection

    from tidewaiter.store.access import acting_as

    with acting_as(actor), connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall()


def fates(answer):
    return [one["fate"] for one in answer["assertions"]]


def test_each_claim_counts_once_and_what_cannot_be_read_is_named(take):
    first = take(order(), order(), order(kind="rumour"), order(order_id=None), "order", order(asserted_by="S2"))

    assert fates(first) == ["accepted", "duplicate", "refused", "refused", "refused", "refused"]
    assert [error["field"] for one in first["assertions"] for error in one.get("errors", ())] == [
        "kind", "order_id", "", "asserted_by",
    ]  # fmt: skip
    assert fates(take(order())) == ["duplicate"]
    assert fates(take(order(), by=CARRIER)) == ["accepted"]


def test_who_files_claims_nothing_and_sees_no_claim_but_his_own(take):
    take(order())
    count = "select count(*) from assertion"

    with pytest.raises(NotAllowed):
        take(order(), by=FILER)
    assert [rows(actor, count) for actor in (SHOP, OFFICER)] == [[(1,)], [(1,)]]
    assert [rows(actor, count) for actor in (FILER, CARRIER, Actor("x", frozenset()))] == [[(0,)]] * 3


def test_a_claim_meets_its_filing_whichever_comes_first_and_the_officer_sees_what_differs(take, lodged):
    from django.db import connection

    from tidewaiter.exchange import filings
    from tidewaiter.service.asserting.beside import beside
    from tidewaiter.store.access import acting

    take(order(), order(reference="R2", order_id="O2"))
    ((fate, told),) = lodged(
        a_lodged({"quantity": "1"}, consignment_id="P1", parcel_id="P1", order_id="O1", consignee_country="DE")
    )
    take(waybill(consignee_country="CH"), by=CARRIER)
    with acting("house", ["service"]):
        filing = filings.by_id(connection, told["filing"])

    seen = beside(OFFICER, filing)

    assert fate == "accepted"
    assert "S1" not in str({name: said for name, said in told.items() if name != "receipt"})
    assert sorted(one["reference"] for one in seen.claimed) == ["R1", "W1"]
    assert [one["code"] for one in seen.contradictions] == ["AST-03", "AST-04"]
    assert "S1 says that 7 pieces were ordered, and 1 are declared." in [one["sentence"] for one in seen.contradictions]
    assert beside(FILER, filing).claimed == []


def test_the_door_takes_a_list_of_them(api, keys):
    from datetime import UTC, datetime

    key = keys("S1", "events", role="marketplace", now=datetime.now(UTC))

    answer = api("POST", "/v1/assertions", key, {"assertions": [waybill(gross_mass_kg="0.3"), "no claim"]})
    shapeless = api("POST", "/v1/assertions", key, {"claims": []})

    assert (answer.status_code, fates(answer.json())) == (200, ["accepted", "refused"])
    assert shapeless.status_code == 422
