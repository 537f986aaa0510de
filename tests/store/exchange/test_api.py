"""The API over HTTP: one effect for a key, all faults at once, each sees its own."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.builders_batcher import a_body
from tests.eventually import eventually

pytestmark = pytest.mark.usefixtures("listening")
PROBLEM = "application/problem+json"


@pytest.fixture
def key(keys):
    return keys("F1", "lodge", "status", "quote")


def test_a_filing_is_lodged_found_and_listed(api, key):
    lodged = api("POST", "/v1/consignments", key, a_body(consignment_id="A1"))
    told = lodged.json()

    found = api("GET", lodged["Location"], key).json()
    listed = api("GET", "/v1/consignments", key).json()

    assert lodged.status_code == 201
    assert lodged["Location"] == f"/v1/consignments/{told['filing']}"
    assert (found["consignment_id"], found["status"]) == ("A1", told["status"])
    assert found["charges"] == told["charges"]
    assert [one["filing"] for one in listed["consignments"]] == [told["filing"]]
    assert listed["is_last"]


def test_pages_follow_each_other_without_a_gap(api, key):
    for number in range(5):
        api("POST", "/v1/consignments", key, a_body(consignment_id=f"A{number}"))
    seen, after, wanted = [], "0", [f"A{number}" for number in range(5)]

    def next_page():
        nonlocal after
        told = api("GET", f"/v1/consignments?size=2&after={after}", key).json()
        assert len(told["consignments"]) <= 2
        seen.extend(one["consignment_id"] for one in told["consignments"])
        after = told["next"]
        return seen

    assert eventually(next_page, wanted) == wanted


def test_every_fault_is_told_at_once_with_its_pointer(api, key):
    body = a_body({"value_amount": "ten"}, {"item_no": "2", "net_mass_kg": "x"}, gross_mass_kg="heavy")

    answer = api("POST", "/v1/consignments", key, body)

    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    assert {error["pointer"] for error in answer.json()["errors"]} >= {
        "/items/0/value_amount", "/items/1/net_mass_kg", "/gross_mass_kg"
    }  # fmt: skip
    assert answer.json()["receipt"]["signed"]
    listed = api("GET", "/v1/errors", key).json()["errors"]
    assert [one["fate"] for one in listed] == ["quarantined"]


def test_the_same_key_gives_the_same_answer_and_another_body_a_conflict(api, key):
    first = api("POST", "/v1/consignments", key, a_body(consignment_id="A1"), idempotency_key="k1")
    again = api("POST", "/v1/consignments", key, a_body(consignment_id="A1"), idempotency_key="k1")
    other = api("POST", "/v1/consignments", key, a_body(consignment_id="A2"), idempotency_key="k1")

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert (other.status_code, other["Content-Type"]) == (409, PROBLEM)
    assert len(api("GET", "/v1/consignments", key).json()["consignments"]) == 1


def test_without_a_key_the_same_words_count_once(api, key):
    first = api("POST", "/v1/consignments", key, a_body(consignment_id="A1"))
    again = api("POST", "/v1/consignments", key, a_body(consignment_id="A1"))

    assert first.content == again.content


def test_a_filing_told_again_under_another_key_is_a_duplicate(api, key):
    api("POST", "/v1/consignments", key, a_body(consignment_id="A1"), idempotency_key="k1")

    again = api("POST", "/v1/consignments", key, a_body(consignment_id="A1"), idempotency_key="k2")

    assert (again.status_code, again.json()["fate"]) == (200, "duplicate")


def test_another_filers_filing_looks_like_none(api, key, keys):
    other = keys("F2", "lodge", "status")
    lodged = api("POST", "/v1/consignments", key, a_body(consignment_id="A1"))

    theirs = api("GET", lodged["Location"], other)
    none = api("GET", f"/v1/consignments/{uuid4()}", other)

    assert (theirs.status_code, none.status_code) == (404, 404)
    drop = {"request_id"}
    assert {k: v for k, v in theirs.json().items() if k not in drop} == {
        k: v for k, v in none.json().items() if k not in drop
    }
    assert api("GET", "/v1/consignments", other).json()["consignments"] == []
    assert api("GET", "/v1/errors", other).json()["errors"] == []


def test_an_answer_never_says_why_a_parcel_was_chosen(api, key, rules):
    body = a_body({"value_amount": "0.01"}, consignment_id="A1")
    told = api("POST", "/v1/consignments", key, body).content.decode()

    codes = {rule.finding.code for rule in rules.clearance.rules}
    assert not [code for code in codes if code in told]
    assert not {"score", "route", "decision", "lane", "pending_on"} & json.loads(told).keys()


BAD = {
    "no key": (lambda api, _: api("GET", "/v1/errors"), 401),
    "a key of nobody": (lambda api, _: api("GET", "/v1/errors", "tw_00000000_x"), 401),
    "a token that signs itself": (lambda api, _: api("GET", "/v1/errors", "eyJhbGciOiJub25lIn0.e30."), 401),
    "no scope": (lambda api, key: api("GET", "/v1/sorter/X", key), 403),
    "another kind": (lambda api, key: api("POST", "/v1/consignments", key, b"<a/>", "application/xml"), 415),
    "packed": (lambda api, key: api("POST", "/v1/consignments", key, b"x", content_encoding="gzip"), 415),
    "nothing": (lambda api, key: api("POST", "/v1/consignments", key, b" "), 422),
    "no json": (lambda api, key: api("POST", "/v1/consignments", key, b"{"), 422),
    "a list": (lambda api, key: api("POST", "/v1/consignments", key, b"[]"), 422),
    "two objects": (lambda api, key: api("POST", "/v1/consignments", key, b'{"a":1}\n{"a":2}'), 422),
    "a key twice": (
        lambda api, key: api("POST", "/v1/consignments", key, b'{"parcel_id":"A","parcel_id":"B","items":[{}]}'),
        422,
    ),
    "nested": (lambda api, key: api("POST", "/v1/consignments", key, b'{"a":' * 5000 + b"1" + b"}" * 5000), 422),
    "not a number": (lambda api, key: api("POST", "/v1/consignments", key, b'{"consignment_id":NaN}'), 422),
    "no UTF-8": (lambda api, key: api("POST", "/v1/consignments", key, b'{"consignment_id":"\xff"}'), 422),
    "too long": (lambda api, key: api("POST", "/v1/consignments", key, b"x" * ((1 << 20) + 1)), 413),
    "a long key": (lambda api, key: api("POST", "/v1/consignments", key, a_body(), idempotency_key="k" * 256), 422),
    "a huge head": (lambda api, key: api("GET", "/v1/errors", key, x_more="x" * 20_000), 431),
    "a cursor": (lambda api, key: api("GET", "/v1/consignments?after=-1&size=x", key), 422),
    "no id": (lambda api, key: api("GET", "/v1/consignments/none", key), 404),
    "no such way": (lambda api, key: api("GET", "/v1/none", key), 404),
    "another method": (lambda api, key: api("DELETE", "/v1/consignments", key), 405),
    "another host": (lambda api, key: api("GET", "/v1/errors", key, host="evil.example"), 400),
    "an empty file": (lambda api, key: api("POST", "/v1/messages", key), 422),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_answered_in_words(api, key, name):
    call, status = BAD[name]

    answer = call(api, key)

    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    told = answer.json()
    assert told["status"] == status
    assert told["detail"].endswith(".")
    if status == 405:
        assert answer["Allow"] == "GET, HEAD, POST"


def test_a_revoked_key_and_its_tokens_are_refused_at_once(api, key):
    from tidewaiter.service.clients import revoke_key
    from tidewaiter.store.rights import Actor

    prefix = "_".join(key.split("_")[:2])
    form = f"grant_type=client_credentials&client_id={prefix}&client_secret={key}&scope=status"
    token = api("POST", "/v1/token", body=form, kind="application/x-www-form-urlencoded").json()["access_token"]
    assert api("GET", "/v1/errors", token).status_code == 200
    assert api("POST", "/v1/consignments", token, a_body()).status_code == 403

    revoke_key(Actor("p-admin", frozenset({"admin"})), prefix, datetime.now(UTC))

    assert [api("GET", "/v1/errors", one).status_code for one in (key, token)] == [401, 401]


def test_a_key_that_is_over_is_refused(api, keys):
    old = keys("F1", "status", now=datetime.now(UTC) - timedelta(days=2), lasts=timedelta(days=1))

    assert api("GET", "/v1/errors", old).status_code == 401


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ("grant_type=password", 400, "unsupported_grant_type"),
        ("grant_type=client_credentials&client_id=tw_x&client_secret=tw_x_y", 401, "invalid_client"),
        ("grant_type=client_credentials", 401, "invalid_client"),
    ],
)
def test_a_token_is_refused_in_the_words_of_the_grant(api, form, status, error):
    answer = api("POST", "/v1/token", body=form, kind="application/x-www-form-urlencoded")

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer["Cache-Control"] == "no-store"


def test_who_calls_too_often_is_told_when_to_come_again(api, key, monkeypatch):
    from tidewaiter.api import calls
    from tidewaiter.service.buckets import Buckets

    buckets = Buckets(per_s=1, burst=2)
    monkeypatch.setattr(calls, "client_buckets", lambda: buckets)

    answers = [api("GET", "/v1/errors", key) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "1"


def test_a_declarant_may_not_ask_the_sorter(api, keys):
    key = keys("F1", "sorter")

    assert api("GET", "/v1/sorter/A1", key).status_code == 403


def test_a_quote_is_given_and_nothing_is_kept(api, key):
    body = json.loads(a_body(party_relation="B2C"))

    quote = api("POST", "/v1/quotes", key, {**body, "as": "EU", "on": "2026-10-20"})
    refused = api("POST", "/v1/quotes", key, {**body, "as": "XX"})

    assert quote.status_code == 200
    assert quote.json()["currency"] == "EUR"
    assert (refused.status_code, refused["Content-Type"]) == (422, PROBLEM)
    assert api("GET", "/v1/consignments", key).json()["consignments"] == []


def test_no_batcher_is_told_as_not_now(api, key, home):
    (home / "run" / "batcher.sock").unlink()
    from tidewaiter.service.lodging import handing

    handing._hang_up()
    answer = api("POST", "/v1/consignments", key, a_body())

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")


@pytest.mark.parametrize("roles", [("carrier",), ("declarant", "carrier"), ("marketplace",)])
def test_a_key_has_the_role_of_its_party_and_no_other(database, keys, roles):
    import psycopg

    from tidewaiter.model.errors import WrongUse
    from tidewaiter.service.clients import make_key
    from tidewaiter.store.rights import Actor

    keys("F1", "lodge")
    with pytest.raises(WrongUse, match="not the party's"):
        make_key(Actor("p-admin", frozenset({"admin"})), "sorter", "F1", roles, ["sorter"], datetime.now(UTC))

    with psycopg.connect(database.owner) as owner, pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("update api_client set roles = %s where party = 'F1'", [[*roles]])
