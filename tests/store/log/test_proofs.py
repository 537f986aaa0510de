"""Proofs of one entry or row, witnesses, the keeper: what leaves the log and holds without it."""

import json
import os
import threading
from datetime import timedelta

import pytest

from tests.builders_log import NOW, a_whole_log
from tidewaiter.model.errors import LogBroken, WrongUse
from tidewaiter.model.note import COSIGNED, PublicKey
from tidewaiter.store import log
from tidewaiter.store.log.checkpoints import newest
from tidewaiter.store.log.keeper import Keeper, keep
from tidewaiter.store.log.keys import KEY, make_signer
from tidewaiter.store.log.opening import change_key, take_key
from tidewaiter.store.log.proofs import proof_of_entry, proof_of_row
from tidewaiter.store.log.witness import cosign
from tidewaiter.store.verify.log import verify
from tidewaiter.store.verify.proof import check_proof


def row_proof(place, batch, number):
    with place.audit() as connection:
        return proof_of_row(connection, place.folder, batch, number)


@pytest.mark.parametrize(("batch", "number"), [("small", 0), ("small", 11), ("large", 0), ("large", 11_999)])
def test_a_row_is_proven_by_a_small_file_alone(place, batch, number):
    a_whole_log(place)

    proof = row_proof(place, batch, number)

    assert check_proof(proof, str(place.signer().key)).faults == []
    assert f"C{number:05d}" in json.loads(proof)["row"]["leaf"]
    assert len(proof) < 3000


def test_a_proof_holds_for_nothing_else(place):
    a_whole_log(place)
    told = json.loads(row_proof(place, "large", 77))
    key = told["key"]
    others = [
        {**told, "row": {**told["row"], "leaf": told["row"]["leaf"].replace("release", "refused")}},
        {**told, "row": {**told["row"], "number": 78}},
        {**told, "row": {**told["row"], "blind": "00" * 16}},
        {**told, "row": {**told["row"], "path": told["path"]}},
        {**told, "entry": {**told["entry"], "seq": told["entry"]["seq"] - 1}},
        {**told, "entry": {**told["entry"], "payload": told["entry"]["payload"].replace("12000", "12001")}},
        {**told, "path": ""},
        {**told, "checkpoint": told["checkpoint"].replace("\n295\n", "\n296\n")},
        {**told, "checkpoint": told["checkpoint"].replace("time 2026", "time 2027")},
        {**told, "format": "other/1"},
        {},
        [],
    ]

    assert [check_proof(json.dumps(other), key).faults == [] for other in others] == [False] * len(others)
    assert check_proof(json.dumps(told), key.replace("org", "com")).faults
    assert check_proof("no proof").faults


def test_an_act_is_proven_as_well(place):
    a_whole_log(place)
    with place.audit() as connection:
        proof = proof_of_entry(connection, place.folder, 5)

    assert check_proof(proof, str(place.signer().key)).faults == []


def test_what_cannot_be_proven_is_said(place):
    a_whole_log(place).act(1)

    with place.audit() as connection:
        with pytest.raises(WrongUse, match="in no checkpoint yet"):
            proof_of_entry(connection, place.folder, 296)
        with pytest.raises(WrongUse, match="no entry 0"):
            proof_of_entry(connection, place.folder, 0)
        with pytest.raises(WrongUse, match="no batch other"):
            proof_of_row(connection, place.folder, "other", 0)
        with pytest.raises(WrongUse, match="no row 12"):
            proof_of_row(connection, place.folder, "small", 12)


def test_a_witness_cosigns_a_log_that_grows_and_refuses_a_fork(place, tmp_path):
    signer, seen = place.signer(), tmp_path / "seen.ndjson"
    witness = make_signer(tmp_path / "witness.pem", "auditor.example")
    place.publish()
    for step in (10, 20):
        cosign(place.folder, str(signer.key), seen, witness, 1_700_000_000 + step)
        place.act(300)
        place.publish(step)
    told = cosign(place.folder, str(signer.key), seen, witness, 1_700_000_030)
    assert cosign(place.folder, str(signer.key), seen, witness, 1_700_000_040) == told
    key = str(PublicKey("auditor.example", witness.key.key, COSIGNED))

    assert verify(place.folder, seen=[seen], witness=key).faults == []
    assert len(seen.read_text().splitlines()) == 3
    strange = str(PublicKey("another.example", witness.key.key, COSIGNED))
    assert [fault.sentence for fault in verify(place.folder, seen=[seen], witness=strange).faults] == [
        "is not cosigned by the witness"
    ] * 3

    lines = seen.read_text().splitlines()
    forked = json.loads(lines[-1]).replace("\n601\n", "\n600\n")
    seen.write_text(json.dumps(forked) + "\n")
    place.act(1)
    place.publish(50)
    with pytest.raises(LogBroken, match="other entries"):
        cosign(place.folder, str(signer.key), seen, witness, 1_700_000_050)
    with pytest.raises(LogBroken, match="not signed by"):
        cosign(place.folder, str(witness.key), tmp_path / "new", witness, 1_700_000_050)


def test_the_keeper_seals_and_signs_by_the_clock_and_by_growth(place):
    with place.owner() as connection:
        connection.autocommit = True
        keeper = Keeper(connection, place.folder, place.keys, "example.org/log")
        assert keeper.hold()
        keeper.turn(NOW)
        place.record(3)
        keeper.turn(NOW + timedelta(seconds=9))
        assert newest(place.folder).size == 1
        keeper.turn(NOW + timedelta(seconds=10))
        assert newest(place.folder).size == 2
        place.act(10_000)
        keeper.turn(NOW + timedelta(seconds=11))
        assert newest(place.folder).size == 10_002
        place.act(1)
        keeper.turn(NOW + timedelta(seconds=12), is_last=True)
        with place.owner() as other:
            assert not Keeper(other, place.folder, place.keys).hold()

    assert place.verify(later_s=100).faults == []


def test_a_keeper_that_is_stopped_signs_what_is_there(place):
    stop = threading.Event()
    kept = threading.Thread(target=keep, args=(place.database.owner, place.folder, place.keys, stop, lambda: NOW))
    kept.start()
    place.record(2)
    place.act(3)
    stop.set()
    kept.join(30)

    assert not kept.is_alive()
    assert place.verify(later_s=100).faults == []
    assert newest(place.folder).size == 5


def test_a_batch_of_many_parts_has_the_root_of_one(place):
    rows, block = [b'{"n":%d}' % number for number in range(1000)], os.urandom(16_000)
    parts = [(rows[at : at + 300], block[16 * at : 16 * (at + 300)]) for at in range(0, 1000, 300)]

    whole = log.seal("one", "decision", rows, block)
    parted = log.leaves_file("two", "decision", parts, place.folder, "two")

    assert (parted.rows, parted.root) == (whole.rows, whole.root)
    place.signer()
    with place.app() as connection:
        log.append_batch(connection, parted, NOW)
    assert place.verify().faults == []
    assert list(place.folder.rglob("*.half")) == []


def test_keys_that_changed_are_named_in_proofs(place):
    a_whole_log(place)
    with place.owner() as connection:
        change_key(connection, place.keys, NOW)
    take_key(place.keys)
    place.publish(20)

    assert check_proof(row_proof(place, "small", 3), str(place.signer().key)).faults == []
    assert (place.keys / KEY).exists()
