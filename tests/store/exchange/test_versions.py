"""Versions: what changes of a filing is sent alone, nothing is overwritten, and the case that is there goes on."""

import json
from datetime import UTC, datetime

import pytest

from tests.builders_batcher import a_body
from tests.builders_lodging import a_lodged


@pytest.fixture
def key(keys):
    return keys("F1", "lodge", "status", now=datetime.now(UTC))


@pytest.fixture
def filed(api, listening, key):
    """Lodges a filing; gives its id."""

    def file(*items, **said):
        answer = api("POST", "/v1/consignments", key, json.loads(a_body(*items, **said)))
        assert answer.status_code == 201, answer.content
        return answer.json()["filing"]

    return file


def amended(api, key, name, fields, saw='"v1"', **heads):
    return api("PATCH", f"/v1/consignments/{name}", key, fields, if_match=saw, **heads)


def rows(text, *values):
    from django.db import connection

    from tidewaiter.store.access import acting

    with acting("house", ["service"]), connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def test_one_field_sent_makes_a_version_decided_anew_and_the_first_stays_to_be_read(api, key, filed):
    name = filed({"commodity_code": ""})

    answer = amended(api, key, name, {"items.1.commodity_code": "6109100010"})
    shown = api("GET", f"/v1/consignments/{name}/versions", key).json()["versions"]

    assert (answer.status_code, answer.json()["filing"], answer.json()["version"]) == (200, name, 2)
    assert answer["ETag"] == '"v2"'
    assert [(one["version"], one["function"]) for one in shown] == [(1, "original"), (2, "amendment")]
    assert [one["items"][0]["commodity_code"] for one in shown] == [None, "6109100010"]
    assert shown[0]["known_until"] == shown[1]["known_from"]
    assert "PRE-09" in {finding["code"] for finding in shown[0]["findings"]}
    assert "PRE-09" not in {finding["code"] for finding in shown[1]["findings"]}
    assert rows("select count(*) from filing") == [(1,)]


def test_what_was_known_at_a_moment_is_told(api, key, filed):
    name = filed()
    amended(api, key, name, {"nature": "gift"})
    first, second = api("GET", f"/v1/consignments/{name}/versions", key).json()["versions"]

    at = first["known_from"].replace("+00:00", "Z")
    told = api("GET", f"/v1/consignments/{name}/versions?known_at={at}", key).json()["versions"]

    assert [one["version"] for one in told] == [1]
    assert second["known_until"] is None


def test_an_amendment_goes_on_with_the_case_that_is_there(api, key, filed, book):
    from tidewaiter.service.lodging.following import FOLLOWS

    book._follows = FOLLOWS
    name = filed({"commodity_code": ""})

    amended(api, key, name, {"items.1.description": "linen shirt"})
    kinds = [kind for (kind,) in rows("select kind from case_event where case_id = %s order by seq", name)]

    assert rows("select count(*) from desk_case") == [(1,)]
    assert rows("select version from desk_case where id = %s", name) == [(2,)]
    assert kinds == ["opened", "asked", "answered", "amended", "asked"]


def test_the_same_change_again_is_answered_with_the_same_words(api, key, filed):
    name = filed()

    first = amended(api, key, name, {"nature": "gift"})
    second = amended(api, key, name, {"nature": "gift"})

    assert first.content == second.content
    assert rows("select count(*) from message") == [(2,)]


def test_who_saw_an_older_version_is_told_and_changes_nothing(api, key, filed):
    name = filed()
    amended(api, key, name, {"nature": "gift"})

    late = amended(api, key, name, {"gross_mass_kg": "0.7"})

    assert late.status_code in {409, 422}
    assert late.json()["errors"][0]["code"] in {"AMD-02", "DUP-03"}
    assert rows("select version from filing") == [(2,)]


@pytest.mark.parametrize(
    ("fields", "status"),
    [({}, 422), ({"no_such": "x"}, 422), ({"items.7.origin": "CN"}, 422), ({"consignment_id": "B1"}, 422), ([], 422)],
)
def test_what_cannot_be_changed_is_refused_and_nothing_kept(api, key, filed, fields, status):
    name = filed()

    assert amended(api, key, name, json.dumps(fields).encode()).status_code == status
    assert rows("select count(*) from message") == [(1,)]


def test_a_change_without_a_version_seen_is_refused(api, key, filed):
    name = filed()

    assert api("PATCH", f"/v1/consignments/{name}", key, {"nature": "gift"}).status_code == 428
    assert amended(api, key, name, {"nature": "gift"}, saw='"x"').status_code == 412


def test_a_withdrawn_filing_is_cancelled_and_never_changed_again(api, key, filed):
    name = filed()

    gone = api("DELETE", f"/v1/consignments/{name}", key, if_match='"v1"')
    after = amended(api, key, name, {"nature": "gift"}, saw='"v2"')

    assert (gone.status_code, gone.json()["status"], gone.json()["charges"]) == (200, "cancelled", [])
    assert api("GET", f"/v1/consignments/{name}", key).json()["status"] == "cancelled"
    assert (after.status_code, after.json()["errors"][0]["code"]) == (409, "AMD-03")
    assert rows("select lane from lane") == [("hold",)]


def test_a_message_may_cancel_by_its_reference_alone(api, key, filed):
    filed(consignment_id="A1")

    told = {"consignment_id": "A1", "declarant_id": "DE123", "function": "cancellation"}
    answer = api("POST", "/v1/consignments", key, told)

    assert (answer.status_code, answer.json()["version"], answer.json()["status"]) == (200, 2, "cancelled")


