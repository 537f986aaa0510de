"""Jobs: enqueued in the transaction that needs them, found again when their worker died, set aside at last."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, cast

import psycopg
from procrastinate import SyncPsycopgConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from tidewaiter.store.prepared import Prepared

TRIES: Final = 8
"""Tries of a job before it is set aside for a person to look at."""
LONGEST_PAUSE_S: Final = 600
SETTLED_S: Final = 30
"""A job that is marked as running for so long, and that no worker knows of, was lost."""
LOST: Final = "the worker ended while it ran"

_jobs = JobManager(SyncPsycopgConnector())


class Waiting(NamedTuple):
    """A job that is not done: ``state`` is ``todo``, ``doing`` or ``failed`` (set aside), ``reason`` its last fault."""

    id: int
    task: str
    args: Mapping[str, Any]
    state: str
    tries: int
    at: datetime | None
    reason: str | None


def enqueue(connection: Any, task: str, *, at: datetime | None = None, **args: str | int) -> int:  # noqa: ANN401 - psycopg's connection or Django's
    """Have ``task`` done after the caller's transaction commits, ``at`` or as soon as can be; gives the job's number.

    ``args`` name things by their ids: they stand in the open in the table of jobs, and hold no personal data.
    """
    deferrer = configure_task(name=task, job_manager=_jobs, connection=_plain(connection), schedule_at=at)
    return deferrer.defer(**args)


def _plain(connection: Any) -> psycopg.Connection[Any]:  # noqa: ANN401 - see `enqueue`
    """The connection under Django's, or under statements told in a row."""
    if isinstance(connection, psycopg.Connection):
        return connection
    if isinstance(connection, Prepared):
        return connection.plain
    connection.ensure_connection()
    return cast("psycopg.Connection[Any]", connection.connection)


def first_time(connection: Any, key: str) -> bool:  # noqa: ANN401 - see `enqueue`
    """True where the effect named ``key`` was never taken; from the commit of this transaction on it was."""
    with connection.cursor() as cursor:
        cursor.execute("insert into done (key) values (%s) on conflict do nothing", [key])
        return bool(cursor.rowcount == 1)


def pause_s(tries: int) -> int:
    """Seconds until a job that failed ``tries`` times is tried again: 1, 2, 4 ... 600."""
    return int(min(2 ** max(tries - 1, 0), LONGEST_PAUSE_S))


def note_fault(connection: Any, job: int, tries: int, reason: str, now: datetime) -> None:  # noqa: ANN401 - see `enqueue`
    """Keep why a job failed last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into job_fault (job, at, tries, reason) values (%s, %s, %s, %s) on conflict (job) do update "
            "set at = excluded.at, tries = excluded.tries, reason = excluded.reason",
            [job, now, tries, reason],
        )


def recover(connection: Any, running: Collection[int], now: datetime, settled_s: int = SETTLED_S) -> list[int]:  # noqa: ANN401 - see `enqueue`
    """Give back jobs that are marked as running but are not among ``running``: their worker died. Gives their numbers.

    Part of one transaction, asked by the one who supervises the only worker, never by a job: a job that recovers jobs
    can itself be lost. A job that has been lost too often is set aside: it may be what kills its worker.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, attempts from procrastinate_jobs job where status = 'doing' and not id = any(%s) "
            "and not exists (select from procrastinate_events where job_id = job.id and type = 'started' "
            "and at > clock_timestamp() - make_interval(secs => %s)) order by id for update skip locked",
            [list(running), settled_s],
        )
        lost = cursor.fetchall()
        for job, tries in lost:
            if tries + 1 >= TRIES:
                cursor.execute("select procrastinate_finish_job_v1(%s, 'failed', false)", [job])
                note_fault(connection, job, tries + 1, LOST, now)
            else:
                cursor.execute("select procrastinate_retry_job_v2(%s, null, null, null, null)", [job])
    return [job for job, _ in lost]


def waiting(connection: Any, state: str | None = None) -> list[Waiting]:  # noqa: ANN401 - see `enqueue`
    """Jobs that are not done, those set aside first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select job.id, task_name, args, status::text, attempts, coalesce(fault.at, scheduled_at), reason "
            "from procrastinate_jobs job left join job_fault fault on fault.job = job.id "
            "where status in ('todo', 'doing', 'failed') and (%s::text is null or status::text = %s) "
            "order by status <> 'failed', job.id",
            [state, state],
        )
        return [Waiting(row[0], row[1], _read(row[2]), *row[3:]) for row in cursor.fetchall()]


def _read(args: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON as text by Django's connection, read by psycopg's
    return cast("Mapping[str, Any]", json.loads(args) if isinstance(args, str) else args)


def again(connection: Any, jobs: Sequence[int]) -> list[int]:  # noqa: ANN401 - see `enqueue`
    """Begin anew with jobs that were set aside, with all their tries; gives those that were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update procrastinate_jobs set status = 'todo', attempts = 0, scheduled_at = null, worker_id = null "
            "where id = any(%s) and status = 'failed' returning id",
            [list(jobs)],
        )
        return sorted(row[0] for row in cursor.fetchall())


def forget_done(connection: Any, before: datetime) -> int:  # noqa: ANN401 - see `enqueue`
    """Drop keys of effects older than ``before``; jobs that could ask for them are long gone. Gives how many."""
    with connection.cursor() as cursor:
        cursor.execute("delete from done where at < %s", [before])
        return int(cursor.rowcount)
