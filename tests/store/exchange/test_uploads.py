"""Files handed over: kept as they come, refused where they do not join, cleared by the worker's task once."""

import fcntl
import hashlib
import json

import pytest

from tests.builders_batcher import a_body
from tidewaiter.model.errors import Unavailable

LINES = "application/x-ndjson"


@pytest.fixture
def key(keys, home):
    return keys("F1", "lodge", "status")


def test_a_part_that_does_not_join_is_refused_and_told_where_to_go_on(api, key):
    first = api("POST", "/v1/messages", key, b"abc", LINES, upload_length="10")
    place = first["Location"].replace("/jobs/", "/messages/")

    wrong = api("PATCH", place, key, b"x", LINES, upload_offset="9")
    longer = api("PATCH", place, key, b"x" * 8, LINES, upload_offset="3")
    rest = api("PATCH", place, key, b"defghij", LINES, upload_offset="3")

    assert (first.status_code, first.json()["state"], first["Upload-Offset"]) == (202, "receiving", "3")
    assert (wrong.status_code, wrong["Upload-Offset"]) == (409, "3")
    assert longer.status_code == 409
    assert (rest.status_code, rest.json()["state"]) == (202, "received")


def test_the_same_file_sent_again_goes_on_where_it_was(api, key):
    digest = hashlib.sha256(b"abcdef").hexdigest()
    first = api("POST", "/v1/messages", key, b"abc", LINES, upload_length="6", content_sha256=digest)

    again = api("POST", "/v1/messages", key, b"abcdef", LINES, content_sha256=digest)

    assert (again.status_code, again.json()["job"], again["Upload-Offset"]) == (202, first.json()["job"], "3")


def test_bytes_of_another_hash_are_refused(api, key):
    told = api("POST", "/v1/messages", key, b"abc", LINES, content_sha256="0" * 64).json()

    assert told["state"] == "refused"
    assert told["result"]["sentence"].endswith(".")


def test_a_file_that_was_refused_can_be_sent_again(api, key):
    digest = hashlib.sha256(b"abc").hexdigest()
    wrong = api("POST", "/v1/messages", key, b"abx", LINES, content_sha256=digest).json()
    right = api("POST", "/v1/messages", key, b"abc", LINES, content_sha256=digest).json()
    again = api("POST", "/v1/messages", key, b"abc", LINES, content_sha256=digest).json()

    assert (wrong["state"], right["state"]) == ("refused", "received")
    assert right["job"] == again["job"] != wrong["job"]


def test_what_is_wrong_with_the_machine_refuses_no_file(api, key, home):
    from tidewaiter.service.tasks.clearing import clear_upload
    from tidewaiter.service.work import Turn

    first = api("POST", "/v1/messages", key, a_body(), LINES)
    name = first.json()["job"]
    (home / "clearing").write_text("in the way of the folder")
    with pytest.raises(Unavailable):
        clear_upload(Turn(1), upload=name)
    between = api("GET", first["Location"], key).json()["state"]
    (home / "clearing").unlink()
    clear_upload(Turn(1), upload=name)

    assert between == "working"
    assert api("GET", first["Location"], key).json()["state"] == "done"


def test_a_process_that_a_killed_worker_left_behind_refuses_no_file(api, key, home):
    from tidewaiter.service.tasks.clearing import clear_upload
    from tidewaiter.service.work import Turn

    first = api("POST", "/v1/messages", key, a_body(), LINES)
    name = first.json()["job"]
    (home / "clearing").mkdir()
    with (home / "clearing" / f".{name}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Unavailable):
            clear_upload(Turn(1), upload=name)
    clear_upload(Turn(1), upload=name)

    assert api("GET", first["Location"], key).json()["state"] == "done"
    assert api("GET", f"/v1/messages/{name}/receipt", key).status_code == 200


def test_what_is_left_of_a_run_that_was_taken_away_is_no_run(api, key, home):
    from tidewaiter.service.tasks.clearing import clear_upload
    from tidewaiter.service.work import Turn

    first = api("POST", "/v1/messages", key, a_body(), LINES)
    name = first.json()["job"]
    (home / "clearing" / name).mkdir(parents=True)
    (home / "clearing" / name / "items.parquet").write_bytes(b"half")
    clear_upload(Turn(1), upload=name)

    told = api("GET", first["Location"], key).json()
    assert (told["state"], told["result"]["accepted"]) == ("done", 1)


def test_a_run_that_is_whole_is_not_cleared_again(api, key, home, monkeypatch):
    from tidewaiter.service.tasks import clearing
    from tidewaiter.service.work import Turn

    def gone(*_, **__):
        raise Unavailable("The database went away.")

    first = api("POST", "/v1/messages", key, a_body(), LINES)
    name = first.json()["job"]
    with monkeypatch.context() as patch:
        patch.setattr(clearing, "load", gone)
        with pytest.raises(Unavailable):
            clearing.clear_upload(Turn(1), upload=name)
    monkeypatch.setattr(clearing, "clear_apart", gone)
    clearing.clear_upload(Turn(1), upload=name)

    assert api("GET", first["Location"], key).json()["result"]["accepted"] == 1


def test_another_party_sees_no_job(api, key, keys):
    first = api("POST", "/v1/messages", key, b"abc", LINES)

    assert api("GET", first["Location"], keys("F2", "status")).status_code == 404


def test_no_room_on_the_disk_is_told_and_what_came_stays(api, key, monkeypatch):
    import errno
    import os

    first = api("POST", "/v1/messages", key, b"abc", LINES, upload_length="6")
    place = first["Location"].replace("/jobs/", "/messages/")

    def full(_file):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    told = api("PATCH", place, key, b"def", LINES, upload_offset="3")
    monkeypatch.undo()

    assert told.status_code == 507
    assert api("GET", first["Location"], key).json()["received"] == 3


def test_a_file_is_cleared_once_and_its_job_tells_the_receipt(api, key, home):
    from tidewaiter.service.tasks.clearing import clear_upload
    from tidewaiter.service.work import Turn

    data = b"\n".join([a_body(consignment_id=f"A{number}") for number in range(5)] + [b"{"])
    first = api("POST", "/v1/messages", key, data, LINES)
    name = first.json()["job"]

    clear_upload(Turn(1), upload=name)
    clear_upload(Turn(1), upload=name)

    told = api("GET", first["Location"], key).json()
    assert told["state"] == "done"
    receipt = json.loads((home / "runs" / name / "receipt.json").read_text())["consignments"]
    assert (told["result"]["accepted"], told["result"]["quarantined"]) == (5, 1)
    assert receipt["accepted"] == 5


def test_a_file_that_nobody_can_read_is_refused_with_a_sentence(api, key, home):
    from tidewaiter.service.tasks.clearing import clear_upload
    from tidewaiter.service.work import Turn

    first = api("POST", "/v1/messages", key, b"\x00\x01\x02" * 100, LINES)
    clear_upload(Turn(1), upload=first.json()["job"])

    told = api("GET", first["Location"], key).json()
    assert told["state"] == "refused"
    assert told["result"]["code"].startswith("TW-")