@pytest.mark.parametrize("function", ["amendment", "cancellation"])
def test_what_changes_a_filing_nobody_knows_is_set_aside(api, key, listening, function):
    answer = api("POST", "/v1/consignments", key, json.loads(a_body(function=function)))

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "AMD-01")


def test_a_filing_of_another_sender_is_not_there(api, key, keys, filed):
    name = filed()
    other = keys("F2", "lodge", "status")

    assert amended(api, other, name, {"nature": "gift"}).status_code == 404
    assert api("DELETE", f"/v1/consignments/{name}", other, if_match='"v1"').status_code == 404
    assert api("GET", f"/v1/consignments/{name}/versions", other).status_code == 404


def test_what_was_released_is_not_changed_by_its_sender(api, key, filed):
    from django.db import connection

    from tidewaiter.exchange import filings
    from tidewaiter.store.access import acting

    name = filed()
    with acting("house", ["service"]):
        filings.publish(connection, name, status="released", lane="release", now=datetime.now(UTC))

    late = amended(api, key, name, {"nature": "gift"})

    assert (late.status_code, late.json()["errors"][0]["code"]) == (409, "AMD-04")


def test_a_filing_counts_once_in_windows_however_often_it_is_amended(lodged):
    said = {"order_id": "O1", "seller_id": "S1"}
    lodged(a_lodged(consignment_id="A1", **said))
    lodged(a_lodged(consignment_id="A1", function="amendment", gross_mass_kg="0.6", **said))

    assert rows("select count(*) from history where order_key is not null") == [(1,)]
    assert rows("select count(*) from history") == [(2,)]


def test_no_version_is_ever_written_over(lodged):
    from django.db import DatabaseError

    lodged(a_lodged(consignment_id="A1"))
    lodged(a_lodged(consignment_id="A1", function="amendment", nature="gift"))

    with pytest.raises(DatabaseError):
        rows("update filing set version = 1 returning id")
    with pytest.raises(DatabaseError):
        rows("delete from filing_version returning filing")


def test_changes_that_wait_together_are_taken_one_after_the_other(lodged):
    lodged(a_lodged(consignment_id="A1"))

    told = lodged(
        a_lodged(consignment_id="A1", function="amendment", version="2", gross_mass_kg="0.6"),
        a_lodged(consignment_id="A1", function="amendment", version="3", gross_mass_kg="0.7"),
        a_lodged(consignment_id="A1", function="amendment", version="3", gross_mass_kg="0.8"),
    )

    assert [fate for fate, _ in told] == ["accepted", "accepted", "quarantined"]
    assert rows("select version from filing") == [(3,)]
    assert rows("select version from filing_version order by version") == [(1,), (2,)]


@pytest.fixture
def cleared(tmp_path, as_app, home):
    """Clears and loads a list of filings; what was taken in."""
    from tidewaiter.service.clear import clear_files
    from tidewaiter.service.loading import load

    def clear(name, *told, submitter="F1"):
        source = tmp_path / f"{name}.ndjson"
        source.write_bytes(b"".join(one + b"\n" for one in told))
        done = clear_files([str(source)], "EU", tmp_path / name, on="2026-10-20", submitter=submitter)
        return load(done.folder, now=datetime(2026, 10, 21, tzinfo=UTC))

    return clear


def test_a_file_amends_and_cancels_what_stands_and_names_what_it_cannot(cleared):
    cleared("one", a_body(consignment_id="A1"), a_body(consignment_id="A2"), a_body(consignment_id="A3"))

    told = cleared(
        "two",
        a_body(consignment_id="A1", version="2", function="amendment", nature="gift"),
        a_body(consignment_id="A2", version="2", function="cancellation"),
        a_body(consignment_id="A3"),
        a_body(consignment_id="A3", version="5", function="amendment", nature="gift"),
        a_body(consignment_id="B9", version="2", function="amendment"),
        a_body(consignment_id="N1"),
        a_body(consignment_id="N1", version="2", function="amendment", nature="gift"),
    )

    assert (told.filings, told.known) == (4, 1)
    assert {(one.consignment_id, one.code) for one in told.aside} == {("A3", "AMD-02"), ("B9", "AMD-01")}
    stands = rows("select reference, version, status = 'cancelled' from filing order by reference")
    assert stands == [("A1", 2, False), ("A2", 2, True), ("A3", 1, False), ("N1", 2, False)]
    assert rows("select count(*) from filing_version") == [(3,)]


def test_a_filing_of_a_file_is_changed_by_one_field_too(api, key, cleared, listening):
    cleared(
        "one",
        a_body(
            {"commodity_code": "", "value_amount": "12.50"}, {"item_no": "2"}, party_relation="B2C", gross_mass_kg="0.9"
        ),
    )
    ((name,),) = rows("select id from filing")
    (asked,) = api("GET", "/v1/repairs", key).json()["repairs"]

    fields = {question["path"]: "6109100010" for question in asked["questions"]}
    answer = api("POST", f"/v1/consignments/{name}/repairs", key, fields, if_match='"v1"')

    assert (list(fields), answer.status_code) == (["items.1.commodity_code"], 200)
    shown = api("GET", f"/v1/consignments/{name}/versions", key).json()["versions"]
    assert [[line["commodity_code"] for line in one["items"]] for one in shown] == [
        [None, "6109100010"], ["6109100010", "6109100010"],
    ]  # fmt: skip
    assert len({one["items"][0]["line_value_minor"] for one in shown}) == 1
