"""Jobs: none without its transaction, none lost with its worker, no effect twice, the hopeless ones set aside."""

import contextlib
import os
import random
import signal
import time
from datetime import UTC, datetime

import psycopg
import pytest

from tests.builders_work import await_that, effects_table, start_worker

NOW = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)
JOBS = 60


def _serving():
    from tidewaiter.store.access import acting

    return acting("service", ["service"])


def _one(database, text, *values):
    with psycopg.connect(database.owner) as owner:
        return owner.execute(text, values).fetchone()[0]


@pytest.fixture
def worker(database, tmp_path):
    """Starts workers; those that still run are ended."""
    started = []

    def start():
        started.append(start_worker(database, tmp_path))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_job_is_there_when_its_transaction_commits(as_app, database):
    from tidewaiter.exchange.work import enqueue

    with _serving():
        enqueue(as_app, "test_add", number=1)
    with contextlib.suppress(ZeroDivisionError), _serving():
        enqueue(as_app, "test_add", number=2)
        raise ZeroDivisionError

    assert _one(database, "select array_agg(args ->> 'number') from procrastinate_jobs") == ["1"]


def test_an_effect_is_first_once(as_app):
    from tidewaiter.exchange.work import first_time

    with _serving():
        first = first_time(as_app, "a")
        again = first_time(as_app, "a")
    with _serving():
        later = first_time(as_app, "a")

    assert (first, again, later) == (True, False, False)


def test_nobody_but_the_service_sees_what_was_done(as_app):
    from tidewaiter.exchange.work import first_time
    from tidewaiter.store.access import acting

    with _serving():
        first_time(as_app, "a")
    with acting("p1", ["officer", "admin"]), as_app.cursor() as cursor:
        cursor.execute("select count(*) from done")
        seen = cursor.fetchone()[0]

    assert seen == 0


def test_a_job_is_done_and_leaves_nothing_behind(as_app, database, worker):
    from tidewaiter.exchange.work import enqueue

    effects_table(database)
    with _serving():
        for number in range(JOBS):
            enqueue(as_app, "test_add", number=number)
    process = worker()

    await_that(lambda: _one(database, "select count(*) from procrastinate_jobs") == 0)
    process.send_signal(signal.SIGTERM)

    assert process.wait(20) == 0
    assert _one(database, "select count(*) = %s and count(distinct number) = %s from effect", JOBS, JOBS)


def test_a_killed_worker_loses_no_job_and_doubles_none(as_app, database, worker):
    _killed(as_app, database, worker, kills=4)


@pytest.mark.slow
def test_a_worker_killed_over_and_over_loses_no_job_and_doubles_none(as_app, database, worker):
    _killed(as_app, database, worker, kills=250)


def _killed(connection, database, worker, kills):
    from tidewaiter.exchange.work import enqueue

    effects_table(database)
    chance, number = random.Random(7), 0
    for _ in range(kills):
        with _serving():
            for _ in range(JOBS // 2):
                enqueue(connection, "test_add", number=number, pause_ms=chance.randrange(60))
                number += 1
        before = _one(database, "select count(*) from effect")
        process = worker()
        await_that(lambda before=before: _one(database, "select count(*) from effect") > before)
        time.sleep(chance.random() / 2)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    worker()

    await_that(lambda: _one(database, "select count(*) from procrastinate_jobs") == 0, 60)

    assert _one(database, "select array[count(*), count(distinct number)] from effect") == [number, number]


def test_a_job_that_always_fails_is_set_aside_with_its_reason_and_begun_anew_by_a_person(
    as_app, database, worker, monkeypatch
):
    from tidewaiter.exchange import work

    with _serving():
        job = work.enqueue(as_app, "test_fail", number=5)
    with psycopg.connect(database.owner) as owner:
        owner.execute("update procrastinate_jobs set attempts = %s", [work.TRIES - 1])
    worker()
    await_that(lambda: _one(database, "select status::text from procrastinate_jobs") == "failed")

    with _serving():
        (found,) = work.waiting(as_app, "failed")
        begun = work.again(as_app, [job, job + 1])
        (left,) = work.waiting(as_app)

    assert (found.id, found.task, found.state, found.tries) == (job, "test_fail", "failed", work.TRIES)
    assert "ValueError" in found.reason
    assert "canary" not in found.reason
    assert begun == [job]
    assert left.state in {"todo", "doing"}


def test_a_job_that_keeps_killing_its_worker_is_set_aside(as_app, database):
    from tidewaiter.exchange import work

    with _serving():
        job = work.enqueue(as_app, "test_add", number=1)
        other = work.enqueue(as_app, "test_add", number=2)
    with psycopg.connect(database.owner) as owner:
        owner.execute("update procrastinate_jobs set status = 'doing'")
        owner.execute("update procrastinate_jobs set attempts = %s where id = %s", [work.TRIES - 1, job])

    with _serving():
        lost = work.recover(as_app, (), NOW, 0)
        states = {one.id: (one.state, one.reason) for one in work.waiting(as_app)}

    assert lost == [job, other]
    assert states == {job: ("failed", work.LOST), other: ("todo", None)}


def test_a_job_that_runs_or_has_just_begun_is_not_lost(as_app, database):
    from tidewaiter.exchange import work

    with _serving():
        job = work.enqueue(as_app, "test_add", number=1)
    with psycopg.connect(database.owner) as owner:
        owner.execute("update procrastinate_jobs set status = 'doing'")

    with _serving():
        running = work.recover(as_app, [job], NOW, 0)
        begun = work.recover(as_app, [], NOW)

    assert (running, begun) == ([], [])


@pytest.mark.parametrize(("tries", "seconds"), [(0, 1), (1, 1), (2, 2), (3, 4), (10, 512), (11, 600), (40, 600)])
def test_pauses_grow_to_a_limit(tries, seconds):
    from tidewaiter.exchange.work import pause_s

    assert pause_s(tries) == seconds
