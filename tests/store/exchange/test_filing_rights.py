"""A key files in the name of its own party, and in another's only where the registry says so."""

import psycopg
import pytest

from tests.builders_batcher import a_body
from tidewaiter.model.errors import WrongUse

pytestmark = pytest.mark.usefixtures("listening")


def _kept(database):
    with psycopg.connect(database.owner) as owner:
        return owner.execute("select filer, declarant from filing order by seq").fetchall()


def test_another_partys_name_is_refused_before_anything_is_decided(api, keys, database):
    key = keys("F1", "lodge", files_for=())

    answer = api("POST", "/v1/consignments", key, a_body(declarant_id="DE123"))

    told = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert [(one["pointer"], one["value"]) for one in told["errors"]] == [("/declarant_id", "DE123")]
    assert told["code"] == "TW-136"
    with psycopg.connect(database.owner) as owner:
        assert owner.execute("select count(*) from message").fetchone() == (0,)


@pytest.mark.parametrize("named", [None, "", "F1", " F1 "])
def test_a_party_files_for_itself(api, keys, database, named):
    key = keys("F1", "lodge", files_for=())

    assert api("POST", "/v1/consignments", key, a_body(declarant_id=named)).status_code == 201
    assert _kept(database)[0][0] == "F1"
    assert _kept(database)[0][1] in {None, "F1"}


@pytest.mark.parametrize("spelt", [b"\xef\xbb\xbf", b" \n"])
def test_no_spelling_of_a_message_gets_past(api, keys, spelt):
    key = keys("F1", "lodge", files_for=("DE999",))

    assert api("POST", "/v1/consignments", key, spelt + a_body(declarant_id=" DE123 ")).status_code == 403


def test_who_may_file_for_another_does_so_and_for_nobody_else(api, keys, database):
    key = keys("F1", "lodge", files_for=("DE123", "DE124"))

    taken = api("POST", "/v1/consignments", key, a_body(declarant_id="DE123"))
    refused = api("POST", "/v1/consignments", key, a_body(consignment_id="A2", declarant_id="DE125"))

    assert (taken.status_code, refused.status_code) == (201, 403)
    assert _kept(database) == [("F1", "DE123")]


def test_a_token_files_for_whom_its_key_does(api, keys):
    from datetime import UTC, datetime

    from tidewaiter.service.clients import token_for

    key = keys("F1", "lodge", files_for=("DE123",))
    token = token_for("_".join(key.split("_")[:2]), key, [], datetime.now(UTC)).text

    assert api("POST", "/v1/consignments", token, a_body(declarant_id="DE123")).status_code == 201
    assert api("POST", "/v1/consignments", token, a_body(consignment_id="A2", declarant_id="D")).status_code == 403


@pytest.mark.parametrize(("files_for", "state"), [((), "refused"), (("DE123",), "refused"), (("DE123", "DE4"), "done")])
def test_a_file_that_names_another_is_refused_whole(api, keys, home, database, files_for, state):
    from tidewaiter.service.tasks.clearing import clear_upload
    from tidewaiter.service.work import Turn

    key = keys("F1", "lodge", "status", files_for=files_for)
    data = b"\n".join([a_body(consignment_id="A1"), a_body(consignment_id="A2", declarant_id="DE4")])
    first = api("POST", "/v1/messages", key, data, "application/x-ndjson")
    clear_upload(Turn(1), upload=first.json()["job"])

    told = api("GET", first["Location"], key).json()
    assert told["state"] == state
    assert told["result"].get("code") == ("TW-136" if state == "refused" else None)
    assert len(_kept(database)) == (2 if state == "done" else 0)
    assert (home / "runs" / told["job"]).is_dir() == (state == "done")
    assert not (home / "clearing" / told["job"]).exists()


def test_the_keeper_says_for_whom_a_party_files(as_owner, database, monkeypatch):
    from datetime import UTC, datetime

    from tidewaiter.service import parties

    now = datetime(2026, 10, 21, tzinfo=UTC)
    monkeypatch.setattr(parties, "begin", lambda _address: None)
    monkeypatch.setattr(parties, "database", lambda: database)
    parties.keep_party("P1", "Post", "declarant", now, ["DE1", "DE2"])
    parties.keep_party("P1", "Post", "declarant", now, ["*"])
    with pytest.raises(WrongUse, match="cannot be"):
        parties.keep_party("P1", "Post", "declarant", now, ["no good"])

    with as_owner.cursor() as cursor:
        cursor.execute("select declarant from filing_right where party = 'P1'")
        assert cursor.fetchall() == [("*",)]
