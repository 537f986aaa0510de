"""Signed receipts: one for each file, chained, and one changed byte is found."""

import json
import random
import threading
from datetime import UTC, datetime

import psycopg
import pytest

from tests.builders_batcher import FILING, ITEM, MOMENT
from tidewaiter.store.rights import Actor

NOW = datetime(2026, 10, 21, 8, tzinfo=UTC)
OURS = Actor("00000000-0000-7000-8000-000000000001", frozenset({"declarant"}), filer="acme")


@pytest.fixture
def run_of(tmp_path, as_app, home):
    """Clears and loads a list of filings; gives the folder and the original."""
    from tidewaiter.service.clear import clear_files
    from tidewaiter.service.loading import load

    def run(name, *ids, submitter="acme"):
        source = tmp_path / f"{name}.ndjson"
        rows = [{**FILING, "consignment_id": one, "items": [ITEM]} for one in ids]
        source.write_text("".join(json.dumps(row) + "\n" for row in rows) + "{broken\n")
        done = clear_files([str(source)], "EU", tmp_path / name, on="2026-10-20", submitter=submitter)
        load(done.folder, now=NOW)
        return done.folder, source

    return run


def verified(folder, home, **more):
    from tidewaiter.service.lodging.receipts import PUBLIC
    from tidewaiter.service.receipts.verifying import verify

    return verify(folder / "receipt.jws", home / "keys" / PUBLIC, **more)


def test_a_receipt_says_what_came_and_what_became_of_it_and_holds(run_of, home):
    folder, source = run_of("day", "A1", "A2")

    found = verified(folder, home, originals=[source])

    assert found.faults == []
    assert found.told["consignments"] == {"rows_in": 3, "accepted": 2, "quarantined": 1, "duplicates": 0, "refused": 0}
    assert (found.told["accepted"]["size"], found.told["sender"], found.told["number"]) == (2, "acme", 1)
    assert len(found.held) == 4


def test_receipts_of_a_sender_are_a_chain(run_of, home):
    first, _ = run_of("one", "A1")
    other, _ = run_of("else", "C1", submitter="other")
    second, _ = run_of("two", "B1")

    found = verified(second, home, previous=first / "receipt.jws")

    assert (found.faults, found.told["number"]) == ([], 2)
    assert verified(second, home, previous=other / "receipt.jws").faults
    assert verified(other, home).told["previous"] is None


def test_taken_in_again_it_is_the_same_receipt_and_one_that_was_lost_is_laid_again(run_of, home):
    from tidewaiter.service.loading import load

    folder, _ = run_of("day", "A1")
    before = (folder / "receipt.jws").read_bytes()
    (folder / "receipt.jws").unlink()

    assert load(folder, now=datetime.now(UTC)).was_there
    assert (folder / "receipt.jws").read_bytes() == before


def test_one_flipped_bit_in_receipt_original_or_what_lies_beside_is_found(run_of, home):
    folder, source = run_of("day", "A1", "A2")
    chance = random.Random(7)

    for path in (folder / "receipt.jws", folder / "receipt.json", folder / "quarantine.csv", source):
        whole = path.read_bytes()
        places = range(len(whole)) if path.suffix == ".jws" else chance.sample(range(len(whole)), 40)
        for place in places:
            bent = bytearray(whole)
            bent[place] ^= 1 << chance.randrange(8)
            path.write_bytes(bent)
            assert _finds(folder, home, source), (path.name, place)
        path.write_bytes(whole)
    assert verified(folder, home, originals=[source]).faults == []


def _finds(folder, home, source):
    from tidewaiter.model.errors import UnusableInput

    try:
        return bool(verified(folder, home, originals=[source]).faults)
    except UnusableInput:
        return True


def test_a_filing_is_proven_and_no_other_passes_for_it(run_of, home, tmp_path):
    from tidewaiter.service.receipts.contents import proof
    from tidewaiter.service.results import open_results

    folder, _ = run_of("day", *(f"A{number}" for number in range(11)))
    told = proof(open_results(folder), "A7")
    path = tmp_path / "proof.json"

    path.write_text(json.dumps(told))
    assert verified(folder, home, parcel="A7", proof=path).faults == []
    assert verified(folder, home, parcel="A8", proof=path).faults
    path.write_text(json.dumps({**told, "leaf": {**told["leaf"], "consignment_id": "A8"}}))
    assert verified(folder, home, parcel="A8", proof=path).faults
    path.write_text("{}")
    assert verified(folder, home, parcel="A7", proof=path).faults


def test_a_receipt_of_another_key_or_without_one_is_none(run_of, home, tmp_path):
    from tidewaiter.service.lodging.receipts import receipt_signer
    from tidewaiter.service.receipts.verifying import verify

    folder, _ = run_of("day", "A1")
    (tmp_path / "other").mkdir()
    receipt_signer(tmp_path / "other")

    assert verify(folder / "receipt.jws", tmp_path / "other" / "receipts.jwk.json").faults
    head, body, _ = (folder / "receipt.jws").read_text().split(".")
    (folder / "receipt.jws").write_text(f"{head}.{body}.")
    assert verified(folder, home).faults


def test_the_command_tells_by_its_exit_code(run_of, home, capsys):
    from tidewaiter.cli.door import main as door

    folder, source = run_of("day", "A1")
    words = ["receipt", "verify", str(folder / "receipt.jws"), "--original", str(source), "--json"]

    assert door(words) == 0
    assert json.loads(capsys.readouterr().out)["holds"]
    source.write_text("other")
    assert door(words) == 1


def test_the_same_file_three_times_at_once_is_one_file(as_app, home, database):
    from django.db import connection

    from tidewaiter.service import uploads

    data = b"x" * 5_000_000
    told, gate = [], threading.Barrier(3)

    def hand_over():
        upload = uploads.begin(OURS, len(data), MOMENT)
        gate.wait()
        told.append(uploads.add(OURS, upload, 0, [data], MOMENT))
        connection.close()

    threads = [threading.Thread(target=hand_over) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(one.state for one in told) == ["done", "done", "received"]
    (first,) = [one.id for one in told if one.state == "received"]
    assert {one.told.get("repeats") for one in told} == {None, str(first)}
    with psycopg.connect(database.owner) as owner:
        assert owner.execute("select count(*) from procrastinate_jobs").fetchone() == (1,)


@pytest.fixture
def key(keys):
    return keys("acme", "lodge", "status", now=datetime.now(UTC))


def test_the_same_mark_for_the_same_file_is_one_job_and_for_another_a_named_error(api, home, key):
    def send(data, **heads):
        return api("POST", "/v1/messages", key, data, kind="text/csv", idempotency_key="m-1", **heads)

    first, again, other = send(b"a,b\n1,2\n"), send(b"a,b\n1,2\n"), send(b"a,b\n1,3\n")
    longer = send(b"a,b\n1,2\n1,4\n")

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["job"] == again.json()["job"]
    assert [(one.status_code, one.json()["code"]) for one in (other, longer)] == [(409, "TW-130")] * 2


def test_a_message_has_its_receipt_by_its_id(api, listening, keys, tmp_path):
    own, other = keys("F1", "lodge", "status"), keys("F2", "lodge", "status")
    lodged = api("POST", "/v1/consignments", own, {**FILING, "items": [ITEM]}).json()
    name = lodged["receipt"]["message"]

    answer = api("GET", f"/v1/messages/{name}/receipt", own)

    assert answer.json()["receipt"] == lodged["receipt"]["signed"]
    assert api("GET", f"/v1/messages/{name}/receipt", other).status_code == 404
