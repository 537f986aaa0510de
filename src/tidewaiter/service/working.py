"""``python -m tidewaiter.service.working``: the worker, as a child of ``tidewaiter serve``; one to a database."""

import asyncio
import logging
import signal
import sys
import threading
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Final

import psycopg
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from tidewaiter.exchange.work import SETTLED_S, recover
from tidewaiter.model.errors import TidewaiterError
from tidewaiter.service import tasks
from tidewaiter.service.bootstrap import address, begin
from tidewaiter.service.clearing_apart import NICE, give_way
from tidewaiter.service.database import app_address
from tidewaiter.service.erasing import end_retention, erase_due
from tidewaiter.service.log_lines import FIELDS, write_lines
from tidewaiter.service.parent import end_with_parent
from tidewaiter.service.reassessing.looking import look_until
from tidewaiter.service.repairs.lapsing import lapse_due
from tidewaiter.service.secret_key import seal_of_home
from tidewaiter.service.settings import settings
from tidewaiter.service.webhooks.delivering import Deliverer
from tidewaiter.service.webhooks.endpoints import inner_networks
from tidewaiter.service.work import RUNNING, SERVICE, application
from tidewaiter.store.access import acting
from tidewaiter.store.giving_way import give_way_in_database
from tidewaiter.store.locks import WORKER

LOOK_S: Final = 1.0
AT_A_TIME: Final = 4
"""Jobs done side by side; what needs a processor for long runs in a process of its own."""
ENDS_S: Final = 10.0
LOG: Final = logging.getLogger("tidewaiter.work")


def main() -> int:
    """Work until told to stop; whoever started this begins it again where the database went away."""
    end_with_parent()
    give_way()
    write_lines()
    stop = threading.Event()
    for word in (signal.SIGTERM, signal.SIGINT):
        signal.signal(word, lambda *_: stop.set())
    try:
        begin(app_address())
        if not settings().text("TIDEWAITER_DATABASE_URL"):
            connection_created.connect(_give_way)
        with psycopg.connect(address(), autocommit=True) as lock:
            if _alone(lock, stop):
                _recovered(0)
                asyncio.run(_work(lock, stop))
    except psycopg.OperationalError:
        return 1
    except TidewaiterError as error:
        sys.stderr.write(f"tidewaiter: {error} [{error.code}]\n")
        return error.exit_code
    return 0 if stop.is_set() else 1


def _give_way(connection: BaseDatabaseWrapper, **_: object) -> None:
    give_way_in_database(connection, NICE)


def _alone(lock: psycopg.Connection, stop: threading.Event) -> bool:
    """Wait to be the only worker; False where told to stop before."""
    while not stop.is_set():
        row = lock.execute("select pg_try_advisory_lock(%s)", [WORKER]).fetchone()
        if row and row[0]:
            return True
        stop.wait(LOOK_S)
    return False


async def _work(lock: psycopg.Connection, stop: threading.Event) -> None:
    """Do jobs, and beside them what is no job: lost ones, what is to be sent, later arrivals. Ends where either ends."""
    app = application(address(), tasks.__all__)
    async with app.open_async():
        jobs = asyncio.create_task(
            app.run_worker_async(
                concurrency=AT_A_TIME, install_signal_handlers=False, fetch_job_polling_interval=LOOK_S,
                delete_jobs="successful", shutdown_graceful_timeout=ENDS_S,
            )
        )  # fmt: skip
        beside = [
            asyncio.create_task(asyncio.to_thread(_keep, lock, stop)),
            asyncio.create_task(asyncio.to_thread(_tell, stop)),
            asyncio.create_task(asyncio.to_thread(look_until, stop, lambda: datetime.now(UTC))),
        ]
        done, _ = await asyncio.wait({jobs, *beside}, return_when=asyncio.FIRST_COMPLETED)
        ended = stop.is_set()
        stop.set()
        jobs.cancel()
        with suppress(asyncio.CancelledError):
            await jobs
        for one in beside:
            await one
        if not ended or any(task.exception() for task in done if not task.cancelled()):
            raise psycopg.OperationalError


def _keep(lock: psycopg.Connection, stop: threading.Event) -> None:
    """Find lost jobs and sweep until told to stop; a database that goes away ends it, since the lock went with it."""
    swept_on: date | None = None
    while not stop.wait(LOOK_S):
        lock.execute("select 1")
        _recovered()
        now = datetime.now(UTC)
        lapse_due(now)
        if swept_on != now.date():
            end_retention(now)
            swept_on = None if erase_due(now) else now.date()


def _tell(stop: threading.Event) -> None:
    """Send what is due until told to stop; whoever receives slowly holds nothing else up."""
    deliverer = Deliverer(seal_of_home(), lambda: datetime.now(UTC), inner_networks())
    deliverer.begin()
    while not stop.wait(LOOK_S):
        while deliverer.turn() and not stop.is_set():
            pass


def _recovered(settled_s: int | None = None) -> None:
    with acting(SERVICE, [SERVICE]):
        found = recover(connection, set(RUNNING), datetime.now(UTC), SETTLED_S if settled_s is None else settled_s)
    if found:
        LOG.warning("jobs had lost their worker", extra={FIELDS: {"jobs": len(found)}})


if __name__ == "__main__":
    sys.exit(main())
