"""A file that was handed over is cleared by the worker, once, whatever dies; one that cannot be is told so."""

import json
import os
import signal
import time

import psycopg
import pytest

from tests.builders_batcher import MOMENT, a_body
from tests.builders_work import await_that, start_worker
from tidewaiter.store.rights import Actor

OURS = Actor("00000000-0000-7000-8000-000000000001", frozenset({"declarant"}), filer="acme")
FILINGS = 400


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TIDEWAITER_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def handed_over(as_app, home):
    from tidewaiter.service import uploads

    def hand_over(data):
        upload = uploads.begin(OURS, len(data), MOMENT)
        return uploads.add(OURS, upload, 0, [data], MOMENT)

    return hand_over


@pytest.fixture
def worker(database, home):
    started = []

    def start():
        started.append(start_worker(database, home))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture(autouse=True)
def _files_for_all(database, as_app):
    with psycopg.connect(database.owner) as owner:
        owner.execute("insert into party values ('acme', 'Acme', 'declarant', 'keeper', now())")
        owner.execute("insert into filing_right values ('acme', '*')")


def _state(database):
    with psycopg.connect(database.owner) as owner:
        return owner.execute("select state, told from upload").fetchone()


def _file(count=FILINGS):
    lines = [a_body(consignment_id=f"C{place}", consignee_street=f"Long Lane {place + 1}") for place in range(count)]
    return b"\n".join(lines) + b"\n"


def test_a_file_is_cleared_and_its_sender_told(handed_over, worker, database, home):
    upload = handed_over(_file())
    worker()
    await_that(lambda: _state(database)[0] == "done", 60)

    run = home / "runs" / _state(database)[1]["run"]
    receipt = json.loads((run / "receipt.json").read_text())
    assert receipt["consignments"]["accepted"] == FILINGS
    with psycopg.connect(database.owner) as owner:
        assert owner.execute("select kind, subject, filer from outbox").fetchall() == [
            ("file.done", str(upload.id), "acme")
        ]


def test_a_file_that_is_none_is_refused_with_a_sentence(handed_over, worker, database):
    handed_over(b"\x00\x01\x02 no messages")
    worker()
    await_that(lambda: _state(database)[0] == "refused", 60)

    assert _state(database)[1]["code"].startswith("TW-")
    assert _state(database)[1]["sentence"]


def test_a_worker_that_is_killed_while_it_clears_clears_once(handed_over, worker, database, home):
    handed_over(_file(4 * FILINGS))
    for pause_s in (0.3, 0.8):
        process = worker()
        await_that(lambda: _state(database)[0] in {"working", "done"}, 60)
        time.sleep(pause_s)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    worker()
    await_that(lambda: _state(database)[0] == "done", 90)

    with psycopg.connect(database.owner) as owner:
        assert owner.execute("select count(*) from outbox").fetchone() == (1,)
    assert [path.name for path in (home / "runs").iterdir() if not path.name.startswith(".")] == [
        _state(database)[1]["run"]
    ]
